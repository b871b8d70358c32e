//! Minimmit against its paper: counts, hops, views, safety, liveness, forks below the bound, flaws.

use super::DESCRIPTOR;
use super::form::NULLIFY_AFTER_VOTE;
use crate::consensus::proof::{self, act, count, entry, order};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Settings, twins};
use crate::primitives::Micros;
use crate::sim::ActKind;

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 11, 16, 31] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        let report = proof::fault_free(&DESCRIPTOR, &settings);
        if nodes >= 6 {
            // Two hops to finality, and the next view opens as soon under constant delay.
            assert_eq!(report.elapsed, Micros(1_000_000), "n={nodes}");
            assert_eq!(report.latency_us.p99, 200_000);
        }
    }
}

#[test]
fn the_golden_counts_of_one_decision() {
    for (nodes, votes) in [(4, 12), (7, 42), (10, 90), (16, 240)] {
        let report = trial::run(entry(&DESCRIPTOR), &Settings::of(&DESCRIPTOR, nodes));
        let of = |kind| count(&report, &DESCRIPTOR, kind);
        assert_eq!(of("propose") + of("notarize"), votes);
        assert_eq!(report.messages_total, 2 * votes);
    }
}

#[test]
fn a_view_opens_before_its_block_is_final_when_some_are_slow() {
    let mut settings = Settings::of(&DESCRIPTOR, 6);
    settings.config.decisions = 4;
    let delay = Micros(60_000);
    settings.acts = [4, 5]
        .map(|node| act(0, ActKind::Slow { node, delay }))
        .to_vec();
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    // Three of six open a view, five make its block final: two slow votes delay finality, not views.
    assert_eq!(report.latency_us.p50, 260_000);
    assert_eq!(report.elapsed, Micros(3 * 200_000 + 260_000));
}

#[test]
fn a_silent_leader_costs_its_view_and_two_delta() {
    let mut settings = Settings::of(&DESCRIPTOR, 6);
    settings.acts = vec![order(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(report.elapsed, Micros(400_000 + 100_000 + 200_000));
}

#[test]
fn a_vote_that_others_contradict_is_taken_back() {
    // Half of the others have one block, half the other one: nobody's timer fires, all have voted.
    let mut settings = Settings::of(&DESCRIPTOR, 6);
    settings.acts = vec![order(0, Behaviour::Equivocate)];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(
        report.verdict.is_safe() && report.verdict.is_done(),
        "{}",
        report.verdict
    );
    assert!(report.elapsed < settings.config.timeout);
}

#[test]
fn a_replica_that_was_down_catches_up() {
    let mut settings = Settings::of(&DESCRIPTOR, 6);
    settings.config.decisions = 200;
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(30_000, ActKind::Recover { node: 3, forgets }),
    ];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(report.decisions, 200);
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    proof::trials(&DESCRIPTOR, 0..200);
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    proof::forks_at_the_overlap(&DESCRIPTOR, 3..=11);
}

/// Of so many trials of so many nodes and liars, those that fork; with another quorum, if one is given.
fn forks(nodes: u32, liars: u32, quorum: Option<u32>, seeds: std::ops::Range<u64>) -> Vec<u64> {
    let forks = |seed: &u64| {
        let mut settings = trial::at_the_bound(&DESCRIPTOR, *seed, Harm::Late, nodes, liars);
        settings.config.quorum.size = quorum.unwrap_or(settings.config.quorum.size);
        settings.events_max = 60_000;
        let verdict = trial::run(entry(&DESCRIPTOR), &settings).verdict;
        !verdict.is_safe()
    };
    seeds.filter(forks).collect()
}

#[test]
fn at_the_bound_f_liars_fork_nobody() {
    // n = 5f+1, with exactly f.
    assert_eq!(forks(6, 1, None, 0..1_500), [0_u64; 0]);
    assert_eq!(forks(11, 2, None, 0..500), [0_u64; 0]);
}

#[test]
fn beyond_the_bound_a_fork_is_found() {
    // f+1 liars among 5f+1: one of six hundred trials. Two plain worlds take 2q-n = 4 liars; this is the one
    // where a block was final with n-f votes, and the rest with two liars notarised another one.
    assert_eq!(forks(6, 2, None, 300..400), [383]);
    // A quorum of one vote less than n-f, which is what n = 5f would leave: f liars suffice.
    assert_eq!(forks(6, 1, Some(4), 0..60), [16, 37, 55]);
}

#[test]
fn at_the_bound_thousands_of_twins_are_safe_and_live() {
    let entry = entry(&DESCRIPTOR);
    for seed in 0..2_500 {
        let settings = twins::settings(&DESCRIPTOR, seed);
        let quorum = settings.config.quorum;
        assert_eq!((quorum.nodes, quorum.faults), (6, 1));
        let verdict = trial::run(entry, &settings).verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "twins {seed}: {verdict}"
        );
    }
}

#[test]
fn a_flaw_is_caught() {
    proof::is_caught(&DESCRIPTOR, NULLIFY_AFTER_VOTE, Harm::Lost);
}

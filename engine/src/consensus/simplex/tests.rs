//! Simplex against its paper: counts, hops, views, safety, liveness, forks below the bound, flaws.

use super::DESCRIPTOR;
use super::form::FINALIZE_AFTER_NULLIFY;
use crate::consensus::proof::{self, act, count, entry, order};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Settings};
use crate::primitives::Micros;
use crate::sim::{ActKind, Latency};

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        let report = proof::fault_free(&DESCRIPTOR, &settings);
        if nodes >= 4 {
            // Three hops to finality, and the next view opens at two: 2·4 + 3 in all.
            assert_eq!(report.elapsed, Micros(1_100_000), "n={nodes}");
            assert_eq!(report.latency_us.p99, 300_000);
        }
    }
}

#[test]
fn the_golden_counts_of_one_decision() {
    // 2n(n-1) votes, as many certificates.
    for (nodes, votes) in [(4, 24), (7, 84), (10, 180), (16, 480)] {
        let report = trial::run(entry(&DESCRIPTOR), &Settings::of(&DESCRIPTOR, nodes));
        let of = |kind| count(&report, &DESCRIPTOR, kind);
        assert_eq!(of("propose") + of("notarize") + of("finalize"), votes);
        assert_eq!(report.messages_total, 2 * votes);
    }
}

#[test]
fn a_silent_leader_costs_its_view_and_two_delta() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![order(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    // The leader believes that it has proposed, so it keeps to its view until the others leave it.
    assert_eq!(count(&report, &DESCRIPTOR, "nullify"), 9);
    // 2Δ of 200 ms, one hop of nullify votes, three hops in the next view.
    assert_eq!(report.elapsed, Micros(400_000 + 100_000 + 300_000));
}

#[test]
fn views_go_at_the_speed_of_the_network_and_not_of_the_bound() {
    let mut settings = Settings::of(&DESCRIPTOR, 7);
    settings.config.decisions = 10;
    settings.config.bound = Micros(5_000_000);
    settings.network.latency = Latency::Constant(Micros(1_000));
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert_eq!(report.elapsed, Micros(2_000 * 9 + 3_000));
}

#[test]
fn equivocation_costs_a_view_and_forks_nobody() {
    for nodes in [4, 7, 10] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 3;
        settings.acts = vec![order(0, Behaviour::Equivocate)];
        let report = trial::run(entry(&DESCRIPTOR), &settings);
        let verdict = &report.verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "n={nodes}: {verdict}"
        );
        // Among four, the larger half and the leader are a quorum.
        let has_nullified = count(&report, &DESCRIPTOR, "nullify") > 0;
        assert_eq!(has_nullified, nodes > 4, "n={nodes}");
    }
}

#[test]
fn a_replica_that_was_down_catches_up() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
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
    proof::forks_at_the_overlap(&DESCRIPTOR, 3..=10);
}

#[test]
fn a_flaw_is_caught() {
    proof::is_caught(&DESCRIPTOR, FINALIZE_AFTER_NULLIFY, Harm::Late);
}

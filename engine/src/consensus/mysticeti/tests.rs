//! Mysticeti against its paper: counts, hops, commits and skips, safety, liveness, forks, a flaw.

use super::DESCRIPTOR;
use super::form::{BLOCKS, LEADERS, SKIP_WITHOUT_BLAMES};
use crate::consensus::proof::{self, act, count, entry, order};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Settings};
use crate::primitives::Micros;
use crate::sim::ActKind;

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        for leaders in [1, 2, 3] {
            let mut settings = Settings::of(&DESCRIPTOR, nodes);
            settings.config.decisions = 5;
            settings.config.knobs[LEADERS] = leaders;
            let report = proof::fault_free(&DESCRIPTOR, &settings);
            let rounds = 5_u64.div_ceil(leaders.min(nodes.into())) + 2;
            if nodes > 1 {
                assert_eq!(report.elapsed, Micros(rounds * 100_000), "n={nodes}");
            }
        }
    }
}

#[test]
fn the_golden_counts_of_one_decision() {
    for (nodes, round) in [(4, 12), (7, 42), (10, 90), (16, 240)] {
        let report = trial::run(entry(&DESCRIPTOR), &Settings::of(&DESCRIPTOR, nodes));
        assert_eq!(report.messages_total, 3 * round);
    }
}

#[test]
fn every_block_is_ordered_where_every_block_is_a_decision() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 30;
    settings.config.knobs[BLOCKS] = 1;
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(
        report.verdict.is_safe() && report.verdict.is_done(),
        "{}",
        report.verdict
    );
    // A leader's takes three hops, the others' wait for a leader that has them in its past.
    assert_eq!(report.hops_range.0, 3);
    assert!(report.hops_range.1 <= 6, "{:?}", report.hops_range);
    // About four blocks a round and not one.
    assert!(report.elapsed <= Micros(12 * 100_000), "{}", report.elapsed);
}

#[test]
fn a_leader_that_has_crashed_is_skipped_after_a_timeout() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 3;
    settings.acts = vec![act(0, ActKind::Crash { node: 0 })];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    // The three others wait once for node 0's block of the first round; rounds 2 to 4 have leaders, 5
    // would be node 0's, and the last decision takes rounds 5 and 6: for 6, they wait again.
    assert_eq!(report.elapsed, Micros(2 * 2_000_000 + 600_000));
    assert_eq!(count(&report, &DESCRIPTOR, "block"), 6 * 3 * 3);
}

#[test]
fn equivocation_is_seen_and_forks_nobody() {
    for nodes in [4, 7, 10] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        settings.acts = vec![order(0, Behaviour::Equivocate)];
        let report = trial::run(entry(&DESCRIPTOR), &settings);
        let verdict = &report.verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "n={nodes}: {verdict}"
        );
    }
}

#[test]
fn a_replica_that_was_down_fetches_what_it_missed() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 200;
    settings.config.timeout = Micros::from_millis(300);
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(10_000, ActKind::Recover { node: 3, forgets }),
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
    proof::is_caught(&DESCRIPTOR, SKIP_WITHOUT_BLAMES, Harm::Late);
}

#[test]
fn a_replica_that_comes_back_asks_again_for_what_it_misses() {
    // Found among 100,000: it went down while it waited for a parent that others had no reason to send again.
    let judged = trial::judge(entry(&DESCRIPTOR), 33_300, Harm::Lost);
    assert!(judged.is_ok(), "{judged:?}");
}

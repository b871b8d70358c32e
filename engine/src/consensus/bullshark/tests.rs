//! Narwhal and Bullshark against their papers: counts, hops, skips, safety, liveness, forks, a flaw.

use super::DESCRIPTOR;
use super::form::{BLOCKS, ONE_LINK};
use crate::consensus::proof::{self, act, entry, order};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Settings};
use crate::primitives::Micros;
use crate::sim::ActKind;

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 4;
        let report = proof::fault_free(&DESCRIPTOR, &settings);
        if nodes >= 3 {
            // Nine rounds of three hops.
            assert_eq!(report.elapsed, Micros(27 * 100_000), "n={nodes}");
        }
    }
}

#[test]
fn the_golden_counts_of_one_decision() {
    for (nodes, round) in [(4, 36), (7, 126), (10, 270), (16, 720)] {
        let report = trial::run(entry(&DESCRIPTOR), &Settings::of(&DESCRIPTOR, nodes));
        assert_eq!(report.messages_total, 3 * round);
    }
}

#[test]
fn every_block_is_ordered_where_every_block_is_a_decision() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 40;
    settings.config.knobs[BLOCKS] = 1;
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(
        report.verdict.is_safe() && report.verdict.is_done(),
        "{}",
        report.verdict
    );
    assert_eq!(report.hops_range.0, 6);
    // Three or four blocks a round.
    assert!(report.elapsed <= Micros(18 * 300_000), "{}", report.elapsed);
}

#[test]
fn an_anchor_that_is_down_is_passed_over_after_a_timeout() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 2;
    settings.acts = vec![act(0, ActKind::Crash { node: 0 })];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    // Node 0 leads round 2: the others wait there once; anchors of rounds 4 and 6 take seven rounds.
    assert_eq!(report.elapsed, Micros(2_000_000 + 7 * 300_000));
}

#[test]
fn equivocation_certifies_one_header_at_most_and_forks_nobody() {
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
    }
}

#[test]
fn a_replica_that_was_down_fetches_what_it_missed() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 60;
    settings.config.timeout = Micros::from_millis(700);
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(10_000, ActKind::Recover { node: 3, forgets }),
    ];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(report.decisions, 60);
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    proof::trials(&DESCRIPTOR, 0..150);
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    for nodes in 3..=10 {
        let overlap = Settings::of(&DESCRIPTOR, nodes).config.quorum.overlap();
        for liars in 0..=overlap.min(nodes - 1) {
            let settings = trial::two_worlds(&DESCRIPTOR, nodes, None, liars);
            let report = trial::run(entry(&DESCRIPTOR), &settings);
            assert_eq!(
                report.verdict.is_safe(),
                liars < overlap,
                "n={nodes} b={liars}"
            );
        }
    }
}

#[test]
fn a_flaw_is_caught() {
    proof::is_caught(&DESCRIPTOR, ONE_LINK, Harm::Late);
}

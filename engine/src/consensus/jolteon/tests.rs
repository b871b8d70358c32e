//! Jolteon against its paper: counts, hops, timeouts, safety, liveness, forks below the bound, a known flaw.

use super::{DESCRIPTOR, Jolteon};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;

const NAME: &str = "jolteon";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for (nodes, report) in prove::costs(NAME, 5, 1) {
        // A block every second hop: 5 + 2(k-1).
        assert!(
            nodes <= 3 || report.elapsed == Micros(1_300_000),
            "n={nodes}"
        );
    }
    // Three views of 2(n-1) for one decision.
    prove::golden(NAME, [18, 36, 54, 90]);
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    prove::safe_and_live(NAME, 200);
}

#[test]
fn safe_and_live_with_twins() {
    prove::safe_and_live_with_twins(NAME, 300);
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    // In half a network, two blocks in a row take three leaders in a row, or one that stays.
    prove::forks_below_the_bound(NAME, |settings| settings.config.knobs[0] = 3);
}

#[test]
fn two_chains_without_timeout_certificates_are_caught() {
    let flaw = "two_chain_without_timeout_certificates";
    prove::caught_by_twins(NAME, flaw, &[693, 1_090, 2_828]);
}

#[test]
fn a_silent_leader_costs_timeouts_of_all_to_all() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(count(&report, "timeout"), 12);
    // The timeout, timeouts to all, five hops: leaders 1, 2 and 3 are three in a row.
    assert_eq!(report.elapsed, Micros(2_000_000 + 100_000 + 500_000));
}

#[test]
fn one_who_is_down_for_ever_does_not_stop_leaders_that_take_turns() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 12;
    settings.acts = vec![act(50, ActKind::Crash { node: 3 })];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
}

#[test]
fn a_replica_that_was_down_catches_up_by_asking() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 150;
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(100_000, ActKind::Recover { node: 3, forgets }),
    ];
    let mut run = Run::<Jolteon>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

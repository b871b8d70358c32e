//! HotStuff-2 against its paper: counts, hops, when a leader waits, safety, liveness, forks below the bound,
//! a known flaw.

use super::{DESCRIPTOR, Hotstuff2};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;

const NAME: &str = "hotstuff2";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for (nodes, report) in prove::costs(NAME, 5, 1) {
        // Each commit opens the next view: 5 hops a decision and nothing between.
        assert!(
            nodes <= 3 || report.elapsed == Micros(2_500_000),
            "n={nodes}"
        );
    }
    prove::golden(NAME, [15, 30, 45, 75]);
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
    prove::forks_below_the_bound(NAME, |_| {});
}

#[test]
fn the_dropped_lock_check_is_caught() {
    prove::caught_by_twins(NAME, "lock_check_dropped", &[388, 420, 594]);
}

#[test]
fn a_leader_waits_for_the_bound_only_after_a_failed_view() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    for bound in [200_000, 700_000] {
        settings.config.bound = Micros(bound);
        let report = trial::run(entry(NAME), &settings);
        assert!(report.verdict.is_done(), "{}", report.verdict);
        assert_eq!(
            (count(&report, "timeout"), count(&report, "new_view")),
            (12, 3)
        );
        // The timeout, timeouts to all, Δ, five hops.
        let elapsed = 2_000_000 + 100_000 + bound + 500_000;
        assert_eq!(report.elapsed, Micros(elapsed));
    }
    // Without a failed view, it never waits.
    settings.acts.clear();
    settings.config.bound = Micros(50_000_000);
    settings.config.decisions = 10;
    let report = trial::run(entry(NAME), &settings);
    assert_eq!(report.elapsed, Micros(10 * 500_000));
}

#[test]
fn a_replica_that_was_down_catches_up_by_asking() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 150;
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(200_000, ActKind::Recover { node: 3, forgets }),
    ];
    let mut run = Run::<Hotstuff2>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

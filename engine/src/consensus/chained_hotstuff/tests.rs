//! Chained HotStuff against its paper: counts, hops, leaders that stay, safety, liveness, forks below the
//! bound, known flaws.

use super::{ChainedHotstuff, DESCRIPTOR};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;

const NAME: &str = "chained_hotstuff";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for (nodes, report) in prove::costs(NAME, 5, 1) {
        // A block every second hop: 7 + 2(k-1).
        assert!(
            nodes <= 3 || report.elapsed == Micros(1_500_000),
            "n={nodes}"
        );
    }
    // Four views of 2(n-1) for one decision.
    prove::golden(NAME, [24, 48, 72, 120]);
}

#[test]
fn a_hundred_decisions_take_as_long_and_as_many_messages_as_elsewhere() {
    // Another simulator's figures for the same protocol: 205 hops, 103 views of 2(n-1) messages.
    for (nodes, total) in [(4, 618), (16, 3_090)] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 100;
        for views_per_leader in [4, 1_000] {
            settings.config.knobs[0] = views_per_leader;
            let report = trial::run(entry(NAME), &settings);
            assert_eq!(
                (report.messages_total, report.elapsed),
                (total, Micros(20_500_000))
            );
        }
    }
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
    prove::caught_by_twins(NAME, "lock_check_dropped", &[497, 3_425, 3_866]);
}

#[test]
fn two_chains_without_timeout_certificates_are_caught() {
    let flaw = "two_chain_without_timeout_certificates";
    prove::caught_by_twins(NAME, flaw, &[497, 3_425, 3_866]);
}

#[test]
fn a_silent_leader_costs_as_many_timeouts_as_it_has_views() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(count(&report, "new_view"), 4 * 12);
    // 2, 4, 8 and 16 s, a hop each, then seven hops.
    assert_eq!(report.elapsed, Micros(30_000_000 + 400_000 + 700_000));
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
    let mut run = Run::<ChainedHotstuff>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

//! Basic HotStuff against its paper: counts, hops, view changes, locks, safety, liveness, forks below the
//! bound, a known flaw.

use super::{DESCRIPTOR, Hotstuff};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;

const NAME: &str = "hotstuff";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for (nodes, report) in prove::costs(NAME, 5, 1) {
        // A decision is 7 hops, and a new-view before each but the first.
        let hops = if nodes == 1 { 0 } else { 5 * 7 + 4 };
        assert!(
            nodes <= 3 || report.elapsed == Micros(hops * 100_000),
            "n={nodes}"
        );
    }
    prove::golden(NAME, [21, 42, 63, 105]);
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
    prove::caught_by_twins(NAME, "lock_check_dropped", &[497, 1_388, 1_503]);
}

#[test]
fn a_silent_leader_costs_one_view() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(
        (count(&report, "timeout"), count(&report, "new_view")),
        (12, 3)
    );
    // The timeout, timeouts to all, new-views to the second leader, seven hops: as soon as messages come,
    // whatever the bound on delays is said to be.
    let elapsed = Micros(2_000_000 + 100_000 + 100_000 + 700_000);
    assert_eq!(report.elapsed, elapsed);
    settings.config.bound = Micros(50_000_000);
    assert_eq!(trial::run(entry(NAME), &settings).elapsed, elapsed);
}

#[test]
fn a_block_that_only_the_leader_decided_is_decided_by_all() {
    // The first decide is lost on its way to everybody: the next leader extends the block that all are
    // locked on, and deciding its own block decides that one.
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 2;
    let kind = DESCRIPTOR.kind("decide").unwrap();
    let (from, to) = (None, None);
    let count = 3;
    settings.acts = vec![act(
        0,
        ActKind::DropKind {
            from,
            to,
            kind,
            count,
        },
    )];
    let mut run = Run::<Hotstuff>::new(&settings);
    run.advance(Micros(700_000));
    assert_eq!((run.watch().decided(0), run.watch().decided(1)), (1, 0));
    let first = run.watch().block_at(1);
    assert_eq!(Some(run.protocol(1).lock().block), first);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().block_at(1), first);
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
    let mut run = Run::<Hotstuff>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

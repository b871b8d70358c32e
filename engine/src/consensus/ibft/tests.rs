//! IBFT against its paper: counts, hops, round changes, safety, liveness, forks below the bound, a known flaw.

use super::{DESCRIPTOR, Ibft};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Quorum, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;
use crate::trace::consensus::Offence;

const NAME: &str = "ibft";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    prove::costs(NAME, 5, 0);
    prove::golden(NAME, [27, 90, 189, 495]);
}

#[test]
fn the_quorum_is_two_thirds_rounded_up_where_f_is_as_large_as_can_be() {
    for nodes in 1..=300_u32 {
        let faults = Quorum::faults_max(nodes, 3);
        let quorum = (DESCRIPTOR.quorum)(nodes, faults);
        assert_eq!(quorum, (2 * nodes).div_ceil(3), "n={nodes}");
    }
    // With a smaller f, two thirds would do more than is needed.
    assert_eq!((DESCRIPTOR.quorum)(10, 1), 6);
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
fn a_round_change_that_forgets_what_was_prepared_is_caught() {
    prove::caught_by_twins(NAME, "round_change_without_certificates", &[942, 1_278]);
}

#[test]
fn a_silent_leader_costs_one_round_change() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(count(&report, "round_change"), 12);
    // The silent leader's own prepare is one more than those of the second round.
    assert_eq!(
        (count(&report, "pre_prepare"), count(&report, "prepare")),
        (3, 15)
    );
    // The timeout, the round changes, three hops.
    assert_eq!(report.elapsed, Micros(2_000_000 + 100_000 + 300_000));
}

#[test]
fn what_was_prepared_is_proposed_again() {
    // Every commit of the first round is lost, so that all have prepared its block and none has decided.
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    let kind = DESCRIPTOR.kind("commit").unwrap();
    let (from, to) = (None, None);
    settings.acts = vec![act(
        0,
        ActKind::DropKind {
            from,
            to,
            kind,
            count: 12,
        },
    )];
    let mut run = Run::<Ibft>::new(&settings);
    run.advance(Micros(300_000));
    let prepared = run.protocol(2).prepared.clone().unwrap();
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().block_at(1), Some(prepared.0.id));
    // The timers started anew with the pre-prepare: of the leader at once, of the others a hop later. The
    // second leader has a quorum of round changes two hops after the first timeout.
    assert_eq!(run.report().elapsed, Micros(2_000_000 + 200_000 + 300_000));
}

#[test]
fn equivocation_is_proven_and_forks_nobody() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 3;
    settings.acts = vec![
        lies(0, Behaviour::Equivocate),
        act(0, ActKind::Copy { node: 0 }),
    ];
    let mut run = Run::<Ibft>::new(&settings);
    run.finish();
    assert!(run.verdict().is_safe() && run.verdict().is_done());
    let evidence = run.watch().evidence();
    assert!(evidence.contains_key(&(0, Offence::Equivocation)));
}

#[test]
fn a_replica_that_was_down_catches_up_by_asking() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 150;
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(60_000, ActKind::Recover { node: 3, forgets }),
    ];
    let mut run = Run::<Ibft>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

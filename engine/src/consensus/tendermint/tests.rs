//! Tendermint against its paper: counts, hops, locks, skipped rounds, safety, liveness, forks below the
//! bound, a known flaw.

use super::{DESCRIPTOR, Tendermint};
use crate::consensus::prove::{self, act, count, entry, lies};
use crate::consensus::{Behaviour, Lab, Run, Settings, trial};
use crate::primitives::Micros;
use crate::sim::ActKind;
use crate::trace::consensus::Offence;

const NAME: &str = "tendermint";

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    prove::costs(NAME, 5, 0);
    prove::golden(NAME, [27, 90, 189, 495]);
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
    prove::caught_by_twins(NAME, "lock_check_dropped", &[2_882, 6_775]);
}

#[test]
fn a_silent_proposer_costs_one_round() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(NAME), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    // timeoutPropose, nil prevotes and nil precommits a hop each, timeoutPrecommit, then three hops. The
    // silent proposer has its own block and prevotes it: the quorum for nil is that of the three others.
    let elapsed = 2_000_000 + 200_000 + 2_000_000 + 300_000;
    assert_eq!(report.elapsed, Micros(elapsed));
    assert_eq!(count(&report, "proposal"), 3);
    assert_eq!(
        (count(&report, "prevote"), count(&report, "precommit")),
        (24, 24)
    );
    assert_eq!(count(&report, "status"), 0);
}

#[test]
fn who_is_left_behind_skips_to_the_round_of_the_others() {
    // Node 3 hears nothing for a while: the others go through rounds without it, since the first two
    // proposers say nothing.
    let mut settings = Settings::of(&DESCRIPTOR, 7);
    settings.acts = vec![
        lies(0, Behaviour::SilentLeader),
        lies(1, Behaviour::SilentLeader),
        act(0, ActKind::Crash { node: 6 }),
        act(
            7_500,
            ActKind::Recover {
                node: 6,
                forgets: false,
            },
        ),
    ];
    let mut run = Run::<Tendermint>::new(&settings);
    run.advance(Micros(7_550_000));
    assert_eq!((run.protocol(2).round, run.protocol(6).round), (1, 0));
    // The answers to its status are votes of round 1 by f+1 and more: it skips there (line 55).
    run.advance(Micros(7_750_000));
    assert_eq!(run.protocol(6).round, 1);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
}

#[test]
fn a_lock_carries_its_block_into_the_next_round() {
    // Every precommit of the first round is lost: all are locked on the first block, and the second
    // proposer proposes it again with its prevotes.
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    let kind = DESCRIPTOR.kind("precommit").unwrap();
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
    let mut run = Run::<Tendermint>::new(&settings);
    run.advance(Micros(300_000));
    let first = run.protocol(1).locked.unwrap();
    assert_eq!(first.0, 0);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().block_at(1), Some(first.1));
    assert!(run.report().elapsed > Micros(2_000_000));
}

#[test]
fn equivocation_is_proven_and_forks_nobody() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 3;
    settings.acts = vec![
        lies(0, Behaviour::Equivocate),
        act(0, ActKind::Copy { node: 0 }),
    ];
    let mut run = Run::<Tendermint>::new(&settings);
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
    let mut run = Run::<Tendermint>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 150);
}

//! PBFT against its paper: counts, hops, safety, liveness, forks below the bound, a known flaw.

use super::form::WITHOUT_CERTIFICATES;
use super::{DESCRIPTOR, Pbft};
use crate::consensus::registry::{Entry, named};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Lab, Progress, Run, Safety, Settings, Waits};
use crate::primitives::Micros;
use crate::sim::{Act, ActKind};
use crate::trace::consensus::Offence;

fn entry() -> &'static Entry {
    named("pbft").unwrap()
}

fn act(at_ms: u64, kind: ActKind) -> Act {
    Act {
        at: Micros::from_millis(at_ms),
        kind,
    }
}

fn order(node: u32, behaviour: Behaviour) -> Act {
    let order = behaviour as u8;
    act(0, ActKind::Order { node, order })
}

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        settings.config.knobs[0] = 2;
        let report = trial::run(entry(), &settings);
        let expected = report.expected.unwrap();
        let found: Vec<u64> = report.messages.iter().map(|(_, count)| *count).collect();
        assert_eq!(found, expected.messages, "n={nodes}");
        let Some(hops) = expected.hops else {
            assert!(nodes == 2 || nodes == 3);
            continue;
        };
        assert_eq!(report.hops_range, (hops, hops), "n={nodes}");
        let latency = u64::from(hops) * 100_000;
        assert_eq!(
            (report.latency_us.p50, report.latency_us.mean),
            (latency, latency)
        );
        assert_eq!((report.decisions, report.verdict.is_done()), (5, true));
    }
}

#[test]
fn the_golden_counts_of_one_decision() {
    for (nodes, total) in [(4, 24), (7, 84), (10, 180), (16, 480)] {
        let report = trial::run(entry(), &Settings::of(&DESCRIPTOR, nodes));
        assert_eq!(report.messages_total, total);
    }
    let report = trial::run(entry(), &Settings::of(&DESCRIPTOR, 4));
    let counts: Vec<u64> = report
        .messages
        .iter()
        .map(|(_, count)| *count)
        .take(3)
        .collect();
    assert_eq!(counts, [3, 9, 12]);
}

#[test]
fn heights_agreed_on_at_once_take_as_many_messages_in_less_time() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 12;
    let one = trial::run(entry(), &settings);
    settings.config.knobs[1] = 4;
    let four = trial::run(entry(), &settings);
    assert_eq!(one.messages, four.messages);
    assert_eq!(one.elapsed, Micros(3_600_000));
    assert_eq!(four.elapsed, Micros(900_000));
}

#[test]
fn a_silent_leader_costs_one_view_change() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![order(0, Behaviour::SilentLeader)];
    let report = trial::run(entry(), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    let count = |kind: &str| report.messages[usize::from(DESCRIPTOR.kind(kind).unwrap())].1;
    // All four give up at 2 s and say so to all; the new primary begins the view.
    assert_eq!((count("view_change"), count("new_view")), (12, 3));
    // 2 s, the view change, the new view with nothing in it, then the three hops.
    assert_eq!(report.elapsed, Micros(2_000_000 + 100_000 + 300_000));
}

#[test]
fn equivocation_is_proven_and_forks_nobody() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![order(0, Behaviour::Equivocate)];
    settings.config.decisions = 3;
    let report = trial::run(entry(), &settings);
    assert!(
        report.verdict.is_safe() && report.verdict.is_done(),
        "{}",
        report.verdict
    );
    // Backups hear prepares for the other block, but each of them voted once: nobody but the primary
    // is caught, and only if one backup gets both proposals, which this one avoids.
    let mut run = Run::<Pbft>::new(&settings);
    run.finish();
    assert!(run.watch().evidence().is_empty());
    settings.acts.push(act(0, ActKind::Copy { node: 0 }));
    let mut run = Run::<Pbft>::new(&settings);
    run.finish();
    assert!(
        run.watch()
            .evidence()
            .contains_key(&(0, Offence::Equivocation))
    );
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    for seed in 0..250 {
        for harm in [Harm::Late, Harm::Lost] {
            if let Err(what) = trial::judge(entry(), seed, harm) {
                panic!("{what}");
            }
        }
    }
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    for nodes in 3..=10 {
        let overlap = Settings::of(&DESCRIPTOR, nodes).config.quorum.overlap();
        for liars in 0..=overlap {
            let report = trial::run(entry(), &trial::two_worlds(&DESCRIPTOR, nodes, None, liars));
            assert_eq!(
                report.verdict.is_safe(),
                liars < overlap,
                "n={nodes} b={liars}"
            );
            if let Safety::Broken(violation) = report.verdict.safety {
                assert_eq!(violation.both.len() as u32, overlap);
            }
        }
    }
}

#[test]
fn six_nodes_with_the_quorum_of_the_wrong_formula_fork_without_any_liar() {
    let wrong = trial::two_worlds(&DESCRIPTOR, 6, Some(3), 0);
    let Safety::Broken(violation) = trial::run(entry(), &wrong).verdict.safety else {
        panic!("no fork");
    };
    assert_eq!(violation.both, [0_u32; 0]);
    let right = trial::two_worlds(&DESCRIPTOR, 6, None, 0);
    let report = trial::run(entry(), &right);
    assert!(report.verdict.is_safe());
    // Three of six are too few: they wait for a fourth to give up the view.
    let Progress::Stuck(waits) = report.verdict.progress else {
        panic!("decided without a quorum");
    };
    assert!(matches!(
        waits[0].1,
        Waits::ViewChange {
            have: 3,
            need: 4,
            ..
        }
    ));
}

#[test]
fn a_view_change_that_forgets_what_was_prepared_is_caught() {
    let forks = |flaw| {
        (0..400).filter(move |seed| {
            let mut settings = trial::settings(&DESCRIPTOR, *seed, Harm::Lost);
            settings.config.flaw = flaw;
            !trial::run(entry(), &settings).verdict.is_safe()
        })
    };
    let caught: Vec<u64> = forks(Some(WITHOUT_CERTIFICATES)).take(3).collect();
    assert_eq!(caught.len(), 3);
}

#[test]
fn a_replica_that_was_down_catches_up_by_checkpoint_or_by_asking() {
    for every in [2, 128] {
        let mut settings = Settings::of(&DESCRIPTOR, 4);
        settings.config.decisions = 20;
        settings.config.knobs[0] = every;
        settings.acts = vec![
            act(50, ActKind::Crash { node: 3 }),
            act(
                3_000,
                ActKind::Recover {
                    node: 3,
                    forgets: false,
                },
            ),
        ];
        let mut run = Run::<Pbft>::new(&settings);
        run.finish();
        assert!(run.verdict().is_done(), "{}", run.verdict());
        assert_eq!(run.watch().decided(3), 20);
    }
}

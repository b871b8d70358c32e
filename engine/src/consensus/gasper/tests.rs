//! Gasper against its specification: counts, exact times of finality, safety, liveness, slashing.

use super::form::{JUSTIFIED_IS_FINAL, end, slot_length};
use super::{DESCRIPTOR, Gasper};
use crate::consensus::registry::{Entry, named};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Lab, Progress, Run, Safety, Settings, order};
use crate::primitives::{Micros, Seed};
use crate::sim::{Act, ActKind};
use crate::trace::consensus::Offence;

const SLOTS: usize = 0;

fn entry() -> &'static Entry {
    named("gasper").unwrap()
}

fn settings(nodes: u32, slots: u64, decisions: u64) -> Settings {
    let mut settings = Settings::of(&DESCRIPTOR, nodes);
    settings.config.knobs[SLOTS] = slots;
    settings.config.decisions = decisions;
    settings
}

fn act(at_ms: u64, kind: ActKind) -> Act {
    Act {
        at: Micros::from_millis(at_ms),
        kind,
    }
}

fn finish(settings: &Settings) -> Run<Gasper> {
    let mut run = Run::new(settings);
    run.finish();
    run
}

#[test]
fn counts_and_times_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        for (slots, decisions) in [(2, 1), (4, 8), (8, 17), (32, 1)] {
            let settings = settings(nodes, slots, decisions);
            let report = trial::run(entry(), &settings);
            let Some(expected) = report.expected else {
                assert!(slots == 2 && nodes > 1 && report.verdict.is_done());
                continue;
            };
            let found: Vec<u64> = report.messages.iter().map(|(_, count)| *count).collect();
            assert_eq!(found, expected.messages, "n={nodes} slots={slots}");
            assert!(report.verdict.is_safe() && report.verdict.is_done());
            // Two epochs after the checkpoint, to the microsecond.
            let at = end(&settings.config) * slots * slot_length(&settings.config).0;
            assert_eq!(report.elapsed, Micros(at), "n={nodes} slots={slots}");
        }
    }
}

#[test]
fn with_the_slots_of_ethereum_a_checkpoint_is_final_768_seconds_later() {
    let mut settings = settings(8, 32, 320);
    settings.config.bound = Micros::from_millis(4_000);
    settings.horizon = Micros::NEVER;
    let mut run = Run::<Gasper>::new(&settings);
    let (mut finals, mut last) = (Vec::new(), 0);
    while run.step() {
        let epoch = run.protocol(3).checkpoints().1.epoch;
        if epoch > last {
            last = epoch;
            finals.push((epoch, run.now()));
        }
    }
    // The first that can be final is that of epoch 2.
    assert_eq!(finals[0].0, 2);
    for (epoch, at) in finals {
        let begun = epoch * 32 * 12_000_000;
        assert_eq!(at.since(Micros(begun)), Micros::from_millis(768_000));
    }
    assert_eq!(last, 10);
}

#[test]
fn safe_and_live_under_hundreds_of_scripts_and_nobody_honest_is_caught() {
    let mut caught = 0;
    for seed in 0..110 {
        for harm in [Harm::Late, Harm::Lost] {
            let run = finish(&trial::settings(&DESCRIPTOR, seed, harm));
            let verdict = run.verdict();
            assert!(
                verdict.is_safe() && verdict.is_done(),
                "seed {seed} {harm:?}: {verdict}"
            );
            for (culprit, offence) in run.watch().evidence().keys() {
                assert!(
                    !run.watch().is_honest(*culprit),
                    "seed {seed} {harm:?}: {culprit} {offence:?}"
                );
                caught += 1;
            }
        }
    }
    assert!(caught > 20, "{caught}");
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    for nodes in 3..=10 {
        let overlap = Settings::of(&DESCRIPTOR, nodes).config.quorum.overlap();
        for liars in 0..=overlap {
            let mut settings = trial::two_worlds(&DESCRIPTOR, nodes, None, liars);
            settings.config.knobs[SLOTS] = 4;
            let report = trial::run(entry(), &settings);
            assert_eq!(
                report.verdict.is_safe(),
                liars < overlap,
                "n={nodes} b={liars}"
            );
            if let Safety::Broken(violation) = report.verdict.safety {
                // Accountable safety: at least a third signed both.
                assert!(violation.both.len() as u32 >= overlap);
                assert!(violation.both.iter().all(|node| *node < liars));
            }
        }
    }
}

#[test]
fn whoever_votes_in_two_worlds_is_caught_when_they_meet() {
    // Too few to fork: the halves wait, and when they hear each other they see who voted twice.
    let mut settings = trial::two_worlds(&DESCRIPTOR, 7, None, 2);
    settings.config.knobs[SLOTS] = 4;
    settings.acts.push(act(20_000, ActKind::Heal));
    let run = finish(&settings);
    assert!(
        run.verdict().is_safe() && run.verdict().is_done(),
        "{}",
        run.verdict()
    );
    for liar in 0..2 {
        assert!(
            run.watch()
                .evidence()
                .contains_key(&(liar, Offence::DoubleVote))
        );
    }
    let honest = |(node, _): &&(u32, Offence)| *node >= 2;
    assert_eq!(run.watch().evidence().keys().filter(honest).count(), 0);
}

#[test]
fn two_blocks_in_a_slot_are_proven() {
    let mut settings = settings(4, 4, 40);
    let order = Behaviour::Equivocate as u8;
    settings.acts = vec![act(0, ActKind::Order { node: 0, order })];
    let run = finish(&settings);
    assert!(run.verdict().is_safe() && run.verdict().is_done());
    assert!(
        run.watch()
            .evidence()
            .contains_key(&(0, Offence::Equivocation))
    );
}

#[test]
fn six_nodes_with_the_quorum_of_the_wrong_formula_fork_without_any_liar() {
    let mut wrong = trial::two_worlds(&DESCRIPTOR, 6, Some(3), 0);
    wrong.config.knobs[SLOTS] = 4;
    let Safety::Broken(violation) = trial::run(entry(), &wrong).verdict.safety else {
        panic!("no fork");
    };
    assert_eq!(violation.both, [0_u32; 0]);
    let mut right = trial::two_worlds(&DESCRIPTOR, 6, None, 0);
    right.config.knobs[SLOTS] = 4;
    right.horizon = Micros::from_millis(60_000);
    let report = trial::run(entry(), &right);
    assert!(report.verdict.is_safe());
    assert!(matches!(report.verdict.progress, Progress::Stuck(_)));
}

#[test]
fn finality_stops_without_two_thirds_and_comes_back_with_them() {
    let mut settings = settings(7, 4, 30);
    let epoch_ms = 4 * 600;
    for node in [4, 5, 6] {
        settings.acts.push(act(1_000, ActKind::Crash { node }));
        let forgets = false;
        settings
            .acts
            .push(act(20 * epoch_ms, ActKind::Recover { node, forgets }));
    }
    let mut run = Run::<Gasper>::new(&settings);
    run.advance(Micros::from_millis(20 * epoch_ms - 1));
    // Four of seven: blocks go on, nothing is final.
    assert_eq!(run.protocol(0).checkpoints().1.epoch, 0);
    assert!(run.protocol(0).decided == 0 && run.protocol(0).tree.count() > 40);
    run.finish();
    assert!(run.verdict().is_done() && run.verdict().is_safe());
    // Back in the middle of things, all is final within four epochs.
    assert!(
        run.now() <= Micros::from_millis(24 * epoch_ms),
        "{}",
        run.now()
    );
}

#[test]
fn a_node_that_was_down_fetches_the_chain_and_its_finality() {
    let mut settings = settings(4, 4, 100);
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(
            90_000,
            ActKind::Recover {
                node: 3,
                forgets: false,
            },
        ),
    ];
    let run = finish(&settings);
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert_eq!(run.watch().decided(3), 100);
}

/// Twins: one of four has a copy, and the network is cut anew in every few slots.
fn twins(seed: u64, flaw: Option<u8>) -> Settings {
    let mut settings = settings(4, 4, 24);
    settings.seed = seed;
    settings.config.flaw = flaw;
    settings.horizon = Micros::from_millis(60_000);
    settings.acts = vec![act(0, ActKind::Copy { node: 0 })];
    let mut stream = Seed::new(seed).fork("twins").stream();
    let mut at = 0;
    while at < 20_000 {
        let groups = vec![(0..5).filter(|_| stream.below(2) == 0).collect()];
        settings.acts.push(act(at, ActKind::Partition { groups }));
        at += stream.between(300, 4_000);
    }
    settings.acts.push(act(at, ActKind::Heal));
    settings
}

#[test]
fn what_is_justified_only_is_not_final() {
    let forks =
        |flaw| (0..600).filter(move |seed| !finish(&twins(*seed, flaw)).verdict().is_safe());
    assert_eq!(forks(Some(JUSTIFIED_IS_FINAL)).take(2).count(), 2);
    for seed in 0..40 {
        let run = finish(&twins(seed, None));
        assert!(
            run.verdict().is_safe() && run.verdict().is_done(),
            "seed {seed}"
        );
    }
}

/// Ten validators, seven of whom leave and lie: what was a quorum. The last node is down from the start until
/// `back_at`, when it hears of the liars alone for a minute; if `is_told`, somebody it trusts tells it a
/// checkpoint.
fn long_range(liars: u32, back_at: u64, is_told: bool) -> Settings {
    let mut settings = settings(10, 4, 200);
    settings.horizon = Micros::from_millis(400_000);
    let order = Behaviour::LongRange as u8;
    let lies = |node| act(0, ActKind::Order { node, order });
    settings.acts = (0..liars).map(lies).collect();
    let there = (0..liars).chain([9]).collect();
    settings.acts.extend([
        act(50, ActKind::Crash { node: 9 }),
        act(
            back_at,
            ActKind::Partition {
                groups: vec![there],
            },
        ),
        act(
            back_at,
            ActKind::Recover {
                node: 9,
                forgets: false,
            },
        ),
        act(back_at + 60_000, ActKind::Heal),
    ]);
    if is_told {
        let order = order::TRUST;
        let told = act(back_at, ActKind::Order { node: 9, order });
        settings.acts.push(told);
    }
    settings
}

#[test]
fn who_comes_back_without_a_checkpoint_is_misled_by_those_who_have_left() {
    let run = finish(&long_range(7, 120_000, false));
    let verdict = run.verdict();
    let Safety::Broken(violation) = &verdict.safety else {
        panic!("no fork: {verdict}");
    };
    // The verdict names it, and whom: a quorum of those who were validators once.
    assert!(violation.withdrawn.len() >= 7, "{verdict}");
    assert!(
        violation.withdrawn.iter().all(|node| *node < 7),
        "{verdict}"
    );
    assert!(verdict.to_string().contains("long-range"), "{verdict}");
    let nodes = violation.decisions.each_ref().map(|decision| decision.node);
    assert!(nodes.contains(&9), "{verdict}");
    // Nodes that were there keep what they have, and prove who signed two histories; all for nothing, since
    // these have left.
    assert_eq!(run.watch().decided(7), 200);
    assert_eq!(run.protocol(7).checkpoints(), run.protocol(8).checkpoints());
    for liar in 0..7 {
        let proven = (liar, Offence::DoubleVote);
        assert!(run.watch().evidence().contains_key(&proven), "{liar}");
    }
    // The chain of those who stay has gone on without the others.
    assert_eq!(run.protocol(7).finalized_exits().count(), 7);
}

#[test]
fn who_is_told_a_checkpoint_is_not_misled() {
    let run = finish(&long_range(7, 120_000, true));
    assert!(
        run.verdict().is_safe() && run.verdict().is_done(),
        "{}",
        run.verdict()
    );
    assert_eq!(run.watch().decided(9), 200);
}

#[test]
fn fewer_old_keys_than_a_quorum_and_a_node_that_was_there_mislead_nobody() {
    let run = finish(&long_range(6, 120_000, false));
    assert!(
        run.verdict().is_safe() && run.verdict().is_done(),
        "{}",
        run.verdict()
    );
    // It goes down only when all have left for good: it has that as final, and refuses the other history.
    let mut later = long_range(7, 180_000, false);
    later
        .acts
        .retain(|act| !matches!(act.kind, ActKind::Crash { .. }));
    later.acts.push(act(119_000, ActKind::Crash { node: 9 }));
    let mut run = Run::<Gasper>::new(&later);
    run.advance(Micros::from_millis(119_000));
    assert_eq!(run.protocol(9).finalized_exits().count(), 7);
    run.finish();
    assert!(run.verdict().is_safe(), "{}", run.verdict());
    assert_eq!(run.watch().decided(9), 200);
}

#[test]
fn validators_leave_and_the_others_go_on_with_a_quorum_of_their_own() {
    let mut settings = settings(10, 4, 120);
    let order = order::WITHDRAW;
    let leaves = |node| act(1_000, ActKind::Order { node, order });
    settings.acts = (0..7).map(leaves).collect();
    // Three are left, and two are their quorum: those who have left may stop.
    let stops = |node| act(60_000, ActKind::Crash { node });
    settings.acts.extend((0..7).map(stops));
    let run = finish(&settings);
    assert!(
        run.verdict().is_safe() && run.verdict().is_done(),
        "{}",
        run.verdict()
    );
    assert_eq!(run.protocol(8).finalized_exits().count(), 7);
    assert!(run.watch().evidence().is_empty());
    // All want to leave: the last one stays.
    settings.acts = (0..10).map(leaves).collect();
    settings.config.decisions = 60;
    let run = finish(&settings);
    assert!(run.verdict().is_done(), "{}", run.verdict());
    assert!(run.protocol(0).finalized_exits().count() <= 9);
}

#[test]
fn a_long_chain_is_fetched_with_one_question_for_every_part_of_it() {
    let mut settings = settings(4, 4, 500);
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(
            330_000,
            ActKind::Recover {
                node: 3,
                forgets: false,
            },
        ),
    ];
    let report = finish(&settings).report();
    assert!(report.verdict.is_done(), "{}", report.verdict);
    let count = |kind: &str| {
        let number = DESCRIPTOR.kind(kind).unwrap();
        report.messages[usize::from(number)].1
    };
    // Three answers to its first question, each with nine parts of 64 blocks at most, and a few more.
    assert!(count("branch") < 60, "{}", count("branch"));
}

#[test]
fn who_rests_still_shows_the_branch_that_proves_finality() {
    // Here the votes that made a checkpoint final were on a branch that lost: whoever was down meanwhile
    // would never see them on the head's.
    if let Err(what) = trial::judge(entry(), 1_480, Harm::Lost) {
        panic!("{what}");
    }
}

//! Every discipline against the serial execution of the order that it committed.

use super::descriptor::{self, Descriptor};
use super::discipline::{Conditions, Discipline};
use crate::executor::crew::stepped::{StepSettings, Stepped};
use crate::executor::{Executor, Script};
use crate::primitives::{Seed, Tick, TxIndex};
use crate::testing::toy::{self, MapStorage, Number, ToyTx, ToyVm};
use crate::trace::{Outcome, TaskKind};

type Storage = MapStorage<u64, Number>;

fn settings(seed: u64, lanes: u32) -> StepSettings {
    StepSettings {
        lanes,
        validate_read_ticks: (seed % 40) as u32,
        dispatch_ticks: (seed % 97) as u32,
        seed: Seed::new(seed),
        is_recorded: true,
    }
}

fn of(discipline: Discipline) -> &'static Descriptor {
    descriptor::named(discipline.name()).expect("every discipline is described")
}

/// Storage, outputs and gas equal those of the serial execution of the order committed, which is the
/// block's own where that is promised; the recording accounts for every run.
fn check(
    executor: &mut Executor<ToyVm>,
    discipline: Discipline,
    (before, txs): (&Storage, &[ToyTx]),
    settings: &StepSettings,
    conditions: Conditions<'_>,
) -> Stepped<u64> {
    let context = format!("{discipline:?}, {settings:?}, {} transactions", txs.len());
    let mut after = before.clone();
    let run = executor
        .laboratory_under(conditions, discipline, &ToyVm, &mut after, txs, settings)
        .unwrap_or_else(|fault| panic!("{context}: {fault}"));
    let recording = &run.recording;
    let mut order = recording.order.clone();
    if of(discipline).keeps_block_order {
        assert!(order.is_empty(), "{context}");
        assert!(recording.commits.is_sorted(), "commits: {context}");
    }
    if order.is_empty() {
        order = (0..txs.len() as u32).map(TxIndex).collect();
    }
    let mut all = order.clone();
    all.sort_unstable();
    assert!(
        all.iter().copied().eq((0..txs.len() as u32).map(TxIndex)),
        "{context}"
    );
    let ticks = order.iter().map(|tx| recording.commits[tx.as_usize()]);
    assert!(ticks.is_sorted(), "committed in the order told: {context}");

    let mut expected = before.clone();
    let mut oracle = Executor::<ToyVm>::default();
    let in_order: Vec<ToyTx> = order.iter().map(|tx| txs[tx.as_usize()]).collect();
    oracle
        .serial(&ToyVm, &mut expected, &in_order)
        .expect("serial");
    assert_eq!(after, expected, "storage: {context}");
    for (place, tx) in order.iter().enumerate() {
        let (output, gas) = (
            executor.outputs()[tx.as_usize()],
            executor.gas()[tx.as_usize()],
        );
        assert_eq!(output, oracle.outputs()[place], "output of {tx}: {context}");
        assert_eq!(gas, oracle.gas()[place], "gas of {tx}: {context}");
    }
    assert_eq!(executor.outputs().len(), txs.len());
    account(&run, &context);
    run
}

/// Lanes do one thing at a time, every run and check is there, and what was withdrawn is counted.
fn account(run: &Stepped<u64>, context: &str) {
    let (tasks, stats) = (&run.recording.tasks, &run.stats);
    let count =
        |f: &dyn Fn(&crate::trace::Task) -> bool| tasks.iter().filter(|t| f(t)).count() as u64;
    let is_run = |task: &crate::trace::Task| task.kind == TaskKind::Execute;
    assert_eq!(count(&is_run), stats.executions, "{context}");
    assert_eq!(count(&|task| !is_run(task)), stats.validations, "{context}");
    let is_withdrawn = |task: &crate::trace::Task| {
        matches!(
            task.outcome,
            Outcome::Aborted { .. } | Outcome::Wounded { .. } | Outcome::Lost { .. }
        )
    };
    assert_eq!(count(&is_withdrawn), stats.aborts, "{context}");
    let is_breach = |task: &crate::trace::Task| matches!(task.outcome, Outcome::Breached { .. });
    assert_eq!(count(&is_breach), stats.breaches, "{context}");
    let mut free = vec![Tick(0); run.recording.lanes as usize];
    for task in tasks {
        let at = &mut free[task.lane.as_usize()];
        assert!(task.start >= *at && task.end >= task.start, "{context}");
        *at = task.end;
    }
    for (tx, commit) in run.recording.commits.iter().enumerate() {
        let mut own = tasks
            .iter()
            .filter(|task| task.tx.as_usize() == tx && is_run(task));
        assert!(
            own.any(|task| task.end <= *commit),
            "{tx} is committed unrun: {context}"
        );
    }
}

#[test]
fn every_discipline_equals_serial_on_thousands_of_blocks() {
    let mut executor = Executor::default();
    let mut breaches = [0; Discipline::ALL.len()];
    let mut aborts = [0; Discipline::ALL.len()];
    for seed in 0..3_000u64 {
        let mut stream = Seed::new(seed).fork("laboratory blocks").stream();
        let count = stream.between(0, 40) as u32;
        let slots = [1, 2, 5, 20, 200][stream.below(5) as usize];
        let lanes = [1, 2, 3, 4, 8, 16, 64, 1024][stream.below(8) as usize];
        let mut before = Storage::default();
        for slot in 0..stream.below(slots + 1) {
            before.0.insert(slot, Number(stream.below(9)));
        }
        let txs = toy::block(&mut stream, count, slots, 24);
        for (index, discipline) in Discipline::ALL.into_iter().enumerate() {
            let settings = settings(seed, lanes);
            let block = (&before, &txs[..]);
            let run = check(
                &mut executor,
                discipline,
                block,
                &settings,
                Conditions::default(),
            );
            breaches[index] += run.stats.breaches;
            aborts[index] += run.stats.aborts;
        }
    }
    for (discipline, aborts) in Discipline::ALL.into_iter().zip(aborts) {
        // With all hints right there is nothing to abort; see below for wrong ones.
        let aborts_here = of(discipline).can_abort && discipline != Discipline::DependencyGraph;
        assert!(aborts > 1_000 || !aborts_here, "{discipline:?}: {aborts}");
    }
    for (discipline, breaches) in Discipline::ALL.into_iter().zip(breaches) {
        let holds_to_sets = matches!(
            discipline,
            Discipline::PriorityGraph | Discipline::Preassigned | Discipline::BloomFrames
        );
        assert_eq!(
            breaches > 1_000,
            holds_to_sets,
            "{discipline:?}: {breaches}"
        );
    }
}

#[test]
fn large_blocks_equal_serial() {
    let mut executor = Executor::default();
    for seed in 0..4u64 {
        let mut stream = Seed::new(seed).fork("large laboratory blocks").stream();
        let slots = [3, 100, 3_000, 100_000][seed as usize];
        let txs = toy::block(&mut stream, 1_500, slots, 40);
        for discipline in Discipline::ALL {
            let settings = settings(seed, [2, 16, 64, 333][seed as usize]);
            let block = (&Storage::default(), &txs[..]);
            check(
                &mut executor,
                discipline,
                block,
                &settings,
                Conditions::default(),
            );
        }
    }
}

/// Every order in which three lanes can pick up three transactions on two slots.
#[test]
fn every_interleaving_of_small_blocks_equals_serial() {
    let mut executor = Executor::default();
    let mut runs = 0;
    for seed in 0..12u64 {
        let mut stream = Seed::new(seed).fork("small laboratory blocks").stream();
        let txs = toy::block(&mut stream, 3, 2, 8);
        for discipline in Discipline::ALL {
            // Delays below, about and above the length of a run.
            let mut script = Script::new(&[0, 45, 400], 6);
            loop {
                let conditions = Conditions {
                    script: Some(&mut script),
                    ..Conditions::default()
                };
                let block = (&Storage::default(), &txs[..]);
                check(
                    &mut executor,
                    discipline,
                    block,
                    &settings(seed, 3),
                    conditions,
                );
                runs += 1;
                if !script.turn() {
                    break;
                }
            }
        }
    }
    assert!(runs > 10_000, "{runs} interleavings");
}

#[test]
fn a_wrong_hint_costs_a_run_and_never_a_result() {
    let mut executor = Executor::default();
    let mut aborts = [0; 2];
    for seed in 0..400u64 {
        let mut stream = Seed::new(seed).fork("hints").stream();
        let txs = toy::block(&mut stream, 40, 10, 12);
        let is_kept = |tx: TxIndex, _| !(u64::from(tx.0) + seed).is_multiple_of(3);
        for (index, hints) in [None, Some(&is_kept)].into_iter().enumerate() {
            let conditions = Conditions {
                is_hint_kept: hints.map(|hints| hints as _),
                ..Conditions::default()
            };
            let block = (&Storage::default(), &txs[..]);
            let discipline = Discipline::DependencyGraph;
            let run = check(
                &mut executor,
                discipline,
                block,
                &settings(seed, 8),
                conditions,
            );
            aborts[index] += run.stats.aborts;
        }
    }
    assert_eq!(aborts[0], 0, "right hints abort nothing");
    assert!(aborts[1] > 100, "{} aborts", aborts[1]);
}

#[test]
fn one_lane_aborts_nothing_but_in_batches() {
    let mut executor = Executor::default();
    for seed in 0..100u64 {
        let txs = toy::block(&mut Seed::new(seed).stream(), 60, 8, 20);
        for discipline in Discipline::ALL {
            let block = (&Storage::default(), &txs[..]);
            let run = check(
                &mut executor,
                discipline,
                block,
                &settings(seed, 1),
                Conditions::default(),
            );
            if discipline != Discipline::Reservation && run.stats.breaches == 0 {
                assert_eq!(
                    run.stats.aborts + run.stats.blocked,
                    0,
                    "{discipline:?}, seed {seed}"
                );
            }
        }
    }
}

/// What a batch does depends on the block alone.
#[test]
fn reservations_know_neither_seed_nor_lanes() {
    let mut executor = Executor::default();
    let txs = toy::block(&mut Seed::new(8).stream(), 400, 60, 12);
    let mut run = |seed, lanes| {
        let block = (&Storage::default(), &txs[..]);
        let discipline = Discipline::Reservation;
        check(
            &mut executor,
            discipline,
            block,
            &settings(seed, lanes),
            Conditions::default(),
        )
    };
    let first = run(1, 1);
    let second = run(2, 64);
    assert_eq!(first.recording.order, second.recording.order);
    assert_eq!(first.stats, second.stats);
    assert!(!first.recording.order.is_sorted(), "some order was changed");
    assert!(first.stats.aborts > 0);
}

/// Who checks nothing has no luck with stale values: it is no faster than the longest chain.
#[test]
fn the_critical_path_bounds_whoever_keeps_the_order_and_checks_nothing() {
    let mut executor = Executor::default();
    let mut bounded = 0;
    for seed in 0..600u64 {
        let mut stream = Seed::new(seed).fork("bounded").stream();
        let txs = toy::block(&mut stream, 30, 12, 6);
        for discipline in [
            Discipline::PriorityGraph,
            Discipline::Preassigned,
            Discipline::DependencyGraph,
            Discipline::TwoPhaseLocking,
        ] {
            let block = (&Storage::default(), &txs[..]);
            let run = check(
                &mut executor,
                discipline,
                block,
                &settings(seed, 64),
                Conditions::default(),
            );
            if run.stats.aborts == 0 {
                let end = run.recording.end.0;
                assert!(
                    end >= run.critical_path.ticks,
                    "{discipline:?}, seed {seed}"
                );
                bounded += 1;
            }
        }
    }
    assert!(bounded > 600, "{bounded} runs");
}

#[test]
fn the_same_seed_gives_the_same_recording() {
    let mut executor = Executor::default();
    let txs = toy::block(&mut Seed::new(5).stream(), 200, 30, 20);
    for discipline in Discipline::ALL {
        let mut digest = |seed| {
            let mut storage = Storage::default();
            let settings = StepSettings {
                dispatch_ticks: 50,
                ..settings(seed, 8)
            };
            let run = executor.laboratory(discipline, &ToyVm, &mut storage, &txs, &settings);
            run.expect("a run").recording.digest()
        };
        let first = digest(1);
        assert_eq!(first, digest(1), "{discipline:?}");
        assert_ne!(first, digest(2), "{discipline:?}");
    }
}

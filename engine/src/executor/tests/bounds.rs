//! Additions within bounds, at their bounds: every crew against the oracle, and whom a turned answer costs a
//! run.

use super::{Storage, check_block};
use crate::executor::crew::stepped::{StepSettings, Stepped};
use crate::executor::{Executor, Script};
use crate::primitives::Seed;
use crate::testing::toy::{self, Number, ToyTx, ToyVm};
use crate::trace::{AccessKind, Outcome, TaskKind};

/// Runs that were withdrawn because an answer turned: what they saw of the slot was compared, not read.
fn turned(run: &Stepped<u64>) -> usize {
    let recording = &run.recording;
    let is_turned = |aborted: &&crate::trace::Task| {
        let Outcome::Aborted { key, .. } = aborted.outcome else {
            return false;
        };
        let mut runs = recording.tasks.iter().filter(|task| {
            let is_run = task.kind == TaskKind::Execute && task.access_count > 0;
            is_run && task.tx == aborted.tx && task.incarnation == aborted.incarnation
        });
        let accesses = runs
            .next()
            .map_or(&[][..], |run| recording.accesses_of(run));
        let of_key = |kind: fn(&AccessKind) -> bool| {
            accesses
                .iter()
                .any(|access| access.key == key && kind(&access.kind))
        };
        of_key(|kind| matches!(kind, AccessKind::Compare { .. }))
            && !of_key(|kind| matches!(kind, AccessKind::Read(_)))
    };
    recording.tasks.iter().filter(is_turned).count()
}

fn steps(seed: u64, lanes: u32) -> StepSettings {
    StepSettings {
        lanes,
        validate_read_ticks: (seed % 20) as u32,
        dispatch_ticks: (seed % 61) as u32,
        seed: Seed::new(seed),
        is_recorded: true,
    }
}

/// Few slots, each a few additions away from its bounds; how much is added follows from earlier answers, so
/// that a run on a wrong answer adds something else elsewhere.
fn at_bounds(seed: u64, count: u32) -> (Storage, Vec<ToyTx>) {
    let mut stream = Seed::new(seed).fork("at their bounds").stream();
    let slots = stream.between(1, 4);
    let mut before = Storage::default();
    for slot in 0..slots {
        before.0.insert(slot, Number(stream.below(13)));
    }
    let bounded = [16, 16, 14, 8][stream.below(4) as usize];
    let txs = toy::some_bounded(&mut stream, bounded, count, slots, 8);
    (before, txs)
}

#[test]
fn every_crew_equals_serial_on_deltas_at_their_bounds() {
    let mut executor = Executor::default();
    let mut all = [0; 2];
    for seed in 0..3_000u64 {
        let (before, txs) = at_bounds(seed, 1 + (seed % 40) as u32);
        let lanes = [2, 3, 8, 16, 64][seed as usize % 5];
        check_block(&mut executor, &before, &txs, seed, lanes);
        let settings = steps(seed, lanes);
        let first = executor.stepped(&ToyVm, &mut before.clone(), &txs, &settings);
        all[0] += turned(&first.expect("no fault"));
        let second = executor.reactive_stepped(&ToyVm, &mut before.clone(), &txs, &settings);
        all[1] += turned(&second.expect("no fault"));
    }
    assert!(
        all.iter().all(|turned| *turned > 1_000),
        "answers turn: {all:?}"
    );
}

/// Three transactions on one slot at its bounds, in every order that a script of delays can bring about.
#[test]
fn every_interleaving_on_one_bounded_slot_equals_serial() {
    let mut executor = Executor::default();
    let (mut runs, mut all) = (0, [0; 2]);
    for seed in 0..30u64 {
        let mut stream = Seed::new(seed).fork("one bounded slot").stream();
        let txs = toy::some_bounded(&mut stream, 16, 3, 1, 3);
        let mut before = Storage::default();
        before.0.insert(0, Number(stream.below(13)));
        let mut expected = before.clone();
        let mut oracle = Executor::<ToyVm>::default();
        oracle.serial(&ToyVm, &mut expected, &txs).expect("serial");
        let settings = StepSettings {
            dispatch_ticks: 0,
            validate_read_ticks: 7,
            ..steps(seed, 3)
        };
        let mut script = Script::new(&[0, 15, 60], 6);
        loop {
            for (generation, all) in all.iter_mut().enumerate() {
                let mut found = before.clone();
                let script = Some(&mut script);
                let run = match generation {
                    0 => executor.stepped_by(&ToyVm, &mut found, &txs, &settings, script),
                    _ => executor.reactive_stepped_by(&ToyVm, &mut found, &txs, &settings, script),
                };
                *all += turned(&run.expect("no fault"));
                assert_eq!(found, expected, "storage: seed {seed}, {generation}");
                let outputs = executor.outputs();
                assert_eq!(outputs, oracle.outputs(), "seed {seed}, {generation}");
                runs += 1;
            }
            if !script.turn() {
                break;
            }
        }
    }
    assert!(runs >= 30 * 2 * 3_u32.pow(5), "{runs} interleavings");
    assert!(all.iter().all(|turned| *turned > 500), "{all:?}");
}

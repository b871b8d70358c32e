//! The second generation against the oracle.

use super::arena::Arena;
use super::lane::{Begun, Finished};
use super::scheduler::{Invalidated, Scheduler, Task};
use super::versions::Versions;
use crate::executor::crew::stepped::StepSettings;
use crate::executor::{BlockStats, Executor, Script};
use crate::primitives::seed::Stream;
use crate::primitives::{Incarnation, Seed, Tick, TxIndex};
use crate::state::Storage as _;
use crate::testing::toy::{self, MapStorage, Number, ToyTx, ToyVm};
use crate::trace::{self, Outcome, TaskKind};
use proptest::prelude::*;

type Storage = MapStorage<u64, Number>;

/// A block and the state before it.
fn toy_block(stream: &mut Stream) -> (Storage, Vec<ToyTx>) {
    let count = stream.between(0, 40) as u32;
    let slots = [1, 2, 5, 20, 200][stream.below(5) as usize];
    let mut before = Storage::default();
    for slot in 0..stream.below(slots + 1) {
        before.0.insert(slot, Number(stream.below(9)));
    }
    (before, toy::block(stream, count, slots, 24))
}

fn serial(before: &Storage, txs: &[ToyTx]) -> (Storage, Executor<ToyVm>) {
    let mut storage = before.clone();
    let mut oracle = Executor::<ToyVm>::default();
    oracle.serial(&ToyVm, &mut storage, txs).expect("serial");
    (storage, oracle)
}

proptest! {
    /// However much of it was in use, and whether the values were taken or not.
    #[test]
    fn a_block_leaves_nothing_in_the_table_of_keys(
        blocks in prop::collection::vec(
            (prop::collection::vec(0u64..2_000, 0..120), 1u32..1_000, any::<bool>()),
            1..12,
        ),
    ) {
        let mut versions = Versions::<u64, Number>::default();
        for (keys, room, is_taken) in blocks {
            versions.reset(room.max(keys.len() as u32));
            prop_assert!(versions.is_forgotten());
            let mut known = Vec::new();
            for key in keys {
                let id = versions.intern(&key).expect("there is room");
                prop_assert_eq!(versions.key(id), Some(&key));
                let number = known.iter().position(|other| *other == key);
                prop_assert_eq!(id.0 as usize, number.unwrap_or(known.len()));
                if number.is_none() {
                    known.push(key);
                }
            }
            if is_taken {
                versions.take_values_here(TxIndex(0), |_| None);
            }
        }
    }
}

/// What a run by hand has met.
#[derive(Default, Debug)]
struct Met {
    withdrawn: u64,
    blocked: u64,
    forced: u64,
}

/// Lets a stream of random numbers say which lane does half a task next, and withdraws one run in
/// `force_one_in` for no reason at all (0: none).
fn by_hand(
    arena: &mut Arena<ToyVm>,
    before: &Storage,
    txs: &[ToyTx],
    lanes: u32,
    stream: &mut Stream,
    force_one_in: u64,
) -> (Storage, Met) {
    let met = arena.with_room(txs.len(), lanes, |arena| {
        let run = arena.block_run(&ToyVm, before, txs, false);
        let scheduler = run.scheduler;
        let mut busy: Vec<Option<(Task, Begun)>> = vec![None; lanes as usize];
        let mut met = Met::default();
        let mut idle_steps = 0;
        while !scheduler.is_stopped() {
            let at = stream.below(u64::from(lanes)) as usize;
            let mut lane = arena.lanes[at].lock().expect("a lane");
            let next = match busy[at].take() {
                Some((task, begun)) => {
                    let (finished, next) = lane.finish(&run, task, begun)?;
                    met.blocked += u64::from(finished == Finished::Waits);
                    met.withdrawn +=
                        u64::from(lane.withdrawn()) * u64::from(finished != Finished::Waits);
                    idle_steps = 0;
                    if force_one_in > 0 && stream.below(force_one_in) == 0 {
                        met.forced += force(scheduler, txs.len(), stream);
                    }
                    next
                }
                None => None,
            };
            match next.or_else(|| scheduler.next_task()) {
                Some(task) => busy[at] = Some((task, lane.begin(&run, task))),
                None => idle_steps += 1,
            }
            assert!(
                idle_steps < 100_000,
                "lanes find no work, and the block is not done"
            );
        }
        Ok(met)
    });
    let mut storage = before.clone();
    let end = TxIndex(txs.len() as u32);
    for (key, value) in arena.versions.take_values_here(end, |key| before.get(key)) {
        storage.set(key, value);
    }
    (storage, met.expect("no fault"))
}

/// Withdraws some run that is not committed, for no reason; how many.
fn force(scheduler: &Scheduler, count: usize, stream: &mut Stream) -> u64 {
    let tx = scheduler.committed() + stream.below(8) as u32;
    if tx == 0 || tx as usize >= count {
        return 0;
    }
    let task = Task {
        tx: TxIndex(tx),
        incarnation: Incarnation(stream.below(3) as u32),
    };
    let writer = TxIndex(stream.below(u64::from(tx)) as u32);
    match scheduler.invalidate(task, writer) {
        Some(Invalidated::Ended) => {
            scheduler.queue(std::iter::once(task.tx));
            1
        }
        Some(Invalidated::Running) => 1,
        None => 0,
    }
}

#[test]
fn any_interleaving_equals_serial_on_ten_thousand_blocks() {
    let mut arena = Arena::default();
    let mut all = Met::default();
    for seed in 0..10_000u64 {
        let mut stream = Seed::new(seed).fork("blocks by hand").stream();
        let (before, txs) = toy_block(&mut stream);
        let lanes = [1, 2, 3, 4, 8, 16, 64][stream.below(7) as usize];
        let force_one_in = [0, 0, 3, 20][stream.below(4) as usize];
        let context = format!("seed {seed}, {lanes} lanes, {} transactions", txs.len());
        let (storage, met) = by_hand(&mut arena, &before, &txs, lanes, &mut stream, force_one_in);
        let (expected, oracle) = serial(&before, &txs);
        assert_eq!(storage, expected, "storage: {context}");
        for (tx, output) in oracle.outputs().iter().enumerate() {
            let record = arena.records[tx].lock().expect("a record");
            assert_eq!(record.output, *output, "output {tx}: {context}");
            assert_eq!(record.gas, oracle.gas()[tx], "gas {tx}: {context}");
        }
        all.withdrawn += met.withdrawn;
        all.blocked += met.blocked;
        all.forced += met.forced;
    }
    assert!(
        all.withdrawn > 50_000 && all.blocked > 1_000 && all.forced > 3_000,
        "the blocks are contended: {all:?}"
    );
}

fn steps(lanes: u32) -> StepSettings {
    StepSettings {
        lanes,
        validate_read_ticks: 7,
        dispatch_ticks: 50,
        seed: Seed::new(0),
        is_recorded: true,
    }
}

/// Three transactions on two slots, in every order of dispatch that a script of delays can bring about.
#[test]
fn every_interleaving_of_three_transactions_on_two_slots_equals_serial() {
    let mut executor = Executor::default();
    let (mut runs, mut aborts) = (0u32, 0);
    for seed in 0..200u64 {
        let mut stream = Seed::new(seed).fork("three on two").stream();
        let txs = toy::block(&mut stream, 3, 2, 8);
        let before = Storage::default();
        let (expected, oracle) = serial(&before, &txs);
        let mut script = Script::new(&[0, 15, 60], 4);
        loop {
            let mut storage = before.clone();
            let run = executor
                .reactive_stepped_by(&ToyVm, &mut storage, &txs, &steps(3), Some(&mut script))
                .expect("no fault");
            assert_eq!(storage, expected, "seed {seed}");
            assert_eq!(executor.outputs(), oracle.outputs(), "seed {seed}");
            runs += 1;
            aborts += run.stats.aborts;
            if !script.turn() {
                break;
            }
        }
    }
    assert!(
        runs >= 200 * 27 && aborts > 1_000,
        "{runs} runs, {aborts} aborts"
    );
}

#[test]
fn a_recording_accounts_for_every_run_and_every_withdrawal() {
    let mut stream = Seed::new(5).stream();
    let txs = toy::block(&mut stream, 300, 50, 20);
    let settings = steps(16);
    let run = Executor::default()
        .reactive_stepped(&ToyVm, &mut Storage::default(), &txs, &settings)
        .expect("no fault");
    let tasks = &run.recording.tasks;
    assert!(tasks.is_sorted_by_key(|task| (task.start, task.lane)));
    let count = |f: &dyn Fn(&trace::Task) -> bool| tasks.iter().filter(|task| f(task)).count();
    let aborted = count(&|task| matches!(task.outcome, Outcome::Aborted { .. }));
    let blocked = count(&|task| matches!(task.outcome, Outcome::Blocked { .. }));
    let runs = count(&|task| task.kind == TaskKind::Execute);
    assert!(
        run.stats.aborts > 0 && run.stats.blocked > 0,
        "{:?}",
        run.stats
    );
    assert_eq!(aborted as u64, run.stats.aborts);
    assert_eq!(blocked as u64, run.stats.blocked);
    assert_eq!(runs as u64, run.stats.executions);
    let mut free = [Tick(0); 16];
    for task in tasks {
        let at = &mut free[task.lane.as_usize()];
        assert!(task.start >= *at && task.end > task.start, "{task:?}");
        *at = task.end;
    }
    // A run that is withdrawn may be blocked as well: it is repeated once all the same.
    assert!(runs > 300 && runs <= 300 + aborted + blocked);
}

#[test]
fn one_lane_never_aborts_and_nothing_is_checked() {
    let txs = toy::block(&mut Seed::new(6).stream(), 300, 20, 20);
    let settings = steps(1);
    let run = Executor::default()
        .reactive_stepped(&ToyVm, &mut Storage::default(), &txs, &settings)
        .expect("no fault");
    let BlockStats {
        executions,
        validations,
        ..
    } = run.stats;
    assert_eq!((executions, validations), (300, 0));
}

#[cfg(feature = "threads")]
mod threads;

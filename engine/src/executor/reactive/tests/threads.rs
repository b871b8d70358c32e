//! On real threads.

use super::*;
use crate::state::ReadView;
use crate::vm::{Effects, Halt, Vm};
use std::collections::HashSet;
use std::sync::{Condvar, Mutex};

/// Threads leave the same storage, outputs and gas as running in order.
fn check(
    executor: &mut Executor<ToyVm>,
    before: &Storage,
    txs: &[ToyTx],
    lanes: u32,
    is_patient: bool,
) -> BlockStats {
    let (expected, oracle) = serial(before, txs);
    let mut storage = before.clone();
    let stats = executor
        .reactive_from(&ToyVm, &mut storage, txs, 0, (lanes, is_patient))
        .expect("no fault");
    let context = format!("{lanes} lanes, {stats:?}");
    assert_eq!(storage, expected, "storage: {context}");
    assert_eq!(executor.outputs(), oracle.outputs(), "outputs: {context}");
    assert_eq!(executor.gas(), oracle.gas(), "gas: {context}");
    stats
}

#[test]
fn threads_equal_serial_on_ten_thousand_blocks() {
    let mut executor = Executor::default();
    for seed in 0..10_000u64 {
        let mut stream = Seed::new(seed).fork("blocks for threads").stream();
        let (before, txs) = toy_block(&mut stream);
        let lanes = [1, 2, 3, 4, 8][stream.below(5) as usize];
        check(&mut executor, &before, &txs, lanes, stream.below(4) > 0);
    }
}

fn crowd() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8);
    pool.build().expect("a pool")
}

#[test]
fn more_threads_than_cores_equal_serial() {
    crowd().install(|| {
        let mut executor = Executor::default();
        for seed in 0..200u64 {
            let mut stream = Seed::new(seed).fork("crowded blocks").stream();
            let slots = [2, 30, 1_000, 100_000][seed as usize % 4];
            let txs = toy::block(&mut stream, 1_000, slots, 30);
            check(&mut executor, &Storage::default(), &txs, 8, seed % 3 > 0);
        }
    });
}

/// Whether a transaction on one slot looks at it before it writes it.
fn reads_first(tx: &ToyTx) -> bool {
    let mut view = Refusing;
    let mut effects = Effects::default();
    ToyVm.run(tx, &mut view, &mut effects).is_err()
}

struct Refusing;

impl ReadView<u64, Number> for Refusing {
    fn read(&mut self, _: &u64) -> Result<Option<Number>, Halt> {
        Err(Halt::Blocked(TxIndex(0)))
    }
}

#[test]
fn a_chain_is_given_up_early_and_independent_work_is_not() {
    let mut stream = Seed::new(7).fork("chains").stream();
    let mut executor = Executor::default();
    let mut chain = toy::block(&mut stream, 5_000, 1, 1);
    chain
        .iter_mut()
        .for_each(|tx| (tx.length, tx.bounded) = (40, 0));
    chain.retain(reads_first);
    chain.truncate(2_000);
    let stats = check(&mut executor, &Storage::default(), &chain, 2, false);
    assert!(stats.in_order > 1_900, "{stats:?}");
    let apart = toy::block(&mut stream, 2_000, u64::MAX, 20);
    let stats = check(&mut executor, &Storage::default(), &apart, 2, false);
    assert_eq!((stats.in_order, stats.executions), (0, 2_000));
}

/// The toy machine, except that whoever first runs one transaction is stopped in the middle of it
/// until every other transaction has been started.
struct Stopping {
    stopped: u64,
    others: Mutex<HashSet<u64>>,
    all_started: Condvar,
    count: usize,
}

impl Vm for Stopping {
    type Key = u64;
    type Value = Number;
    type Tx = ToyTx;
    type Output = (u64, bool);

    fn run(
        &self,
        tx: &ToyTx,
        view: &mut impl ReadView<u64, Number>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut toy = Effects::<ToyVm> {
            overlay: std::mem::take(&mut effects.overlay),
            ..Effects::default()
        };
        let result = ToyVm.run(tx, view, &mut toy);
        let mut others = self.others.lock().expect("no panic");
        if tx.start == self.stopped {
            while others.len() < self.count {
                others = self.all_started.wait(others).expect("no panic");
            }
        } else {
            others.insert(tx.start);
            self.all_started.notify_all();
        }
        effects.overlay = toy.overlay;
        effects.gas = toy.gas;
        effects.output = toy.output;
        result
    }
}

#[test]
fn a_stopped_lane_holds_up_nobody() {
    crowd().install(|| {
        for seed in 0..60u64 {
            // With room for all keys from the start: a block that begins again would start over
            // with a lane that is stopped already.
            let mut executor = Executor::<Stopping>::default();
            let mut stream = Seed::new(seed).fork("stopped lanes").stream();
            let slots = [2, 30, 1_000][seed as usize % 3];
            let txs = toy::block(&mut stream, 300, slots, 30);
            let stopped = txs[stream.below(300) as usize].start;
            let vm = Stopping {
                stopped,
                others: Mutex::default(),
                all_started: Condvar::new(),
                count: txs.len() - 1,
            };
            let (expected, oracle) = serial(&Storage::default(), &txs);
            let mut storage = Storage::default();
            let lanes = [2, 3, 8][stream.below(3) as usize];
            let stats = executor
                .reactive_from(&vm, &mut storage, &txs, 0, (lanes, true))
                .expect("no fault");
            assert_eq!(storage, expected, "storage: seed {seed}");
            assert_eq!(executor.outputs(), oracle.outputs(), "outputs: seed {seed}");
            // Whoever waits does so without running anything again and again.
            assert!(stats.executions < 100 * 300, "seed {seed}: {stats:?}");
        }
    });
}

//! The same sources once more, with a checker's locks and atomics in place of the standard ones: every
//! lock, load and store is a moment at which the checker may let another lane go on.
//!
//! The checker (Shuttle) draws interleavings at random, half of them by the rule of Burckhardt, Kothari,
//! Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs",
//! ASPLOS 2010. It reports a deadlock (a lane that sleeps while there is work) as a failure.

// These modules are compiled twice; here, only part of each is used.
#![allow(clippy::duplicate_mod, dead_code, unreachable_pub, missing_docs)]

mod sync {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use std::sync::PoisonError;
}

#[path = "arena.rs"]
mod arena;
#[path = "asker.rs"]
mod asker;
#[path = "history.rs"]
mod history;
#[path = "lane.rs"]
mod lane;
#[path = "scheduler.rs"]
mod scheduler;
#[path = "status.rs"]
mod status;
#[path = "versions.rs"]
mod versions;
#[path = "view.rs"]
mod view;

use crate::executor::Executor;
use crate::primitives::{Seed, TxIndex};
use crate::state::Storage as _;
use crate::testing::toy::{self, MapStorage, Number, ToyTx, ToyVm};
use arena::Arena;
use lane::{BlockRun, Lane};
use shuttle::sync::Arc;

type Storage = MapStorage<u64, Number>;

/// One lane of a crew of threads.
fn work(lane: &mut Lane<ToyVm>, run: &BlockRun<'_, ToyVm, Storage>) {
    let mut next = None;
    while !run.scheduler.is_stopped() {
        let Some(task) = next.take().or_else(|| run.scheduler.next_task()) else {
            let news = run.scheduler.news();
            next = run.scheduler.next_task();
            if next.is_none() {
                run.scheduler.wait_for_news(news);
            }
            continue;
        };
        let begun = lane.begin(run, task);
        next = lane.finish(run, task, begun).expect("no fault").1;
    }
}

/// A block by so many lanes, each a thread of the checker's, against running it in order.
fn check(before: &Storage, txs: &[ToyTx], lanes: u32) {
    let mut expected = before.clone();
    let mut oracle = Executor::<ToyVm>::default();
    oracle.serial(&ToyVm, &mut expected, txs).expect("serial");

    let mut arena = Arena::<ToyVm>::default();
    let prepared = arena.with_room(txs.len(), lanes, |_| Ok(()));
    prepared.expect("room");
    let arena = Arc::new((arena, before.clone(), txs.to_vec()));
    let threads: Vec<_> = (0..lanes)
        .map(|at| {
            let arena = arena.clone();
            shuttle::thread::spawn(move || {
                let (arena, before, txs) = &*arena;
                let run = arena.block_run(&ToyVm, before, txs, false);
                let mut lane = arena.lanes[at as usize].lock().expect("a lane");
                work(&mut lane, &run);
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a lane ends");
    }
    let Ok((mut arena, before, _)) = Arc::try_unwrap(arena) else {
        panic!("lanes have ended");
    };
    assert_eq!(arena.scheduler.committed() as usize, txs.len());
    for (tx, output) in oracle.outputs().iter().enumerate() {
        let record = arena.records[tx].lock().expect("a record");
        assert_eq!(record.output, *output, "output {tx}");
    }
    let mut storage = before.clone();
    let end = TxIndex(txs.len() as u32);
    for (key, value) in arena.versions.take_values_here(end, |key| before.get(key)) {
        storage.set(key, value);
    }
    assert_eq!(storage, expected);
}

/// A block that is small, and contended; one in three compares and adds within bounds, and nothing else.
fn small_block(seed: u64) -> (Storage, Vec<ToyTx>) {
    let mut stream = Seed::new(seed).fork("interleavings").stream();
    let slots = stream.between(1, 4);
    let mut before = Storage::default();
    before.0.insert(0, Number(stream.below(9)));
    let count = stream.between(2, 6) as u32;
    let txs = match seed % 3 {
        0 => toy::some_bounded(&mut stream, 16, count, slots, 4),
        _ => toy::block(&mut stream, count, slots, 8),
    };
    (before, txs)
}

#[test]
fn any_interleaving_of_locks_and_atomics_equals_serial() {
    for seed in 0..24 {
        let (before, txs) = small_block(seed);
        let lanes = 2 + (seed % 2) as u32;
        let (again, block) = (before.clone(), txs.clone());
        shuttle::check_random(move || check(&before, &txs, lanes), 400);
        shuttle::check_pct(move || check(&again, &block, lanes), 400, 3);
    }
}

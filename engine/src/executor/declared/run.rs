//! A plan that runs: all its lanes, and what then stands in the storage.

use super::fresh::Fresh;
use super::lane::{Left, Shared};
use super::plan::Plan;
use super::work::{Lanes, Worker};
use crate::executor::team::Team;
use crate::state::{Additive, Cells, DenseStorage};
use crate::vm::{Fault, Vm};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A plan that runs.
pub(in crate::executor) struct Run<'a, M: Vm, S> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    pub(in crate::executor) storage: &'a mut S,
    pub(in crate::executor) fresh: &'a mut Fresh<M::Key, M::Value>,
    pub(in crate::executor) left: &'a mut [Left<M::Output>],
    pub(in crate::executor) workers: &'a mut [Mutex<Worker<M>>],
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> Run<'_, M, S> {
    /// Runs the plan to its end, or to the first transaction that broke its declaration or met a fault: how
    /// many stand, and the fault. The first lane does `beside` before.
    pub(in crate::executor) fn finish(
        &mut self,
        team: &Team,
        lanes: &Lanes,
        beside: Option<impl FnOnce() + Send>,
    ) -> (usize, Option<Fault>) {
        let is_far = self.storage.is_far();
        let (places, stored) = self.storage.lend();
        let shared = &Shared {
            vm: self.vm,
            txs: self.txs,
            plan: self.plan,
            is_far,
            places,
            stored,
            fresh: &*self.fresh,
            left: Cells::of(self.left),
        };
        let workers = &*self.workers;
        let beside = Mutex::new(beside);
        team.run(&|lane| {
            if lane == 0
                && let Some(beside) = beside.lock().ok().and_then(|mut beside| beside.take())
            {
                beside();
            }
            lanes.work(lane, &mut lock(&workers[lane]), shared);
        });
        lanes.outcome(self.plan.count)
    }

    /// Ends the plan, of which the first `count` transactions stand: undoes what later ones have changed,
    /// draws the sums, and sets the slots that were foreseen and those that the storage has not. Says how
    /// many runs there were.
    pub(in crate::executor) fn commit(self, count: usize) -> u64 {
        let Self {
            plan,
            storage,
            fresh,
            workers,
            ..
        } = self;
        let is_whole = count == plan.count;
        let count = count as u32;
        let mut runs = 0;
        let (mut undo, mut undo_fresh) = (Vec::new(), Vec::new());
        for worker in workers.iter_mut() {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            runs += std::mem::take(&mut worker.ran);
            let log = &mut worker.log;
            storage.touched(log.touched.drain(..));
            if is_whole {
                log.undo.clear();
                log.undo_fresh.clear();
            } else {
                undo.extend(log.undo.drain(..).filter(|(tx, ..)| *tx >= count));
                undo_fresh.extend(log.undo_fresh.drain(..).filter(|(tx, ..)| *tx >= count));
            }
        }
        // The last change of a slot is the first to be undone; of one transaction, a slot is changed once.
        undo.sort_by_key(|(tx, ..)| std::cmp::Reverse(*tx));
        undo_fresh.sort_by_key(|(tx, ..)| std::cmp::Reverse(*tx));
        for (_, slot, before) in undo {
            storage.replace(slot, before);
        }
        for (_, key, before) in undo_fresh {
            fresh.undo(&key, before);
        }
        for (key, value) in fresh.take() {
            storage.set(key, value);
        }
        let mut sum: Option<(M::Key, M::Value)> = None;
        for worker in workers {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            for (tx, key, delta) in worker.log.sums.drain(..) {
                if tx >= count {
                    continue;
                }
                match &mut sum {
                    Some((at, sum)) if *at == key => *sum = sum.plus(&delta),
                    _ => draw(storage, sum.replace((key, delta))),
                }
            }
        }
        draw(storage, sum);
        plan.leave_foreseen(storage, count);
        runs
    }
}

/// Adds to a slot.
fn draw<K, V: Additive>(storage: &mut impl DenseStorage<K, V>, sum: Option<(K, V)>) {
    if let Some((key, delta)) = sum {
        let after = storage.get(&key).unwrap_or_default().plus(&delta);
        storage.set(key, after);
    }
}

fn lock<M: Vm>(worker: &Mutex<Worker<M>>) -> MutexGuard<'_, Worker<M>> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

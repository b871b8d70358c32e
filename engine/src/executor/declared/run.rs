//! A plan that runs: all its lanes, whoever they have to stop for, and what then stands in the storage.

use super::lane::{Left, Ran, Shared};
use super::plan::Plan;
use super::rescue::value_before;
use super::work::{Lanes, Worker};
use crate::executor::team::Team;
use crate::state::{Additive, Cells, DenseStorage};
use crate::vm::{Effects, Fault, Vm};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Transactions of a plan that may be run alone for what they read without having declared it, and slots
/// that each may read so.
const RESCUES_MAX: u32 = 64;
const KNOWN_MAX: usize = 64;

/// A plan that runs.
pub(in crate::executor) struct Run<'a, M: Vm, S> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    pub(in crate::executor) storage: &'a mut S,
    pub(in crate::executor) fresh: &'a mut [Option<M::Value>],
    pub(in crate::executor) left: &'a mut [Left<M::Output>],
    pub(in crate::executor) workers: &'a mut [Mutex<Worker<M>>],
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> Run<'_, M, S> {
    fn shared<'a>(&'a mut self, known: &'a [(M::Key, Option<M::Value>)]) -> Shared<'a, M> {
        Shared {
            vm: self.vm,
            txs: self.txs,
            plan: self.plan,
            stored: self.storage.cells(),
            fresh: Cells::of(self.fresh),
            left: Cells::of(self.left),
            known,
        }
    }

    /// Runs the plan to its end, or to the first transaction that broke its declaration for good or met a
    /// fault: how many stand, and the fault. The first lane does `beside` before.
    pub(in crate::executor) fn finish(
        &mut self,
        team: &Team,
        lanes: &mut Lanes,
        effects: &mut Effects<M>,
        beside: Option<impl FnOnce() + Send>,
    ) -> (usize, Option<Fault>) {
        let mut beside = beside;
        let mut rescues = 0;
        loop {
            self.lanes(team, lanes, beside.take());
            let (ran, fault) = lanes.outcome(self.plan.count);
            if ran == self.plan.count || fault.is_some() || rescues == RESCUES_MAX {
                return (ran, fault);
            }
            rescues += 1;
            match self.rescue(ran as u32, effects) {
                Ok(true) => lanes.resume(self.plan, ran as u32),
                Ok(false) => return (ran, None),
                Err(fault) => return (ran, Some(fault)),
            }
        }
    }

    /// Runs the plan on all lanes as far as possible; the first does `beside` before.
    fn lanes(&mut self, team: &Team, lanes: &Lanes, beside: Option<impl FnOnce() + Send>) {
        // Lent to the lanes; what they share borrows the rest.
        let workers = std::mem::take(&mut self.workers);
        let shared = &self.shared(&[]);
        let beside = Mutex::new(beside);
        team.run(&|lane| {
            if lane == 0
                && let Some(beside) = beside.lock().ok().and_then(|mut beside| beside.take())
            {
                beside();
            }
            lanes.work(lane, &mut lock(&workers[lane]), shared);
        });
        self.workers = workers;
    }

    /// Runs a transaction that reads what it did not declare, all lanes having ended there. False if it
    /// does more than that.
    fn rescue(&mut self, tx: u32, effects: &mut Effects<M>) -> Result<bool, Fault> {
        let mut known = Vec::new();
        loop {
            let workers = std::mem::take(&mut self.workers);
            let ran = {
                let mut worker = lock(&workers[0]);
                self.shared(&known).alone(tx, effects, &mut worker.log)
            };
            self.workers = workers;
            match ran? {
                Ran::Done => return Ok(true),
                Ran::Lacks(key) if known.len() < KNOWN_MAX => {
                    let workers: Vec<_> = self.workers.iter().map(lock).collect();
                    let logs = workers.iter().map(|worker| &worker.log);
                    let (storage, fresh) = (&*self.storage, &*self.fresh);
                    match value_before(self.plan, storage, fresh, logs, tx, &key) {
                        Some(value) => known.push((key, value)),
                        None => return Ok(false),
                    }
                }
                Ran::Lacks(_) | Ran::Breach => return Ok(false),
            }
        }
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
        let count = count as u32;
        let is_whole = count as usize == plan.count;
        let mut undo = Vec::new();
        let mut runs = 0;
        for worker in workers.iter_mut() {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            runs += std::mem::take(&mut worker.ran);
            let log = &mut worker.log;
            if !is_whole {
                let late = log.undo.iter().filter(|(tx, ..)| *tx >= count);
                undo.extend(late.cloned());
            }
            log.undo.clear();
        }
        storage.touched(plan.changed());
        // The last change of a slot is the first to be undone.
        undo.sort_by_key(|(tx, ..)| std::cmp::Reverse(*tx));
        for (_, slot, before) in undo {
            match (plan.fresh_index(slot), before) {
                (Some(index), before) => fresh[index] = before,
                (None, Some(before)) => storage.replace(slot, before),
                (None, None) => {}
            }
        }
        for (key, value) in plan.fresh_keys().zip(fresh.iter_mut()) {
            if let Some(value) = value.take() {
                storage.set(key.clone(), value);
            }
        }
        for worker in workers {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            for (tx, slot, delta) in worker.log.sums.drain(..) {
                if tx < count {
                    plan.change(storage, slot, |before| before.plus(&delta));
                }
            }
        }
        plan.leave_foreseen(storage, count);
        runs
    }
}

fn lock<M: Vm>(worker: &Mutex<Worker<M>>) -> MutexGuard<'_, Worker<M>> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

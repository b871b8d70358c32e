//! Transactions that say what they touch, on the versions that a plan gives them.

use crate::executor::declared::{Board, Change, Lanes, Plan, Shared, Worker};
use crate::executor::{BlockStats, Executor};
use crate::state::{Additive, DenseStorage};
use crate::vm::{Fault, Vm};
use std::sync::{Mutex, PoisonError};

/// Plans that may be broken in one block before the rest of it is run in order.
const BREACHES_MAX: u32 = 16;

impl<M: Vm> Executor<M> {
    /// Executes a block by plans made from what its transactions declare, on real threads, `lanes` at a
    /// time. A transaction that cannot say what it touches, or that breaks its declaration, runs alone at
    /// its place, and what follows is planned anew.
    ///
    /// # Errors
    /// A [`Fault`]; the storage then holds the transactions of a prefix of the block.
    pub fn declared<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        lanes: u32,
    ) -> Result<BlockStats, Fault> {
        self.declared_from(vm, storage, txs, 0, lanes)
    }

    /// Like [`Executor::declared`], for the block's transactions from `from` on.
    pub(in crate::executor) fn declared_from<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        mut from: usize,
        lanes: u32,
    ) -> Result<BlockStats, Fault> {
        self.make_room(txs.len());
        let mut stats = BlockStats::default();
        let start = from;
        while from < txs.len() {
            let planned = self.planned(vm, storage, txs, from, lanes)?;
            from += planned;
            stats.executions += planned as u64;
            stats.declared += planned as u64;
            if from == txs.len() {
                break;
            }
            stats.aborts += 1;
            // The one that could not be planned; all of the rest, when that happens again and again.
            let to = if stats.aborts < u64::from(BREACHES_MAX) {
                from + 1
            } else {
                txs.len()
            };
            self.in_order(vm, storage, &txs[..to], from)?;
            stats.in_order += (to - from) as u64;
            stats.executions += (to - from) as u64;
            from = to;
        }
        stats.transactions = (txs.len() - start) as u64;
        Ok(stats)
    }

    /// Plans and executes the block from its transaction `from` on; how many of them were committed.
    fn planned<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        from: usize,
        lanes: u32,
    ) -> Result<usize, Fault> {
        let txs = &txs[from..];
        let plan = Plan::new(&mut self.plan, &mut self.board, vm, storage, txs, lanes);
        let room = (lanes.max(1) as usize).max(self.workers.len());
        self.workers.resize_with(room, Mutex::default);
        self.ready.reset();
        let shared = Shared {
            vm,
            storage: &*storage,
            txs,
            plan: &plan,
            board: &self.board,
            lanes: lanes.max(1),
        };
        run(&self.ready, &self.workers[..lanes.max(1) as usize], &shared);
        let commit = self.ready.outcome(plan.count)?;
        commit_changes::<M, S>(storage, &plan, &self.board, commit as u32)?;
        for worker in &mut self.workers[..lanes.max(1) as usize] {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            for left in worker
                .left()
                .iter_mut()
                .filter(|left| (left.tx as usize) < commit)
            {
                let at = from + left.tx as usize;
                std::mem::swap(&mut self.outputs[at], &mut left.output);
                self.gas[at] = left.gas;
            }
        }
        Ok(commit)
    }
}

fn run<M: Vm, S: DenseStorage<M::Key, M::Value>>(
    lanes: &Lanes,
    workers: &[Mutex<Worker<M>>],
    shared: &Shared<'_, M, S>,
) {
    let work = |worker: &Mutex<Worker<M>>| {
        let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.work(&mut worker, shared);
    };
    #[cfg(feature = "threads")]
    if workers.len() > 1 {
        rayon::scope(|scope| {
            for worker in workers {
                scope.spawn(move |_| work(worker));
            }
        });
        return;
    }
    workers.iter().for_each(work);
}

/// Writes what the first `count` transactions left, in block order.
fn commit_changes<M: Vm, S: DenseStorage<M::Key, M::Value>>(
    storage: &mut S,
    plan: &Plan<'_, M::Key>,
    board: &Board<M::Value>,
    count: u32,
) -> Result<(), Fault> {
    for tx in 0..count {
        let Some(changes) = board.changes(tx) else {
            return Err(Fault::Invariant("a planned transaction was left out"));
        };
        for (access, change) in plan.accesses(tx).1.iter().zip(changes) {
            let slot = access.slot;
            match (change, plan.fresh_key(slot)) {
                (Change::None | Change::Sum(_), _) => {}
                (Change::Set(value), None) => storage.replace(slot, value.clone()),
                (Change::Set(value), Some(key)) => storage.set(key.clone(), value.clone()),
                (Change::Add(delta), None) => {
                    let value = storage.value(slot).unwrap_or_default().plus(delta);
                    storage.replace(slot, value);
                }
                (Change::Add(delta), Some(key)) => {
                    let value = storage.get(key).unwrap_or_default().plus(delta);
                    storage.set(key.clone(), value);
                }
            }
        }
    }
    Ok(())
}

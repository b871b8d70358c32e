//! Transactions that say what they touch, on the versions that a plan gives them.
//!
//! A block is planned in stretches: while the lanes run one, one of them plans the next.

use crate::executor::declared::{Change, Lanes, Plan, Role, Shared, Terms, Worker};
use crate::executor::{BlockStats, Executor};
use crate::state::{Additive, DenseStorage};
use crate::vm::{Fault, Vm};
use std::sync::{Mutex, PoisonError};

/// Plans that may be broken in one block before the rest of it is run in order.
const BREACHES_MAX: u64 = 16;

/// Plans that may be broken before nothing is foreseen any more in the rest of the block.
const FORESIGHTS_MAX: u64 = 4;

/// A stretch is one transaction in so many of the block, in these bounds: long enough for its lanes to be
/// worth waking, short enough for the first one to be planned soon.
const STRETCH_ONE_IN: usize = 5;
const STRETCH_MIN: usize = if cfg!(test) { 8 } else { 512 };
const STRETCH_MAX: usize = 8_192;

/// Transactions whose plan shows whether foresight is worth its while.
const SAMPLE: usize = 64;

impl<M: Vm> Executor<M> {
    /// Executes a block by plans made from what its transactions declare, on real threads, `lanes` at a
    /// time. A transaction that cannot say what it touches, or that breaks its declaration, runs alone at
    /// its place, and what follows is planned anew. Where transactions would form a chain, what they do
    /// to the slots that chain them is worked out beforehand.
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
        let mut terms = Terms {
            lanes: 1,
            foresees: false,
        };
        let sample = &txs[..txs.len().min(SAMPLE)];
        self.planner.forget();
        let plan = &mut self.plans[0];
        self.planner.plan(plan, vm, &*storage, sample, terms);
        terms.foresees = (plan.depth as usize) * 2 > plan.count;
        terms.lanes = lanes.max(1);
        self.declared_from(vm, storage, txs, 0, terms)
    }

    /// Like [`Executor::declared`], for the block's transactions from `from` on, on these terms.
    pub(in crate::executor) fn declared_from<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        from: usize,
        mut terms: Terms,
    ) -> Result<BlockStats, Fault> {
        self.make_room(txs.len());
        let lanes = terms.lanes as usize;
        self.workers
            .resize_with(lanes.max(self.workers.len()), Mutex::default);
        let mut stats = BlockStats {
            transactions: (txs.len() - from) as u64,
            ..BlockStats::default()
        };
        let size = ((txs.len() - from) / STRETCH_ONE_IN).clamp(STRETCH_MIN, STRETCH_MAX);
        let stretch = |from: usize| &txs[from..txs.len().min(from + size)];
        let mut at = from;
        let mut is_planned = false;
        while at < txs.len() {
            if !is_planned {
                let [plan, _] = &mut self.plans;
                self.planner.forget();
                self.planner.plan(plan, vm, &*storage, stretch(at), terms);
            }
            let [plan, next] = &mut self.plans;
            let count = plan.count;
            let shared = Shared {
                vm,
                storage: &*storage,
                txs: stretch(at),
                plan,
                lanes: terms.lanes,
            };
            self.ready.reset();
            let (ready, workers) = (&self.ready, &self.workers[..lanes]);
            let planner = &mut self.planner;
            let mut foresee_next = || {
                // Declared on this thread alone: the others run.
                let terms = Terms { lanes: 1, ..terms };
                planner.plan(next, vm, shared.storage, stretch(at + count), terms);
            };
            let has_next = count == shared.txs.len() && at + count < txs.len();
            match has_next {
                true => both(
                    terms.lanes,
                    || run(ready, workers, &shared),
                    &mut foresee_next,
                ),
                false => run(ready, workers, &shared),
            }
            let ran = ready.outcome(count)?;
            let committed = commit::<M, S>(storage, plan, ran)?;
            self.take_left(at, committed, lanes);
            stats.executions += ran as u64;
            stats.declared += committed as u64;
            at += committed;
            is_planned = has_next && committed == count;
            if is_planned {
                self.plans.swap(0, 1);
                continue;
            }
            if at == txs.len() {
                break;
            }
            stats.aborts += 1;
            // Others change what was foreseen, or it was foreseen wrongly: better wait for one another.
            terms.foresees &= stats.aborts < FORESIGHTS_MAX;
            // The one that could not be planned; all of the rest, when that happens again and again.
            let to = if stats.aborts < BREACHES_MAX {
                at + 1
            } else {
                txs.len()
            };
            self.in_order(vm, storage, &txs[..to], at)?;
            stats.in_order += (to - at) as u64;
            stats.executions += (to - at) as u64;
            at = to;
        }
        Ok(stats)
    }

    /// Moves what the first `count` transactions of a plan left to where [`Executor::outputs`] shows it,
    /// from the transaction `from` of the block on.
    fn take_left(&mut self, from: usize, count: usize, lanes: usize) {
        for worker in &mut self.workers[..lanes] {
            let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
            let left = worker.left().iter_mut();
            for left in left.filter(|left| (left.tx as usize) < count) {
                let at = from + left.tx as usize;
                std::mem::swap(&mut self.outputs[at], &mut left.output);
                self.gas[at] = left.gas;
            }
        }
    }
}

/// Does both, at the same time where there are threads.
fn both(lanes: u32, first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    #[cfg(feature = "threads")]
    if lanes > 1 {
        rayon::join(first, second);
        return;
    }
    let _ = lanes;
    first();
    second();
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

/// Writes what the first `count` transactions left, in block order, up to the first that relied on a value
/// foreseen wrongly; how many that are.
fn commit<M: Vm, S: DenseStorage<M::Key, M::Value>>(
    storage: &mut S,
    plan: &Plan<M::Key, M::Value>,
    count: usize,
) -> Result<usize, Fault> {
    for tx in 0..count as u32 {
        let changes = plan.board.changes(tx);
        let changes = changes.ok_or(Fault::Invariant("a planned transaction was left out"))?;
        let accesses = plan.accesses(tx).1;
        let foreseen = accesses
            .iter()
            .filter(|access| access.role == Role::Foreseen);
        for access in foreseen {
            let value = plan.stored(access.slot, storage).unwrap_or_default();
            if value != *plan.foreseen(access) {
                return Ok(tx as usize);
            }
        }
        for (access, change) in accesses.iter().zip(changes) {
            let slot = access.slot;
            let value = match change {
                Change::None | Change::Sum(_) => continue,
                Change::Set(value) => value.clone(),
                Change::Add(delta) => {
                    let before = plan.stored(slot, storage).unwrap_or_default();
                    before.plus(delta)
                }
            };
            match plan.fresh_key(slot) {
                None => storage.replace(slot, value),
                Some(key) => storage.set(key.clone(), value),
            }
        }
    }
    Ok(count)
}

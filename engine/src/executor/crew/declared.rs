//! Transactions that say what they touch, in the order that a plan gives them.
//!
//! A block is planned in stretches: while the lanes run one, one of them plans the next.

use crate::executor::declared::{Lanes, Left, Plan, Ran, Shared, Terms, Worker, value_before};
use crate::executor::team::Team;
use crate::executor::{BlockStats, Executor};
use crate::state::cells::Handout;
use crate::state::{Additive, Cells, DenseStorage};
use crate::vm::{Effects, Fault, Vm};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Plans that may be broken in one block before the rest of it is run in order.
const BREACHES_MAX: u64 = 16;

/// Plans that may be broken before nothing is foreseen any more in the rest of the block.
const FORESIGHTS_MAX: u64 = 4;

/// A stretch is one transaction in so many of the block, in these bounds: enough for its lanes to be worth
/// waking, few enough for what one phase has touched to be still in the caches of the next.
const STRETCH_ONE_IN: usize = 5;
const STRETCH_MIN: usize = if cfg!(test) { 8 } else { 512 };
const STRETCH_MAX: usize = 2_048;

/// Transactions of a stretch that may be run alone for what they read without having declared it, and
/// slots that each may read so.
const RESCUES_MAX: u32 = 64;
const KNOWN_MAX: usize = 64;

/// Transactions whose outputs are moved together.
const CHUNK: usize = 128;

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
        let alone = (terms, &Team::default());
        self.planner.plan(plan, vm, &*storage, sample, alone);
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
        terms.lanes = terms.lanes.min(threads());
        Team::with(terms.lanes as usize, |team| {
            self.declared_by(team, (vm, txs), storage, from, terms)
        })
    }

    fn declared_by<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        team: &Team,
        (vm, txs): (&M, &[M::Tx]),
        storage: &mut S,
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
            let [plan, next] = &mut self.plans;
            if !is_planned || !plan.is_founded(&*storage) {
                self.planner.forget();
                self.planner
                    .plan(plan, vm, &*storage, stretch(at), (terms, team));
            }
            let count = plan.count;
            let has_next = count == stretch(at).len() && at + count < txs.len();
            if has_next {
                let txs = stretch(at + count);
                self.planner
                    .declare(next, vm, &*storage, txs, (terms, team));
            }
            plan.fresh_values(&*storage, &mut self.fresh);
            if self.left.len() < count {
                self.left.resize_with(count, Left::default);
            }
            self.ready.reset();
            let planner = &mut self.planner;
            let mut link_next = has_next.then_some(|| {
                planner.link(next, vm, stretch(at + count), terms);
            });
            let mut run = Run {
                vm,
                txs: stretch(at),
                plan,
                storage,
                fresh: &mut self.fresh,
                left: &mut self.left[..count],
                workers: &mut self.workers[..lanes],
            };
            let mut rescues = 0;
            let committed = loop {
                run.lanes(team, &self.ready, link_next.take());
                let ran = self.ready.outcome(count)?;
                rescues += 1;
                if ran == count
                    || rescues > RESCUES_MAX
                    || !run.rescue(ran as u32, &mut self.effects)?
                {
                    break ran;
                }
                self.ready.resume(plan, ran as u32);
            };
            for worker in &mut self.workers[..lanes] {
                let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
                stats.executions += std::mem::take(&mut worker.ran);
            }
            let [plan, _] = &self.plans;
            let logs = &mut self.workers[..lanes];
            commit(storage, plan, &mut self.fresh, logs, committed);
            let outputs = self.outputs[at..at + committed].chunks_mut(CHUNK);
            let gas = self.gas[at..at + committed].chunks_mut(CHUNK);
            let left = self.left[..committed].chunks_mut(CHUNK);
            let mut chunks: Vec<_> = outputs.zip(gas).zip(left).collect();
            let to_move = Handout::of(&mut chunks);
            let move_chunk = |_: usize, chunk: &mut Chunk<'_, M>| {
                let ((outputs, gas), left) = chunk;
                for ((output, gas), left) in outputs.iter_mut().zip(&mut **gas).zip(&mut **left) {
                    std::mem::swap(output, &mut left.output);
                    *gas = left.gas;
                }
            };
            team.run(&|_| while to_move.give(move_chunk) {});
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
}

/// Outputs and gas of some transactions, and where they stand yet.
type Chunk<'a, M> = (
    (&'a mut [<M as Vm>::Output], &'a mut [u64]),
    &'a mut [Left<<M as Vm>::Output>],
);

/// Threads that there are to be had.
fn threads() -> u32 {
    #[cfg(feature = "threads")]
    let threads = rayon::current_num_threads() as u32;
    #[cfg(not(feature = "threads"))]
    let threads = 1;
    threads
}

/// A plan that runs.
struct Run<'a, M: Vm, S> {
    vm: &'a M,
    txs: &'a [M::Tx],
    plan: &'a Plan<M::Key, M::Value>,
    storage: &'a mut S,
    fresh: &'a mut [Option<M::Value>],
    left: &'a mut [Left<M::Output>],
    workers: &'a mut [Mutex<Worker<M>>],
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
}

fn lock<M: Vm>(worker: &Mutex<Worker<M>>) -> MutexGuard<'_, Worker<M>> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends a plan of which the first `count` transactions stand: undoes what later ones have changed, draws
/// the sums, and sets the slots that were foreseen and those that the storage has not.
fn commit<M: Vm, S: DenseStorage<M::Key, M::Value>>(
    storage: &mut S,
    plan: &Plan<M::Key, M::Value>,
    fresh: &mut [Option<M::Value>],
    workers: &mut [Mutex<Worker<M>>],
    count: usize,
) {
    let count = count as u32;
    let is_whole = count as usize == plan.count;
    let mut undo = Vec::new();
    for worker in workers.iter_mut() {
        let worker = worker.get_mut().unwrap_or_else(PoisonError::into_inner);
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
}

//! Transactions that say what they touch, in the order that a plan gives them.
//!
//! A block is planned in stretches: while the lanes run one, one of them plans the next.

use crate::executor::declared::{Left, Plan, Run, Terms};
use crate::executor::team::Team;
use crate::executor::{BlockStats, Executor};
use crate::state::DenseStorage;
use crate::state::cells::Handout;
use crate::vm::{Fault, Vm};
use std::ops::Range;
use std::sync::Mutex;

/// Plans that may be broken in one block before the rest of it is run in order.
const BREACHES_MAX: u64 = 16;

/// Transactions of one plan that may break their declaration before what follows is planned anew.
const RESCUES_MAX: u32 = 64;

/// Plans that may be broken before nothing is foreseen any more in the rest of the block.
const FORESIGHTS_MAX: u64 = 4;

/// A stretch is one transaction in so many of the block, in these bounds: enough for its lanes to be worth
/// waking, few enough for what one phase has touched to be still in the caches of the next.
const STRETCH_ONE_IN: usize = 5;
const STRETCH_MIN: usize = if cfg!(test) { 8 } else { 512 };
const STRETCH_MAX: usize = 2_048;

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
        let mut breaches = 0;
        // Lent out of the executor, which runs single transactions meanwhile.
        let mut planner = std::mem::take(&mut self.planner);
        let [mut plan, mut next] = std::mem::take(&mut self.plans);
        planner.forget();
        let mut fault = None;
        while at < txs.len() {
            if !is_planned || !plan.is_founded(&*storage) {
                planner.start_over();
                planner.plan(&mut plan, vm, &*storage, stretch(at), (terms, team));
            }
            let has_next = plan.count == stretch(at).len() && at + plan.count < txs.len();
            if has_next {
                let txs = stretch(at + plan.count);
                planner.declare(&mut next, vm, &*storage, txs, (terms, team));
            }
            let beside = has_next.then_some(|| {
                planner.link(&mut next, vm, stretch(at + plan.count), terms);
            });
            let block = (vm, txs, &mut *storage);
            let ran = self.run_plan((team, lanes), block, (&plan, at), beside, &mut stats);
            is_planned = has_next && ran == Ok(plan.count);
            match ran {
                Ok(stand) => at += stand,
                Err(met) => {
                    fault = Some(met);
                    break;
                }
            }
            if is_planned {
                std::mem::swap(&mut plan, &mut next);
                continue;
            }
            if at == txs.len() {
                break;
            }
            breaches += 1;
            // Others change what was foreseen, or it was foreseen wrongly: better wait for one another.
            terms.foresees &= breaches < FORESIGHTS_MAX;
            // The one that could not be planned; all of the rest, when that happens again and again.
            let to = match breaches < BREACHES_MAX {
                true => at + 1,
                false => txs.len(),
            };
            if let Err(met) = self.alone(vm, storage, &txs[..to], at, &mut stats) {
                fault = Some(met);
                break;
            }
            at = to;
        }
        self.planner = planner;
        self.plans = [plan, next];
        fault.map_or(Ok(stats), Err)
    }

    /// Runs a plan, which is for the block's transactions from `at` on: how many of it stand. Those that
    /// break their declaration run alone, unless what they leave might not be what others foresee.
    ///
    /// # Errors
    /// A [`Fault`]; those before it stand.
    fn run_plan<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        (team, lanes): (&Team, usize),
        (vm, txs, storage): (&M, &[M::Tx], &mut S),
        (plan, at): (&Plan<M::Key, M::Value>, usize),
        mut beside: Option<impl FnOnce() + Send>,
        stats: &mut BlockStats,
    ) -> Result<usize, Fault> {
        if self.left.len() < plan.count {
            self.left.resize_with(plan.count, Left::default);
        }
        self.ready.reset();
        let mut stand = 0;
        let mut rescues = 0;
        loop {
            let mut run = Run {
                vm,
                txs: &txs[at..at + plan.count],
                plan,
                storage,
                fresh: &mut self.fresh,
                left: &mut self.left[..plan.count],
                workers: &mut self.workers[..lanes],
            };
            let (to, fault) = run.finish(team, &self.ready, beside.take());
            stats.executions += run.commit(to);
            self.take_left(team, at, stand..to);
            stats.declared += (to - stand) as u64;
            stand = to;
            if let Some(fault) = fault {
                return Err(fault);
            }
            if stand == plan.count || plan.foresees() || rescues == RESCUES_MAX {
                return Ok(stand);
            }
            rescues += 1;
            self.alone(vm, storage, &txs[..=at + stand], at + stand, stats)?;
            stand += 1;
            if stand == plan.count {
                return Ok(stand);
            }
            self.ready.resume(plan, stand as u32);
        }
    }

    /// Runs the block's transactions from `at` on, which could not be planned or broke their declaration.
    fn alone<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        at: usize,
        stats: &mut BlockStats,
    ) -> Result<(), Fault> {
        stats.aborts += 1;
        stats.in_order += (txs.len() - at) as u64;
        stats.executions += (txs.len() - at) as u64;
        self.in_order(vm, storage, txs, at)
    }

    /// Takes over what these transactions of a plan leave, which is for the block's from `at` on.
    fn take_left(&mut self, team: &Team, at: usize, txs: Range<usize>) {
        let range = at + txs.start..at + txs.end;
        let outputs = self.outputs[range.clone()].chunks_mut(CHUNK);
        let gas = self.gas[range].chunks_mut(CHUNK);
        let left = self.left[txs].chunks_mut(CHUNK);
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

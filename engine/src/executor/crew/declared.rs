//! Transactions that say what they touch, in the order that a plan gives them.
//!
//! A block is planned in stretches: while the lanes run one, one of them plans the next.

use crate::executor::declared::{Left, Run, Terms};
use crate::executor::team::Team;
use crate::executor::{BlockStats, Executor};
use crate::state::DenseStorage;
use crate::state::cells::Handout;
use crate::vm::{Fault, Vm};
use std::sync::Mutex;

/// Plans that may be broken in one block before the rest of it is run in order.
const BREACHES_MAX: u64 = 16;

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
        self.planner.forget();
        while at < txs.len() {
            let [plan, next] = &mut self.plans;
            if !is_planned || !plan.is_founded(&*storage) {
                self.planner.start_over();
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
            if self.left.len() < count {
                self.left.resize_with(count, Left::default);
            }
            self.ready.reset();
            let planner = &mut self.planner;
            let link_next = has_next.then_some(|| {
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
            let (committed, fault) =
                run.finish(team, &self.ready, link_next);
            stats.executions += run.commit(committed);
            self.take_left(team, at, committed);
            stats.declared += committed as u64;
            at += committed;
            if let Some(fault) = fault {
                return Err(fault);
            }
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

    /// Takes over what the first `count` transactions of a plan leave, as that of the block's from `at` on.
    fn take_left(&mut self, team: &Team, at: usize, count: usize) {
        let outputs = self.outputs[at..at + count].chunks_mut(CHUNK);
        let gas = self.gas[at..at + count].chunks_mut(CHUNK);
        let left = self.left[..count].chunks_mut(CHUNK);
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

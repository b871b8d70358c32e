//! Real threads: one long task a lane on the thread pool, nothing else on the way.

use crate::executor::optimistic::lane::{Finished, Lane};
use crate::executor::optimistic::{BlockRun, Task};
use crate::executor::{BlockStats, Executor};
use crate::state::Storage;
use crate::vm::{Fault, Vm};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// Runs before the crew judges whether parallel work pays.
const RUNS_MIN: u64 = 64;

/// Versions, validation and scheduling of one run, in gas (about nanoseconds), roughly.
const BOOKKEEPING_GAS: u64 = 1_000;

/// Transactions that one pool task gathers the writes of.
const GATHER_CHUNK: usize = 512;

/// What the lanes of one block have done so far, together.
#[derive(Default)]
struct Tally {
    runs: AtomicU64,
    gas: AtomicU64,
    wasted: AtomicU64,
}

impl Tally {
    /// Counts a run that came to nothing. True when so many do that `lanes` lanes together get less done
    /// than one that repeats nothing and keeps no books, with a fifth on top.
    fn waste(&self, lanes: u64) -> bool {
        let wasted = self.wasted.fetch_add(1, Relaxed) + 1;
        let runs = self.runs.load(Relaxed).max(wasted);
        let gas = self.gas.load(Relaxed);
        let is_contended = runs >= RUNS_MIN && wasted * 5 > runs;
        let useful = u128::from(gas) * u128::from(runs - wasted) / u128::from(runs);
        let spent = u128::from(gas + runs * BOOKKEEPING_GAS);
        is_contended && useful * u128::from(lanes) * 5 < spent * 6
    }
}

impl<M: Vm> Executor<M> {
    /// Executes a block on real threads, `lanes` at a time. When conflicts leave less useful work than
    /// one lane would do, the rest of the block, what is not yet committed, is run in order.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before, or holds the transactions before the faulty one.
    pub fn threaded<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        lanes: u32,
    ) -> Result<BlockStats, Fault> {
        let lanes = lanes.max(1);
        let (mut stats, writes) = self.with_room(txs, lanes, |executor| {
            let stats = executor.race(vm, &*storage, txs, lanes)?;
            let end = executor.scheduler.committed();
            Ok((stats, executor.gather(&*storage, end)))
        })?;
        for (key, value) in writes.into_iter().flatten() {
            storage.set(key, value);
        }
        let committed = self.scheduler.committed() as usize;
        self.take_outputs(committed);
        self.outputs.resize_with(txs.len(), M::Output::default);
        self.gas.resize(txs.len(), 0);
        if committed < txs.len() {
            stats.in_order = (txs.len() - committed) as u64;
            stats.executions += stats.in_order;
            self.in_order(vm, storage, txs, committed)?;
        }
        stats.transactions = txs.len() as u64;
        Ok(stats)
    }

    /// Lets the lanes loose until the block is done or parallel work has stopped to pay.
    fn race<S: Storage<M::Key, M::Value>>(
        &self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        lanes: u32,
    ) -> Result<BlockStats, Fault> {
        let run = BlockRun {
            vm,
            txs,
            storage,
            versions: &self.versions,
            scheduler: &self.scheduler,
            records: &self.records,
        };
        let tally = Tally::default();
        let total = Mutex::new(Ok(BlockStats::default()));
        rayon::scope(|scope| {
            for lane in &self.lanes[..lanes as usize] {
                let (run, tally, total) = (&run, &tally, &total);
                scope.spawn(move |_| {
                    let mut lane = lane.lock().unwrap_or_else(PoisonError::into_inner);
                    let result = work(&mut lane, run, tally, u64::from(lanes));
                    if result.is_err() {
                        run.scheduler.stop();
                    }
                    let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
                    match (&mut *total, result) {
                        (Ok(total), Ok(stats)) => total.add(&stats),
                        (total @ Ok(_), Err(fault)) => *total = Err(fault),
                        (Err(_), _) => {}
                    }
                });
            }
        });
        total.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The final value of every slot that the block's first `end` transactions wrote, in parallel.
    fn gather<S: Storage<M::Key, M::Value>>(
        &self,
        storage: &S,
        end: u32,
    ) -> Vec<Vec<(M::Key, M::Value)>> {
        use rayon::prelude::*;
        (0..(end as usize).div_ceil(GATHER_CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let from = chunk * GATHER_CHUNK;
                self.final_writes(storage, from, (from + GATHER_CHUNK).min(end as usize), end)
            })
            .collect()
    }
}

/// One lane, from the first task to the end of the block.
fn work<M: Vm, S: Storage<M::Key, M::Value>>(
    lane: &mut Lane<M>,
    run: &BlockRun<'_, M, S>,
    tally: &Tally,
    lanes: u64,
) -> Result<BlockStats, Fault> {
    let mut stats = BlockStats::default();
    let mut next = None;
    while !run.scheduler.is_stopped() {
        let news = run.scheduler.news();
        let Some(task) = next.take().or_else(|| run.scheduler.next_task()) else {
            run.scheduler.wait_for_news(news);
            continue;
        };
        match task {
            Task::Execute(..) => {
                stats.executions += 1;
                tally.runs.fetch_add(1, Relaxed);
            }
            Task::Validate(..) => stats.validations += 1,
        }
        let begun = lane.begin(run, task);
        let (finished, follow_up) = lane.finish(run, task, begun)?;
        next = follow_up;
        let is_waste = match finished {
            Finished::Waits => {
                stats.blocked += 1;
                true
            }
            Finished::Aborted => {
                stats.aborts += 1;
                true
            }
            Finished::Published => {
                tally.gas.fetch_add(lane.effects().gas, Relaxed);
                false
            }
            Finished::Validated | Finished::TooLate => false,
        };
        if is_waste && tally.waste(lanes) {
            run.scheduler.stop();
        }
    }
    Ok(stats)
}

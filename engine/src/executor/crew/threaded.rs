//! Real threads: one long task a lane on the thread pool, nothing else on the way.

use crate::executor::optimistic::lane::{Finished, Lane, Read};
use crate::executor::optimistic::{BlockRun, Task};
use crate::executor::{BlockStats, Executor};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Origin;
use crate::vm::{Fault, Vm};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// When the crew judges whether parallel work pays: after so many runs, of which one in so many came to
/// nothing. Soon when it is plainly bad, later when it only adds up.
const JUDGED_AT: [(u64, u64); 2] = [(32, 4), (96, 20)];

/// Runs after which a lane tells the others what it has done, at the latest.
const TOLD_EVERY: u64 = 16;

/// Versions, validation and scheduling of one run, in gas (about nanoseconds), roughly.
const BOOKKEEPING_GAS: u64 = 1_000;

/// What lanes have done so far: all of them together, or one since it last told the others.
#[derive(Clone, Copy, Default)]
struct Tally {
    runs: u64,
    gas: u64,
    wasted: u64,
    /// Runs that read what one of the last few transactions wrote: links of a chain.
    chained: u64,
}

impl Tally {
    /// True when two runs in three hang on one just before, so that lanes only wait for one another, or
    /// when so many come to nothing that `lanes` lanes together get less done than one that
    /// repeats nothing and keeps no books, with a fifth on top.
    fn is_hopeless(&self, lanes: u64) -> bool {
        let runs = self.runs.max(self.wasted).max(1);
        let is_contended = JUDGED_AT
            .iter()
            .any(|(least, one_in)| runs >= *least && self.wasted * one_in > runs);
        let useful = u128::from(self.gas) * u128::from(runs - self.wasted) / u128::from(runs);
        let spent = u128::from(self.gas + runs * BOOKKEEPING_GAS);
        let is_chain = runs >= 2 * TOLD_EVERY && self.chained * 3 > runs * 2;
        is_chain || is_contended && useful * u128::from(lanes) * 5 < spent * 6
    }
}

/// The lanes' common tally; told now and then, so that it costs next to nothing.
#[derive(Default)]
struct CommonTally {
    runs: AtomicU64,
    gas: AtomicU64,
    wasted: AtomicU64,
    chained: AtomicU64,
}

impl CommonTally {
    fn tell(&self, own: Tally) -> Tally {
        Tally {
            runs: self.runs.fetch_add(own.runs, Relaxed) + own.runs,
            gas: self.gas.fetch_add(own.gas, Relaxed) + own.gas,
            wasted: self.wasted.fetch_add(own.wasted, Relaxed) + own.wasted,
            chained: self.chained.fetch_add(own.chained, Relaxed) + own.chained,
        }
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
            let end = TxIndex(executor.scheduler.committed());
            let values = executor.versions.final_values(end, |key| storage.get(key));
            Ok((stats, values))
        })?;
        for (key, value) in writes.into_iter().flatten() {
            storage.set(key, value);
        }
        let committed = self.scheduler.committed() as usize;
        self.make_room(txs.len());
        self.take_outputs(committed);
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
        let run = self.block_run(vm, storage, txs);
        let tally = CommonTally::default();
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
}

/// One lane, from the first task to the end of the block.
fn work<M: Vm, S: Storage<M::Key, M::Value>>(
    lane: &mut Lane<M>,
    run: &BlockRun<'_, M, S>,
    tally: &CommonTally,
    lanes: u64,
) -> Result<BlockStats, Fault> {
    let mut stats = BlockStats::default();
    let mut own = Tally::default();
    let mut next = None;
    while !run.scheduler.is_stopped() {
        let Some(task) = next.take().or_else(|| run.scheduler.next_task()) else {
            // Look again after reading the news: what came before would otherwise be slept through.
            let news = run.scheduler.news();
            next = run.scheduler.next_task();
            if next.is_none() {
                run.scheduler.wait_for_news(news);
            }
            continue;
        };
        match task {
            Task::Execute(..) => {
                stats.executions += 1;
                own.runs += 1;
            }
            Task::Validate(..) => stats.validations += 1,
        }
        let begun = lane.begin(run, task);
        if let Task::Execute(tx, _) = task {
            let is_near = |read: &Read<M::Value>| match read.origin {
                Origin::Version { tx: writer, .. } => u64::from(tx.0 - writer.0) <= lanes,
                Origin::Storage | Origin::Estimate { .. } => false,
            };
            own.chained += u64::from(lane.reads().iter().any(is_near));
        }
        let (finished, follow_up) = lane.finish(run, task, begun)?;
        next = follow_up;
        match finished {
            Finished::Published => own.gas += lane.effects().gas,
            Finished::Waits => {
                stats.blocked += 1;
                own.wasted += 1;
            }
            Finished::Aborted => {
                stats.aborts += 1;
                own.wasted += 1;
            }
            Finished::Validated | Finished::TooLate => {}
        }
        let is_due = own.wasted > 0 || own.runs == TOLD_EVERY;
        if is_due && tally.tell(std::mem::take(&mut own)).is_hopeless(lanes) {
            run.scheduler.stop();
        }
    }
    Ok(stats)
}

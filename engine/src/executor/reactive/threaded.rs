//! Real threads: one long task a lane on the thread pool, and two short phases after it.

use super::arena::{Arena, move_some};
use super::judge::{Judge, Tally};
use super::lane::{BlockRun, Finished, Lane, Record};
use super::sync::{Mutex, PoisonError};
use crate::executor::{BlockStats, Executor};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Origin;
use crate::vm::{Fault, Vm};
use rayon::prelude::*;

/// Transactions whose outputs one task of the pool moves.
const OUTPUTS_CHUNK: usize = 1_024;

impl<M: Vm> Executor<M> {
    /// Executes a block on real threads by the second generation of Block-STM, `lanes` at a time. When
    /// conflicts leave less useful work than one lane would do, the rest of the block, what is not yet
    /// committed, is run in order.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before, or holds the transactions before the faulty one.
    pub fn reactive<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        lanes: u32,
    ) -> Result<BlockStats, Fault> {
        self.reactive_from(vm, storage, txs, 0, (lanes, false))
    }

    /// Like [`Executor::reactive`], for the block's transactions from `from` on; if `is_patient`, without
    /// giving up.
    pub(in crate::executor) fn reactive_from<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        from: usize,
        (lanes, is_patient): (u32, bool),
    ) -> Result<BlockStats, Fault> {
        let lanes = lanes.max(1);
        self.make_room(txs.len());
        let next = &txs[from..];
        let arena = &mut self.reactive;
        let mut stats = arena.with_room(next.len(), lanes, |arena| {
            arena.race(vm, &*storage, next, lanes, is_patient)
        })?;
        let committed = arena.scheduler.committed();
        if committed as usize == next.len() {
            arena.note_keys(next.len());
        }
        let before = &*storage;
        let end = TxIndex(committed);
        let count = committed as usize;
        let outputs = &mut self.outputs[from..from + count];
        let gas = &mut self.gas[from..from + count];
        let records = &mut arena.records[..count];
        let values = if count <= OUTPUTS_CHUNK {
            // Sooner done here than handed to somebody who may have to be woken.
            move_some(records, outputs, gas);
            vec![arena.versions.take_values_here(end, |key| before.get(key))]
        } else {
            let values = || arena.versions.take_values(end, |key| before.get(key));
            rayon::join(values, || move_outputs(records, outputs, gas)).0
        };
        for (key, value) in values.into_iter().flatten() {
            storage.set(key, value);
        }
        stats.transactions = next.len() as u64;
        stats.in_order = next.len() as u64 - u64::from(committed);
        stats.executions += stats.in_order;
        if stats.in_order > 0 {
            self.in_order(vm, storage, txs, from + committed as usize)?;
        }
        Ok(stats)
    }
}

/// Moves what the records hold to where the executor shows it, on all threads of the pool.
fn move_outputs<M: Vm>(
    records: &mut [Mutex<Record<M>>],
    outputs: &mut [M::Output],
    gas: &mut [u64],
) {
    let chunks = records
        .par_chunks_mut(OUTPUTS_CHUNK)
        .zip(outputs.par_chunks_mut(OUTPUTS_CHUNK))
        .zip(gas.par_chunks_mut(OUTPUTS_CHUNK));
    chunks.for_each(|((records, outputs), gas)| move_some(records, outputs, gas));
}

impl<M: Vm> Arena<M> {
    /// Lets the lanes loose until the block is done or parallel work has stopped to pay.
    fn race<S: Storage<M::Key, M::Value>>(
        &self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        lanes: u32,
        is_patient: bool,
    ) -> Result<BlockStats, Fault> {
        let run = self.block_run(vm, storage, txs, false);
        let judge = Judge::new(is_patient);
        let total = Mutex::new(Ok(BlockStats::default()));
        let go = |lane: &Mutex<Lane<M>>| {
            let mut lane = lane.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut lane, &run, &judge, lanes);
            if result.is_err() {
                run.scheduler.stop();
            }
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *total, result) {
                (Ok(total), Ok(stats)) => total.add(&stats),
                (total @ Ok(_), Err(fault)) => *total = Err(fault),
                (Err(_), _) => {}
            }
        };
        // The caller is a lane as well: it has begun before anybody else is woken.
        rayon::in_place_scope(|scope| {
            for lane in &self.lanes[1..lanes as usize] {
                let go = &go;
                scope.spawn(move |_| go(lane));
            }
            go(&self.lanes[0]);
        });
        // Runs that ended after the stop may have lengthened the prefix.
        self.scheduler.commit();
        total.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One lane, from the first run to the end of the block.
fn work<M: Vm, S: Storage<M::Key, M::Value>>(
    lane: &mut Lane<M>,
    run: &BlockRun<'_, M, S>,
    judge: &Judge,
    lanes: u32,
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
        stats.executions += 1;
        own.runs += 1;
        let begun = lane.begin(run, task);
        let is_near = |origin| match origin {
            Origin::Version { tx: writer, .. } => task.tx.0 - writer.0 <= lanes,
            Origin::Storage | Origin::Estimate { .. } => false,
        };
        own.chained += u32::from(lane.reads().iter().any(|read| is_near(read.origin)));
        let (finished, follow_up) = lane.finish(run, task, begun)?;
        next = follow_up;
        match finished {
            Finished::Published | Finished::Withdrawn => {
                own.gas += (lane.effects().gas / Tally::GRAIN) as u32;
                // A run is counted as withdrawn where that is done: once for each.
                let withdrawn = lane.withdrawn();
                stats.aborts += u64::from(withdrawn);
                own.wasted += withdrawn;
            }
            Finished::Waits => {
                stats.blocked += 1;
                own.wasted += 1;
            }
        }
        if own.is_due() && judge.is_hopeless(std::mem::take(&mut own), lanes) {
            run.scheduler.stop();
        }
    }
    Ok(stats)
}

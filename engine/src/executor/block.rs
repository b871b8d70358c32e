//! The entry: one executor, reused from block to block.

use super::choose::Choice;
use super::declared::{Fresh, Lanes, Left, Plan, Planner, Worker};
use super::near::Near;
use super::optimistic::lane::Record;
use super::optimistic::{BlockRun, Lane, Scheduler, Versions};
use super::reactive;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::vm::{Effects, Fault, Vm};
use std::sync::{Mutex, PoisonError};

/// Distinct keys that a transaction is first assumed to touch; a block that needs more is started again
/// with twice the room.
const KEYS_PER_TX: u32 = 4;

/// Most distinct keys of a block.
const KEYS_MAX: u32 = 1 << 23;

/// Executes blocks. Keeps its memory from block to block, so that a warm executor allocates nothing on
/// the way of a transaction.
pub struct Executor<M: Vm> {
    pub(super) versions: Versions<M::Key, M::Value>,
    pub(super) scheduler: Scheduler,
    pub(super) records: Vec<Mutex<Record<M>>>,
    pub(super) lanes: Vec<Mutex<Lane<M>>>,
    pub(super) effects: Effects<M>,
    pub(super) near: Near,
    /// Transactions of the last block.
    pub(super) count: usize,
    pub(super) outputs: Vec<M::Output>,
    pub(super) gas: Vec<u64>,
    pub(super) planner: Planner<M::Key, M::Value>,
    /// One that runs, and one that is made meanwhile.
    pub(super) plans: [Plan<M::Key, M::Value>; 2],
    pub(super) ready: Lanes,
    pub(super) workers: Vec<Mutex<Worker<M>>>,
    /// The values of slots that the storage has not, while a plan runs.
    pub(super) fresh: Fresh<M::Key, M::Value>,
    /// What the transactions of a plan leave.
    pub(super) left: Vec<Left<M::Output>>,
    pub(super) choice: Choice,
    pub(super) reactive: reactive::Arena<M>,
}

/// What executing a block took. Counts, not times.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct BlockStats {
    /// Transactions committed.
    pub transactions: u64,
    /// Runs, first ones and repeats, blocked ones included.
    pub executions: u64,
    /// Runs withdrawn because a read no longer held.
    pub aborts: u64,
    /// Runs that met an estimate.
    pub blocked: u64,
    /// Validations.
    pub validations: u64,
    /// Transactions that were run by a plan made from what they declared.
    pub declared: u64,
    /// Transactions that were run in order although lanes were to be had: parallel work did not pay.
    pub in_order: u64,
    /// Runs that touched a slot which their transaction had not declared.
    pub breaches: u64,
}

impl BlockStats {
    /// Adds another block's counts.
    pub fn add(&mut self, other: &Self) {
        self.transactions += other.transactions;
        self.executions += other.executions;
        self.aborts += other.aborts;
        self.blocked += other.blocked;
        self.validations += other.validations;
        self.declared += other.declared;
        self.in_order += other.in_order;
        self.breaches += other.breaches;
    }
}

impl<M: Vm> Default for Executor<M> {
    fn default() -> Self {
        Self {
            versions: Versions::default(),
            scheduler: Scheduler::default(),
            records: Vec::new(),
            lanes: Vec::new(),
            effects: Effects::default(),
            near: Near::default(),
            count: 0,
            outputs: Vec::new(),
            gas: Vec::new(),
            planner: Planner::default(),
            plans: Default::default(),
            ready: Lanes::default(),
            workers: Vec::new(),
            fresh: Fresh::default(),
            left: Vec::new(),
            choice: Choice::default(),
            reactive: reactive::Arena::default(),
        }
    }
}

impl<M: Vm> Executor<M> {
    /// The outputs of the last block, in block order.
    pub fn outputs(&self) -> &[M::Output] {
        &self.outputs[..self.count]
    }

    /// The gas of the last block's transactions, in block order.
    pub fn gas(&self) -> &[u64] {
        &self.gas[..self.count]
    }

    /// What all lanes of a crew share while it executes this block.
    pub(super) fn block_run<'a, S>(
        &'a self,
        vm: &'a M,
        storage: &'a S,
        txs: &'a [M::Tx],
    ) -> BlockRun<'a, M, S> {
        BlockRun {
            vm,
            txs,
            storage,
            versions: &self.versions,
            scheduler: &self.scheduler,
            records: &self.records,
        }
    }

    /// Prepares the arenas for a block and runs it, with more room for keys for as long as it needs it.
    /// `storage` is not written before the block has ended, so starting again is safe.
    pub(super) fn with_room<T>(
        &mut self,
        txs: &[M::Tx],
        lanes: u32,
        mut run: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let count = u32::try_from(txs.len())
            .map_err(|_| Fault::Invariant("a block has less than 2^32 transactions"))?;
        self.records.resize_with(txs.len(), Mutex::default);
        self.lanes.resize_with(lanes as usize, Mutex::default);
        let mut room = count.saturating_mul(KEYS_PER_TX).min(KEYS_MAX);
        loop {
            self.versions.reset(room);
            self.scheduler.reset(count);
            match run(self) {
                Err(Fault::KeyTableFull(_)) if room < KEYS_MAX => room = (room * 2).min(KEYS_MAX),
                other => return other,
            }
        }
    }

    /// Makes room for the outputs of a block of so many transactions.
    pub(super) fn make_room(&mut self, count: usize) {
        self.count = count;
        // Never smaller: what earlier blocks left there is memory to be used again.
        let room = count.max(self.outputs.len());
        self.outputs.resize_with(room, M::Output::default);
        self.gas.resize(room, 0);
    }

    /// Moves the outputs of the first `count` transactions to where [`Executor::outputs`] shows them; room has been made.
    pub(super) fn take_outputs(&mut self, count: usize) {
        for (index, record) in self.records[..count].iter_mut().enumerate() {
            let record = record.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut self.outputs[index], &mut record.output);
            self.gas[index] = record.gas;
        }
    }

    /// Brings the storage to where the block's first `count` transactions leave it.
    pub(super) fn settle<S: Storage<M::Key, M::Value>>(&mut self, storage: &mut S, count: usize) {
        let end = TxIndex(count as u32);
        let values = self.versions.final_values_here(end, |key| storage.get(key));
        for (key, value) in values {
            storage.set(key, value);
        }
    }
}

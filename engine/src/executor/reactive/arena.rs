//! The memory of a block's execution, kept from block to block.

use super::lane::{BlockRun, Lane, Record};
use super::scheduler::Scheduler;
use super::sync::{Mutex, PoisonError};
use super::versions::Versions;
use crate::vm::{Fault, Vm};

/// Distinct keys that a transaction is first assumed to touch; a block that needs more is started again
/// with twice the room.
const KEYS_PER_TX: u32 = 4;

/// Least room for keys.
const KEYS_MIN: u32 = 256;

/// Most distinct keys of a block.
const KEYS_MAX: u32 = 1 << 23;

/// Everything that the lanes share, and the lanes' own memory.
pub struct Arena<M: Vm> {
    pub(super) versions: Versions<M::Key, M::Value>,
    pub(super) scheduler: Scheduler,
    pub(super) records: Vec<Mutex<Record<M>>>,
    pub(super) lanes: Vec<Mutex<Lane<M>>>,
    block: u32,
    /// Keys and transactions of the block before.
    last: (u32, u32),
}

impl<M: Vm> Default for Arena<M> {
    fn default() -> Self {
        Self {
            versions: Versions::default(),
            scheduler: Scheduler::default(),
            records: Vec::new(),
            lanes: Vec::new(),
            block: 0,
            last: (0, 0),
        }
    }
}

impl<M: Vm> Arena<M> {
    /// Prepares for a block of `count` transactions and runs it, with more room for keys for as long as
    /// it needs it. Nothing is written to the storage before the block has ended, so starting again is
    /// safe.
    ///
    /// # Errors
    /// A [`Fault`] of the run, or when the block has 2^32 transactions or more.
    pub(super) fn with_room<T>(
        &mut self,
        count: usize,
        lanes: u32,
        mut run: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let txs = u32::try_from(count)
            .map_err(|_| Fault::Invariant("a block has less than 2^32 transactions"))?;
        if self.records.len() < count {
            self.records.resize_with(count, Mutex::default);
        }
        if self.lanes.len() < lanes as usize {
            self.lanes.resize_with(lanes as usize, Mutex::default);
        }
        let mut room = self.room(txs);
        loop {
            self.begin_block();
            self.versions.reset(room);
            self.scheduler.reset(txs);
            match run(self) {
                // Not another table's, whose room is not given here.
                Err(Fault::KeyTableFull(most)) if most == room && room < KEYS_MAX => {
                    room = (room * 2).min(KEYS_MAX);
                }
                other => return other,
            }
        }
    }

    /// Room for the keys of a block: twice as many a transaction as the block before had, since a small
    /// table stays in the cache, and at least one.
    fn room(&self, txs: u32) -> u32 {
        let (keys, of) = self.last;
        let room = if of == 0 {
            u64::from(txs) * u64::from(KEYS_PER_TX)
        } else {
            u64::from(txs) * (u64::from(keys) * 2).max(u64::from(of)) / u64::from(of)
        };
        room.clamp(u64::from(KEYS_MIN), u64::from(KEYS_MAX)) as u32
    }

    /// Notes how many keys the block has touched.
    pub(super) fn note_keys(&mut self, txs: usize) {
        self.last = (self.versions.used() as u32, txs as u32);
    }

    fn begin_block(&mut self) {
        self.block = self.block.wrapping_add(1);
        if self.block == 0 {
            // After 2^32 blocks numbers come round again: forget for real, once.
            for record in &mut self.records {
                record
                    .get_mut()
                    .unwrap_or_else(PoisonError::into_inner)
                    .block = 0;
            }
            self.block = 1;
        }
    }

    /// What all lanes of a crew share while it executes this block.
    pub(super) fn block_run<'a, S>(
        &'a self,
        vm: &'a M,
        storage: &'a S,
        txs: &'a [M::Tx],
        keeps_reads: bool,
    ) -> BlockRun<'a, M, S> {
        BlockRun {
            vm,
            txs,
            storage,
            versions: &self.versions,
            scheduler: &self.scheduler,
            records: &self.records,
            block: self.block,
            keeps_reads,
        }
    }
}

/// Moves what the records hold to where the executor shows it.
pub(super) fn move_some<M: Vm>(
    records: &mut [Mutex<Record<M>>],
    outputs: &mut [M::Output],
    gas: &mut [u64],
) {
    for ((record, output), gas) in records.iter_mut().zip(outputs).zip(gas) {
        let record = record.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(output, &mut record.output);
        *gas = record.gas;
    }
}

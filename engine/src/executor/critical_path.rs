//! The longest chain of transactions that depend on one another: what no number of lanes can beat.
//!
//! (One exception: a run on stale values that happens to write the value that turns out right lets its
//! readers start early. Validation by value accepts such luck, and so does a comparison that is answered
//! rightly on values that were not yet right.)

use super::Executor;
use super::optimistic::KeyId;
use super::turns::Turns;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::vm::Vm;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// What the dependencies of a block allow.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CriticalPath {
    /// Gas of all transactions: the block's length in order, without bookkeeping.
    pub total_ticks: u64,
    /// Gas along the longest chain.
    pub ticks: u64,
    /// The chain, in block order.
    pub chain: Vec<TxIndex>,
}

/// Earliest moment at which a slot's value can be known, and which transaction it waits for.
#[derive(Clone, Copy, Default, Debug)]
struct Ready {
    at: u64,
    tx: Option<TxIndex>,
}

/// How often the transactions of a block read and wrote one slot.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Use {
    /// Transactions that read or compared it.
    pub readers: u32,
    /// Transactions that wrote it.
    pub writers: u32,
}

impl<M: Vm> Executor<M> {
    /// The critical path of the block just executed, `storage` being still the state before it. A transaction depends on the writers of what it read, additions included; a write that
    /// left the value as it was makes nobody wait, since nobody could tell. Whoever compares depends on the
    /// writer that last turned the answer, if it was turned at all since the block began.
    pub(super) fn critical_path<S: Storage<M::Key, M::Value>>(&self, storage: &S) -> CriticalPath {
        let mut ready = vec![Ready::default(); self.versions.used()];
        let mut turns = self.turns(storage);
        let mut before: Vec<Option<TxIndex>> = Vec::with_capacity(self.records.len());
        let mut path = CriticalPath::default();
        let mut last = None;
        for (index, record) in self.records.iter().enumerate() {
            let tx = TxIndex(index as u32);
            let record = record.lock().unwrap_or_else(PoisonError::into_inner);
            let mut start = Ready::default();
            for read in &record.reads {
                let found = ready[read.id.0 as usize];
                if found.at > start.at {
                    start = found;
                }
            }
            for compared in &record.compared {
                let turns = turns.get(&compared.id);
                let turned = turns.and_then(|turns| turns.last(&compared.bound));
                if let Some(found) = turned.filter(|found| found.at > start.at) {
                    start = found;
                }
            }
            let end = start.at + record.gas;
            before.push(start.tx);
            path.total_ticks += record.gas;
            if end > path.ticks {
                path.ticks = end;
                last = Some(tx);
            }
            for written in &record.written {
                if let Some(turns) = turns.get_mut(&written.id)
                    && let Some(write) = self.versions.written(written.id, tx)
                {
                    let known = Ready {
                        at: end,
                        tx: Some(tx),
                    };
                    turns.write(&write, known);
                }
                let slot = &mut ready[written.id.0 as usize];
                if written.is_addition {
                    if end > slot.at {
                        *slot = Ready {
                            at: end,
                            tx: Some(tx),
                        };
                    }
                    continue;
                }
                let is_changed = self.versions.is_changed(written.id, tx, || {
                    let key = self.versions.key(written.id);
                    key.and_then(|key| storage.get(key))
                });
                // Who replaces a value by the same one tells it to readers as well, if that is sooner.
                if is_changed || end < slot.at {
                    *slot = Ready {
                        at: end,
                        tx: Some(tx),
                    };
                }
            }
        }
        while let Some(tx) = last {
            path.chain.push(tx);
            last = before[tx.as_usize()];
        }
        path.chain.reverse();
        path
    }

    /// The slots that somebody compared, as they stood before the block.
    fn turns<S: Storage<M::Key, M::Value>>(
        &self,
        storage: &S,
    ) -> BTreeMap<KeyId, Turns<M::Value, Ready>> {
        let mut turns = BTreeMap::new();
        for record in &self.records {
            let record = record.lock().unwrap_or_else(PoisonError::into_inner);
            for compared in &record.compared {
                turns.entry(compared.id).or_insert_with(|| {
                    let key = self.versions.key(compared.id);
                    let before = key.and_then(|key| storage.get(key));
                    Turns::new(before.unwrap_or_default(), Ready::default())
                });
            }
        }
        turns
    }

    /// How often the last block's transactions read and wrote each of these slots.
    pub(super) fn uses(&self, slots: &[KeyId]) -> Vec<Use> {
        let mut uses = vec![Use::default(); self.versions.used()];
        for record in &self.records {
            let record = record.lock().unwrap_or_else(PoisonError::into_inner);
            for read in &record.reads {
                uses[read.id.0 as usize].readers += 1;
            }
            // Several questions about one slot are asked one after the other.
            for same in record.compared.chunk_by(|a, b| a.id == b.id) {
                uses[same[0].id.0 as usize].readers += 1;
            }
            for written in &record.written {
                uses[written.id.0 as usize].writers += 1;
            }
        }
        slots.iter().map(|id| uses[id.0 as usize]).collect()
    }
}

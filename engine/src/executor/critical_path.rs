//! The longest chain of transactions that depend on one another: what no number of lanes can beat.
//!
//! (One exception: a run on stale values that happens to write the value that turns out right lets its
//! readers start early. Validation by value accepts such luck, and so does a comparison that is answered
//! rightly on values that were not yet right.)

use super::optimistic::KeyId;
use super::turns::Turns;
use super::written::{Deed, Written};
use crate::primitives::TxIndex;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound, Storage};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

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

/// What a transaction's last run touched, and what it took.
pub(super) trait Account<V> {
    /// Its gas.
    fn gas(&self) -> u64;

    /// The slots it read, each once.
    fn reads(&self) -> impl Iterator<Item = KeyId>;

    /// What it compared, all questions about one slot one after the other.
    fn compared<'a>(&'a self) -> impl Iterator<Item = (KeyId, &'a Bound<V>)>
    where
        V: 'a;

    /// What it did to the slots that it wrote, each once.
    fn written(&self) -> &[Written];
}

/// Where the versions are that a block's last runs left.
pub(super) trait Ledger<K, V> {
    /// Every [`KeyId`] that was given is below.
    fn used(&self) -> usize;

    /// The key with this number.
    fn key(&self, id: KeyId) -> Option<&K>;

    /// What the slot holds before the transaction; before all of them, what is in the storage.
    fn before(&self, id: KeyId, tx: TxIndex, storage: impl FnOnce() -> Option<V>) -> V;

    /// What the transaction did to the slot; `from` is 0 for its first writer and is kept for the next.
    fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>>;
}

/// A slot, as the walk through the block has left it.
#[derive(Clone, Copy, Default, Debug)]
struct Slot {
    ready: Ready,
    used: Use,
}

/// The critical path of a block, its transactions' accounts being `records` and `storage` the state before it;
/// and by slot, how often they read and wrote it. A transaction depends on the writers of what it read,
/// additions included; a write that left the value as it was makes nobody wait, since nobody could tell.
/// Whoever compares depends on the writer that last turned the answer, if it was turned at all since the
/// block began.
pub(super) fn walk<K, V, R, S>(
    records: &[Mutex<R>],
    ledger: &impl Ledger<K, V>,
    storage: &S,
) -> (CriticalPath, Vec<Use>)
where
    V: Additive + Clone + PartialEq,
    R: Account<V>,
    S: Storage<K, V>,
{
    let mut slots = vec![Slot::default(); ledger.used()];
    let before = |id| ledger.key(id).and_then(|key| storage.get(key));
    let mut turns = turns(records, before);
    let mut waits: Vec<Option<TxIndex>> = Vec::with_capacity(records.len());
    let mut path = CriticalPath::default();
    let mut last = None;
    for (index, record) in records.iter().enumerate() {
        let tx = TxIndex(index as u32);
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        let mut start = Ready::default();
        for id in record.reads() {
            let slot = &mut slots[id.0 as usize];
            slot.used.readers += 1;
            if slot.ready.at > start.at {
                start = slot.ready;
            }
        }
        let mut asked = None;
        for (id, bound) in record.compared() {
            slots[id.0 as usize].used.readers += u32::from(asked.replace(id) != Some(id));
            let turned = turns.get(&id).and_then(|(turns, _)| turns.last(bound));
            if let Some(found) = turned.filter(|found| found.at > start.at) {
                start = found;
            }
        }
        let end = start.at + record.gas();
        let known = Ready {
            at: end,
            tx: Some(tx),
        };
        waits.push(start.tx);
        path.total_ticks += record.gas();
        if end > path.ticks {
            path.ticks = end;
            last = Some(tx);
        }
        for Written { id, deed } in record.written().iter().copied() {
            let slot = &mut slots[id.0 as usize];
            slot.used.writers += 1;
            if let Some((turns, next)) = turns.get_mut(&id)
                && let Some(write) = ledger.written(id, tx, next)
            {
                turns.write(&write, known);
            }
            // Additions are waited for by the last of them, and who replaces a value by the same one tells it
            // to readers as well, if that is sooner.
            let is_known = match deed {
                Deed::Adds => end > slot.ready.at,
                Deed::Changes => true,
                Deed::Keeps => end < slot.ready.at,
                Deed::Replaces => {
                    end < slot.ready.at || {
                        let before = ledger.before(id, tx, || before(id));
                        let write = ledger.written(id, tx, &mut 0);
                        write.is_some_and(|write| write.onto(before.clone()) != before)
                    }
                }
            };
            if is_known {
                slot.ready = known;
            }
        }
    }
    while let Some(tx) = last {
        path.chain.push(tx);
        last = waits[tx.as_usize()];
    }
    path.chain.reverse();
    (path, slots.into_iter().map(|slot| slot.used).collect())
}

/// The slots that somebody compared, as they stood before the block, each with where its next write is likely to
/// be.
fn turns<V: Additive + Clone, R: Account<V>>(
    records: &[Mutex<R>],
    before: impl Fn(KeyId) -> Option<V>,
) -> BTreeMap<KeyId, (Turns<V, Ready>, u32)> {
    let mut turns = BTreeMap::new();
    for record in records {
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, _) in record.compared() {
            turns.entry(id).or_insert_with(|| {
                let before = before(id).unwrap_or_default();
                (Turns::new(before, Ready::default()), 0)
            });
        }
    }
    turns
}

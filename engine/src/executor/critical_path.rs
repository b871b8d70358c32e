//! The longest chain of transactions that depend on one another: what no number of lanes can beat.
//!
//! (One exception: a run on stale values that happens to write the value that turns out right lets its
//! readers start early. Validation by value accepts such luck, and so does a comparison that is answered
//! rightly on values that were not yet right.)

use super::optimistic::KeyId;
use super::turns::Turns;
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

    /// The slots it wrote, each once, and whether it only added there.
    fn written(&self) -> impl Iterator<Item = (KeyId, bool)>;
}

/// Where the versions are that a block's last runs left.
pub(super) trait Ledger<K, V> {
    /// Every [`KeyId`] that was given is below.
    fn used(&self) -> usize;

    /// The key with this number.
    fn key(&self, id: KeyId) -> Option<&K>;

    /// What the transaction did to the slot; `from` is 0 for its first writer and is kept for the next.
    fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>>;
}

/// A slot, as the walk through the block has left it.
#[derive(Clone, Debug)]
struct Slot<V> {
    ready: Ready,
    used: Use,
    value: Value<V>,
    /// Where its next write is likely to be.
    next: u32,
}

/// A slot's value; before the block's is asked for, the sum of what was added.
#[derive(Clone, Debug)]
enum Value<V> {
    Added(V),
    Known(V),
}

impl<V: Additive + Clone + PartialEq> Value<V> {
    /// A write is done. True if that leaves another value; an addition is not looked into.
    fn write(&mut self, write: Write<V>, before: impl FnOnce() -> Option<V>) -> bool {
        match (write, &mut *self) {
            (Write::Add(delta), Self::Added(value) | Self::Known(value)) => {
                *value = value.plus(&delta);
                true
            }
            (Write::Set(new), old) => {
                let is_changed = match old {
                    Self::Known(value) => *value != new,
                    Self::Added(sum) => before().unwrap_or_default().plus(sum) != new,
                };
                *self = Self::Known(new);
                is_changed
            }
        }
    }
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
    let fresh = Slot {
        ready: Ready::default(),
        used: Use::default(),
        value: Value::Added(V::default()),
        next: 0,
    };
    let mut slots = vec![fresh; ledger.used()];
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
            let turned = turns.get(&id).and_then(|turns| turns.last(bound));
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
        for (id, is_addition) in record.written() {
            let slot = &mut slots[id.0 as usize];
            slot.used.writers += 1;
            let is_changed = ledger.written(id, tx, &mut slot.next).is_some_and(|write| {
                if let Some(turns) = turns.get_mut(&id) {
                    turns.write(&write, known);
                }
                slot.value.write(write, || before(id))
            });
            // Additions are waited for by the last of them, and who replaces a value by the same one tells it
            // to readers as well, if that is sooner.
            let is_known = match is_addition {
                true => end > slot.ready.at,
                false => is_changed || end < slot.ready.at,
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

/// The slots that somebody compared, as they stood before the block.
fn turns<V: Additive + Clone, R: Account<V>>(
    records: &[Mutex<R>],
    before: impl Fn(KeyId) -> Option<V>,
) -> BTreeMap<KeyId, Turns<V, Ready>> {
    let mut turns = BTreeMap::new();
    for record in records {
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, _) in record.compared() {
            turns
                .entry(id)
                .or_insert_with(|| Turns::new(before(id).unwrap_or_default(), Ready::default()));
        }
    }
    turns
}

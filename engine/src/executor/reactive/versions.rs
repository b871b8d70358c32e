//! What every run wrote and who read it: by slot, then by transaction.

use super::history::{History, Stale, note, resolve, settle};
use super::sync::{AtomicU32, Mutex, MutexGuard, Ordering, PoisonError};
use crate::executor::optimistic::KeyId;
use crate::executor::sorted::{Entry, Version};
use crate::primitives::TxIndex;
use crate::primitives::hash::BuildMix;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;
use crate::vm::Fault;
use std::hash::{BuildHasher, Hash};
use std::sync::OnceLock;

/// Slots that one task of the thread pool goes through.
#[cfg(feature = "threads")]
const CHUNK: usize = 1_024;

/// A table of which less than one place in so many is taken is emptied place by place: a block that was given
/// up early has touched little of it.
const SPARSE: usize = 8;

/// The versions and the readers of all slots that a block touches.
///
/// A key is interned once: a table of four-byte places leads to a dense number, and behind the number
/// lie the whole key (compared in full: a hash is never its identity), the versions and the readers, on
/// neighbouring cache lines. The table and the keys are read without a lock; each slot has one of its
/// own. Memory is kept from block to block.
#[derive(Debug)]
pub struct Versions<K, V> {
    /// Open addressing; a number plus one, or 0.
    table: Vec<AtomicU32>,
    slots: Vec<Slot<K, V>>,
    used: AtomicU32,
    /// Most keys of this block.
    capacity: u32,
}

/// A slot's key, and what the block did to it.
#[repr(align(128))]
#[derive(Debug)]
struct Slot<K, V> {
    /// Set before the table leads here, and never again in this block.
    key: OnceLock<K>,
    history: Mutex<History<V>>,
}

/// What a read finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found<V> {
    /// This value; `None` if the slot was never written.
    Value {
        /// The value.
        value: Option<V>,
        /// The newest version below the reader.
        origin: Origin,
    },
    /// The newest version below the reader is of a transaction that is to run again.
    Pending(TxIndex),
}

impl<K, V> Default for Versions<K, V> {
    fn default() -> Self {
        Self {
            table: Vec::new(),
            slots: Vec::new(),
            used: AtomicU32::new(0),
            capacity: 0,
        }
    }
}

impl<K, V> Default for Slot<K, V> {
    fn default() -> Self {
        Self {
            key: OnceLock::new(),
            history: Mutex::new(History::default()),
        }
    }
}

impl<K, V> Slot<K, V> {
    fn history_mut(&mut self) -> &mut History<V> {
        let history = self.history.get_mut();
        history.unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&mut self) {
        self.key = OnceLock::new();
        self.history_mut().clear();
    }
}

impl<K, V> Versions<K, V> {
    /// What a slot takes.
    pub const SLOT_BYTES: usize = size_of::<Slot<K, V>>();
}

impl<K: Eq + Hash + Clone, V: Additive + Clone + PartialEq> Versions<K, V> {
    /// Forgets the last block and makes room for `capacity` distinct keys.
    pub fn reset(&mut self, capacity: u32) {
        self.empty_table();
        let used = self.used();
        self.slots[..used].iter_mut().for_each(Slot::forget);
        *self.used.get_mut() = 0;
        if self.slots.len() < capacity as usize {
            self.slots.resize_with(capacity as usize, Slot::default);
        }
        self.capacity = capacity;
        // At most three quarters full, so that a search is short and always ends.
        let places = (capacity as usize * 4 / 3).next_power_of_two().max(2);
        self.table.resize_with(places, || AtomicU32::new(0));
    }

    /// Nothing of the table leads anywhere any more. Comes before the keys are forgotten.
    fn empty_table(&mut self) {
        let used = self.used();
        if used * SPARSE >= self.table.len() {
            self.table.iter_mut().for_each(|at| *at.get_mut() = 0);
            return;
        }
        let mask = self.table.len() - 1;
        for key in self.slots[..used].iter().filter_map(|slot| slot.key.get()) {
            // The key is somewhere from here to the next empty place, and so is all between. What is emptied
            // always reaches that far, so that nobody's search ends too early.
            let mut place = BuildMix::default().hash_one(key) as usize & mask;
            while std::mem::replace(self.table[place].get_mut(), 0) != 0 {
                place = (place + 1) & mask;
            }
        }
    }

    /// Whether no place of the table leads anywhere.
    #[cfg(test)]
    pub(super) fn is_forgotten(&mut self) -> bool {
        self.table.iter_mut().all(|at| *at.get_mut() == 0)
    }

    /// The key's number in this block.
    ///
    /// # Errors
    /// [`Fault::KeyTableFull`] when the block touches more keys than [`Versions::reset`] made room for.
    pub fn intern(&self, key: &K) -> Result<KeyId, Fault> {
        let mask = self.table.len() - 1;
        let mut place = BuildMix::default().hash_one(key) as usize & mask;
        let mut mine = None;
        loop {
            let found = self.table[place].load(Ordering::Acquire);
            if found == 0 {
                let id = match mine {
                    Some(id) => id,
                    None => self.claim(key)?,
                };
                mine = Some(id);
                let taken = &self.table[place];
                // Whoever comes second looks at this place again: it may now lead to the same key,
                // and the number just claimed then stays without a use.
                if taken
                    .compare_exchange(0, id + 1, Ordering::AcqRel, Ordering::Acquire)
                    .is_ok()
                {
                    return Ok(KeyId(id));
                }
            } else if self.slots[found as usize - 1].key.get() == Some(key) {
                return Ok(KeyId(found - 1));
            } else {
                place = (place + 1) & mask;
            }
        }
    }

    fn claim(&self, key: &K) -> Result<u32, Fault> {
        let id = self.used.fetch_add(1, Ordering::Relaxed);
        let slot = self.slots.get(id as usize);
        let Some(slot) = slot.filter(|_| id < self.capacity) else {
            return Err(Fault::KeyTableFull(self.capacity));
        };
        if slot.key.set(key.clone()).is_err() {
            return Err(Fault::Invariant("a key's number is given once"));
        }
        Ok(id)
    }

    /// The key with this number.
    pub fn key(&self, id: KeyId) -> Option<&K> {
        self.slots.get(id.0 as usize)?.key.get()
    }

    /// How many numbers there are to give: every [`KeyId`] is below.
    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }

    /// How many numbers were given: every [`KeyId`] is below.
    pub fn used(&self) -> usize {
        (self.used.load(Ordering::Relaxed) as usize).min(self.capacity as usize)
    }

    fn history(&self, id: KeyId) -> MutexGuard<'_, History<V>> {
        let history = self.slots[id.0 as usize].history.lock();
        history.unwrap_or_else(PoisonError::into_inner)
    }

    /// The slot's value as `reader` may see it: the newest version below it, with `storage` under the
    /// block's own versions. The reader is registered: whoever changes the value will name it. Finds
    /// no value if the newest version is of a transaction that is not `is_executed`.
    pub fn read(
        &self,
        id: KeyId,
        reader: Version,
        is_executed: impl Fn(TxIndex) -> bool,
        storage: impl Fn() -> Option<V>,
    ) -> Found<V> {
        let mut history = self.history(id);
        let below = history.entries.below(reader.tx);
        let Some(newest) = history.entries.part(0..below).last() else {
            history.register(reader);
            drop(history);
            return Found::Value {
                value: storage(),
                origin: Origin::Storage,
            };
        };
        let newest = newest.version();
        if !is_executed(newest.tx) {
            return Found::Pending(newest.tx);
        }
        let origin = newest.origin();
        let value = resolve(history.entries.part(0..below), &storage);
        history.register(reader);
        Found::Value { value, origin }
    }

    /// Whether the slot keeps a limit, as `reader` may see it, and the newest version below it. The question
    /// is registered: whoever turns the answer will name the reader. It waits for nobody, and counts what a
    /// run wrote that is to run again: that one will publish anew, and so turn the answer if it has to. The
    /// first `committed` transactions are committed.
    pub fn compare(
        &self,
        id: KeyId,
        reader: Version,
        bound: &Bound<V>,
        committed: u32,
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        let committed = TxIndex(committed);
        self.history(id).ask(reader, bound, committed, storage)
    }

    /// Publishes one write of a run, in place of the write of the transaction's run before, and adds to
    /// `stale` the runs for which this changes a value that they have read, or turns an answer.
    pub fn write(
        &self,
        id: KeyId,
        writer: Version,
        write: Write<V>,
        storage: impl Fn() -> Option<V>,
        stale: &mut Vec<Stale>,
    ) {
        let mut history = self.history(id);
        let place = history.entries.below(writer.tx);
        let old = history.entries.get(place, writer.tx);
        let is_same = old.is_some_and(|old| old.write() == write);
        let after = place + usize::from(old.is_some());
        let readers = history.readers_of(writer.tx, after);
        let is_seen = !readers.is_empty() && !is_same;
        let before = is_seen.then(|| resolve(history.entries.part(0..after), &storage));
        let first = stale.len();
        if is_seen {
            note(id, &history, readers, stale);
        }
        history.entries.put(place, Entry::new(writer, write));
        if let Some(before) = before {
            let now = resolve(history.entries.part(0..place + 1), &storage);
            settle(before == now, &history, first, stale);
        }
        if !is_same {
            history.note_turned(id, writer.tx, place + 1, storage, stale);
        }
    }

    /// Removes the transaction's version from this slot, and adds to `stale` the runs for which this
    /// changes a value that they have read, or turns an answer.
    pub fn remove(
        &self,
        id: KeyId,
        tx: TxIndex,
        storage: impl Fn() -> Option<V>,
        stale: &mut Vec<Stale>,
    ) {
        let mut history = self.history(id);
        let place = history.entries.below(tx);
        if history.entries.get(place, tx).is_none() {
            return;
        }
        let readers = history.readers_of(tx, place + 1);
        let is_seen = !readers.is_empty();
        let before = is_seen.then(|| resolve(history.entries.part(0..place + 1), &storage));
        let first = stale.len();
        if is_seen {
            note(id, &history, readers, stale);
        }
        history.entries.remove(place);
        if let Some(before) = before {
            let now = resolve(history.entries.part(0..place), &storage);
            settle(before == now, &history, first, stale);
        }
        history.note_turned(id, tx, place, storage, stale);
    }

    /// What the slot holds before the transaction.
    pub fn before(&self, id: KeyId, tx: TxIndex, storage: impl FnOnce() -> Option<V>) -> V {
        let history = self.history(id);
        let below = history.entries.below(tx);
        resolve(history.entries.part(0..below), storage).unwrap_or_default()
    }

    /// What the transaction did to the slot; `from` as `Sorted::find` has it.
    pub fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>> {
        self.history(id).entries.find(tx, from).map(Entry::write)
    }

    /// Takes the values that the slots have after all transactions below `end`, each slot that one of
    /// them wrote once, and forgets the block. On all threads of the pool.
    #[cfg(feature = "threads")]
    pub fn take_values(
        &mut self,
        end: TxIndex,
        storage: impl Fn(&K) -> Option<V> + Sync,
    ) -> Vec<Vec<(K, V)>>
    where
        K: Send + Sync,
        V: Send + Sync,
    {
        use rayon::prelude::*;
        self.empty_table();
        let used = self.used();
        *self.used.get_mut() = 0;
        self.slots[..used]
            .par_chunks_mut(CHUNK)
            .map(|slots| {
                let mut values = Vec::with_capacity(slots.len());
                values.extend(
                    slots
                        .iter_mut()
                        .filter_map(|slot| take(slot, end, &storage)),
                );
                values
            })
            .collect()
    }

    /// [`Versions::take_values`] on this thread.
    pub fn take_values_here(
        &mut self,
        end: TxIndex,
        storage: impl Fn(&K) -> Option<V>,
    ) -> Vec<(K, V)> {
        self.empty_table();
        let used = self.used();
        *self.used.get_mut() = 0;
        let slots = self.slots[..used].iter_mut();
        slots.filter_map(|slot| take(slot, end, &storage)).collect()
    }
}

/// A slot's key and last value before `end`, if somebody below wrote it; the slot is then empty.
fn take<K, V: Additive + Clone>(
    slot: &mut Slot<K, V>,
    end: TxIndex,
    storage: impl Fn(&K) -> Option<V>,
) -> Option<(K, V)> {
    let key = slot.key.take();
    let history = slot.history_mut();
    let below = history.entries.below(end);
    let taken = key.filter(|_| below > 0).and_then(|key| {
        let value = resolve(history.entries.part(0..below), || storage(&key))?;
        Some((key, value))
    });
    history.clear();
    taken
}

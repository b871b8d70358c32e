//! What every incarnation wrote: by slot, then by transaction.

pub use super::history::Found;
use super::history::History;
use crate::executor::sorted::{Entry, Version};
use crate::primitives::hash::BuildMix;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;
use crate::vm::Fault;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A slot of this block: an index into dense arrays, good until the next block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub u32);

/// Slots that one pool task goes through.
#[cfg(feature = "threads")]
const CHUNK: usize = 1_024;

/// Least room for keys.
const KEYS_MIN: u32 = 256;

/// The versions of all slots that a block touches.
///
/// A key is interned once: a table of four-byte places leads to a dense number, and behind the number
/// lie the whole key (compared in full: a hash is never its identity) and the versions, on neighbouring
/// cache lines. The table and the keys are read without a lock; every slot's versions stand behind one
/// of their own. Memory is kept from block to block.
#[derive(Debug)]
pub struct Versions<K, V> {
    /// Open addressing; a number plus one, or 0.
    table: Vec<AtomicU32>,
    slots: Vec<Slot<K, V>>,
    used: AtomicU32,
    /// Most keys of this block.
    capacity: u32,
    block: u32,
}

/// A slot's key, and what the block did to it.
#[repr(align(128))]
#[derive(Debug)]
struct Slot<K, V> {
    /// Set before the table leads here, and never again in this block.
    key: OnceLock<K>,
    history: Mutex<History<V>>,
}

impl<K, V> Default for Versions<K, V> {
    fn default() -> Self {
        Self {
            table: Vec::new(),
            slots: Vec::new(),
            used: AtomicU32::new(0),
            capacity: 0,
            block: 0,
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

impl<K: Eq + Hash + Clone, V: Additive + Clone + PartialEq> Versions<K, V> {
    /// Forgets the last block and makes room for `capacity` distinct keys.
    pub fn reset(&mut self, capacity: u32) {
        let used = self.used();
        self.slots[..used].iter_mut().for_each(Slot::forget);
        *self.used.get_mut() = 0;
        self.capacity = capacity.max(KEYS_MIN);
        let capacity = self.capacity as usize;
        if self.slots.len() < capacity {
            self.slots.resize_with(capacity, Slot::default);
        }
        // At most three quarters full, so that a search is short and always ends.
        let places = (capacity * 4 / 3).next_power_of_two();
        self.table.truncate(places);
        self.table.iter_mut().for_each(|at| *at.get_mut() = 0);
        self.table.resize_with(places, || AtomicU32::new(0));
        // Never 0, which marks what belongs to no block.
        self.block = self.block.checked_add(1).unwrap_or(1);
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

    /// The hash of the key with this number: the same in every block and on every machine.
    pub fn hash(&self, id: KeyId) -> u64 {
        BuildMix::default().hash_one(self.key(id))
    }

    /// The number of the block, other than that of the block before.
    pub fn block(&self) -> u32 {
        self.block
    }

    /// How many numbers there are to give: every [`KeyId`] is below.
    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }

    /// How many numbers were given: every [`KeyId`] there is now is below.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed).min(self.capacity) as usize
    }

    fn history(&self, id: KeyId) -> MutexGuard<'_, History<V>> {
        let history = self.slots[id.0 as usize].history.lock();
        history.unwrap_or_else(PoisonError::into_inner)
    }

    /// The slot's value as `reader` may see it: the newest version below it, with `storage` under the
    /// block's own versions.
    pub fn read(
        &self,
        id: KeyId,
        reader: TxIndex,
        storage: impl FnOnce() -> Option<V>,
    ) -> Found<V> {
        let mut history = self.history(id);
        let below = history.entries.below(reader);
        history.resolve(below, storage)
    }

    /// Whether the slot keeps a limit, as `asker` may see it, and the newest version below it; the first
    /// `committed` transactions are committed. Looks through estimates.
    pub fn compare(
        &self,
        id: KeyId,
        asker: TxIndex,
        bound: &Bound<V>,
        committed: u32,
        storage: impl FnOnce() -> Option<V>,
    ) -> (bool, Origin) {
        let committed = TxIndex(committed);
        self.history(id).compare(asker, bound, committed, storage)
    }

    /// Publishes one write of an incarnation. True if those above have to look again: the transaction had
    /// no version in this slot, or one that comparisons may have counted in and that is another one now.
    pub fn write(&self, id: KeyId, tx: TxIndex, incarnation: Incarnation, write: Write<V>) -> bool {
        self.history(id).write(Version { tx, incarnation }, write)
    }

    /// Marks the transaction's version in this slot as an estimate.
    pub fn estimate(&self, id: KeyId, tx: TxIndex) {
        self.history(id).estimate(tx);
    }

    /// Removes the transaction's version from this slot. True if comparisons may have counted it in, so
    /// that those above have to look again.
    pub fn remove(&self, id: KeyId, tx: TxIndex) -> bool {
        self.history(id).remove(tx)
    }

    /// What the slot holds before the transaction, all runs having ended.
    pub fn before(&self, id: KeyId, tx: TxIndex, storage: impl FnOnce() -> Option<V>) -> V {
        let mut history = self.history(id);
        let below = history.entries.below(tx);
        match history.resolve(below, storage) {
            Found::Value { value, .. } => value.unwrap_or_default(),
            Found::Estimate(_) => V::default(),
        }
    }

    /// What the transaction did to the slot; `from` as `Sorted::find` has it.
    pub fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>> {
        let history = self.history(id);
        history.entries.find(tx, from).map(Entry::write)
    }

    /// The values that the slots have after all transactions below `end`, each slot that one of them
    /// wrote once, in the order in which they lie in memory. On all threads of the pool.
    #[cfg(feature = "threads")]
    pub fn final_values(
        &mut self,
        end: TxIndex,
        storage: impl Fn(&K) -> Option<V> + Sync,
    ) -> Vec<Vec<(K, V)>>
    where
        K: Send + Sync,
        V: Send + Sync,
    {
        use rayon::prelude::*;
        let used = self.used();
        self.slots[..used]
            .par_chunks_mut(CHUNK)
            .map(|slots| {
                let mut values = Vec::with_capacity(slots.len());
                let slots = slots.iter_mut();
                values.extend(slots.filter_map(|slot| slot.final_value(end, &storage)));
                values
            })
            .collect()
    }

    /// [`Versions::final_values`] on this thread.
    pub fn final_values_here(
        &mut self,
        end: TxIndex,
        storage: impl Fn(&K) -> Option<V>,
    ) -> Vec<(K, V)> {
        let used = self.used();
        let mut values = Vec::with_capacity(used);
        let slots = self.slots[..used].iter_mut();
        values.extend(slots.filter_map(|slot| slot.final_value(end, &storage)));
        values
    }
}

impl<K: Clone, V: Additive + Clone> Slot<K, V> {
    /// The slot's key and its value after all transactions below `end`, if one of them wrote it.
    fn final_value(&mut self, end: TxIndex, storage: impl Fn(&K) -> Option<V>) -> Option<(K, V)> {
        let key = self.key.get()?.clone();
        let history = self.history_mut();
        let below = history.entries.below(end);
        if below == 0 {
            return None;
        }
        match history.resolve(below, || storage(&key)) {
            Found::Value { value, .. } => Some((key, value?)),
            Found::Estimate(_) => None,
        }
    }
}

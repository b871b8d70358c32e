//! What every incarnation wrote: by slot, then by transaction.

use super::slot::{Slot, resolve};
use crate::primitives::hash::BuildMix;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;
use crate::vm::Fault;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

pub use super::slot::Found;

/// A slot of this block: an index into dense arrays, good until the next block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub u32);

/// Places that one pool task scans.
#[cfg(feature = "threads")]
const SCAN_CHUNK: usize = 4_096;

/// The versions of all slots that a block touches.
///
/// Keys are interned once into an open-addressing table of cells that are each written once, so looking
/// one up takes no lock; the whole key is compared, a hash is never its identity. Every slot's versions
/// stand behind a lock of their own, sorted by transaction. Memory is kept from block to block.
#[derive(Debug)]
pub struct Versions<K, V> {
    places: Vec<Place<K, V>>,
    used: AtomicU32,
    block: u32,
}

/// A place of the table: a key and its versions on one cache line, so that finding the one brings the
/// other.
#[repr(align(64))]
#[derive(Debug)]
struct Place<K, V> {
    key: OnceLock<K>,
    slot: Mutex<Slot<V>>,
}

impl<K, V> Default for Versions<K, V> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            used: AtomicU32::new(0),
            block: 0,
        }
    }
}

impl<K, V> Place<K, V> {
    fn empty() -> Self {
        Self {
            key: OnceLock::new(),
            slot: Mutex::new(Slot::empty()),
        }
    }
}

impl<K: Eq + Hash + Clone, V: Additive + Clone + PartialEq> Versions<K, V> {
    /// Forgets the last block and makes room for `capacity` distinct keys (rounded up to three quarters
    /// of a power of two).
    pub fn reset(&mut self, capacity: u32) {
        let count = (capacity.max(512) as usize / 3 * 4).next_power_of_two();
        let is_crowded = *self.used.get_mut() as usize * 2 > self.places.len();
        if count > self.places.len() {
            self.places = std::iter::repeat_with(Place::empty).take(count).collect();
            *self.used.get_mut() = 0;
            self.block = 0;
        } else if is_crowded {
            self.places
                .iter_mut()
                .for_each(|place| place.key = OnceLock::new());
            *self.used.get_mut() = 0;
        }
        self.block = self.block.wrapping_add(1);
        if self.block == 0 {
            // After 2^32 blocks numbers come round again: forget for real, once.
            for place in &mut self.places {
                let slot = place.slot.get_mut().unwrap_or_else(PoisonError::into_inner);
                slot.clear(0);
            }
            self.block = 1;
        }
    }

    /// The key's number in this block.
    ///
    /// # Errors
    /// [`Fault::KeyTableFull`] when the block touches more keys than [`Versions::reset`] made room for.
    pub fn intern(&self, key: &K) -> Result<KeyId, Fault> {
        let mask = self.places.len() - 1;
        let mut place = BuildMix::default().hash_one(key) as usize & mask;
        loop {
            match self.places[place].key.get() {
                Some(found) if found == key => return Ok(KeyId(place as u32)),
                Some(_) => place = (place + 1) & mask,
                None => {
                    let used = self.used.load(Ordering::Relaxed) as usize;
                    if used >= self.places.len() / 4 * 3 {
                        return Err(Fault::KeyTableFull(used as u32));
                    }
                    // Whoever comes second looks at this place again: it may now hold the same key.
                    if self.places[place].key.set(key.clone()).is_ok() {
                        self.used.fetch_add(1, Ordering::Relaxed);
                        return Ok(KeyId(place as u32));
                    }
                }
            }
        }
    }

    /// The key with this number.
    pub fn key(&self, id: KeyId) -> Option<&K> {
        self.places.get(id.0 as usize)?.key.get()
    }

    /// The number of the block, other than that of the block before.
    pub fn block(&self) -> u32 {
        self.block
    }

    /// How many numbers there are to give: every [`KeyId`] is below.
    pub fn capacity(&self) -> usize {
        self.places.len()
    }

    fn slot(&self, id: KeyId) -> MutexGuard<'_, Slot<V>> {
        let mut slot = self.places[id.0 as usize]
            .slot
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if slot.block != self.block {
            slot.clear(self.block);
        }
        slot
    }

    /// The slot's value as `reader` may see it: the newest version below it, with `storage` under the
    /// block's own versions.
    pub fn read(&self, id: KeyId, reader: TxIndex, storage: impl Fn() -> Option<V>) -> Found<V> {
        let slot = self.slot(id);
        let below = slot.place(reader);
        match resolve(&slot.entries[..below], &storage) {
            Some(found) => found,
            None => {
                drop(slot);
                Found::Value {
                    value: storage(),
                    origin: Origin::Storage,
                    is_exact: true,
                }
            }
        }
    }

    /// Whether the slot keeps a limit, as `asker` may see it, and the newest version below it; the first
    /// `committed` transactions are committed. Looks through estimates.
    pub fn compare(
        &self,
        id: KeyId,
        asker: TxIndex,
        bound: &Bound<V>,
        committed: u32,
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        let committed = TxIndex(committed);
        self.slot(id).compare(asker, bound, committed, &storage)
    }

    /// Publishes one write of an incarnation. True if those above have to look again: the transaction had
    /// no version in this slot, or one that comparisons may have counted in and that is another one now.
    pub fn write(&self, id: KeyId, tx: TxIndex, incarnation: Incarnation, write: Write<V>) -> bool {
        self.slot(id).write(tx, incarnation, write)
    }

    /// Marks the transaction's version in this slot as an estimate.
    pub fn estimate(&self, id: KeyId, tx: TxIndex) {
        self.slot(id).estimate(tx);
    }

    /// Removes the transaction's version from this slot. True if comparisons may have counted it in, so
    /// that those above have to look again.
    pub fn remove(&self, id: KeyId, tx: TxIndex) -> bool {
        self.slot(id).remove(tx)
    }

    /// What the transaction did to the slot.
    pub fn written(&self, id: KeyId, tx: TxIndex) -> Option<Write<V>> {
        let slot = self.slot(id);
        let entry = slot.entries.get(slot.place(tx))?;
        (entry.tx == tx).then(|| entry.write.clone())
    }

    /// The values that the slots have after all transactions below `end`, place by place: each slot once,
    /// without a lock, in the order in which they lie in memory. On all threads of the pool.
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
        let block = self.block;
        self.places
            .par_chunks_mut(SCAN_CHUNK)
            .map(|places| {
                let mut values = Vec::with_capacity(places.len() / 2);
                for place in places {
                    let slot = place.slot.get_mut().unwrap_or_else(PoisonError::into_inner);
                    if slot.block != block {
                        continue;
                    }
                    let below = slot.place(end);
                    let (Some(key), Some(found)) = (
                        place.key.get(),
                        resolve(&slot.entries[..below], || {
                            place.key.get().and_then(&storage)
                        }),
                    ) else {
                        continue;
                    };
                    if let Found::Value {
                        value: Some(value), ..
                    } = found
                    {
                        values.push((key.clone(), value));
                    }
                }
                values
            })
            .collect()
    }

    /// The slot's value after all transactions below `end`, if `tx` is the last of them to have written
    /// it; so that every slot of a block is committed by exactly one transaction.
    pub fn last_value(
        &self,
        id: KeyId,
        tx: TxIndex,
        end: TxIndex,
        storage: impl Fn() -> Option<V>,
    ) -> Option<V> {
        let slot = self.slot(id);
        let is_last = match slot.entries.last() {
            Some(newest) if newest.tx < end => newest.tx == tx,
            _ => {
                let below = slot.place(end);
                slot.entries[..below]
                    .last()
                    .is_some_and(|entry| entry.tx == tx)
            }
        };
        drop(slot);
        if !is_last {
            return None;
        }
        match self.read(id, end, storage) {
            Found::Value { value, .. } => value,
            Found::Estimate(_) => None,
        }
    }
}

//! What every incarnation wrote: by slot, then by transaction.

use crate::primitives::hash::BuildMix;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::Additive;
use crate::state::overlay::Write;
use crate::trace::Origin;
use crate::vm::Fault;
use smallvec::SmallVec;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

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

#[derive(Debug)]
struct Slot<V> {
    /// The block that the entries belong to; entries of an older block are as good as none.
    block: u32,
    /// Sorted by transaction. Most slots have one version, which lies here and not behind a pointer.
    entries: SmallVec<[Entry<V>; 1]>,
}

impl<V> Slot<V> {
    /// How many entries are below this transaction. Blocks run roughly in order, so it is nearly always
    /// found at the end.
    fn place(&self, tx: TxIndex) -> usize {
        let near = self.entries.len().saturating_sub(4);
        match self.entries[near..].iter().rposition(|entry| entry.tx < tx) {
            Some(last) => near + last + 1,
            None => self.entries[..near].partition_point(|entry| entry.tx < tx),
        }
    }
}

#[derive(Debug)]
struct Entry<V> {
    tx: TxIndex,
    incarnation: Incarnation,
    content: Content<V>,
}

#[derive(Debug)]
enum Content<V> {
    Write(Write<V>),
    Estimate,
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
        /// Whether the origin alone determines the value: false when additions were summed up.
        is_exact: bool,
    },
    /// The newest version below the reader, or an addition that it needs, is an estimate.
    Estimate(TxIndex),
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
        let slot = Slot {
            block: 0,
            entries: SmallVec::new(),
        };
        Self {
            key: OnceLock::new(),
            slot: Mutex::new(slot),
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
                slot.entries.clear();
                slot.block = 0;
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
            slot.entries.clear();
            slot.block = self.block;
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

    /// Publishes one write of an incarnation. True if the transaction had no version in this slot.
    pub fn write(&self, id: KeyId, tx: TxIndex, incarnation: Incarnation, write: Write<V>) -> bool {
        let mut slot = self.slot(id);
        let place = slot.place(tx);
        let entry = Entry {
            tx,
            incarnation,
            content: Content::Write(write),
        };
        match slot.entries.get_mut(place) {
            Some(old) if old.tx == tx => {
                *old = entry;
                false
            }
            _ => {
                slot.entries.insert(place, entry);
                true
            }
        }
    }

    /// Marks the transaction's version in this slot as an estimate.
    pub fn estimate(&self, id: KeyId, tx: TxIndex) {
        let mut slot = self.slot(id);
        let place = slot.place(tx);
        if let Some(entry) = slot.entries.get_mut(place).filter(|entry| entry.tx == tx) {
            entry.content = Content::Estimate;
        }
    }

    /// Removes the transaction's version from this slot.
    pub fn remove(&self, id: KeyId, tx: TxIndex) {
        let mut slot = self.slot(id);
        let place = slot.place(tx);
        if slot.entries.get(place).is_some_and(|entry| entry.tx == tx) {
            slot.entries.remove(place);
        }
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

/// What somebody reads who comes after all of these entries; `None` if there are none.
fn resolve<V: Additive + Clone>(
    entries: &[Entry<V>],
    storage: impl FnOnce() -> Option<V>,
) -> Option<Found<V>> {
    let newest = entries.last()?;
    let origin = Origin::Version {
        tx: newest.tx,
        incarnation: newest.incarnation,
    };
    let mut sum: Option<V> = None;
    for entry in entries.iter().rev() {
        match &entry.content {
            Content::Estimate => return Some(Found::Estimate(entry.tx)),
            Content::Write(Write::Set(value)) => {
                let is_exact = sum.is_none();
                let value = sum.map_or_else(|| value.clone(), |sum| value.plus(&sum));
                return Some(Found::Value {
                    value: Some(value),
                    origin,
                    is_exact,
                });
            }
            Content::Write(Write::Add(delta)) => {
                sum = Some(sum.map_or_else(|| delta.clone(), |sum| sum.plus(delta)));
            }
        }
    }
    let value = storage().unwrap_or_default().plus(&sum.unwrap_or_default());
    Some(Found::Value {
        value: Some(value),
        origin,
        is_exact: false,
    })
}

//! Who runs what, and after whom: worked out before anything runs.

use super::page::{Access, Page, Role};
use crate::primitives::hash::BuildMix;
use crate::state::DenseStorage;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// Transactions that are declared together, by one lane.
pub(super) const PAGE: usize = 128;

/// Lists of a plan at most: more lanes than that share them.
pub(super) const LISTS_MAX: usize = 16;

/// The plan of some of a block's transactions in a row. Its memory is kept from plan to plan.
#[derive(Debug)]
pub(in crate::executor) struct Plan<K, V> {
    pub(super) pages: Vec<Page<K>>,
    /// Transactions planned: all, or those before the first that could not say what it touches.
    pub(in crate::executor) count: usize,
    /// The longest chain of transactions that wait for one another.
    pub(in crate::executor) depth: u32,
    /// What each lane runs, in block order; the first [`Plan::width`] are in use.
    pub(super) lists: Vec<Vec<u32>>,
    pub(super) width: usize,
    /// For each transaction and each list, how many of the list's transactions must have run before.
    pub(super) needs: Vec<u32>,
    /// Slots of the storage when the plan was made; higher numbers are slots that it had not.
    pub(super) stored: u32,
    pub(super) fresh: HashMap<K, u32, BuildMix>,
    pub(super) fresh_keys: Vec<K>,
    /// The slots that somebody may change, each once.
    pub(super) changed: Vec<u32>,
    /// The values that foreseen slots have before and after their accesses.
    pub(super) foreseen: Vec<[V; 2]>,
    /// The foreseen slots, with the values that they must have in the beginning.
    pub(super) found: Vec<(u32, V)>,
    /// The foreseen slots that somebody changes, with the values that they have in the end.
    pub(super) left: Vec<(u32, V)>,
}

impl<K, V> Default for Plan<K, V> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            count: 0,
            depth: 0,
            lists: Vec::new(),
            width: 1,
            needs: Vec::new(),
            stored: 0,
            fresh: HashMap::default(),
            fresh_keys: Vec::new(),
            changed: Vec::new(),
            foreseen: Vec::new(),
            found: Vec::new(),
            left: Vec::new(),
        }
    }
}

impl<K, V> Plan<K, V> {
    /// Where a transaction's accesses are: which page, and where on it.
    pub(super) fn place(&self, tx: u32) -> (usize, Range<usize>) {
        let page = tx as usize / PAGE;
        (page, self.pages[page].range(tx as usize % PAGE))
    }

    /// A transaction's declared keys, and how it may use them.
    pub(super) fn accesses(&self, tx: u32) -> (&[K], &[Access]) {
        let (page, range) = self.place(tx);
        let page = &self.pages[page];
        (&page.keys[range.clone()], &page.accesses[range])
    }

    /// One access of a transaction.
    pub(super) fn access(&mut self, tx: u32, local: u16) -> &mut Access {
        let (page, range) = self.place(tx);
        &mut self.pages[page].accesses[range.start + usize::from(local)]
    }

    /// The values that a foreseen slot was expected to have before and after the access.
    pub(super) fn foreseen(&self, access: &Access) -> &[V; 2] {
        &self.foreseen[access.source as usize]
    }

    /// Whether a transaction declared the slot so.
    pub(super) fn touches(&self, slot: u32, role: Role) -> bool {
        let mut accesses = self.pages.iter().flat_map(|page| &page.accesses);
        accesses.any(|access| access.slot == slot && access.role == role)
    }

    /// How many of each list's transactions must have run before this one.
    pub(super) fn needs(&self, tx: u32) -> &[u32] {
        let at = tx as usize * self.width;
        &self.needs[at..at + self.width]
    }
}

impl<K: Eq + Hash + Clone, V: Clone + Default + PartialEq> Plan<K, V> {
    /// Whether the foreseen slots hold what the plan relies on. Not so where a plan before changed them in
    /// another way.
    pub(in crate::executor) fn is_founded(&self, storage: &impl DenseStorage<K, V>) -> bool {
        self.found.iter().all(|(slot, value)| {
            let held = match self.fresh_index(*slot) {
                None => storage.value(*slot),
                Some(index) => storage.get(&self.fresh_keys[index]),
            };
            held.unwrap_or_default() == *value
        })
    }

    /// The storage's slots that somebody may have changed.
    pub(in crate::executor) fn changed(&self) -> impl Iterator<Item = u32> {
        let changed = self.changed.iter().copied();
        changed.filter(|slot| self.is_stored(*slot))
    }

    /// Whether the storage had the slot when the plan was made.
    pub(in crate::executor) const fn is_stored(&self, slot: u32) -> bool {
        slot < self.stored
    }

    /// Which of the fresh slots it is, if it is one.
    pub(in crate::executor) fn fresh_index(&self, slot: u32) -> Option<usize> {
        slot.checked_sub(self.stored).map(|index| index as usize)
    }

    /// The keys of the fresh slots, in order.
    pub(in crate::executor) fn fresh_keys(&self) -> impl Iterator<Item = &K> {
        self.fresh_keys.iter()
    }

    /// Changes a slot of the storage.
    pub(in crate::executor) fn change(
        &self,
        storage: &mut impl DenseStorage<K, V>,
        slot: u32,
        change: impl FnOnce(V) -> V,
    ) {
        match self.fresh_index(slot) {
            None => {
                let before = storage.value(slot).unwrap_or_default();
                storage.replace(slot, change(before));
            }
            Some(index) => {
                let key = &self.fresh_keys[index];
                let before = storage.get(key).unwrap_or_default();
                storage.set(key.clone(), change(before));
            }
        }
    }

    /// Sets the foreseen slots to what the first `count` transactions leave.
    pub(in crate::executor) fn leave_foreseen(
        &self,
        storage: &mut impl DenseStorage<K, V>,
        count: u32,
    ) {
        if count as usize == self.count {
            for (slot, value) in &self.left {
                self.change(storage, *slot, |_| value.clone());
            }
            return;
        }
        for tx in 0..count {
            let foreseen = self.accesses(tx).1.iter();
            for access in foreseen.filter(|access| access.role == Role::Foreseen) {
                let [before, after] = self.foreseen(access);
                if before != after {
                    self.change(storage, access.slot, |_| after.clone());
                }
            }
        }
    }

    /// The values that slots have which the storage did not have when the plan was made.
    pub(in crate::executor) fn fresh_values(
        &self,
        storage: &impl DenseStorage<K, V>,
        into: &mut Vec<Option<V>>,
    ) {
        into.clear();
        into.extend(self.fresh_keys.iter().map(|key| storage.get(key)));
    }
}

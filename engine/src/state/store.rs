//! The state between blocks: a table from keys to words.

use super::{DenseStorage, Key, Storage, Word};

/// Marks an empty place of the table.
const EMPTY: u32 = u32::MAX;

/// One slot, on a cache line of its own: whoever has found the key has the rest as well.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    word: Word,
    /// Whether it was set since [`Store::take_written`] was last called.
    is_written: bool,
}

/// Every slot that was ever written, in the order of first writing, with a table of places beside it.
///
/// A dense array keeps reading fast and copying cheap; whoever needs key order asks for
/// [`Store::sorted`]. At most 2^31 slots.
#[derive(Clone, Debug)]
pub struct Store {
    entries: Vec<Entry>,
    /// Power-of-two table of indices into `entries`, open addressing, never more than half full.
    places: Vec<u32>,
    /// Slots set since [`Store::take_written`] was last called, each once.
    written: Vec<u32>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            places: vec![EMPTY; 64],
            written: Vec::new(),
        }
    }
}

impl Store {
    /// How many slots there are, zero ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The slot's value; zero if it was never written.
    pub fn word(&self, key: &Key) -> Word {
        self.get(key).unwrap_or_default()
    }

    /// All slots in the order of first writing.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Key, &Word)> {
        self.entries.iter().map(|entry| (&entry.key, &entry.word))
    }

    /// All slots that are not zero, in key order.
    pub fn sorted(&self) -> Vec<(Key, Word)> {
        let mut entries: Vec<_> = self
            .entries()
            .filter(|(_, word)| !word.is_zero())
            .map(|(k, w)| (*k, *w))
            .collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries
    }

    /// The slots set since this was last called, each once, with their values now.
    pub fn take_written(&mut self) -> Vec<(Key, Word)> {
        let entries = &mut self.entries;
        let mut take = |index| {
            let entry: &mut Entry = &mut entries[index as usize];
            entry.is_written = false;
            (entry.key, entry.word)
        };
        let taken = self.written.iter().map(|index| take(*index)).collect();
        self.written.clear();
        taken
    }

    /// Where the key is, or the empty place where it belongs.
    fn find(&self, key: &Key) -> Result<u32, usize> {
        let mask = self.places.len() - 1;
        let mut place = key.spread() as usize & mask;
        loop {
            match self.places[place] {
                EMPTY => return Err(place),
                index if self.entries[index as usize].key == *key => return Ok(index),
                _ => place = (place + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mask = self.places.len() * 2 - 1;
        self.places.clear();
        self.places.resize(mask + 1, EMPTY);
        for (index, entry) in self.entries.iter().enumerate() {
            let mut place = entry.key.spread() as usize & mask;
            while self.places[place] != EMPTY {
                place = (place + 1) & mask;
            }
            self.places[place] = index as u32;
        }
    }
}

impl Storage<Key, Word> for Store {
    fn get(&self, key: &Key) -> Option<Word> {
        let index = self.find(key).ok()?;
        Some(self.entries[index as usize].word)
    }

    fn set(&mut self, key: Key, word: Word) {
        let place = match self.find(&key) {
            Ok(index) => return self.replace(index, word),
            Err(place) => place,
        };
        let index = self.entries.len() as u32;
        assert!(index < EMPTY / 2, "more slots than a store may hold");
        self.entries.push(Entry {
            key,
            word,
            is_written: true,
        });
        self.written.push(index);
        self.places[place] = index;
        if self.entries.len() * 2 > self.places.len() {
            self.grow();
        }
    }
}

impl DenseStorage<Key, Word> for Store {
    fn slots(&self) -> u32 {
        self.entries.len() as u32
    }

    fn slot(&self, key: &Key) -> Option<u32> {
        self.find(key).ok()
    }

    fn slots_of(&self, keys: &[Key], slots: &mut Vec<u32>) {
        let mask = self.places.len() - 1;
        slots.clear();
        // Three passes without a branch on what the last load brought: loads of one pass do not wait for
        // one another.
        slots.extend(keys.iter().map(|key| key.spread() as u32 & mask as u32));
        for slot in slots.iter_mut() {
            *slot = self.places[*slot as usize];
        }
        for (slot, key) in slots.iter_mut().zip(keys) {
            let found = self.entries.get(*slot as usize);
            if found.is_none_or(|entry| entry.key != *key) {
                // Another key at its first place, or none.
                *slot = self.slot(key).unwrap_or(EMPTY);
            }
        }
    }

    fn value(&self, slot: u32) -> Option<Word> {
        Some(self.entries.get(slot as usize)?.word)
    }

    fn replace(&mut self, slot: u32, word: Word) {
        let entry = &mut self.entries[slot as usize];
        entry.word = word;
        if !entry.is_written {
            entry.is_written = true;
            self.written.push(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Address;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn agrees_with_an_ordered_map(writes in prop::collection::vec((0u64..400, 0u128..3), 0..600)) {
            let mut store = Store::default();
            let mut model = BTreeMap::new();
            for (subject, value) in writes {
                let key = Key { owner: Address::account(0), field: 7, subject };
                store.set(key, Word::from_low(value));
                model.insert(key, Word::from_low(value));
            }
            for (key, word) in &model {
                prop_assert_eq!(store.get(key), Some(*word));
            }
            prop_assert_eq!(store.len(), model.len());
            let mut written = store.take_written();
            written.sort();
            prop_assert_eq!(written, model.iter().map(|(k, w)| (*k, *w)).collect::<Vec<_>>());
            prop_assert!(store.take_written().is_empty());
            model.retain(|_, word| !word.is_zero());
            prop_assert_eq!(store.sorted(), model.into_iter().collect::<Vec<_>>());
        }
    }
}

//! The state between blocks: a table from keys to words.

use super::{DenseStorage, Key, Storage, Word};

/// Marks an empty place of the table.
const EMPTY: u32 = u32::MAX;

/// Every slot that was ever written, in the order of first writing, with a table of places beside it.
///
/// Dense arrays keep reading fast and copying cheap; whoever needs key order asks for
/// [`Store::sorted`]. At most 2^31 slots.
#[derive(Clone, Debug)]
pub struct Store {
    keys: Vec<Key>,
    words: Vec<Word>,
    /// Power-of-two table of indices into `keys`, open addressing, never more than half full.
    places: Vec<u32>,
    /// Slots set since [`Store::take_written`] was last called, each once.
    written: Vec<u32>,
    /// Whether a slot is in `written`.
    is_written: Vec<bool>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            words: Vec::new(),
            places: vec![EMPTY; 64],
            written: Vec::new(),
            is_written: Vec::new(),
        }
    }
}

impl Store {
    /// How many slots there are, zero ones included.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The slot's value; zero if it was never written.
    pub fn word(&self, key: &Key) -> Word {
        self.get(key).unwrap_or_default()
    }

    /// All slots in the order of first writing.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Key, &Word)> {
        self.keys.iter().zip(&self.words)
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
        let written = std::mem::take(&mut self.written);
        written
            .into_iter()
            .map(|index| {
                self.is_written[index as usize] = false;
                (self.keys[index as usize], self.words[index as usize])
            })
            .collect()
    }

    /// Where the key is, or the empty place where it belongs.
    fn find(&self, key: &Key) -> Result<u32, usize> {
        let mask = self.places.len() - 1;
        let mut place = key.spread() as usize & mask;
        loop {
            match self.places[place] {
                EMPTY => return Err(place),
                index if self.keys[index as usize] == *key => return Ok(index),
                _ => place = (place + 1) & mask,
            }
        }
    }

    /// Notes that a slot was set.
    fn mark(&mut self, index: u32) {
        if !std::mem::replace(&mut self.is_written[index as usize], true) {
            self.written.push(index);
        }
    }

    fn grow(&mut self) {
        let mask = self.places.len() * 2 - 1;
        self.places.clear();
        self.places.resize(mask + 1, EMPTY);
        for (index, key) in self.keys.iter().enumerate() {
            let mut place = key.spread() as usize & mask;
            while self.places[place] != EMPTY {
                place = (place + 1) & mask;
            }
            self.places[place] = index as u32;
        }
    }
}

impl Storage<Key, Word> for Store {
    fn get(&self, key: &Key) -> Option<Word> {
        self.find(key).ok().map(|index| self.words[index as usize])
    }

    fn set(&mut self, key: Key, word: Word) {
        let index = match self.find(&key) {
            Ok(index) => {
                self.words[index as usize] = word;
                index
            }
            Err(place) => {
                let index = self.keys.len() as u32;
                assert!(index < EMPTY / 2, "more slots than a store may hold");
                self.keys.push(key);
                self.words.push(word);
                self.is_written.push(false);
                self.places[place] = index;
                if self.keys.len() * 2 > self.places.len() {
                    self.grow();
                }
                index
            }
        };
        self.mark(index);
    }
}

impl DenseStorage<Key, Word> for Store {
    fn slots(&self) -> u32 {
        self.keys.len() as u32
    }

    fn slot(&self, key: &Key) -> Option<u32> {
        self.find(key).ok()
    }

    fn value(&self, slot: u32) -> Option<Word> {
        self.words.get(slot as usize).copied()
    }

    fn replace(&mut self, slot: u32, word: Word) {
        self.words[slot as usize] = word;
        self.mark(slot);
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

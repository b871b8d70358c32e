//! The state between blocks: a table from keys to words.

use super::cells::{Cells, Keys, Line};
use super::directory::{Directory, EMPTY};
use super::{DenseStorage, Key, Places, Storage, Word};

/// What the caches next to a core hold, in bytes: a megabyte on servers and phones of these years.
const NEAR: usize = 1 << 20;

/// Every slot that was ever written, and their neighbours.
///
/// A dense array keeps reading fast and copying cheap; whoever needs key order asks for
/// [`Store::sorted`]. At most 2^31 slots.
#[derive(Clone, Default, Debug)]
pub struct Store {
    lines: Vec<Line<Key, Word>>,
    directory: Directory,
    /// Slots set since [`Store::take_written`] was last called, each once.
    written: Vec<u32>,
}

impl Store {
    /// How many slots there are, those included that were never written.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The slot's value; zero if it was never written.
    pub fn word(&self, key: &Key) -> Word {
        self.get(key).unwrap_or_default()
    }

    /// All slots that are not zero, in the order in which they, or neighbours of theirs, were first set.
    pub fn entries(&self) -> impl Iterator<Item = (&Key, &Word)> {
        let held = self.lines.iter().filter(|line| !line.value.is_zero());
        held.map(|line| (&line.key, &line.value))
    }

    /// All slots that are not zero, in key order.
    pub fn sorted(&self) -> Vec<(Key, Word)> {
        let mut entries: Vec<_> = self.entries().map(|(k, w)| (*k, *w)).collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries
    }

    /// The slots set since this was last called, each once, with their values now.
    pub fn take_written(&mut self) -> Vec<(Key, Word)> {
        let lines = &mut self.lines;
        let take = |index: u32| {
            let line = &mut lines[index as usize];
            line.is_changed = false;
            (line.key, line.value)
        };
        self.written.drain(..).map(take).collect()
    }

    /// The slot of a key, which has one from now on.
    // In place wherever it is called: in Wasm a call hands words over in memory, which takes longer than this.
    #[inline(always)]
    fn give(&mut self, key: &Key) -> u32 {
        let slot = self.directory.find_or_give(key, &mut self.lines);
        assert!(
            self.lines.len() <= EMPTY as usize / 2,
            "more slots than a store may hold"
        );
        slot
    }

    #[inline(always)]
    fn slot(&self, key: &Key) -> Option<u32> {
        let is_at = |slot: u32| self.lines[slot as usize].key == *key;
        self.directory.find(key, is_at)
    }
}

impl Storage<Key, Word> for Store {
    fn get(&self, key: &Key) -> Option<Word> {
        let slot = self.slot(key)?;
        Some(self.lines[slot as usize].value)
    }

    fn set(&mut self, key: Key, word: Word) {
        let slot = self.give(&key);
        self.replace(slot, word);
    }

    fn change(&mut self, key: &Key, change: impl FnOnce(Word) -> Word) {
        let slot = self.give(key);
        let before = self.lines[slot as usize].value;
        self.replace(slot, change(before));
    }

    fn is_far(&self) -> bool {
        size_of_val(self.lines.as_slice()) > NEAR
    }

    fn place(&self, key: &Key) -> Option<u32> {
        self.slot(key)
    }

    fn bring_near(&self, places: &[u32]) {
        let lines = places
            .iter()
            .filter_map(|slot| self.lines.get(*slot as usize));
        look(lines.map(|line| &line.key));
    }
}

impl DenseStorage<Key, Word> for Store {
    type Places<'a> = StorePlaces<'a>;

    fn replace(&mut self, slot: u32, word: Word) {
        let line = &mut self.lines[slot as usize];
        line.value = word;
        if !std::mem::replace(&mut line.is_changed, true) {
            self.written.push(slot);
        }
    }

    fn lend(&mut self) -> (StorePlaces<'_>, Cells<'_, Word>) {
        let (keys, values) = Cells::of_lines(&mut self.lines);
        let places = StorePlaces {
            directory: &self.directory,
            keys,
        };
        (places, values)
    }

    fn touched(&mut self, slots: impl Iterator<Item = u32>) {
        self.written.extend(slots);
    }
}

/// Loads these keys, and with each the line that it is on. Nothing here waits for the one before.
fn look<'a>(keys: impl Iterator<Item = &'a Key>) {
    std::hint::black_box(keys.fold(0, |sum, key| sum ^ key.field));
}

/// Where a store's slots are, while its values are lent.
#[derive(Debug)]
pub struct StorePlaces<'a> {
    directory: &'a Directory,
    keys: Keys<'a, Key>,
}

impl Places<Key> for StorePlaces<'_> {
    fn slot(&self, key: &Key) -> Option<u32> {
        let is_at = |slot: u32| self.keys.get(slot as usize) == Some(key);
        self.directory.find(key, is_at)
    }

    fn bring_near(&self, slots: &[u32]) {
        look(
            slots
                .iter()
                .filter_map(|slot| self.keys.get(*slot as usize)),
        );
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
        fn agrees_with_an_ordered_map(writes in prop::collection::vec((0usize..8, 0u32..400, 0u128..3), 0..600)) {
            let mut store = Store::default();
            let mut model = BTreeMap::new();
            for (kind, number, value) in writes {
                // With pages by accounts, by contracts and by pairs, and hashed.
                let key = [
                    Key::of(Address::contract(3), 7, Address::account(number)),
                    Key::of(Address::contract(3), 7, Address::contract(number)),
                    Key::of(Address::contract(3), 9, Address::account(number)),
                    Key::of_pair(Address::contract(5), 2, Address::account(number / 19), Address(number % 19)),
                    Key::of_pair(Address::contract(5), 2, Address::account(number), Address::contract(1)),
                    // What is beyond the tables by one field alone.
                    Key::of(Address::account(3), 7, Address::account(number)),
                    Key::of(Address::contract(3), 7 + (1 << 23), Address::account(number)),
                    Key::of(Address::contract(1 << 30), 7, Address::account(number << 22)),
                ][kind];
                store.set(key, Word::from_low(value));
                model.insert(key, Word::from_low(value));
            }
            for (key, word) in &model {
                prop_assert_eq!(store.get(key), Some(*word));
            }
            for slot in 0..store.len() as u32 {
                let key = store.lines[slot as usize].key;
                prop_assert_eq!(store.slot(&key), Some(slot));
                prop_assert_eq!(store.word(&key), model.get(&key).copied().unwrap_or_default());
            }
            let mut written = store.take_written();
            written.sort();
            prop_assert_eq!(written, model.iter().map(|(k, w)| (*k, *w)).collect::<Vec<_>>());
            prop_assert!(store.take_written().is_empty());
            model.retain(|_, word| !word.is_zero());
            prop_assert_eq!(store.sorted(), model.into_iter().collect::<Vec<_>>());
        }
    }
}

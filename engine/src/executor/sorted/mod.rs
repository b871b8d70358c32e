//! What a block's transactions did to one slot, sorted by transaction.

mod entry;

pub(in crate::executor) use entry::{Entry, Version};

use crate::primitives::TxIndex;
use crate::trace::Origin;
use smallvec::SmallVec;
use std::ops::Range;

/// Entries from which on they stay where they were put, and only their order is kept sorted.
const MANY: usize = 16;

/// At most one entry a transaction.
///
/// Runs end out of order, and a slot that everybody adds to gets an entry from each of them, most of them
/// somewhere before the end. So where there are many, they stay where they were put, and what is sorted and
/// searched is small and lies close together.
#[derive(Debug)]
pub(in crate::executor) struct Sorted<V> {
    /// Most slots have one, which lies here and not behind a pointer.
    entries: SmallVec<[Entry<V>; 1]>,
    /// The order of the entries, if that need not be how they lie.
    #[expect(
        clippy::box_collection,
        reason = "few slots have it, and all have room for it"
    )]
    order: Option<Box<Vec<Place>>>,
}

/// One entry's place in the order.
#[derive(Clone, Copy, Debug)]
struct Place {
    tx: TxIndex,
    /// Where the entry is.
    at: u32,
}

/// Entries that follow each other.
#[derive(Debug)]
pub(in crate::executor) struct Part<'a, V> {
    order: Option<&'a [Place]>,
    /// Those of the part; all, if there is an order.
    entries: &'a [Entry<V>],
}

impl<V> Clone for Part<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Part<'_, V> {}

impl<V> Default for Sorted<V> {
    fn default() -> Self {
        Self {
            entries: SmallVec::new(),
            order: None,
        }
    }
}

impl<V> Sorted<V> {
    /// How many there are.
    pub(in crate::executor) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The order, if the entries do not lie in it.
    fn order(&self) -> Option<&[Place]> {
        self.order.as_deref().map(Vec::as_slice)
    }

    /// How many are below this transaction.
    pub(in crate::executor) fn below(&self, tx: TxIndex) -> usize {
        match self.order() {
            None => below(&self.entries, tx, |entry| entry.tx),
            Some(order) => below(order, tx, |place| place.tx),
        }
    }

    /// All of them.
    pub(in crate::executor) fn all(&self) -> Part<'_, V> {
        Part {
            order: self.order(),
            entries: &self.entries,
        }
    }

    /// Those at these places of the order, which are there.
    pub(in crate::executor) fn part(&self, places: Range<usize>) -> Part<'_, V> {
        self.all().part(places)
    }

    /// The entry at this place, if it is the transaction's.
    pub(in crate::executor) fn get(&self, place: usize, tx: TxIndex) -> Option<&Entry<V>> {
        self.all().get(place).filter(|entry| entry.tx == tx)
    }

    /// The entry at this place, if it is the transaction's.
    pub(in crate::executor) fn get_mut(
        &mut self,
        place: usize,
        tx: TxIndex,
    ) -> Option<&mut Entry<V>> {
        let at = match self.order() {
            None => place,
            Some(order) => order.get(place)?.at as usize,
        };
        self.entries.get_mut(at).filter(|entry| entry.tx == tx)
    }

    /// The transaction's entry. Whoever goes through a slot's writers in order hands in where the one before
    /// was found, and learns where the next is likely to be; elsewhere it is looked for.
    pub(in crate::executor) fn find(&self, tx: TxIndex, from: &mut u32) -> Option<&Entry<V>> {
        let guess = *from as usize;
        let (place, entry) = match self.get(guess, tx) {
            Some(entry) => (guess, entry),
            None => {
                let place = self.below(tx);
                (place, self.get(place, tx)?)
            }
        };
        *from = place as u32 + 1;
        Some(entry)
    }

    /// Puts an entry at its place, in place of that of the transaction's run before.
    pub(in crate::executor) fn put(&mut self, place: usize, entry: Entry<V>) {
        if place < self.len()
            && let Some(old) = self.get_mut(place, entry.tx)
        {
            *old = entry;
            return;
        }
        if self.entries.len() == MANY && self.order.is_none() {
            let places = self.entries.iter().zip(0..);
            let places = places.map(|(entry, at)| Place { tx: entry.tx, at });
            self.order = Some(Box::new(places.collect()));
        }
        match self.order.as_deref_mut() {
            Some(order) => {
                let (tx, at) = (entry.tx, self.entries.len() as u32);
                let new = Place { tx, at };
                match place == order.len() {
                    true => order.push(new),
                    false => order.insert(place, new),
                }
                self.entries.push(entry);
            }
            None if place == self.entries.len() => self.entries.push(entry),
            None => self.entries.insert(place, entry),
        }
    }

    /// Removes the entry at this place.
    pub(in crate::executor) fn remove(&mut self, place: usize) {
        let Some(order) = self.order.as_deref_mut() else {
            self.entries.remove(place);
            return;
        };
        let gone = order.remove(place).at;
        self.entries.swap_remove(gone as usize);
        if let Some(moved) = self.entries.get(gone as usize) {
            let place = below(order, moved.tx, |place| place.tx);
            order[place].at = gone;
        }
    }

    /// Removes all.
    pub(in crate::executor) fn clear(&mut self) {
        self.entries.clear();
        // Not kept: it would have to be looked into to learn that it says nothing.
        self.order = None;
    }
}

impl<'a, V> Part<'a, V> {
    /// How many there are.
    pub(in crate::executor) const fn len(self) -> usize {
        match self.order {
            None => self.entries.len(),
            Some(order) => order.len(),
        }
    }

    /// Some of these, which are there.
    pub(in crate::executor) fn part(self, places: Range<usize>) -> Self {
        match self.order {
            None => Part {
                order: None,
                entries: &self.entries[places],
            },
            Some(order) => Part {
                order: Some(&order[places]),
                entries: self.entries,
            },
        }
    }

    /// The entry at this place.
    pub(in crate::executor) fn get(self, place: usize) -> Option<&'a Entry<V>> {
        match self.order {
            None => self.entries.get(place),
            Some(order) => self.entries.get(order.get(place)?.at as usize),
        }
    }

    /// The last one.
    pub(in crate::executor) fn last(self) -> Option<&'a Entry<V>> {
        self.get(self.len().checked_sub(1)?)
    }

    /// Where the value comes from that somebody sees who comes after all of these.
    pub(in crate::executor) fn origin(self) -> Origin {
        self.last()
            .map_or(Origin::Storage, |last| last.version().origin())
    }

    /// The entries in order.
    pub(in crate::executor) fn iter(
        self,
    ) -> impl DoubleEndedIterator<Item = &'a Entry<V>> + ExactSizeIterator {
        (0..self.len()).map(move |place| match self.order {
            None => &self.entries[place],
            Some(order) => &self.entries[order[place].at as usize],
        })
    }
}

/// How many of these, sorted by transaction, are below `tx`. Blocks run roughly in order, so it is nearly
/// always found at the end.
#[inline]
pub(in crate::executor) fn below<T>(
    sorted: &[T],
    tx: TxIndex,
    of: impl Fn(&T) -> TxIndex,
) -> usize {
    if sorted.last().is_none_or(|last| of(last) < tx) {
        return sorted.len();
    }
    let near = sorted.len().saturating_sub(4);
    match sorted[near..].iter().rposition(|one| of(one) < tx) {
        Some(last) => near + last + 1,
        None => sorted[..near].partition_point(|one| of(one) < tx),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Incarnation;
    use crate::state::Word;
    use crate::state::overlay::Write;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Against an ordered map, whatever is put and removed in whatever order, few or many.
        #[test]
        fn is_an_ordered_map(
            deeds in prop::collection::vec((0u32..48, 0u32..4, 0u8..4), 0..200),
            clear_at in 0usize..200,
        ) {
            let (mut sorted, mut model) = (Sorted::default(), BTreeMap::new());
            for (number, (tx, incarnation, kind)) in deeds.into_iter().enumerate() {
                let by = Version { tx: TxIndex(tx), incarnation: Incarnation(incarnation) };
                let place = sorted.below(by.tx);
                prop_assert_eq!(place, model.range(..tx).count());
                let value = Word::from_low(number as u128);
                let write = if kind == 1 { Write::Add(value) } else { Write::Set(value) };
                if number == clear_at {
                    sorted.clear();
                    model.clear();
                } else if kind == 0 {
                    prop_assert_eq!(sorted.get(place, by.tx).is_some(), model.contains_key(&tx));
                    if model.remove(&tx).is_some() {
                        sorted.remove(place);
                    }
                } else {
                    sorted.put(place, Entry::new(by, write));
                    if kind == 2 {
                        sorted.get_mut(place, by.tx).expect("it was put").estimate();
                    }
                    model.insert(tx, (by, kind == 2, write));
                }
                let entries = sorted.all().iter();
                let entries: Vec<_> = entries
                    .map(|entry| (entry.version(), entry.is_estimate(), entry.write()))
                    .collect();
                prop_assert_eq!(entries, model.values().cloned().collect::<Vec<_>>());
                let mut from = 0;
                for (tx, (_, _, write)) in &model {
                    let found = sorted.find(TxIndex(*tx), &mut from);
                    prop_assert!(found.is_some_and(|found| found.write() == *write));
                }
                prop_assert!(sorted.find(TxIndex(99), &mut from).is_none());
            }
        }
    }
}

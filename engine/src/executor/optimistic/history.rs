//! What happened to one slot.

use crate::executor::prefix::Prefix;
use crate::executor::sorted::{Entry, Sorted, Version};
use crate::primitives::TxIndex;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;

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

/// What a slot held before the block, and what the block's transactions wrote there.
#[derive(Debug)]
pub(super) struct History<V> {
    /// What stood here before the block, once somebody has asked.
    before: Option<Option<V>>,
    pub(super) entries: Sorted<V>,
    /// There if somebody has compared the slot in this block.
    prefix: Option<Box<Prefix<V>>>,
}

impl<V> Default for History<V> {
    fn default() -> Self {
        Self {
            before: None,
            entries: Sorted::default(),
            prefix: None,
        }
    }
}

impl<V: Clone> History<V> {
    /// What stood here before the block.
    fn before(&mut self, storage: impl FnOnce() -> Option<V>) -> Option<V> {
        self.before.get_or_insert_with(storage).clone()
    }
}

impl<V> History<V> {
    pub(super) fn clear(&mut self) {
        self.before = None;
        self.entries.clear();
        self.prefix = None;
    }
}

impl<V: Additive + Clone> History<V> {
    /// What somebody reads who comes after the first `below` entries.
    pub(super) fn resolve(
        &mut self,
        below: usize,
        storage: impl FnOnce() -> Option<V>,
    ) -> Found<V> {
        let below = self.entries.part(0..below);
        let Some(newest) = below.last() else {
            return Found::Value {
                value: self.before(storage),
                origin: Origin::Storage,
                is_exact: true,
            };
        };
        let origin = newest.version().origin();
        let mut sum: Option<V> = None;
        for entry in below.iter().rev() {
            if entry.is_estimate() {
                return Found::Estimate(entry.version().tx);
            }
            let value = entry.value();
            let is_exact = sum.is_none();
            let value = sum.map_or_else(|| value.clone(), |sum| value.plus(&sum));
            if entry.is_set() {
                return Found::Value {
                    value: Some(value),
                    origin,
                    is_exact,
                };
            }
            sum = Some(value);
        }
        let before = self.before(storage).unwrap_or_default();
        Found::Value {
            value: Some(before.plus(&sum.unwrap_or_default())),
            origin,
            is_exact: false,
        }
    }
}

impl<V: Additive + Clone + PartialEq> History<V> {
    /// Whether the slot keeps a limit, as `asker` may see it, and the newest version below it. What a
    /// withdrawn run wrote counts as if it stood: its successor mostly writes the same, and if not,
    /// [`History::write`] tells.
    pub(super) fn compare(
        &mut self,
        asker: TxIndex,
        bound: &Bound<V>,
        committed: TxIndex,
        storage: impl FnOnce() -> Option<V>,
    ) -> (bool, Origin) {
        let (below, committed) = (self.entries.below(asker), self.entries.below(committed));
        let before = self.before.get_or_insert_with(storage);
        let prefix = self
            .prefix
            .get_or_insert_with(|| Box::new(Prefix::new(before.clone())));
        let entries = self.entries.all();
        prefix.advance(entries, committed);
        let value = prefix.value_after(entries, below, || before.clone());
        let origin = match entries.part(0..below).last() {
            None => Origin::Storage,
            Some(newest) if newest.is_estimate() => Origin::Estimate {
                tx: newest.version().tx,
            },
            Some(newest) => newest.version().origin(),
        };
        (bound.holds(&value), origin)
    }

    /// Publishes one write of an incarnation. True if those above have to look again: the transaction had
    /// no version here, or one that comparisons may have counted in and that is another one now.
    pub(super) fn write(&mut self, by: Version, write: Write<V>) -> bool {
        let place = self.entries.below(by.tx);
        let old = self.entries.get(place, by.tx);
        let is_compared = self.prefix.is_some();
        let concerns_others = old.is_none_or(|old| is_compared && old.write() != write);
        self.entries.put(place, Entry::new(by, write));
        concerns_others
    }

    /// Marks the transaction's version as an estimate.
    pub(super) fn estimate(&mut self, tx: TxIndex) {
        let place = self.entries.below(tx);
        if let Some(entry) = self.entries.get_mut(place, tx) {
            entry.estimate();
        }
    }

    /// Removes the transaction's version. True if comparisons may have counted it in.
    pub(super) fn remove(&mut self, tx: TxIndex) -> bool {
        let place = self.entries.below(tx);
        let is_there = self.entries.get(place, tx).is_some();
        if is_there {
            self.entries.remove(place);
        }
        is_there && self.prefix.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::{Incarnation, Limit};
    use crate::state::{Half, Word};

    const BOUND: Bound<Word> = Bound {
        own: Word::ZERO,
        half: Half::Low,
        limit: Limit::AtMost(2),
    };

    fn add(delta: u128) -> Write<Word> {
        Write::Add(Word::from_low(delta))
    }

    fn ask(slot: &mut History<Word>, asker: u32, committed: u32) -> (bool, Origin) {
        let storage = || Some(Word::from_low(1));
        slot.compare(TxIndex(asker), &BOUND, TxIndex(committed), storage)
    }

    #[test]
    fn a_withdrawn_write_counts_and_another_in_its_place_is_told() {
        let mut slot = History::default();
        let one = TxIndex(1);
        let by = |incarnation| Version {
            tx: one,
            incarnation: Incarnation(incarnation),
        };
        let (first, second) = (by(0), by(1));
        assert!(slot.write(first, add(1)), "a new version");
        slot.estimate(one);
        assert!(!slot.write(second, add(5)), "nobody has compared");
        assert_eq!(ask(&mut slot, 1, 0), (true, Origin::Storage));
        assert_eq!(ask(&mut slot, 2, 0), (false, second.origin()));
        slot.estimate(one);
        assert_eq!(ask(&mut slot, 2, 0), (false, Origin::Estimate { tx: one }));
        assert!(!slot.write(second, add(5)), "the same again");
        slot.estimate(one);
        assert!(slot.write(second, add(1)), "something else");
        assert!(ask(&mut slot, 2, 0).0);
        assert!(slot.remove(one), "counted in, and gone");
        assert!(!slot.remove(one));
    }

    #[test]
    fn what_is_committed_is_summed_up_and_a_committed_asker_still_answered() {
        let first_run = |tx| Version {
            tx: TxIndex(tx),
            incarnation: Incarnation(0),
        };
        let mut slot = History::default();
        for tx in 1..4 {
            slot.write(first_run(tx), add(1));
        }
        assert!(!ask(&mut slot, 9, 3).0);
        assert!(ask(&mut slot, 2, 3).0);
        assert!(!ask(&mut slot, 3, 3).0, "one and two additions are three");
        slot.write(first_run(5), Write::Set(Word::from_low(2)));
        assert!(ask(&mut slot, 9, 3).0);
        slot.clear();
        assert_eq!(ask(&mut slot, 9, 0), (true, Origin::Storage));
    }
}

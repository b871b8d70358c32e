//! Who has compared a slot with what.

use super::history::Stale;
use crate::executor::optimistic::KeyId;
use crate::executor::prefix::Prefix;
use crate::executor::sorted::{Part, Version};
use crate::primitives::TxIndex;
use crate::state::{Additive, Bound};
use crate::trace::Origin;

/// Askers who are committed are forgotten once there are so many, and no fewer than the others.
const FORGOTTEN_AT: usize = 64;

/// A run that has compared the slot.
#[derive(Debug)]
struct Asker<V> {
    reader: Version,
    bound: Bound<V>,
    holds: bool,
    /// The newest version below it when it asked.
    origin: Origin,
}

/// The askers of one slot, and the sum that answers them.
#[derive(Debug)]
pub(super) struct Askers<V> {
    prefix: Prefix<V>,
    /// Sorted by transaction; of each at most one run, with any number of questions.
    list: Vec<Asker<V>>,
}

impl<V: Additive + Clone> Askers<V> {
    pub(super) fn new(before: Option<V>) -> Self {
        Self {
            prefix: Prefix::new(before),
            list: Vec::new(),
        }
    }

    /// Answers `reader`, who comes after the first `below` entries; the first `committed` of them are
    /// committed. The question is kept: whoever turns its answer will name it.
    pub(super) fn ask(
        &mut self,
        reader: Version,
        bound: &Bound<V>,
        entries: Part<'_, V>,
        (below, committed): (usize, usize),
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        self.prefix.advance(entries, committed);
        if let Some(last) = entries.part(0..committed).last() {
            self.forget(last.version().tx);
        }
        let value = self.prefix.value_after(entries, below, storage);
        let (holds, origin) = (bound.holds(&value), entries.part(0..below).origin());
        let asker = Asker {
            reader,
            bound: bound.clone(),
            holds,
            origin,
        };
        let first = self.place(reader.tx);
        let end = self.place(TxIndex(reader.tx.0 + 1));
        let is_older_run = |asker: &Asker<V>| asker.reader.incarnation != reader.incarnation;
        let place = match self.list[first..end].first().is_some_and(is_older_run) {
            true => {
                self.list.drain(first..end);
                first
            }
            false => end,
        };
        self.list.insert(place, asker);
        (holds, origin)
    }

    /// What stands after the first `from` entries is another value now: notes whose answers that turns,
    /// and forgets them, since they will be withdrawn.
    pub(super) fn note_turned(
        &mut self,
        id: KeyId,
        writer: TxIndex,
        entries: Part<'_, V>,
        from: usize,
        storage: impl Fn() -> Option<V>,
        stale: &mut Vec<Stale>,
    ) {
        let first = self.place(TxIndex(writer.0 + 1));
        if first == self.list.len() {
            return;
        }
        let mut value = self.prefix.value_after(entries, from, storage);
        let (mut at, mut is_covered) = (from, false);
        let mut index = 0;
        self.list.retain(|asker| {
            index += 1;
            if index <= first || is_covered {
                return true;
            }
            while let Some(entry) = entries.get(at)
                && entry.version().tx < asker.reader.tx
            {
                if entry.is_set() {
                    // From here on everybody sees what was set, whatever is below.
                    is_covered = true;
                    return true;
                }
                value = entry.write().onto(value.clone());
                at += 1;
            }
            if asker.bound.holds(&value) == asker.holds {
                return true;
            }
            stale.push(Stale {
                reader: asker.reader,
                id,
                read: asker.origin,
                found: entries.part(0..at).origin(),
            });
            false
        });
    }

    /// How many questions are of transactions below this one.
    fn place(&self, tx: TxIndex) -> usize {
        if self.list.last().is_none_or(|last| last.reader.tx < tx) {
            return self.list.len();
        }
        self.list.partition_point(|asker| asker.reader.tx < tx)
    }

    /// Forgets those who are known to be committed: nobody below them writes any more.
    fn forget(&mut self, committed: TxIndex) {
        let count = self.place(TxIndex(committed.0 + 1));
        if count >= FORGOTTEN_AT && count * 2 >= self.list.len() {
            self.list.drain(..count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::sorted::{Entry, Sorted};
    use crate::primitives::{Incarnation, Limit};
    use crate::state::overlay::Write;
    use crate::state::{Half, Word};

    fn add(tx: u32, delta: u128) -> (u32, Write<Word>) {
        (tx, Write::Add(Word::from_low(delta)))
    }

    fn version(tx: u32, run: u32) -> Version {
        Version {
            tx: TxIndex(tx),
            incarnation: Incarnation(run),
        }
    }

    fn sorted(entries: &[(u32, Write<Word>)]) -> Sorted<Word> {
        let mut sorted = Sorted::default();
        for (place, (tx, write)) in entries.iter().enumerate() {
            sorted.put(place, Entry::new(version(*tx, 0), *write));
        }
        sorted
    }

    fn ask(
        askers: &mut Askers<Word>,
        (tx, run): (u32, u32),
        entries: &[(u32, Write<Word>)],
        most: u128,
    ) {
        let entries = sorted(entries);
        let places = (entries.below(TxIndex(tx)), 0);
        let bound = Bound::new(Half::Low, Limit::AtMost(most));
        askers.ask(version(tx, run), &bound, entries.all(), places, || None);
    }

    fn turned(
        askers: &mut Askers<Word>,
        writer: u32,
        entries: &[(u32, Write<Word>)],
    ) -> Vec<(u32, u32)> {
        let mut stale = Vec::new();
        let entries = sorted(entries);
        let from = entries.below(TxIndex(writer + 1));
        let (id, writer) = (KeyId(0), TxIndex(writer));
        askers.note_turned(id, writer, entries.all(), from, || None, &mut stale);
        let readers = stale.iter().map(|stale| stale.reader);
        readers
            .map(|reader| (reader.tx.0, reader.incarnation.0))
            .collect()
    }

    #[test]
    fn a_writer_names_those_whose_answer_it_turns_once_and_nobody_else() {
        let mut askers = Askers::new(None);
        for tx in [2, 4, 6, 8] {
            ask(&mut askers, (tx, 0), &[], 1);
        }
        assert_eq!(turned(&mut askers, 1, &[add(1, 1)]), []);
        let two = [add(1, 1), add(5, 1)];
        assert_eq!(turned(&mut askers, 5, &two), [(6, 0), (8, 0)]);
        assert_eq!(turned(&mut askers, 5, &two), [], "they were named");
        assert_eq!(
            turned(&mut askers, 1, &[add(1, 2), add(5, 1)]),
            [(2, 0), (4, 0)]
        );
    }

    #[test]
    fn a_replaced_value_hides_what_is_below_it() {
        let mut askers = Askers::new(None);
        let set = || (5, Write::Set(Word::from_low(1)));
        for tx in [4, 5, 6] {
            ask(&mut askers, (tx, 0), &[set()], 1);
        }
        // Who replaces the value sees what is below, as do those before.
        assert_eq!(
            turned(&mut askers, 2, &[add(2, 7), set()]),
            [(4, 0), (5, 0)]
        );
    }

    #[test]
    fn a_later_run_asks_anew_and_the_committed_are_forgotten() {
        let mut askers = Askers::new(None);
        ask(&mut askers, (4, 0), &[], 1);
        ask(&mut askers, (4, 0), &[], 2);
        assert_eq!(askers.list.len(), 2);
        ask(&mut askers, (4, 1), &[], 5);
        assert_eq!(askers.list.len(), 1);
        assert_eq!(turned(&mut askers, 1, &[add(1, 9)]), [(4, 1)]);
        let entries: Vec<_> = (0..200).map(|tx| add(tx, 0)).collect();
        for tx in 0..200 {
            ask(&mut askers, (tx, 0), &entries, 1);
        }
        let bound = Bound::new(Half::Low, Limit::AtMost(1));
        let entries = sorted(&entries);
        askers.ask(version(200, 0), &bound, entries.all(), (200, 150), || None);
        let left: Vec<_> = askers.list.iter().map(|asker| asker.reader.tx.0).collect();
        assert_eq!(left, (150..=200).collect::<Vec<_>>());
    }
}

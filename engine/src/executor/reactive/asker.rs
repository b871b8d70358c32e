//! Who has compared a slot with what.

use super::history::{Entry, Reader, Stale};
use crate::executor::optimistic::KeyId;
use crate::executor::prefix::Prefix;
use crate::primitives::TxIndex;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;

/// Askers who are committed are forgotten once there are so many, and no fewer than the others.
const FORGOTTEN_AT: usize = 64;

/// A run that has compared the slot.
#[derive(Debug)]
struct Asker<V> {
    reader: Reader,
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

/// Where the value comes from that somebody sees who comes after all of these.
pub(super) fn origin_of<V>(below: &[Entry<V>]) -> Origin {
    below.last().map_or(Origin::Storage, Entry::origin)
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
        reader: Reader,
        bound: &Bound<V>,
        entries: &[Entry<V>],
        (below, committed): (usize, usize),
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        self.prefix.advance(entries, committed);
        if let Some(last) = entries[..committed].last() {
            self.forget(last.tx);
        }
        let value = self.prefix.value_after(entries, below, storage);
        let (holds, origin) = (bound.holds(&value), origin_of(&entries[..below]));
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
        entries: &[Entry<V>],
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
                && entry.tx < asker.reader.tx
            {
                if matches!(entry.write, Write::Set(_)) {
                    // From here on everybody sees what was set, whatever is below.
                    is_covered = true;
                    return true;
                }
                value = entry.write.onto(value.clone());
                at += 1;
            }
            if asker.bound.holds(&value) == asker.holds {
                return true;
            }
            stale.push(Stale {
                reader: asker.reader,
                id,
                read: asker.origin,
                found: origin_of(&entries[..at]),
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

//! What happened to one slot: its versions, and who read or compared them.

use super::asker::{Askers, origin_of};
use crate::executor::optimistic::KeyId;
use crate::executor::prefix::Version;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::overlay::Write;
use crate::state::{Additive, Bound};
use crate::trace::Origin;
use smallvec::SmallVec;
use std::ops::Range;

/// Versions and readers of one slot, each sorted by transaction, at most one a transaction.
#[derive(Debug)]
pub(super) struct History<V> {
    pub(super) entries: SmallVec<[Entry<V>; 1]>,
    readers: SmallVec<[Reader; 2]>,
    /// There if somebody has compared the slot in this block.
    askers: Option<Box<Askers<V>>>,
}

#[derive(Debug)]
pub(super) struct Entry<V> {
    pub(super) tx: TxIndex,
    pub(super) incarnation: Incarnation,
    pub(super) write: Write<V>,
}

impl<V> Version<V> for Entry<V> {
    fn tx(&self) -> TxIndex {
        self.tx
    }

    fn write(&self) -> &Write<V> {
        &self.write
    }
}

impl<V> Entry<V> {
    pub(super) const fn origin(&self) -> Origin {
        Origin::Version {
            tx: self.tx,
            incarnation: self.incarnation,
        }
    }
}

/// A run that has read or compared a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Which transaction.
    pub tx: TxIndex,
    /// Which run of it.
    pub incarnation: Incarnation,
}

/// A run that read what is no longer so, or whose comparison has turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stale {
    /// Whose it is.
    pub reader: Reader,
    /// The slot that changed.
    pub id: KeyId,
    /// The newest version below the reader, before.
    pub read: Origin,
    /// The newest version below the reader, now.
    pub found: Origin,
}

impl<V> Default for History<V> {
    fn default() -> Self {
        Self {
            entries: SmallVec::new(),
            readers: SmallVec::new(),
            askers: None,
        }
    }
}

impl<V> History<V> {
    /// How many entries are below this transaction. Blocks run roughly in order, so it is nearly always
    /// found at the end.
    pub(super) fn place(&self, tx: TxIndex) -> usize {
        place(&self.entries, tx, |entry| entry.tx)
    }

    pub(super) fn register(&mut self, reader: Reader) {
        let place = place(&self.readers, reader.tx, |reader| reader.tx);
        if place == self.readers.len() {
            self.readers.push(reader);
            return;
        }
        match self.readers.get_mut(place) {
            Some(same) if same.tx == reader.tx => *same = reader,
            _ => self.readers.insert(place, reader),
        }
    }

    /// The readers that see what `tx` does here: those after it, up to and including the next
    /// transaction that replaces the value. `after` is the place of the first entry above `tx`.
    pub(super) fn readers_of(&self, tx: TxIndex, after: usize) -> Range<usize> {
        if self.readers.last().is_none_or(|last| last.tx <= tx) {
            return 0..0;
        }
        let first = place(&self.readers, TxIndex(tx.0 + 1), |reader| reader.tx);
        let is_set = |entry: &&Entry<V>| matches!(entry.write, Write::Set(_));
        let end = match self.entries[after..].iter().find(is_set) {
            Some(next) => place(&self.readers, TxIndex(next.tx.0 + 1), |reader| reader.tx),
            None => self.readers.len(),
        };
        first..end
    }

    /// Where the value comes from that this transaction sees.
    fn origin_below(&self, tx: TxIndex) -> Origin {
        origin_of(&self.entries[..self.place(tx)])
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.readers.clear();
        self.askers = None;
    }
}

impl<V: Additive + Clone> History<V> {
    /// Answers a question, and keeps it; the transactions below `committed` are committed.
    pub(super) fn ask(
        &mut self,
        reader: Reader,
        bound: &Bound<V>,
        committed: TxIndex,
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        let places = (self.place(reader.tx), self.place(committed));
        let askers = self
            .askers
            .get_or_insert_with(|| Box::new(Askers::new(storage())));
        askers.ask(reader, bound, &self.entries, places, storage)
    }

    /// Notes whose answers turn because the writer's version, the one before the entry at `from`, is
    /// another one now or gone.
    pub(super) fn note_turned(
        &mut self,
        id: KeyId,
        writer: TxIndex,
        from: usize,
        storage: impl Fn() -> Option<V>,
        stale: &mut Vec<Stale>,
    ) {
        if let Some(askers) = &mut self.askers {
            askers.note_turned(id, writer, &self.entries, from, storage, stale);
        }
    }
}

/// How many of these, sorted by transaction, are below `tx`: looked for from the end.
#[inline]
fn place<T>(sorted: &[T], tx: TxIndex, of: impl Fn(&T) -> TxIndex) -> usize {
    if sorted.last().is_none_or(|last| of(last) < tx) {
        return sorted.len();
    }
    let near = sorted.len().saturating_sub(4);
    match sorted[near..].iter().rposition(|one| of(one) < tx) {
        Some(last) => near + last + 1,
        None => sorted[..near].partition_point(|one| of(one) < tx),
    }
}

/// Notes these readers as stale, with what they saw.
pub(super) fn note<V>(
    id: KeyId,
    history: &History<V>,
    readers: Range<usize>,
    stale: &mut Vec<Stale>,
) {
    stale.extend(history.readers[readers].iter().map(|reader| {
        let read = history.origin_below(reader.tx);
        Stale {
            reader: *reader,
            id,
            read,
            found: read,
        }
    }));
}

/// Completes what was noted from `first` on; forgets it if the value `is_same` as before.
pub(super) fn settle<V>(is_same: bool, history: &History<V>, first: usize, stale: &mut Vec<Stale>) {
    if is_same {
        stale.truncate(first);
    }
    for stale in &mut stale[first..] {
        stale.found = history.origin_below(stale.reader.tx);
    }
}

/// The value after all of these entries.
pub(super) fn resolve<V: Additive + Clone>(
    entries: &[Entry<V>],
    storage: impl FnOnce() -> Option<V>,
) -> Option<V> {
    let mut sum: Option<V> = None;
    for entry in entries.iter().rev() {
        match (&entry.write, sum.take()) {
            (Write::Set(value), None) => return Some(value.clone()),
            (Write::Set(value), Some(sum)) => return Some(value.plus(&sum)),
            (Write::Add(delta), None) => sum = Some(delta.clone()),
            (Write::Add(delta), Some(later)) => sum = Some(delta.plus(&later)),
        }
    }
    match sum {
        None => storage(),
        Some(sum) => Some(storage().unwrap_or_default().plus(&sum)),
    }
}

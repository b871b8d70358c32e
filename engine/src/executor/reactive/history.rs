//! What happened to one slot: its versions, and who read or compared them.

use super::asker::Askers;
use crate::executor::optimistic::KeyId;
use crate::executor::sorted::{Part, Sorted, Version, below};
use crate::primitives::TxIndex;
use crate::state::{Additive, Bound};
use crate::trace::Origin;
use smallvec::SmallVec;
use std::ops::Range;

/// Versions and readers of one slot, each sorted by transaction, at most one a transaction.
#[derive(Debug)]
pub(super) struct History<V> {
    pub(super) entries: Sorted<V>,
    readers: SmallVec<[Version; 2]>,
    /// There if somebody has compared the slot in this block.
    askers: Option<Box<Askers<V>>>,
}

/// A run that read what is no longer so, or whose comparison has turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stale {
    /// Whose it is.
    pub reader: Version,
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
            entries: Sorted::default(),
            readers: SmallVec::new(),
            askers: None,
        }
    }
}

impl<V> History<V> {
    pub(super) fn register(&mut self, reader: Version) {
        let place = below(&self.readers, reader.tx, |reader| reader.tx);
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
        let through = |tx: TxIndex| below(&self.readers, TxIndex(tx.0 + 1), |reader| reader.tx);
        let mut later = self.entries.part(after..self.entries.len()).iter();
        let end = match later.find(|entry| entry.is_set()) {
            Some(next) => through(next.version().tx),
            None => self.readers.len(),
        };
        let first = through(tx);
        first..end
    }

    /// Where the value comes from that this transaction sees.
    fn origin_below(&self, tx: TxIndex) -> Origin {
        self.entries.part(0..self.entries.below(tx)).origin()
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
        reader: Version,
        bound: &Bound<V>,
        committed: TxIndex,
        storage: impl Fn() -> Option<V>,
    ) -> (bool, Origin) {
        let places = (self.entries.below(reader.tx), self.entries.below(committed));
        let askers = self
            .askers
            .get_or_insert_with(|| Box::new(Askers::new(storage())));
        askers.ask(reader, bound, self.entries.all(), places, storage)
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
            askers.note_turned(id, writer, self.entries.all(), from, storage, stale);
        }
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
    entries: Part<'_, V>,
    storage: impl FnOnce() -> Option<V>,
) -> Option<V> {
    let mut sum: Option<V> = None;
    for entry in entries.iter().rev() {
        let value = entry.value();
        let value = sum.map_or_else(|| value.clone(), |sum| value.plus(&sum));
        if entry.is_set() {
            return Some(value);
        }
        sum = Some(value);
    }
    match sum {
        None => storage(),
        Some(sum) => Some(storage().unwrap_or_default().plus(&sum)),
    }
}

//! What a running transaction sees, and what holds the state between blocks.

use super::Cells;
use super::bound::{Answer, Bound, Half};
use crate::vm::Halt;

/// Values to which a commutative delta can be added.
pub trait Additive: Default {
    /// This value with the delta added. Must be associative and commutative in the deltas, with
    /// `Default` as the neutral element and as the value of a slot that was never written.
    #[must_use]
    fn plus(&self, delta: &Self) -> Self;

    /// One half of it as a number, for comparisons; a value without halves gives itself for both. Halves
    /// add on their own: that of a sum follows from those of what is added. What would be half of the
    /// numbers or more is less than nothing: additions wrap, and a sum of some that do not all stand may
    /// have gone below zero on the way.
    #[must_use]
    fn half(&self, half: Half) -> i128;
}

/// All that a running transaction may see of the state.
pub trait ReadView<K, V> {
    /// The slot's value as of the transactions before this one; `None` if it was never written.
    ///
    /// # Errors
    /// [`Halt::Blocked`] when an earlier transaction is expected to write the slot and has not yet.
    fn read(&mut self, key: &K) -> Result<Option<V>, Halt>;

    /// Whether the slot keeps a limit as of the transactions before this one; a slot that was never written
    /// holds `V::default()`. A view that tells no more than this need not mind changes that leave the answer
    /// as it was; one that knows nothing of comparisons reads, and tells what it read.
    ///
    /// # Errors
    /// As [`ReadView::read`].
    fn holds(&mut self, key: &K, bound: &Bound<V>) -> Result<Answer<V>, Halt>
    where
        V: Additive,
    {
        let found = self.read(key)?.unwrap_or_default();
        Ok(Answer {
            holds: bound.holds(&found),
            found: Some(found),
        })
    }
}

/// State between blocks: read by many while a block runs, written by one when it commits.
pub trait Storage<K, V>: Sync {
    /// The slot's committed value; `None` if it was never written.
    fn get(&self, key: &K) -> Option<V>;
    /// Sets the slot's committed value.
    fn set(&mut self, key: K, value: V);
    /// Changes the slot's committed value.
    fn change(&mut self, key: &K, change: impl FnOnce(V) -> V)
    where
        Self: Sized,
        K: Clone,
        V: Default,
    {
        let before = self.get(key).unwrap_or_default();
        self.set(key.clone(), change(before));
    }
    /// Whether it is too large for the caches next to a core, so that looking at slots beforehand pays.
    fn is_far(&self) -> bool {
        false
    }
    /// A number by which the slot can be brought near, if there is one.
    fn place(&self, key: &K) -> Option<u32> {
        let _ = key;
        None
    }
    /// Brings these slots near, all at once: memory is waited for once and not once for each.
    fn bring_near(&self, places: &[u32]) {
        let _ = places;
    }
}

/// Storage whose slots are numbered without gaps, so that several threads can change values that are there
/// already. Numbers never change.
pub trait DenseStorage<K, V>: Storage<K, V> {
    /// Says where slots are while their values are lent.
    type Places<'a>: Places<K>
    where
        Self: 'a;
    /// Sets the committed value of the slot with this number, which exists.
    fn replace(&mut self, slot: u32, value: V);
    /// The values of all slots, by number, for several threads at once, and where they are. Whoever changes
    /// one through these says so afterwards ([`DenseStorage::touched`]).
    fn lend(&mut self) -> (Self::Places<'_>, Cells<'_, V>);
    /// The slots with these numbers were changed while they were lent, and had not been marked as changed
    /// before ([`Cells::mark`]).
    fn touched(&mut self, slots: impl Iterator<Item = u32>) {
        slots.for_each(drop);
    }
}

/// Where the slots of a [`DenseStorage`] are.
pub trait Places<K>: Sync {
    /// The slot's number; `None` if it was never written.
    fn slot(&self, key: &K) -> Option<u32>;
    /// Brings these slots near, if that can be done, all at once: memory is waited for once and not once for
    /// each.
    fn bring_near(&self, slots: &[u32]) {
        let _ = slots;
    }
}

//! One transaction's writes, with checkpoints that undo.

use super::bound::{Answer, Bound, Half};
use super::view::{Additive, ReadView};
use crate::primitives::Limit;
use crate::vm::Halt;

/// What a transaction does to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Write<V> {
    /// Replaces the value.
    Set(V),
    /// Adds to whatever the value is, without reading it: commutes with other additions.
    Add(V),
}

impl<V: Additive + Clone> Write<V> {
    /// What the slot holds after this write, having held `before`.
    #[must_use]
    pub fn onto(&self, before: V) -> V {
        match self {
            Self::Set(value) => value.clone(),
            Self::Add(delta) => before.plus(delta),
        }
    }
}

/// A moment to which an [`Overlay`] can go back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    writes: u32,
    undo: u32,
}

/// One transaction's writes in the order of their first occurrence.
///
/// Looked up by a linear scan: a transaction touches few slots, and scanning sixteen keys beats
/// hashing one. Keeps its memory from one transaction to the next.
#[derive(Clone, Debug)]
pub struct Overlay<K, V> {
    writes: Vec<(K, Write<V>)>,
    /// Newest last: a write's index, and what stood there before.
    undo: Vec<(u32, Write<V>)>,
    /// Writes at the newest checkpoint. Younger ones need no undo: going back cuts them off.
    kept: u32,
}

impl<K, V> Default for Overlay<K, V> {
    fn default() -> Self {
        Self {
            writes: Vec::new(),
            undo: Vec::new(),
            kept: 0,
        }
    }
}

impl<K: PartialEq + Clone, V: Additive + Clone> Overlay<K, V> {
    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.writes.clear();
        self.undo.clear();
        self.kept = 0;
    }

    /// What has been done to this slot so far.
    // In place wherever it is called: in Wasm a call hands words over in memory, which takes longer than this.
    #[inline(always)]
    pub fn get(&self, key: &K) -> Option<&Write<V>> {
        self.writes
            .iter()
            .find(|(at, _)| at == key)
            .map(|(_, write)| write)
    }

    /// Adds to the slot's value if that keeps a limit at this moment of the transaction, its own writes
    /// counted in; says whether. What the writes here do not tell is asked of `view`: if that had to read
    /// the slot, the sum is written, else the addition.
    ///
    /// # Errors
    /// As [`ReadView::read`].
    pub fn add_if(
        &mut self,
        view: &mut (impl ReadView<K, V> + ?Sized),
        key: &K,
        (half, limit): (Half, Limit),
        delta: V,
    ) -> Result<bool, Halt> {
        let own = match self.get(key) {
            Some(Write::Set(value)) => {
                let holds = limit.admits(value.half(half));
                if holds {
                    self.add(key.clone(), delta);
                }
                return Ok(holds);
            }
            Some(Write::Add(own)) => own.clone(),
            None => V::default(),
        };
        let bound = Bound { own, half, limit };
        let Answer { holds, found } = view.holds(key, &bound)?;
        match found {
            _ if !holds => {}
            Some(found) => self.set(key.clone(), found.plus(&bound.own).plus(&delta)),
            None => self.add(key.clone(), delta),
        }
        Ok(holds)
    }

    /// Replaces the slot's value.
    pub fn set(&mut self, key: K, value: V) {
        self.put(key, |_| Write::Set(value));
    }

    /// Adds to the slot's value without reading it.
    pub fn add(&mut self, key: K, delta: V) {
        self.put(key, |before| match before {
            None => Write::Add(delta),
            Some(Write::Set(value)) => Write::Set(value.plus(&delta)),
            Some(Write::Add(other)) => Write::Add(other.plus(&delta)),
        });
    }

    #[inline(always)]
    fn put(&mut self, key: K, write: impl FnOnce(Option<&Write<V>>) -> Write<V>) {
        let Some(index) = self.writes.iter().position(|(at, _)| *at == key) else {
            self.writes.push((key, write(None)));
            return;
        };
        let slot = &mut self.writes[index].1;
        let new = write(Some(slot));
        let old = std::mem::replace(slot, new);
        if (index as u32) < self.kept {
            self.undo.push((index as u32, old));
        }
    }

    /// Marks this moment.
    pub fn checkpoint(&mut self) -> Checkpoint {
        self.kept = self.writes.len() as u32;
        Checkpoint {
            writes: self.kept,
            undo: self.undo.len() as u32,
        }
    }

    /// Undoes everything since the checkpoint.
    pub fn revert(&mut self, to: Checkpoint) {
        for (index, before) in self.undo.drain(to.undo as usize..).rev() {
            self.writes[index as usize].1 = before;
        }
        self.writes.truncate(to.writes as usize);
        // An older checkpoint may still be gone back to, and is not beyond this one.
        self.kept = to.writes;
    }

    /// The writes in the order of their first occurrence.
    pub fn writes(&self) -> &[(K, Write<V>)] {
        &self.writes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Word;
    use proptest::prelude::*;

    /// Tells answers and nothing else, or reads.
    struct Slot {
        value: Word,
        reads: bool,
    }

    impl ReadView<u8, Word> for Slot {
        fn read(&mut self, _: &u8) -> Result<Option<Word>, Halt> {
            Ok(Some(self.value))
        }

        fn holds(&mut self, _: &u8, bound: &Bound<Word>) -> Result<Answer<Word>, Halt> {
            Ok(Answer {
                holds: bound.holds(&self.value),
                found: self.reads.then_some(self.value),
            })
        }
    }

    proptest! {
        /// Bounded additions by a view that answers, by one that reads, and by reading and comparing.
        #[test]
        fn bounded_additions_come_to_the_same_with_and_without_a_read(
            before in 0u128..9,
            actions in prop::collection::vec((0u8..6, 0u128..5), 0..20),
        ) {
            let mut value = before;
            let mut overlays = [Overlay::<u8, Word>::default(), Overlay::default()];
            for (action, amount) in actions {
                let (limit, delta) = match action {
                    0 => {
                        value = amount;
                        overlays.iter_mut().for_each(|overlay| overlay.set(0, Word::from_low(amount)));
                        continue;
                    }
                    1 => {
                        value += amount;
                        overlays.iter_mut().for_each(|overlay| overlay.add(0, Word::from_low(amount)));
                        continue;
                    }
                    2 | 3 => (Limit::AtMost(8 - amount), amount),
                    _ => (Limit::AtLeast(amount), amount.wrapping_neg()),
                };
                let expected = limit.admits(value as i128);
                if expected {
                    value = value.wrapping_add(delta);
                }
                for (overlay, reads) in overlays.iter_mut().zip([false, true]) {
                    let mut view = Slot { value: Word::from_low(before), reads };
                    let bound = (Half::Low, limit);
                    let holds = overlay.add_if(&mut view, &0, bound, Word::from_low(delta));
                    prop_assert_eq!(holds, Ok(expected));
                }
            }
            for overlay in &overlays {
                let write = overlay.get(&0).copied().unwrap_or(Write::Add(Word::ZERO));
                prop_assert_eq!(write.onto(Word::from_low(before)).low(), value);
            }
        }

        /// Nested checkpoints against copies of the whole overlay.
        #[test]
        fn going_back_restores_what_stood_there(actions in prop::collection::vec((0u8..5, 0u8..6, 0u128..9), 0..80)) {
            let mut overlay: Overlay<u8, Word> = Overlay::default();
            let mut marks = Vec::new();
            for (action, key, value) in actions {
                match action {
                    0 | 1 => overlay.set(key, Word::from_low(value)),
                    2 => overlay.add(key, Word::from_low(value)),
                    3 => marks.push((overlay.checkpoint(), overlay.writes().to_vec())),
                    // Go back to some open checkpoint; the younger ones are gone with it.
                    _ if !marks.is_empty() => {
                        let at = key as usize % marks.len();
                        let (checkpoint, writes) = marks[at].clone();
                        marks.truncate(at);
                        overlay.revert(checkpoint);
                        prop_assert_eq!(overlay.writes(), writes);
                    }
                    _ => {}
                }
            }
        }
    }
}

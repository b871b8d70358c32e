//! One transaction's writes, with checkpoints that undo.

use super::view::Additive;

/// What a transaction does to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Write<V> {
    /// Replaces the value.
    Set(V),
    /// Adds to whatever the value is, without reading it: commutes with other additions.
    Add(V),
}

/// A moment to which an [`Overlay`] can go back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint(usize);

/// One transaction's writes in the order of their first occurrence.
///
/// Looked up by a linear scan: a transaction touches few slots, and scanning sixteen keys beats
/// hashing one. Keeps its memory from one transaction to the next.
#[derive(Clone, Debug)]
pub struct Overlay<K, V> {
    writes: Vec<(K, Write<V>)>,
    /// Newest last: the write's index, and what stood there before (`None`: nothing).
    undo: Vec<(u32, Option<Write<V>>)>,
}

impl<K, V> Default for Overlay<K, V> {
    fn default() -> Self {
        Self {
            writes: Vec::new(),
            undo: Vec::new(),
        }
    }
}

impl<K: PartialEq + Clone, V: Additive + Clone> Overlay<K, V> {
    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.writes.clear();
        self.undo.clear();
    }

    /// What has been done to this slot so far.
    pub fn get(&self, key: &K) -> Option<&Write<V>> {
        self.writes
            .iter()
            .find(|(at, _)| at == key)
            .map(|(_, write)| write)
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

    fn put(&mut self, key: K, write: impl FnOnce(Option<&Write<V>>) -> Write<V>) {
        match self
            .writes
            .iter_mut()
            .enumerate()
            .find(|(_, (at, _))| *at == key)
        {
            Some((index, (_, slot))) => {
                let new = write(Some(slot));
                self.undo
                    .push((index as u32, Some(std::mem::replace(slot, new))));
            }
            None => {
                self.undo.push((self.writes.len() as u32, None));
                self.writes.push((key, write(None)));
            }
        }
    }

    /// Marks this moment.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.undo.len())
    }

    /// Undoes everything since the checkpoint.
    pub fn revert(&mut self, to: Checkpoint) {
        while self.undo.len() > to.0 {
            match self.undo.pop() {
                Some((index, Some(before))) => self.writes[index as usize].1 = before,
                Some((_, None)) => {
                    self.writes.pop();
                }
                None => break,
            }
        }
    }

    /// The writes in the order of their first occurrence.
    pub fn writes(&self) -> &[(K, Write<V>)] {
        &self.writes
    }

    /// Moves the writes out to the end of `into`, leaving the overlay empty with its memory.
    pub fn drain_into(&mut self, into: &mut Vec<(K, Write<V>)>) {
        into.append(&mut self.writes);
        self.undo.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Word;

    #[test]
    fn revert_restores_every_kind_of_write() {
        let mut overlay: Overlay<u8, Word> = Overlay::default();
        overlay.set(1, Word::from_low(10));
        overlay.add(2, Word::from_low(1));
        let before = overlay.writes().to_vec();
        let checkpoint = overlay.checkpoint();
        overlay.add(1, Word::from_low(5));
        overlay.set(2, Word::from_low(7));
        overlay.set(3, Word::from_low(9));
        overlay.add(3, Word::from_low(1));
        assert_eq!(overlay.get(&3), Some(&Write::Set(Word::from_low(10))));
        overlay.revert(checkpoint);
        assert_eq!(overlay.writes(), before);
        assert_eq!(overlay.get(&3), None);
    }
}

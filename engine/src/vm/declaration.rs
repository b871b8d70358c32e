//! What a transaction says it will touch, before it runs.

/// What a transaction may do with a slot that it declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intent {
    /// Read it.
    Read,
    /// Read it, replace it, add to it, or leave it alone.
    Write,
    /// Add to it without reading, or leave it alone.
    Add,
    /// As [`Intent::Write`], and [`crate::vm::Vm::foresee`] can tell what it leaves there: so that many who
    /// change a slot in turn need not wait for one another.
    Foreseen,
}

impl Intent {
    /// What both together need.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Foreseen, _) | (_, Self::Foreseen) => Self::Foreseen,
            _ if self == other => self,
            _ => Self::Write,
        }
    }
}

/// The slots that a transaction declared as foreseen, before it runs.
pub trait Foresight<K, V> {
    /// What the slot is expected to hold before the transaction; `None` if it was not declared so.
    fn get(&mut self, key: &K) -> Option<V>;
    /// What the slot is expected to hold after it.
    fn set(&mut self, key: &K, value: V);
}

/// Slots that are kept apart from others together: where transactions are put in order, it is by regions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Region {
    /// Names the region. Two that share a number are one.
    pub number: u32,
    /// Whether additions to it are worth telling from changes: most who touch it only add to it.
    pub sums: bool,
}

/// Who listens to what a transaction says it may touch.
pub trait Accesses<K> {
    /// It may touch this slot; one that was mentioned before may then be used in both ways.
    fn push(&mut self, key: K, intent: Intent);
}

/// The slots that one transaction may touch, each once, in the order of first mention.
///
/// Kept from one transaction to the next: a warm declaration allocates nothing.
#[derive(Clone, Debug)]
pub struct Declaration<K> {
    accesses: Vec<(K, Intent)>,
}

impl<K> Default for Declaration<K> {
    fn default() -> Self {
        Self {
            accesses: Vec::new(),
        }
    }
}

impl<K: PartialEq> Declaration<K> {
    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.accesses.clear();
    }

    /// The slots, in the order of first mention.
    pub fn accesses(&self) -> &[(K, Intent)] {
        &self.accesses
    }
}

impl<K: PartialEq> Accesses<K> for Declaration<K> {
    fn push(&mut self, key: K, intent: Intent) {
        // A transaction touches few slots: scanning beats hashing.
        match self.accesses.iter_mut().find(|(at, _)| *at == key) {
            Some((_, before)) => *before = before.and(intent),
            None => self.accesses.push((key, intent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_declared_once_for_all_its_uses() {
        let mut declaration = Declaration::default();
        declaration.push('a', Intent::Add);
        declaration.push('b', Intent::Read);
        declaration.push('a', Intent::Add);
        declaration.push('b', Intent::Add);
        declaration.push('c', Intent::Write);
        declaration.push('c', Intent::Read);
        let expected = [
            ('a', Intent::Add),
            ('b', Intent::Write),
            ('c', Intent::Write),
        ];
        assert_eq!(declaration.accesses(), expected);
    }
}

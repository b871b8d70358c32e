//! What a transaction's run did to a slot, without the value.

use super::optimistic::KeyId;
use crate::state::overlay::Write;

/// One slot written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    /// Which slot.
    pub id: KeyId,
    /// What was done.
    pub deed: Deed,
}

/// What a write makes of a slot's value, as far as its run could tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Adds to it, without having read it for that.
    Adds,
    /// Leaves it as the run had read it.
    Keeps,
    /// Replaces what the run had read by something else.
    Changes,
    /// Replaces what the run had not read.
    Replaces,
}

impl Written {
    /// This write to a slot in which the run had read that, if it had read it.
    pub fn of<V: Default + PartialEq>(
        id: KeyId,
        write: &Write<V>,
        read: Option<&Option<V>>,
    ) -> Self {
        let deed = match (write, read) {
            (Write::Add(_), _) => Deed::Adds,
            (Write::Set(_), None) => Deed::Replaces,
            (Write::Set(new), Some(read)) => {
                let is_same = match read {
                    Some(read) => read == new,
                    None => *new == V::default(),
                };
                if is_same { Deed::Keeps } else { Deed::Changes }
            }
        };
        Self { id, deed }
    }

    /// Whether it was only added to, without being read for it.
    pub fn is_addition(&self) -> bool {
        self.deed == Deed::Adds
    }
}

//! What one run did to one slot.

use crate::primitives::{Incarnation, TxIndex};
use crate::state::Additive;
use crate::state::overlay::Write;
use crate::trace::Origin;

/// Which run of which transaction: what Block-STM calls a version (Gelashvili et al., 2022, section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    /// Which transaction.
    pub tx: TxIndex,
    /// Which run of it.
    pub incarnation: Incarnation,
}

impl Version {
    /// How a reader calls what this run wrote.
    pub(in crate::executor) const fn origin(self) -> Origin {
        Origin::Version {
            tx: self.tx,
            incarnation: self.incarnation,
        }
    }
}

/// What one run did to the slot. Without padding, since these are most of what a block keeps: the incarnation,
/// below 2^30, and what kind of write it is share a word.
#[derive(Clone, Debug)]
pub(in crate::executor) struct Entry<V> {
    pub(super) tx: TxIndex,
    bits: u32,
    value: V,
}

/// The bit that says that the value is added, and not set.
const ADDS: u32 = 1;

/// The bit that says that the run was withdrawn, and its transaction will probably write here again.
const ESTIMATE: u32 = 2;

/// Bits beside the incarnation.
const BITS: u32 = 2;

impl<V> Entry<V> {
    pub(in crate::executor) fn new(by: Version, write: Write<V>) -> Self {
        let (kind, value) = match write {
            Write::Set(value) => (0, value),
            Write::Add(delta) => (ADDS, delta),
        };
        Self {
            tx: by.tx,
            bits: by.incarnation.0 << BITS | kind,
            value,
        }
    }

    /// Whose it is.
    pub(in crate::executor) const fn version(&self) -> Version {
        Version {
            tx: self.tx,
            incarnation: Incarnation(self.bits >> BITS),
        }
    }

    /// Whether it replaces what is below it.
    pub(in crate::executor) const fn is_set(&self) -> bool {
        self.bits & ADDS == 0
    }

    /// Whether it is an estimate.
    pub(in crate::executor) const fn is_estimate(&self) -> bool {
        self.bits & ESTIMATE != 0
    }

    /// From now on it is.
    pub(in crate::executor) const fn estimate(&mut self) {
        self.bits |= ESTIMATE;
    }

    /// What is set or added.
    pub(in crate::executor) const fn value(&self) -> &V {
        &self.value
    }
}

impl<V: Additive + Clone> Entry<V> {
    /// What it does.
    pub(in crate::executor) fn write(&self) -> Write<V> {
        match self.is_set() {
            true => Write::Set(self.value.clone()),
            false => Write::Add(self.value.clone()),
        }
    }
}

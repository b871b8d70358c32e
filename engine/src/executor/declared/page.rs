//! What some transactions in a row declare.

use crate::state::DenseStorage;
use crate::vm::{Declaration, Intent, Vm};
use std::ops::Range;

/// Stands for no transaction, no slot.
pub(super) const NONE: u32 = u32::MAX;

/// One declared slot of one transaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    /// The slot in the storage; beyond its end for slots that it does not have yet.
    pub(super) slot: u32,
    /// The transaction before that declared the same slot, [`NONE`] for none; for a foreseen slot, which
    /// of the plan's foreseen values.
    pub(super) source: u32,
    /// Which of that transaction's accesses it is; for a foreseen slot, which of the foreseen slots.
    pub(super) source_local: u16,
    pub(super) role: Role,
}

/// What a transaction may do with a slot, and what that asks of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Reads it: after the change before, and before the next.
    Read,
    /// Reads it, changes it, adds to it, or leaves it alone: after all before and before all after it.
    Write,
    /// Adds to it where all do nothing else: at any time; the sum is drawn at the end.
    Add,
    /// Reads the value that was foreseen, and leaves the one that was foreseen: at any time.
    Foreseen,
}

/// The declarations of some transactions in a row.
#[derive(Debug)]
pub(super) struct Page<K> {
    declaration: Declaration<K>,
    /// Where each transaction's accesses begin; one more than transactions.
    first: Vec<u32>,
    pub(super) keys: Vec<K>,
    pub(super) accesses: Vec<Access>,
    slots: Vec<u32>,
}

impl<K> Default for Page<K> {
    fn default() -> Self {
        Self {
            declaration: Declaration::default(),
            first: vec![0],
            keys: Vec::new(),
            accesses: Vec::new(),
            slots: Vec::new(),
        }
    }
}

impl<K: Clone + PartialEq> Page<K> {
    /// Asks the transactions in turn, up to the first that cannot say what it touches.
    pub(super) fn declare<M: Vm<Key = K>, S: DenseStorage<K, M::Value>>(
        &mut self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        foresees: bool,
    ) {
        self.first.clear();
        self.keys.clear();
        self.accesses.clear();
        self.first.push(0);
        for tx in txs {
            self.declaration.clear();
            let is_known = vm.declare(tx, storage, &mut self.declaration);
            if !is_known || self.declaration.accesses().len() > usize::from(u16::MAX) {
                break;
            }
            for (key, intent) in self.declaration.accesses() {
                self.keys.push(key.clone());
                self.accesses.push(Access {
                    slot: NONE,
                    source: NONE,
                    source_local: 0,
                    role: match intent {
                        Intent::Read => Role::Read,
                        Intent::Add => Role::Add,
                        Intent::Foreseen if foresees => Role::Foreseen,
                        Intent::Foreseen | Intent::Write => Role::Write,
                    },
                });
            }
            self.first.push(self.accesses.len() as u32);
        }
        storage.slots_of(&self.keys, &mut self.slots);
        for (access, slot) in self.accesses.iter_mut().zip(&self.slots) {
            access.slot = *slot;
        }
    }
}

impl<K> Page<K> {
    /// How many transactions it has.
    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Where a transaction's accesses are.
    pub(super) fn range(&self, tx: usize) -> Range<usize> {
        self.first[tx] as usize..self.first[tx + 1] as usize
    }
}

//! Who reads whose version: worked out before anything runs.

use super::board::Board;
use super::page::{Access, NONE, Page, Role};
use crate::primitives::hash::BuildMix;
use crate::state::DenseStorage;
use std::collections::HashMap;
use std::hash::Hash;

/// Transactions that are declared together, by one lane.
pub(super) const PAGE: usize = 256;

/// The plan of some of a block's transactions in a row. Its memory is kept from plan to plan.
#[derive(Debug)]
pub(in crate::executor) struct Plan<K, V> {
    pub(super) pages: Vec<Page<K>>,
    /// Where the transactions leave their changes.
    pub(in crate::executor) board: Board<V>,
    /// Transactions planned: all, or those before the first that could not say what it touches.
    pub(in crate::executor) count: usize,
    /// The longest chain of transactions that wait for one another.
    pub(in crate::executor) depth: u32,
    /// Slots of the storage when the plan was made; higher numbers are slots that it had not.
    pub(super) stored: u32,
    pub(super) fresh: HashMap<K, u32, BuildMix>,
    pub(super) fresh_keys: Vec<K>,
    /// The values that foreseen slots will have before their accesses.
    pub(super) foreseen: Vec<V>,
    /// The newest edge from each transaction.
    pub(super) head: Vec<u32>,
    pub(super) edges: Vec<Edge>,
    /// The newest access that may change a slot, for those slots that somebody reads undeclared: filled
    /// by the planner, by slot.
    pub(super) newest: Vec<Newest>,
    pub(super) number: u32,
}

/// Somebody who waits, and the next of those who wait for the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) to: u32,
    pub(super) next: u32,
}

/// The newest access that changes a slot.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Newest {
    /// The plan that it belongs to; anything else is as good as none.
    pub(super) number: u32,
    /// The transaction; [`FORESEEN`] where the slot is a foreseen one.
    pub(super) tx: u32,
    /// Which of its accesses; or which of the foreseen slots.
    pub(super) local: u16,
}

/// Stands for whoever changes a foreseen slot.
pub(super) const FORESEEN: u32 = NONE - 1;

impl<K, V> Default for Plan<K, V> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            board: Board::default(),
            count: 0,
            depth: 0,
            stored: 0,
            fresh: HashMap::default(),
            fresh_keys: Vec::new(),
            foreseen: Vec::new(),
            head: Vec::new(),
            edges: Vec::new(),
            newest: Vec::new(),
            number: 0,
        }
    }
}

impl<K: Eq + Hash, V> Plan<K, V> {
    /// A transaction's declared keys, and what each of its accesses reads.
    pub(in crate::executor) fn accesses(&self, tx: u32) -> (&[K], &[Access]) {
        let page = &self.pages[tx as usize / PAGE];
        let range = page.range(tx as usize % PAGE);
        (&page.keys[range.clone()], &page.accesses[range])
    }

    /// The value that a foreseen slot was expected to have before the access.
    pub(in crate::executor) fn foreseen(&self, access: &Access) -> &V {
        &self.foreseen[access.source as usize]
    }

    /// The version of an undeclared slot that `tx` is to read.
    pub(super) fn version_before(
        &self,
        tx: u32,
        key: &K,
        storage: &impl DenseStorage<K, V>,
    ) -> Version {
        let slot = storage.slot(key).filter(|slot| *slot < self.stored);
        let Some(slot) = slot.or_else(|| self.fresh.get(key).copied()) else {
            return Version::Stored;
        };
        let newest = self.newest.get(slot as usize);
        let Some(newest) = newest.filter(|newest| newest.number == self.number) else {
            return Version::Stored;
        };
        if newest.tx == FORESEEN {
            return Version::Unknown;
        }
        let mut version = Access {
            slot,
            source: newest.tx,
            source_local: newest.local,
            role: Role::Read,
        };
        while version.source != NONE && version.source >= tx {
            let older = self.accesses(version.source).1[version.source_local as usize];
            (version.source, version.source_local) = (older.source, older.source_local);
        }
        match version.source {
            NONE => Version::Stored,
            _ => Version::Left(version),
        }
    }

    /// Who waits for this transaction, last in the block first.
    pub(super) fn followers(&self, tx: u32) -> impl Iterator<Item = u32> {
        let mut at = self.head[tx as usize];
        std::iter::from_fn(move || {
            let edge = self.edges.get(at as usize)?;
            at = edge.next;
            Some(edge.to)
        })
    }

    /// The key of a slot that the storage did not have when the plan was made.
    pub(in crate::executor) fn fresh_key(&self, slot: u32) -> Option<&K> {
        self.fresh_keys.get(slot.checked_sub(self.stored)? as usize)
    }

    /// The value of a slot in the storage.
    pub(in crate::executor) fn stored(
        &self,
        slot: u32,
        storage: &impl DenseStorage<K, V>,
    ) -> Option<V> {
        match self.fresh_key(slot) {
            Some(key) => storage.get(key),
            None => storage.value(slot),
        }
    }
}

/// Where the value of an undeclared slot is.
pub(super) enum Version {
    /// In the storage: nobody before changes it.
    Stored,
    /// Left by one of the plan's transactions, as this access would read it.
    Left(Access),
    /// A foreseen value, which only those who declared it may read.
    Unknown,
}

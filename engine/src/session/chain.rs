//! The state between blocks, with its commitment.

use crate::state::{Commitment, Key, Store, Word};

/// The state before one block.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// The next block's number.
    pub(super) next: u32,
    pub(super) store: Store,
    /// What the store was seeded with, taken into the commitment by the first who asks for a root.
    pub(super) commitment: Option<Commitment>,
}

impl Chain {
    /// The state before the first block.
    pub(super) const fn new(genesis: Store) -> Self {
        Self {
            next: 0,
            store: genesis,
            commitment: None,
        }
    }

    /// The commitment to the store as of the last block, brought up to date.
    pub(super) fn commitment(&mut self, threads: usize) -> &mut Commitment {
        let written = self.store.take_written();
        let store = &self.store;
        let is_new = self.commitment.is_none();
        let commitment = self.commitment.get_or_insert_with(|| {
            let entries: Vec<(Key, Word)> = store.entries().map(|(k, w)| (*k, *w)).collect();
            let mut commitment = Commitment::default();
            commitment.update_on(&entries, threads);
            commitment
        });
        if !is_new {
            commitment.update_on(&written, threads);
        }
        commitment
    }
}

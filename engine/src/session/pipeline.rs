//! The root of a block, computed while the next block executes.

use super::chain::Chain;
use super::live::Clock;
use crate::primitives::Digest;
use crate::state::{Commitment, Key, Store, Word};
use crate::vm::Fault;

/// A chain whose roots follow one block behind its execution.
#[derive(Debug)]
pub(super) struct Rooted {
    store: Store,
    commitment: Commitment,
    /// What the last block wrote: not in the commitment yet.
    pending: Vec<(Key, Word)>,
}

impl Rooted {
    /// A chain whose commitment is up to date.
    pub(super) fn new(mut chain: Chain) -> Self {
        let commitment = chain.commitment(1).clone();
        Self {
            store: chain.store,
            commitment,
            pending: Vec::new(),
        }
    }

    /// Executes a block, and beside it computes the root of the one before. Seconds that the root took.
    ///
    /// # Errors
    /// What `execute` met.
    pub(super) fn advance(
        &mut self,
        clock: &dyn Clock,
        threads: u32,
        execute: impl FnOnce(&mut Store) -> Result<(), Fault> + Send,
    ) -> Result<f64, Fault> {
        let (store, commitment) = (&mut self.store, &mut self.commitment);
        let pending = &self.pending;
        let mut root = || {
            let start = clock.now_seconds();
            commitment.update_on(pending, threads as usize);
            clock.now_seconds() - start
        };
        #[cfg(feature = "threads")]
        let (executed, seconds) = if threads > 1 {
            rayon::join(|| execute(store), root)
        } else {
            (execute(store), root())
        };
        #[cfg(not(feature = "threads"))]
        let (executed, seconds) = (execute(store), root());
        executed?;
        self.pending = self.store.take_written();
        Ok(seconds)
    }

    /// Brings the commitment up to the last block. Seconds that it took.
    pub(super) fn finish(&mut self, clock: &dyn Clock, threads: u32) -> f64 {
        let start = clock.now_seconds();
        let pending = std::mem::take(&mut self.pending);
        self.commitment.update_on(&pending, threads as usize);
        clock.now_seconds() - start
    }

    /// The root of all blocks that the commitment has taken in.
    pub(super) fn root(&self) -> Digest {
        self.commitment.root()
    }
}

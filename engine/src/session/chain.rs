//! A scenario's blocks, one after the other, on the state that they leave.

use crate::executor::Executor;
use crate::primitives::Digest;
use crate::scenario::workload::{Block, Generator};
use crate::scenario::world::{BLOCK_SECONDS, GENESIS_SECONDS};
use crate::scenario::{Scenario, World};
use crate::state::Store;
use crate::state::commitment::Commitment;
use crate::vm::Fault;
use crate::vm::native::NativeVm;

/// The state before a block, and what draws the block.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) store: Store,
    pub(super) commitment: Commitment,
    pub(super) generator: Generator,
}

impl Chain {
    /// Before the first block.
    pub(super) fn genesis(scenario: &Scenario, world: &World) -> Self {
        let mut commitment = Commitment::default();
        let entries: Vec<_> = world
            .store
            .entries()
            .map(|(key, word)| (*key, *word))
            .collect();
        commitment.update(&entries);
        Self {
            store: world.store.clone(),
            commitment,
            generator: Generator::new(scenario),
        }
    }

    /// Number of the block drawn next.
    pub(super) const fn height(&self) -> u32 {
        self.generator.next_block()
    }

    /// Draws the next block and sets the machine's time to it.
    pub(super) fn draw(&mut self, scenario: &Scenario, world: &mut World) -> Block {
        world.vm.timestamp = GENESIS_SECONDS + BLOCK_SECONDS * u64::from(self.height());
        self.generator.draw(scenario, world)
    }

    /// The root after everything that was written to the store so far.
    pub(super) fn root(&mut self) -> Digest {
        let written = self.store.take_written();
        self.commitment.update(&written);
        self.commitment.root()
    }

    /// Executes the next block in order.
    pub(super) fn advance(
        &mut self,
        executor: &mut Executor<NativeVm>,
        scenario: &Scenario,
        world: &mut World,
    ) -> Result<(), Fault> {
        let block = self.draw(scenario, world);
        executor.serial(&world.vm, &mut self.store, &block.transactions)?;
        self.root();
        Ok(())
    }
}

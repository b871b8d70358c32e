//! What is agreed on.

use crate::primitives::NodeIndex;
use crate::primitives::hash::mix;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Stands for a block's hash; [`crate::sim::Sizes::digest`] says how large that would be. Sixty-four
/// bits, because nobody in a simulation looks for collisions.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct BlockId(pub u64);

impl BlockId {
    /// No block: what a vote for nothing names, and the parent of the first.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What a block carries. The bytes travel, the rest only has a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Payload {
    /// Tells contents apart; 0 for an empty block.
    pub tag: u64,
    /// How large it is.
    pub bytes: u32,
    /// How many transactions it has.
    pub transactions: u32,
}

/// A proposal: a payload with its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Its name, a function of everything else.
    pub id: BlockId,
    /// What it extends; [`BlockId::NONE`] for the first, and where a protocol has no chain.
    pub parent: BlockId,
    /// Its place, from 1.
    pub height: u64,
    /// The view in which it was first proposed.
    pub view: u64,
    /// Who first proposed it.
    pub proposer: NodeIndex,
    /// What it carries.
    pub payload: Payload,
}

impl Block {
    /// A block with its name.
    pub fn new(
        parent: BlockId,
        height: u64,
        view: u64,
        proposer: NodeIndex,
        payload: Payload,
    ) -> Self {
        let sizes = u64::from(payload.bytes) << 32 | u64::from(payload.transactions);
        let place = [parent.0, height, view, u64::from(proposer.0)];
        let name = place
            .into_iter()
            .chain([payload.tag, sizes])
            .fold(0x6a09_e667_f3bc_c908, |name: u64, word| {
                mix(name.rotate_left(19) ^ word)
            });
        Self {
            // Zero is nobody's name.
            id: BlockId(name.max(1)),
            parent,
            height,
            view,
            proposer,
            payload,
        }
    }

    /// Another block for the same place by the same proposer: what one who lies sends to the others.
    pub fn rival(&self, which: u64) -> Self {
        let payload = Payload {
            tag: mix(self.payload.tag ^ mix(which.wrapping_add(1))).max(1),
            ..self.payload
        };
        Self::new(self.parent, self.height, self.view, self.proposer, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_differs_changes_the_name() {
        let block = Block::new(BlockId::NONE, 1, 0, NodeIndex(0), Payload::default());
        let others = [
            Block::new(BlockId(1), 1, 0, NodeIndex(0), Payload::default()),
            Block::new(BlockId::NONE, 2, 0, NodeIndex(0), Payload::default()),
            Block::new(BlockId::NONE, 1, 1, NodeIndex(0), Payload::default()),
            Block::new(BlockId::NONE, 1, 0, NodeIndex(1), Payload::default()),
            block.rival(0),
            block.rival(1),
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(other.id, block.id);
            assert!(others[..index].iter().all(|earlier| earlier.id != other.id));
        }
        assert_eq!(block.rival(3), block.rival(3));
    }
}

//! What miners send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message. Blocks prove themselves by their work; who passes one on signs nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NakamotoMessage {
    /// A block, sent unasked or on request (§5, step 4).
    Block(Block),
    /// The sender has this block (Bitcoin's `inv`).
    Inventory {
        /// Its height.
        height: u64,
        /// Its name.
        block: BlockId,
    },
    /// Send me this block (Bitcoin's `getdata`), or so much of the chain that it ends.
    Request {
        /// Its name.
        block: BlockId,
        /// How many blocks, itself and its ancestors.
        count: u32,
    },
    /// A part of a chain, the highest block first.
    Branch(Arc<Vec<Block>>),
    /// Which is your head? The answer is an announcement of it.
    AskHead,
}

impl Message for NakamotoMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let envelope = |kind, height, block: BlockId, bytes| Envelope {
            kind,
            view: 0,
            height,
            block: block.0,
            bytes: sizes.header.saturating_add(bytes),
            // Checking work is one hash: nothing beside a signature.
            signatures: 0,
        };
        // A header is two hashes and a few numbers; Bitcoin's has 80 bytes.
        let header = 2 * sizes.digest + 16;
        match self {
            Self::Block(block) => envelope(0, block.height, block.id, header + block.payload.bytes),
            Self::Inventory { height, block } => envelope(1, *height, *block, sizes.digest),
            Self::Request { block, .. } => envelope(2, 0, *block, sizes.digest),
            Self::Branch(blocks) => {
                let bytes = blocks.iter().fold(0_u32, |bytes, block| {
                    bytes.saturating_add(header.saturating_add(block.payload.bytes))
                });
                let (height, block) = blocks
                    .first()
                    .map_or((0, BlockId::NONE), |first| (first.height, first.id));
                envelope(3, height, block, bytes)
            }
            Self::AskHead => envelope(4, 0, BlockId::NONE, 0),
        }
    }
}

impl ProtocolMessage for NakamotoMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Block(block) => Some(block),
            _ => None,
        }
    }

    /// Another block for the same place takes as much work again: nobody has it for the asking.
    fn instead(&self, _: &Block) -> Option<Self> {
        None
    }
}

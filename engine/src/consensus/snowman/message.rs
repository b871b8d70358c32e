//! What nodes send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SnowmanMessage {
    /// A proposal.
    Block(Block),
    /// What do you prefer? I prefer this.
    Query {
        /// The sender's number for the poll.
        poll: u64,
        /// The height of what the sender prefers.
        height: u64,
        /// The last block of the chain that the sender prefers.
        block: BlockId,
    },
    /// The answer.
    Chit {
        /// The poll that it answers.
        poll: u64,
        /// The height of the preferred block.
        height: u64,
        /// The last block of the preferred chain; [`BlockId::NONE`] without any.
        block: BlockId,
    },
    /// Send me this block and its ancestors.
    Request {
        /// Its name.
        block: BlockId,
    },
    /// A part of a chain, the highest block first.
    Branch(Arc<Vec<Block>>),
}

impl Message for SnowmanMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let signed = sizes.header + sizes.signature;
        let envelope = |kind, view, height, block: BlockId, bytes: u32| Envelope {
            kind,
            view,
            height,
            block: block.0,
            bytes: signed.saturating_add(bytes),
            signatures: 1,
        };
        match self {
            Self::Block(block) => {
                let bytes = sizes.digest.saturating_add(block.payload.bytes);
                envelope(0, block.view, block.height, block.id, bytes)
            }
            Self::Query {
                poll,
                height,
                block,
            } => envelope(1, *poll, *height, *block, sizes.digest),
            Self::Chit {
                poll,
                height,
                block,
            } => envelope(2, *poll, *height, *block, sizes.digest),
            Self::Request { block } => envelope(3, 0, 0, *block, sizes.digest),
            Self::Branch(blocks) => {
                let bytes = blocks.iter().fold(0_u32, |bytes, block| {
                    bytes.saturating_add(sizes.digest.saturating_add(block.payload.bytes))
                });
                let (height, block) = blocks
                    .first()
                    .map_or((0, BlockId::NONE), |first| (first.height, first.id));
                envelope(4, 0, height, block, bytes)
            }
        }
    }
}

impl ProtocolMessage for SnowmanMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Block(block) => Some(block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Block(_) => Some(Self::Block(*other)),
            Self::Chit { poll, height, .. } => Some(Self::Chit {
                poll: *poll,
                height: *height,
                block: other.id,
            }),
            _ => None,
        }
    }
}

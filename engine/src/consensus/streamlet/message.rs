//! What Streamlet's replicas send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::ProtocolMessage;
use crate::primitives::NodeIndex;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StreamletMessage {
    /// The leader's block of an epoch.
    Propose(Block),
    /// A vote for a block of an epoch.
    Vote {
        /// The epoch.
        epoch: u64,
        /// The block's height.
        height: u64,
        /// The block.
        block: BlockId,
    },
    /// A proposal or a vote, passed on with its author's signature.
    Echo(NodeIndex, Arc<StreamletMessage>),
    /// The last height that the sender has decided.
    Status(u64),
    /// Notarised blocks above that, parents first, each with its certificate.
    Missing(Arc<Vec<(Block, Certificate)>>),
}

impl Message for StreamletMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let signed = sizes.header + sizes.signature;
        match self {
            Self::Propose(block) => Envelope {
                kind: 0,
                view: block.view,
                height: block.height,
                block: block.id.0,
                bytes: signed + sizes.digest + block.payload.bytes,
                signatures: 1,
            },
            Self::Vote {
                epoch,
                height,
                block,
            } => Envelope {
                kind: 1,
                view: *epoch,
                height: *height,
                block: block.0,
                bytes: signed + sizes.digest,
                signatures: 1,
            },
            Self::Echo(_, message) => Envelope {
                kind: 2,
                ..message.envelope(sizes)
            },
            Self::Status(decided) => Envelope {
                kind: 3,
                height: *decided,
                bytes: signed,
                signatures: 1,
                ..Envelope::default()
            },
            Self::Missing(blocks) => blocks.iter().fold(
                Envelope {
                    kind: 4,
                    bytes: signed,
                    signatures: 1,
                    ..Envelope::default()
                },
                |sum, (block, proof)| Envelope {
                    height: block.height,
                    bytes: sum.bytes + sizes.digest + block.payload.bytes + proof.bytes(sizes),
                    signatures: sum.signatures + proof.checks(sizes),
                    ..sum
                },
            ),
        }
    }
}

impl ProtocolMessage for StreamletMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Propose(block) => Some(block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Propose(_) => Some(Self::Propose(*other)),
            Self::Vote { epoch, .. } => Some(Self::Vote {
                epoch: *epoch,
                height: other.height,
                block: other.id,
            }),
            _ => None,
        }
    }
}

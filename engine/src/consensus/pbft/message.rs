//! What PBFT's replicas send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::ProtocolMessage;
use crate::primitives::NodeIndex;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PbftMessage {
    /// ⟨PRE-PREPARE, v, n, d⟩ with the request (§4.2).
    PrePrepare {
        /// The view.
        view: u64,
        /// The request with its sequence number.
        block: Block,
    },
    /// ⟨PREPARE, v, n, d, i⟩ (§4.2).
    Prepare {
        /// The view.
        view: u64,
        /// The sequence number.
        height: u64,
        /// The digest.
        block: BlockId,
    },
    /// ⟨COMMIT, v, n, D(m), i⟩ (§4.2).
    Commit {
        /// The view.
        view: u64,
        /// The sequence number.
        height: u64,
        /// The digest.
        block: BlockId,
    },
    /// ⟨CHECKPOINT, n, d, i⟩ (§4.3).
    Checkpoint {
        /// The last sequence number in the state.
        height: u64,
        /// The state's digest.
        state: BlockId,
    },
    /// ⟨VIEW-CHANGE, v+1, n, C, P, i⟩ (§4.4).
    ViewChange(Arc<ViewChange>),
    /// ⟨NEW-VIEW, v+1, V, O⟩ (§4.4).
    NewView(Arc<NewView>),
    /// How far the sender is; who is further helps.
    Status {
        /// The last view whose beginning the sender has seen.
        view: u64,
        /// The last height that it has executed.
        executed: u64,
    },
    /// Blocks that the receiver has not executed, each with a commit certificate.
    Missing(Arc<Vec<(Block, Certificate)>>),
}

/// Why a replica wants another view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ViewChange {
    /// The view that it wants.
    pub view: u64,
    /// n and C: its last stable checkpoint, proven; the one of the start needs no proof.
    pub stable: Certificate,
    /// P: for each height above, the block that it prepared in the newest view, proven.
    pub prepared: Vec<(Block, Certificate)>,
    /// The height that it would propose next: all that the flawed view change goes by.
    pub next: u64,
}

/// How a view begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewView {
    /// The view.
    pub view: u64,
    /// V: a quorum's view changes.
    pub changes: Vec<(NodeIndex, Arc<ViewChange>)>,
    /// O: what is pre-prepared at once.
    pub blocks: Vec<Block>,
}

/// Bytes and signatures of certified blocks, without their payloads.
fn certified(pairs: &[(Block, Certificate)], sizes: &Sizes) -> (u32, u32) {
    pairs.iter().fold((0, 0), |(bytes, checks), (_, proof)| {
        (
            bytes + sizes.digest + proof.bytes(sizes),
            checks + proof.checks(sizes),
        )
    })
}

impl ViewChange {
    fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let (bytes, checks) = certified(&self.prepared, sizes);
        (
            bytes + self.stable.bytes(sizes),
            checks + self.stable.checks(sizes),
        )
    }
}

impl Message for PbftMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let signed = sizes.header + sizes.signature;
        let vote = |kind, view, height, block: BlockId| Envelope {
            kind,
            view,
            height,
            block: block.0,
            bytes: signed + sizes.digest,
            signatures: 1,
        };
        match self {
            Self::PrePrepare { view, block } => {
                let mut envelope = vote(0, *view, block.height, block.id);
                envelope.bytes += block.payload.bytes;
                envelope
            }
            Self::Prepare {
                view,
                height,
                block,
            } => vote(1, *view, *height, *block),
            Self::Commit {
                view,
                height,
                block,
            } => vote(2, *view, *height, *block),
            Self::Checkpoint { height, state } => vote(3, 0, *height, *state),
            Self::ViewChange(change) => {
                let (bytes, checks) = change.weight(sizes);
                Envelope {
                    bytes: signed + bytes,
                    signatures: 1 + checks,
                    ..vote(4, change.view, change.next, BlockId::NONE)
                }
            }
            Self::NewView(new_view) => {
                let weights = new_view.changes.iter().map(|(_, c)| c.weight(sizes));
                let (bytes, checks) = weights.fold((0, 0), |(bytes, checks), (b, c)| {
                    (bytes + sizes.signature + b, checks + 1 + c)
                });
                Envelope {
                    bytes: signed + bytes + new_view.blocks.len() as u32 * sizes.digest,
                    signatures: 1 + checks,
                    ..vote(5, new_view.view, 0, BlockId::NONE)
                }
            }
            Self::Status { view, executed } => Envelope {
                bytes: signed,
                ..vote(6, *view, *executed, BlockId::NONE)
            },
            Self::Missing(blocks) => {
                let (bytes, checks) = certified(blocks, sizes);
                let payloads: u32 = blocks.iter().map(|(block, _)| block.payload.bytes).sum();
                let last = blocks.last().map_or(0, |(block, _)| block.height);
                Envelope {
                    bytes: signed + bytes + payloads,
                    signatures: 1 + checks,
                    ..vote(7, 0, last, BlockId::NONE)
                }
            }
        }
    }
}

impl ProtocolMessage for PbftMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::PrePrepare { block, .. } => Some(block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::PrePrepare { view, .. } => Some(Self::PrePrepare {
                view: *view,
                block: *other,
            }),
            Self::Prepare { view, height, .. } => Some(Self::Prepare {
                view: *view,
                height: *height,
                block: other.id,
            }),
            Self::Commit { view, height, .. } => Some(Self::Commit {
                view: *view,
                height: *height,
                block: other.id,
            }),
            _ => None,
        }
    }
}

//! What replicas of this family send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::ProtocolMessage;
use crate::primitives::NodeIndex;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A block that a vote names: view, height, block.
pub type Named = (u64, u64, BlockId);

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotaryMessage {
    /// The leader's block, and its vote for it.
    Propose(Block),
    /// A vote that the block be notarised.
    Notarize(Named),
    /// A vote to leave the view without a block.
    Nullify(u64),
    /// Enough votes for a block.
    Notarization(Arc<Certificate>),
    /// Enough votes to leave the view.
    Nullification(Arc<Certificate>),
    /// How far the sender is; who is further helps.
    Status {
        /// The first view above its floor of which it holds no certificate.
        from: u64,
        /// The last height that it has decided.
        decided: u64,
    },
    /// What the receiver lacks.
    Missing(Arc<Missing>),
    /// A vote that the block is final (Simplex).
    Finalize(Named),
    /// A quorum of those (Simplex).
    Finalization(Arc<Certificate>),
}

/// What somebody lacks.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Missing {
    /// Decided blocks in order, each run of them ending with the block that its certificate finalises.
    pub decided: Vec<(Vec<Block>, Certificate)>,
    /// Notarised blocks above.
    pub blocks: Vec<Block>,
    /// Notarisations and nullifications above.
    pub certificates: Vec<Certificate>,
}

impl NotaryMessage {
    /// The leader of a view proposes in messages that say so; votes are everything that names a block.
    fn vote(kind: u8, (view, height, block): Named, sizes: &Sizes) -> Envelope {
        Envelope {
            kind,
            view,
            height,
            block: block.0,
            bytes: sizes.header + sizes.signature + sizes.digest,
            signatures: 1,
        }
    }

    fn certificate(kind: u8, proof: &Certificate, sizes: &Sizes) -> Envelope {
        Envelope {
            bytes: sizes.header + proof.bytes(sizes),
            signatures: proof.checks(sizes),
            ..Self::vote(kind, (proof.view, proof.height, proof.block), sizes)
        }
    }
}

impl Message for NotaryMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let plain = sizes.header + sizes.signature;
        match self {
            Self::Propose(block) => Envelope {
                bytes: plain + sizes.digest + block.payload.bytes,
                ..Self::vote(0, (block.view, block.height, block.id), sizes)
            },
            Self::Notarize(named) => Self::vote(1, *named, sizes),
            Self::Nullify(view) => Envelope {
                bytes: plain,
                ..Self::vote(2, (*view, 0, BlockId::NONE), sizes)
            },
            Self::Notarization(proof) => Self::certificate(3, proof, sizes),
            Self::Nullification(proof) => Self::certificate(4, proof, sizes),
            Self::Status { from, decided } => Envelope {
                bytes: plain,
                ..Self::vote(5, (*from, *decided, BlockId::NONE), sizes)
            },
            Self::Missing(missing) => {
                let runs = missing.decided.iter();
                let blocks = runs.clone().flat_map(|(blocks, _)| blocks);
                let payloads: u32 = blocks
                    .chain(&missing.blocks)
                    .map(|block| sizes.header + sizes.digest + block.payload.bytes)
                    .sum();
                let proofs = runs.map(|(_, proof)| proof).chain(&missing.certificates);
                let (bytes, checks) = proofs.fold((0, 0), |(bytes, checks), proof| {
                    (bytes + proof.bytes(sizes), checks + proof.checks(sizes))
                });
                let last = missing.decided.last().map_or(0, |(_, proof)| proof.height);
                Envelope {
                    bytes: plain + payloads + bytes,
                    signatures: 1 + checks,
                    ..Self::vote(6, (0, last, BlockId::NONE), sizes)
                }
            }
            Self::Finalize(named) => Self::vote(7, *named, sizes),
            Self::Finalization(proof) => Self::certificate(8, proof, sizes),
        }
    }
}

impl ProtocolMessage for NotaryMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Propose(block) => Some(block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Propose(_) => Some(Self::Propose(*other)),
            Self::Notarize((view, ..)) => Some(Self::Notarize((*view, other.height, other.id))),
            Self::Finalize((view, ..)) => Some(Self::Finalize((*view, other.height, other.id))),
            _ => None,
        }
    }
}

/// Who may be asked for what the sender of a message knows: everybody, or one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whom {
    /// Everybody.
    All,
    /// This node.
    One(NodeIndex),
}

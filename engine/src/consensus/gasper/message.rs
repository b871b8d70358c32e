//! What validators send each other.

use super::ffg::{Checkpoint, Link};
use super::state::After;
use crate::consensus::block::{Block, BlockId};
use crate::consensus::protocol::ProtocolMessage;
use crate::consensus::tree::Node;
use crate::primitives::NodeIndex;
use crate::primitives::hash::mix;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// One validator's vote (`AttestationData`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Attestation {
    /// Who signed it.
    pub validator: NodeIndex,
    /// The slot.
    pub slot: u64,
    /// The head's height; a viewer's, not a rule's.
    pub height: u64,
    /// The vote for a head (LMD-GHOST).
    pub head: BlockId,
    /// The vote for a link: from here.
    pub source: Checkpoint,
    /// To here.
    pub target: Checkpoint,
}

impl Attestation {
    /// What slashing looks at.
    pub fn link(&self) -> Link {
        Link {
            source: self.source,
            target: self.target,
            head: (self.slot, self.head),
        }
    }
}

/// A block with the votes that it brings onto the chain. Its name covers them; its view is its slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The block, named with the votes.
    pub block: Block,
    /// The votes.
    pub attestations: Arc<Vec<Attestation>>,
    /// Whether its proposer says that it leaves (`SignedVoluntaryExit`; here, its own block brings it).
    pub leaves: bool,
    pub(super) after: After,
}

impl Sealed {
    /// Seals a block.
    pub fn new(mut block: Block, attestations: Arc<Vec<Attestation>>, leaves: bool) -> Self {
        block.id = Self::name(&block, &attestations, leaves);
        Self {
            block,
            attestations,
            leaves,
            after: After::default(),
        }
    }

    /// The name that covers all of it.
    fn name(block: &Block, attestations: &[Attestation], leaves: bool) -> BlockId {
        let bare = Block::new(
            block.parent,
            block.height,
            block.view,
            block.proposer,
            block.payload,
        );
        let name = attestations.iter().fold(bare.id.0, |name, vote| {
            let words = [
                u64::from(vote.validator.0),
                vote.slot,
                vote.head.0,
                vote.source.epoch,
                vote.source.block.0,
                vote.target.epoch,
                vote.target.block.0,
            ];
            words
                .into_iter()
                .fold(name, |name, word| mix(name.rotate_left(17) ^ word))
        });
        // A block without an exit has the name that it had before there were exits.
        let name = if leaves { mix(!name) } else { name };
        BlockId(mix(name).max(1))
    }

    /// Whether its name is its own.
    pub fn is_sealed(&self) -> bool {
        Self::name(&self.block, &self.attestations, self.leaves) == self.block.id
    }
}

impl Node for Sealed {
    fn block(&self) -> &Block {
        &self.block
    }
}

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GasperMessage {
    /// The proposer's block.
    Block(Sealed),
    /// A vote.
    Attestation(Attestation),
    /// Send me this block and so many of its ancestors.
    Request {
        /// Its name.
        block: BlockId,
        /// How many blocks.
        count: u32,
    },
    /// A part of a chain, the highest block first.
    Branch(Arc<Vec<Sealed>>),
    /// Which is your head?
    AskHead,
    /// Here is my old key: what one who has withdrawn and lies tells others of that kind. Others have no use
    /// for it.
    Key,
    /// This is my head.
    Head {
        /// Its height.
        height: u64,
        /// Its name.
        block: BlockId,
    },
}

/// Bytes of an attestation without its signature: slot, head, two checkpoints.
fn data(sizes: &Sizes) -> u32 {
    3 * sizes.digest + 24
}

/// Bytes and signatures of a block.
fn weight(sealed: &Sealed, sizes: &Sizes) -> (u32, u32) {
    let votes = sealed.attestations.len() as u32;
    let bytes = votes * (data(sizes) + sizes.signature) + sizes.digest + sizes.signature;
    (
        bytes.saturating_add(sealed.block.payload.bytes),
        votes.saturating_add(1),
    )
}

impl Message for GasperMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let envelope =
            |kind, view, height, block: BlockId, (bytes, signatures): (u32, u32)| Envelope {
                kind,
                view,
                height,
                block: block.0,
                bytes: sizes.header.saturating_add(bytes),
                signatures,
            };
        match self {
            Self::Block(sealed) => {
                let block = sealed.block;
                envelope(0, block.view, block.height, block.id, weight(sealed, sizes))
            }
            Self::Attestation(vote) => {
                let bytes = data(sizes) + sizes.signature;
                envelope(1, vote.slot, vote.height, vote.head, (bytes, 1))
            }
            Self::Request { block, .. } => envelope(2, 0, 0, *block, (sizes.digest, 0)),
            Self::Branch(blocks) => {
                let weight = blocks
                    .iter()
                    .fold((0_u32, 0_u32), |(bytes, checks), sealed| {
                        let (b, c) = weight(sealed, sizes);
                        (bytes.saturating_add(b), checks.saturating_add(c))
                    });
                let (height, block) = blocks.first().map_or((0, BlockId::NONE), |first| {
                    (first.block.height, first.block.id)
                });
                envelope(3, 0, height, block, weight)
            }
            Self::AskHead => envelope(4, 0, 0, BlockId::NONE, (0, 0)),
            Self::Key => envelope(6, 0, 0, BlockId::NONE, (sizes.digest, 0)),
            Self::Head { height, block } => envelope(5, 0, *height, *block, (sizes.digest, 0)),
        }
    }
}

impl ProtocolMessage for GasperMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Block(sealed) => Some(&sealed.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Block(sealed) => {
                let votes = Arc::clone(&sealed.attestations);
                Some(Self::Block(Sealed::new(*other, votes, sealed.leaves)))
            }
            Self::Attestation(vote) => {
                let mut lie = *vote;
                if lie.target.block == lie.head {
                    lie.target.block = other.id;
                }
                lie.head = other.id;
                Some(Self::Attestation(lie))
            }
            _ => None,
        }
    }
}

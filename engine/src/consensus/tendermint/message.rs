//! What Tendermint's replicas send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::ledger::{self, Proven};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TendermintMessage {
    /// ⟨PROPOSAL, h, round, v, vr⟩ (line 19).
    Proposal(Arc<Proposal>),
    /// ⟨PREVOTE, h, round, id(v)⟩ (lines 24 to 32, 59); [`BlockId::NONE`] for nil.
    Prevote {
        /// The height.
        height: u64,
        /// The round.
        round: u64,
        /// The block, or nil.
        block: BlockId,
    },
    /// ⟨PRECOMMIT, h, round, id(v)⟩ (lines 40, 45, 63); [`BlockId::NONE`] for nil.
    Precommit {
        /// The height.
        height: u64,
        /// The round.
        round: u64,
        /// The block, or nil.
        block: BlockId,
    },
    /// How far the sender is, and that it gets no further.
    Status {
        /// The last height that it has decided.
        decided: u64,
        /// The round of the next height that it is in.
        round: u64,
    },
    /// What the sender holds of rounds of a height.
    Held(Arc<Held>),
    /// Blocks that the receiver has not decided, each with a quorum of precommits.
    Missing(Arc<Vec<Proven>>),
}

/// A proposal, signed by the round's proposer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The round.
    pub round: u64,
    /// v, with its height.
    pub block: Block,
    /// vr, the round in which the block got a quorum of prevotes, with them; `None` for -1.
    pub valid: Option<Certificate>,
}

/// Other people's proposals and votes, passed on with their signatures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The height.
    pub height: u64,
    /// Proposals.
    pub proposals: Vec<Arc<Proposal>>,
    /// Votes of both phases, gathered by block.
    pub votes: Vec<Certificate>,
}

impl Proposal {
    fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let valid = self.valid.as_ref();
        (
            self.block.payload.bytes + sizes.digest + valid.map_or(0, |proof| proof.bytes(sizes)),
            valid.map_or(0, |proof| proof.checks(sizes)),
        )
    }
}

impl Message for TendermintMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let signed = sizes.header + sizes.signature;
        let envelope = |kind, view, height, block: BlockId, (bytes, checks): (u32, u32)| Envelope {
            kind,
            view,
            height,
            block: block.0,
            bytes: signed + bytes,
            signatures: 1 + checks,
        };
        let vote = (sizes.digest, 0);
        match self {
            Self::Proposal(proposal) => {
                let block = &proposal.block;
                let weight = proposal.weight(sizes);
                envelope(0, proposal.round, block.height, block.id, weight)
            }
            Self::Prevote {
                height,
                round,
                block,
            } => envelope(1, *round, *height, *block, vote),
            Self::Precommit {
                height,
                round,
                block,
            } => envelope(2, *round, *height, *block, vote),
            Self::Status { decided, round } => envelope(3, *round, *decided, BlockId::NONE, (0, 0)),
            Self::Held(held) => {
                let proposals = held.proposals.iter().map(|p| p.weight(sizes));
                let votes = held.votes.iter().map(|v| (v.bytes(sizes), v.checks(sizes)));
                let weight = proposals.chain(votes).fold((0, 0), |sum, (bytes, checks)| {
                    (sum.0 + bytes, sum.1 + checks)
                });
                envelope(4, 0, held.height, BlockId::NONE, weight)
            }
            Self::Missing(blocks) => {
                let last = blocks.last().map_or(0, |(block, _)| block.height);
                envelope(5, 0, last, BlockId::NONE, ledger::weight(blocks, sizes))
            }
        }
    }
}

impl ProtocolMessage for TendermintMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Proposal(proposal) => Some(&proposal.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            // The prevotes would be for another block: it is proposed as a new one.
            Self::Proposal(proposal) => Some(Self::Proposal(Arc::new(Proposal {
                round: proposal.round,
                block: *other,
                valid: None,
            }))),
            Self::Prevote { height, round, .. } => Some(Self::Prevote {
                height: *height,
                round: *round,
                block: other.id,
            }),
            Self::Precommit { height, round, .. } => Some(Self::Precommit {
                height: *height,
                round: *round,
                block: other.id,
            }),
            _ => None,
        }
    }
}

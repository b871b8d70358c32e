//! What IBFT's replicas send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::ledger::{self, Proven};
use crate::consensus::protocol::ProtocolMessage;
use crate::primitives::NodeIndex;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IbftMessage {
    /// ⟨PRE-PREPARE, λ, r, value⟩ with its justification (Algorithms 1 and 3).
    PrePrepare(Arc<PrePrepare>),
    /// ⟨PREPARE, λ, r, value⟩ (Algorithm 2).
    Prepare {
        /// λ.
        height: u64,
        /// r.
        round: u64,
        /// The value.
        block: BlockId,
    },
    /// ⟨COMMIT, λ, r, value⟩ (Algorithm 2).
    Commit {
        /// λ.
        height: u64,
        /// r.
        round: u64,
        /// The value.
        block: BlockId,
    },
    /// ⟨ROUND-CHANGE, λ, r, pr, pv⟩ with its justification (Algorithm 3).
    RoundChange(Arc<RoundChange>),
    /// How far the sender is; who is further helps.
    Status {
        /// The last height that it has decided.
        decided: u64,
    },
    /// Blocks that the receiver has not decided, each with a quorum of commits.
    Missing(Arc<Vec<Proven>>),
}

/// A proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrePrepare {
    /// The round.
    pub round: u64,
    /// The value, with its height.
    pub block: Block,
    /// A quorum's round changes to this round: who, and in which round it has prepared what. Empty in the
    /// first round.
    pub changes: Vec<(NodeIndex, Option<(u64, BlockId)>)>,
    /// The prepares of the newest of those.
    pub prepared: Option<Certificate>,
}

/// Why a replica wants another round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundChange {
    /// The height.
    pub height: u64,
    /// The round that it wants.
    pub round: u64,
    /// pr and pv: what it prepared last, proven.
    pub prepared: Option<Proven>,
}

impl Message for IbftMessage {
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
            Self::PrePrepare(proposal) => {
                let block = &proposal.block;
                let changes = proposal.changes.len() as u32;
                let prepared = proposal.prepared.as_ref();
                let bytes = sizes.digest
                    + block.payload.bytes
                    + changes * (sizes.signature + sizes.digest)
                    + prepared.map_or(0, |proof| proof.bytes(sizes));
                let checks = changes + prepared.map_or(0, |proof| proof.checks(sizes));
                let weight = (bytes, checks);
                envelope(0, proposal.round, block.height, block.id, weight)
            }
            Self::Prepare {
                height,
                round,
                block,
            } => envelope(1, *round, *height, *block, vote),
            Self::Commit {
                height,
                round,
                block,
            } => envelope(2, *round, *height, *block, vote),
            Self::RoundChange(change) => {
                let prepared = change.prepared.as_ref();
                let block = prepared.map_or(BlockId::NONE, |(block, _)| block.id);
                let weight = prepared.map_or((0, 0), |(block, proof)| {
                    let bytes = sizes.digest + block.payload.bytes + proof.bytes(sizes);
                    (bytes, proof.checks(sizes))
                });
                envelope(3, change.round, change.height, block, weight)
            }
            Self::Status { decided } => envelope(4, 0, *decided, BlockId::NONE, (0, 0)),
            Self::Missing(blocks) => {
                let last = blocks.last().map_or(0, |(block, _)| block.height);
                envelope(5, 0, last, BlockId::NONE, ledger::weight(blocks, sizes))
            }
        }
    }
}

impl ProtocolMessage for IbftMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::PrePrepare(proposal) => Some(&proposal.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::PrePrepare(proposal) => Some(Self::PrePrepare(Arc::new(PrePrepare {
                block: *other,
                ..proposal.as_ref().clone()
            }))),
            Self::Prepare { height, round, .. } => Some(Self::Prepare {
                height: *height,
                round: *round,
                block: other.id,
            }),
            Self::Commit { height, round, .. } => Some(Self::Commit {
                height: *height,
                round: *round,
                block: other.id,
            }),
            _ => None,
        }
    }
}

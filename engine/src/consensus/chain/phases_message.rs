//! What replicas send each other where one leader takes a block through several rounds of votes.

use super::message::{Link, Segment, Timeout, envelope};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it. Kinds are numbered in the order of a view: new-view, proposal, then
/// votes and certificate of each of so many phases, then timeouts and what fetches blocks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PhasesMessage<const PHASES: u8> {
    /// The sender enters a view, with its highest certificate; to the view's leader.
    NewView {
        /// The view.
        view: u64,
        /// The certificate.
        high: Certificate,
    },
    /// The leader's block with its parent's certificate, to all.
    Propose(Arc<Link>),
    /// A vote, to the leader.
    Vote {
        /// The phase.
        phase: Phase,
        /// The view.
        view: u64,
        /// The block's height.
        height: u64,
        /// The block.
        block: BlockId,
    },
    /// A quorum's votes of a phase, from the leader to all: they open the next phase, and the last decides.
    Certified(Certificate),
    /// The sender gives up a view, to all.
    Timeout(Arc<Timeout>),
    /// The sender lacks blocks.
    Want {
        /// Up to this one; [`BlockId::NONE`] for the highest.
        block: BlockId,
        /// It has decided so far.
        above: u64,
    },
    /// Blocks that the receiver lacks.
    Blocks(Arc<Segment>),
}

impl<const PHASES: u8> Message for PhasesMessage<PHASES> {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let after = 2 + 2 * PHASES;
        match self {
            Self::NewView { view, high } => {
                let place = (*view, high.height, high.block);
                envelope(sizes, 0, place, (high.bytes(sizes), high.checks(sizes)))
            }
            Self::Propose(link) => {
                let block = &link.block;
                let place = (block.view, block.height, block.id);
                envelope(sizes, 1, place, link.weight(sizes))
            }
            Self::Vote {
                phase,
                view,
                height,
                block,
            } => {
                let place = (*view, *height, *block);
                envelope(sizes, 2 + 2 * phase, place, (sizes.digest, 0))
            }
            Self::Certified(proof) => {
                let place = (proof.view, proof.height, proof.block);
                let weight = (proof.bytes(sizes), proof.checks(sizes));
                envelope(sizes, 3 + 2 * proof.phase, place, weight)
            }
            Self::Timeout(timeout) => {
                let place = (timeout.view, timeout.decided, BlockId::NONE);
                envelope(sizes, after, place, timeout.weight(sizes))
            }
            Self::Want { block, above } => {
                envelope(sizes, after + 1, (0, *above, *block), (sizes.digest, 0))
            }
            Self::Blocks(segment) => {
                let last = segment.links.last().map(|link| &link.block);
                let (height, block) = last.map_or((0, BlockId::NONE), |b| (b.height, b.id));
                envelope(sizes, after + 2, (0, height, block), segment.weight(sizes))
            }
        }
    }
}

impl<const PHASES: u8> ProtocolMessage for PhasesMessage<PHASES> {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Propose(link) => Some(&link.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Propose(link) => Some(Self::Propose(Arc::new(Link {
                block: *other,
                justify: link.justify.clone(),
            }))),
            Self::Vote {
                phase,
                view,
                height,
                ..
            } => Some(Self::Vote {
                phase: *phase,
                view: *view,
                height: *height,
                block: other.id,
            }),
            _ => None,
        }
    }
}

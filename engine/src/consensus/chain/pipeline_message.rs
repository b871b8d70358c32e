//! What replicas of a pipeline send each other.

use super::message::{Link, Segment, Timeout, TimeoutCertificate, envelope};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PipelineMessage {
    /// The leader's block with its parent's certificate, to all.
    Proposal(Arc<Proposal>),
    /// A vote, to the next view's leader.
    Vote {
        /// The view.
        view: u64,
        /// The block's height.
        height: u64,
        /// The block.
        block: BlockId,
    },
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

/// A proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The block, of the view that it was made in, and the certificate of its parent.
    pub link: Link,
    /// How its view was entered, if by timeouts.
    pub entered: Option<Arc<TimeoutCertificate>>,
}

impl Message for PipelineMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        match self {
            Self::Proposal(proposal) => {
                let block = &proposal.link.block;
                let (bytes, checks) = proposal.link.weight(sizes);
                let entered = proposal.entered.as_ref();
                let (more, others) = entered.map_or((0, 0), |entered| entered.weight(sizes));
                let place = (block.view, block.height, block.id);
                envelope(sizes, 0, place, (bytes + more, checks + others))
            }
            Self::Vote {
                view,
                height,
                block,
            } => envelope(sizes, 1, (*view, *height, *block), (sizes.digest, 0)),
            Self::Timeout(timeout) => {
                let place = (timeout.view, timeout.decided, BlockId::NONE);
                envelope(sizes, 2, place, timeout.weight(sizes))
            }
            Self::Want { block, above } => {
                envelope(sizes, 3, (0, *above, *block), (sizes.digest, 0))
            }
            Self::Blocks(segment) => {
                let last = segment.links.last().map(|link| &link.block);
                let (height, block) = last.map_or((0, BlockId::NONE), |b| (b.height, b.id));
                envelope(sizes, 4, (0, height, block), segment.weight(sizes))
            }
        }
    }
}

impl ProtocolMessage for PipelineMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Proposal(proposal) => Some(&proposal.link.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Proposal(proposal) => Some(Self::Proposal(Arc::new(Proposal {
                link: Link {
                    block: *other,
                    justify: proposal.link.justify.clone(),
                },
                entered: proposal.entered.clone(),
            }))),
            Self::Vote { view, height, .. } => Some(Self::Vote {
                view: *view,
                height: *height,
                block: other.id,
            }),
            _ => None,
        }
    }
}

//! What Mysticeti's replicas send each other.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::dag::{Parent, Sealed, Summary, Vertex};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MysticetiMessage {
    /// The sender's vertex of a round.
    Block(Arc<Vertex>),
    /// Parents that the sender misses.
    Want(Vec<Parent>),
    /// How much of the graph the sender knows.
    Status(Summary),
    /// Vertices that the receiver misses; their authors have signed them.
    Given(Arc<Vec<Sealed>>),
}

impl Message for MysticetiMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let plain = Envelope {
            bytes: sizes.header + sizes.signature,
            signatures: 1,
            ..Envelope::default()
        };
        match self {
            Self::Block(vertex) => Envelope {
                kind: 0,
                view: vertex.round(),
                height: vertex.round(),
                block: vertex.block.id.0,
                bytes: vertex.bytes(sizes) + vertex.block.payload.bytes,
                signatures: 1,
            },
            Self::Want(places) => Envelope {
                kind: 1,
                view: places.first().map_or(0, |place| place.round),
                bytes: plain.bytes + places.len() as u32 * sizes.digest,
                ..plain
            },
            Self::Status(summary) => Envelope {
                kind: 2,
                view: summary.from,
                ..plain
            },
            Self::Given(vertices) => Envelope {
                kind: 3,
                view: vertices.first().map_or(0, |sealed| sealed.vertex.round()),
                block: BlockId::NONE.0,
                bytes: vertices.iter().fold(plain.bytes, |bytes, sealed| {
                    bytes + sealed.vertex.bytes(sizes) + sealed.vertex.block.payload.bytes
                }),
                signatures: vertices.len() as u32,
                ..plain
            },
        }
    }
}

impl ProtocolMessage for MysticetiMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Block(vertex) => Some(&vertex.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Block(vertex) => Some(Self::Block(Arc::new(vertex.with(other)?))),
            _ => None,
        }
    }
}

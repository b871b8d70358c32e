//! What Bullshark's replicas send each other.

use crate::consensus::block::Block;
use crate::consensus::dag::{Parent, Sealed, Summary, Vertex};
use crate::consensus::protocol::ProtocolMessage;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BullsharkMessage {
    /// The sender's vertex of a round, to be certified.
    Header(Arc<Vertex>),
    /// A vote for the receiver's header.
    Vote(Parent),
    /// A vertex with its certificate; the payload went with the header.
    Certificate(Arc<Sealed>),
    /// Vertices that the sender misses.
    Want(Vec<Parent>),
    /// How much of the graph the sender knows.
    Status(Summary),
    /// Vertices that the receiver misses, certified.
    Given(Arc<Vec<Sealed>>),
}

fn sealed_weight(sealed: &Sealed, sizes: &Sizes) -> (u32, u32) {
    let (bytes, checks) = sealed
        .proof
        .as_ref()
        .map_or((0, 0), |proof| (proof.bytes(sizes), proof.checks(sizes)));
    (sealed.vertex.bytes(sizes) + bytes, 1 + checks)
}

impl Message for BullsharkMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let signed = sizes.header + sizes.signature;
        let of = |kind, vertex: &Vertex| Envelope {
            kind,
            view: vertex.round(),
            height: vertex.round(),
            block: vertex.block.id.0,
            bytes: 0,
            signatures: 1,
        };
        match self {
            Self::Header(vertex) => Envelope {
                bytes: vertex.bytes(sizes) + vertex.block.payload.bytes,
                ..of(0, vertex)
            },
            Self::Vote(place) => Envelope {
                kind: 1,
                view: place.round,
                height: place.round,
                block: place.id.0,
                bytes: signed + sizes.digest,
                signatures: 1,
            },
            Self::Certificate(sealed) => {
                let (bytes, signatures) = sealed_weight(sealed, sizes);
                Envelope {
                    bytes,
                    signatures,
                    ..of(2, &sealed.vertex)
                }
            }
            Self::Want(places) => Envelope {
                kind: 3,
                view: places.first().map_or(0, |place| place.round),
                bytes: signed + places.len() as u32 * sizes.digest,
                signatures: 1,
                ..Envelope::default()
            },
            Self::Status(summary) => Envelope {
                kind: 4,
                view: summary.from,
                bytes: signed,
                signatures: 1,
                ..Envelope::default()
            },
            Self::Given(vertices) => {
                let weights = vertices.iter().map(|sealed| {
                    let (bytes, checks) = sealed_weight(sealed, sizes);
                    (bytes + sealed.vertex.block.payload.bytes, checks)
                });
                let (bytes, signatures) =
                    weights.fold((signed, 1), |sum, each| (sum.0 + each.0, sum.1 + each.1));
                Envelope {
                    kind: 5,
                    view: vertices.first().map_or(0, |sealed| sealed.vertex.round()),
                    bytes,
                    signatures,
                    ..Envelope::default()
                }
            }
        }
    }
}

impl ProtocolMessage for BullsharkMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::Header(vertex) => Some(&vertex.block),
            _ => None,
        }
    }

    fn instead(&self, other: &Block) -> Option<Self> {
        match self {
            Self::Header(vertex) => Some(Self::Header(Arc::new(vertex.with(other)?))),
            // A vote goes to the author of what is voted for.
            Self::Vote(place) if other.proposer == place.author => Some(Self::Vote(Parent {
                id: other.id,
                ..*place
            })),
            _ => None,
        }
    }
}

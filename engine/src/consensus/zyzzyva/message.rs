//! What Zyzzyva's replicas and clients send each other.

pub use super::chain::Ordered;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::ProtocolMessage;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use crate::sim::{Envelope, Message, Sizes};
use std::sync::Arc;

/// What a client wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    /// Who wants it.
    pub client: NodeIndex,
    /// Which of its requests: the paper's timestamp.
    pub number: u64,
    /// What it is.
    pub payload: Payload,
    /// The newest view that the client has heard of.
    pub view: u64,
    /// How often it has asked before.
    pub tries: u32,
}

/// A place in a history, in a view.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The view.
    pub view: u64,
    /// The sequence number.
    pub height: u64,
    /// The history up to there.
    pub block: BlockId,
}

impl Place {
    /// What a certificate is about.
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            view: certificate.view,
            height: certificate.height,
            block: certificate.block,
        }
    }
}

/// A message; its sender signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ZyzzyvaMessage {
    /// ⟨REQUEST, o, t, c⟩: of a client, to the primary or to all (§3.2).
    Request(Request),
    /// ⟨ORDER-REQ, v, n, h, d, ND⟩ with the request: of the primary (§3.2).
    OrderReq(Ordered),
    /// ⟨SPEC-RESPONSE, v, n, h, H(r), c, t⟩ with the order-req: of a replica to a client (§3.2).
    SpecResponse {
        /// The replica's view.
        view: u64,
        /// What it has executed, and where.
        ordered: Ordered,
    },
    /// ⟨COMMIT, c, CC⟩: of a client (§3.2).
    Commit(Certificate),
    /// ⟨LOCAL-COMMIT, v, d, h, i, c⟩: of a replica to a client (§3.2).
    LocalCommit(Place),
    /// ⟨CONFIRM-REQ, v, m, i⟩: a client has asked a backup (§3.2).
    ConfirmReq(Request),
    /// ⟨CHECKPOINT, n, h, i⟩: the sender has executed that far (§3.1).
    Checkpoint(Place),
    /// The sender holds a quorum's checkpoints.
    CheckpointStable(Place),
    /// ⟨I-HATE-THE-PRIMARY, v⟩ (§3.3).
    Hate {
        /// The view that the sender would leave.
        view: u64,
    },
    /// ⟨POM, v⟩, proof of misbehaviour: two orders that contradict each other (§3.2).
    Misbehaviour {
        /// The view in which the primary signed both.
        view: u64,
        /// The two.
        orders: Arc<[Ordered; 2]>,
    },
    /// ⟨VIEW-CHANGE, v+1, CC, O, i⟩ (§3.3).
    ViewChange(Arc<ViewChange>),
    /// ⟨NEW-VIEW, v+1, P⟩ (§3.3).
    NewView(Arc<NewView>),
    /// ⟨VIEW-CONFIRM, v+1, n, h, i⟩ (§3.3).
    ViewConfirm(Place),
    /// ⟨FILL-HOLE, v, n, i⟩: what the sender has, so that others see what it lacks (§3.2).
    FillHole {
        /// The view that it takes part in.
        view: u64,
        /// How far it has executed.
        height: u64,
        /// How far its history is final.
        stable: u64,
    },
    /// Orders of the primary of a view that the receiver has missed.
    Fill {
        /// The view.
        view: u64,
        /// What was ordered.
        orders: Arc<Vec<Ordered>>,
    },
    /// How a view began that the receiver has missed: its new-view, and a quorum's view-confirms.
    Opening(Arc<NewView>, Certificate),
    /// Final blocks that the receiver has missed, and the stable checkpoint that proves the last one.
    Missing(Arc<Vec<Ordered>>, Certificate),
}

/// Why a replica left a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grounds {
    /// The view.
    pub view: u64,
    /// Who hates its primary.
    pub haters: Signers,
    /// What the primary was caught at.
    pub caught: Option<Arc<[Ordered; 2]>>,
}

/// A replica's report on its history, when it wants another view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ViewChange {
    /// The view that it wants.
    pub view: u64,
    /// Why it left the view that it was in; nothing if others took it along.
    pub grounds: Option<Grounds>,
    /// The last view that it took part in.
    pub begun: u64,
    /// Its last stable checkpoint, proven; that of the start needs no proof.
    pub stable: Certificate,
    /// Its best certificate: a commit certificate, a checkpoint's, or the view-confirms of its view.
    pub best: Certificate,
    /// The history up to that, above the stable checkpoint.
    pub certified: Vec<Ordered>,
    /// Its history above the stable checkpoint.
    pub history: Vec<Ordered>,
}

/// How a view begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewView {
    /// The view.
    pub view: u64,
    /// A quorum's reports.
    pub reports: Vec<(NodeIndex, Arc<ViewChange>)>,
}

impl ViewChange {
    fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let haters = self.grounds.as_ref().map_or(0, |why| why.haters.count());
        let blocks = (self.certified.len() + self.history.len()) as u32;
        let bytes = self.stable.bytes(sizes) + self.best.bytes(sizes);
        let checks = self.stable.checks(sizes) + self.best.checks(sizes);
        // Each block that a history names is an order-req, signed by its primary.
        let signed = sizes.digest + sizes.signature;
        (
            bytes + haters * sizes.signature + blocks * signed,
            checks + haters + blocks,
        )
    }
}

impl NewView {
    fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let weights = self.reports.iter().map(|(_, report)| report.weight(sizes));
        weights.fold((0, 0), |(bytes, checks), (b, c)| {
            (bytes + sizes.signature + b, checks + 1 + c)
        })
    }
}

/// Bytes, with payloads, and signatures of orders.
fn weight(orders: &[Ordered], sizes: &Sizes) -> (u32, u32) {
    let bytes = orders
        .iter()
        .map(|order| order.block.payload.bytes + sizes.digest + sizes.signature);
    (bytes.sum(), orders.len() as u32)
}

impl Message for ZyzzyvaMessage {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        let of = |kind, view, height, block: BlockId| Envelope {
            kind,
            view,
            height,
            block: block.0,
            bytes: sizes.header + sizes.signature + sizes.digest,
            signatures: 1,
        };
        let at = |kind, place: &Place| of(kind, place.view, place.height, place.block);
        let with = |envelope: Envelope, (bytes, checks): (u32, u32)| Envelope {
            bytes: envelope.bytes + bytes,
            signatures: envelope.signatures + checks,
            ..envelope
        };
        let last = |orders: &[Ordered]| orders.last().map_or(0, |order| order.block.height);
        match self {
            Self::Request(request) => with(
                of(0, request.view, 0, BlockId::NONE),
                (request.payload.bytes, 0),
            ),
            // The client's signature on the request, and the primary's.
            Self::OrderReq(Ordered { block, .. }) => with(
                of(1, block.view, block.height, block.id),
                (block.payload.bytes + sizes.signature, 1),
            ),
            Self::SpecResponse { view, ordered } => with(
                of(2, *view, ordered.block.height, ordered.block.id),
                (sizes.digest + sizes.signature, 1),
            ),
            Self::Commit(proof) => with(
                of(3, proof.view, proof.height, proof.block),
                (proof.bytes(sizes), proof.checks(sizes)),
            ),
            Self::LocalCommit(place) => at(4, place),
            Self::ConfirmReq(request) => with(
                of(5, request.view, 0, BlockId::NONE),
                (request.payload.bytes + sizes.signature, 1),
            ),
            Self::Checkpoint(place) => at(6, place),
            Self::CheckpointStable(place) => at(7, place),
            Self::Hate { view } => of(8, *view, 0, BlockId::NONE),
            Self::Misbehaviour { view, orders } => {
                with(of(9, *view, 0, BlockId::NONE), weight(&orders[..], sizes))
            }
            Self::ViewChange(report) => with(
                of(10, report.view, last(&report.history), BlockId::NONE),
                report.weight(sizes),
            ),
            Self::NewView(new_view) => with(
                of(11, new_view.view, 0, BlockId::NONE),
                new_view.weight(sizes),
            ),
            Self::ViewConfirm(place) => at(12, place),
            Self::FillHole { view, height, .. } => of(13, *view, *height, BlockId::NONE),
            Self::Fill { view, orders } => with(
                of(14, *view, last(orders), BlockId::NONE),
                weight(orders, sizes),
            ),
            Self::Opening(new_view, proof) => {
                let (bytes, checks) = new_view.weight(sizes);
                with(
                    of(15, new_view.view, proof.height, proof.block),
                    (bytes + proof.bytes(sizes), checks + proof.checks(sizes)),
                )
            }
            Self::Missing(orders, proof) => {
                let (bytes, checks) = weight(orders, sizes);
                with(
                    of(16, proof.view, proof.height, proof.block),
                    (bytes + proof.bytes(sizes), checks + proof.checks(sizes)),
                )
            }
        }
    }
}

impl ProtocolMessage for ZyzzyvaMessage {
    fn proposed(&self) -> Option<&Block> {
        match self {
            Self::OrderReq(Ordered { block, .. }) => Some(block),
            _ => None,
        }
    }

    /// A primary chooses what is not determined by a request (ND, §3.2), so that it can make two blocks of
    /// one, but no request.
    fn instead(&self, other: &Block) -> Option<Self> {
        let elsewhere = |place: &Place| Place {
            block: other.id,
            ..*place
        };
        let another = |ordered: &Ordered| Ordered {
            block: *other,
            ..*ordered
        };
        match self {
            Self::OrderReq(ordered) => Some(Self::OrderReq(another(ordered))),
            Self::SpecResponse { view, ordered } => Some(Self::SpecResponse {
                view: *view,
                ordered: another(ordered),
            }),
            Self::LocalCommit(place) => Some(Self::LocalCommit(elsewhere(place))),
            Self::Checkpoint(place) => Some(Self::Checkpoint(elsewhere(place))),
            _ => None,
        }
    }
}

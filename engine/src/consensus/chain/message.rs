//! Parts of messages that the family shares.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::quorum::Quorum;
use crate::consensus::signers::Signers;
use crate::sim::{Envelope, Sizes};
use std::sync::Arc;

/// A block and the certificate of its parent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The block.
    pub block: Block,
    /// Its justify: a quorum's votes for its parent.
    pub justify: Certificate,
}

/// A quorum gave up a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeoutCertificate {
    /// The view.
    pub view: u64,
    /// Who gave it up.
    pub signers: Signers,
    /// The highest view of a certificate that any of them held. Each signs its own, so that nobody can
    /// leave one out.
    pub high: u64,
}

/// A replica gives up a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeout {
    /// The view.
    pub view: u64,
    /// Its highest certificate.
    pub high: Certificate,
    /// How it came into the view, if by timeouts.
    pub entered: Option<Arc<TimeoutCertificate>>,
    /// Its highest certificate that decides a block by itself, where the protocol has such.
    pub commit: Option<Certificate>,
    /// The last height that it has decided.
    pub decided: u64,
}

/// A piece of the chain, in order, and what proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// The blocks.
    pub links: Vec<Link>,
    /// Certificates for its last block, or for blocks that it ends in.
    pub proofs: Vec<Certificate>,
}

impl Link {
    /// Whether it is well formed: the certificate is valid, of this phase, and for the block's parent.
    pub fn is_valid(&self, quorum: &Quorum) -> bool {
        let (block, justify) = (&self.block, &self.justify);
        justify.phase == 0
            && justify.is_valid(quorum)
            && justify.block == block.parent
            && justify.height + 1 == block.height
            && justify.view < block.view
    }

    /// Bytes, with the payload, and signatures.
    pub fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let bytes = sizes.digest + self.block.payload.bytes + self.justify.bytes(sizes);
        (bytes, self.justify.checks(sizes))
    }
}

impl TimeoutCertificate {
    /// Whether enough have signed.
    pub fn is_valid(&self, quorum: &Quorum) -> bool {
        self.signers.count() >= quorum.size
    }

    /// Bytes and signatures: the signers' views differ, so that signatures cannot be made one.
    pub fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let signers = self.signers.count();
        (signers * (sizes.signature + 8), signers)
    }
}

impl Timeout {
    /// Bytes and signatures.
    pub fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let entered = self.entered.as_ref();
        let (bytes, checks) = entered.map_or((0, 0), |entered| entered.weight(sizes));
        let commit = self.commit.as_ref();
        (
            bytes + self.high.bytes(sizes) + commit.map_or(0, |proof| proof.bytes(sizes)),
            checks + self.high.checks(sizes) + commit.map_or(0, |proof| proof.checks(sizes)),
        )
    }
}

impl Segment {
    /// Bytes, with payloads, and signatures.
    pub fn weight(&self, sizes: &Sizes) -> (u32, u32) {
        let links = self.links.iter().map(|link| link.weight(sizes));
        let proofs = self.proofs.iter();
        let proofs = proofs.map(|proof| (proof.bytes(sizes), proof.checks(sizes)));
        links.chain(proofs).fold((0, 0), |sum, (bytes, checks)| {
            (sum.0 + bytes, sum.1 + checks)
        })
    }
}

/// What is written on a message that its sender signs.
pub(super) fn envelope(
    sizes: &Sizes,
    kind: u8,
    (view, height, block): (u64, u64, BlockId),
    (bytes, checks): (u32, u32),
) -> Envelope {
    Envelope {
        kind,
        view,
        height,
        block: block.0,
        bytes: sizes.header + sizes.signature + bytes,
        signatures: 1 + checks,
    }
}

//! A quorum's word.

use super::block::BlockId;
use super::quorum::Quorum;
use super::signers::Signers;
use crate::sim::Sizes;
use crate::trace::consensus as trace;

/// A phase of voting, by its number in the protocol's list of names.
pub type Phase = u8;

/// Votes of a quorum for one block in one view and phase. Signatures are modelled: nobody in the
/// simulation makes a certificate without the votes, and checking one is counted and timed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Certificate {
    /// The view.
    pub view: u64,
    /// The phase.
    pub phase: Phase,
    /// The height of the block.
    pub height: u64,
    /// The block.
    pub block: BlockId,
    /// Who voted.
    pub signers: Signers,
}

impl Certificate {
    /// What every node holds at the start: nobody signed it, and no vote outranks it less.
    pub fn genesis() -> Self {
        Self {
            view: 0,
            phase: 0,
            height: 0,
            block: BlockId::NONE,
            signers: Signers::default(),
        }
    }

    /// Whether it is the one of the start.
    pub fn is_genesis(&self) -> bool {
        self.height == 0 && self.block == BlockId::NONE
    }

    /// Whether enough have signed; the one of the start counts as signed.
    pub fn is_valid(&self, quorum: &Quorum) -> bool {
        self.is_genesis() || self.signers.count() >= quorum.size
    }

    /// How large it is.
    pub fn bytes(&self, sizes: &Sizes) -> u32 {
        sizes.certificate(self.signers.count(), self.signers.width())
    }

    /// How many signatures its receiver checks.
    pub fn checks(&self, sizes: &Sizes) -> u32 {
        if self.is_genesis() {
            0
        } else {
            sizes.checks(self.signers.count())
        }
    }

    /// As it is recorded.
    pub fn record(&self) -> trace::Certificate {
        trace::Certificate {
            phase: self.phase,
            view: self.view,
            height: self.height,
            block: self.block.0,
            signers: self.signers.iter().map(|node| node.0).collect(),
        }
    }
}

//! What a replica has decided, one height after the other, and what it hands to those who missed it. For
//! protocols that decide each height by itself with a certificate that proves it.

use super::block::{Block, BlockId};
use super::certificate::{Certificate, Phase};
use super::protocol::Out;
use super::quorum::Quorum;
use crate::sim::Sizes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Blocks kept for those who missed them.
const HISTORY_MAX: usize = 4_096;

/// Most blocks in one answer.
pub const BLOCKS_MAX: usize = 64;

/// A decided block and the certificate that proves it.
pub type Proven = (Block, Certificate);

/// Decided blocks, the newest few thousand.
#[derive(Clone, Default, Debug)]
pub struct Ledger {
    height: u64,
    last: BlockId,
    history: BTreeMap<u64, Proven>,
}

impl Ledger {
    /// The height decided last; 0 for none.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The block decided last.
    pub fn last(&self) -> BlockId {
        self.last
    }

    /// Whether a block comes right after the last one.
    pub fn is_next(&self, block: &Block) -> bool {
        block.height == self.height + 1 && block.parent == self.last
    }

    /// Decides the next height.
    pub fn decide<M>(&mut self, block: Block, proof: Certificate, out: &mut Out<M>) {
        self.height = block.height;
        self.last = block.id;
        out.decided(block.height, block.id, proof.clone());
        self.history.insert(block.height, (block, proof));
        if self.history.len() > HISTORY_MAX {
            self.history.pop_first();
        }
    }

    /// The first blocks above a height, for who has decided no more than that; `None` if there are none.
    pub fn above(&self, height: u64) -> Option<Arc<Vec<Proven>>> {
        let blocks: Vec<Proven> = self
            .history
            .range(height.saturating_add(1)..)
            .take(BLOCKS_MAX)
            .map(|(_, proven)| proven.clone())
            .collect();
        (!blocks.is_empty()).then(|| Arc::new(blocks))
    }

    /// Decides what others have decided, as far as it is proven by certificates of this phase and comes
    /// next. Whether anything was.
    pub fn adopt<M>(
        &mut self,
        blocks: &[Proven],
        phase: Phase,
        quorum: &Quorum,
        out: &mut Out<M>,
    ) -> bool {
        let before = self.height;
        for (block, proof) in blocks {
            let is_proven = proof.phase == phase
                && proof.is_valid(quorum)
                && (proof.block, proof.height) == (block.id, block.height);
            if is_proven && self.is_next(block) {
                self.decide(*block, proof.clone(), out);
            }
        }
        self.height > before
    }
}

/// Bytes, with payloads, and signatures of decided blocks.
pub fn weight(blocks: &[Proven], sizes: &Sizes) -> (u32, u32) {
    blocks
        .iter()
        .fold((0, 0), |(bytes, checks), (block, proof)| {
            (
                bytes + block.payload.bytes + sizes.digest + proof.bytes(sizes),
                checks + proof.checks(sizes),
            )
        })
}

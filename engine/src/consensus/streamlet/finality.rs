//! Notarised chains, and which of their blocks are final.

use super::form::EPOCHS_APART;
use super::message::StreamletMessage;
use super::replica::{Streamlet, slot};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;

/// Most blocks in one answer.
const BLOCKS_MAX: usize = 1_024;
/// Heights below the last decided one whose blocks are kept for those who missed them.
const HEIGHTS_KEPT: u64 = 4_096;

impl Streamlet {
    /// The height of a block of a notarised chain, the last decided one included.
    pub(super) fn height_of(&self, block: BlockId) -> Option<u64> {
        if block == self.chain.tip() {
            return Some(self.chain.decided());
        }
        self.linked.get(&block).copied()
    }

    /// The end of a longest notarised chain, the same one of several for everybody who knows them, and
    /// its height.
    pub(super) fn longest(&self) -> (BlockId, u64) {
        let linked = self.linked.iter().map(|(id, height)| (*height, *id));
        linked
            .max()
            .map_or((self.chain.tip(), self.chain.decided()), |(height, id)| {
                (id, height)
            })
    }

    /// "A block is notarized when it has votes from 2n/3 distinct nodes": a quorum, and the block is here.
    pub(super) fn notarise(&mut self, epoch: u64, block: BlockId, out: &mut Out<StreamletMessage>) {
        let Some(block) = self.chain.get(block).copied() else {
            return;
        };
        let at = slot(epoch);
        if block.view != epoch || self.votes.count(at, block.id) < self.config.quorum.size {
            return;
        }
        let mut proof = self.votes.certificate(at, block.id);
        proof.height = block.height;
        self.add_notarised(block, proof, out);
    }

    fn add_notarised(&mut self, block: Block, proof: Certificate, out: &mut Out<StreamletMessage>) {
        let key = (block.height, block.id);
        if self.notarised.contains_key(&key) {
            return;
        }
        out.certified(&proof);
        self.notarised.insert(key, (block, proof));
        self.link(out);
    }

    /// Links notarised blocks to notarised chains, lower ones first, and looks for three in a row.
    fn link(&mut self, out: &mut Out<StreamletMessage>) {
        let above = (self.chain.decided() + 1, BlockId::NONE)..;
        let fresh: Vec<Block> = self
            .notarised
            .range(above)
            .map(|(_, (block, _))| *block)
            .filter(|block| !self.linked.contains_key(&block.id))
            .collect();
        let mut new = Vec::new();
        for block in fresh {
            if self.height_of(block.parent) == Some(block.height - 1) {
                self.linked.insert(block.id, block.height);
                new.push(block);
            }
        }
        for block in new {
            self.finalise_by(&block, out);
        }
    }

    /// A linked block and the place of its epoch; the last decided one included.
    fn epoch_of(&self, block: BlockId) -> Option<u64> {
        if block == self.chain.tip() {
            return Some(self.chain.floor());
        }
        self.linked.get(&block)?;
        self.chain.get(block).map(|block| block.view)
    }

    /// §2: "if there are three adjacent blocks with consecutive epoch numbers, the prefix of the chain up
    /// to the second of the three is final".
    fn finalise_by(&mut self, last: &Block, out: &mut Out<StreamletMessage>) {
        let Some(middle) = self.chain.get(last.parent).copied() else {
            return;
        };
        let first = self.epoch_of(middle.parent);
        let is_row = match self.config.flaw {
            Some(EPOCHS_APART) => first.is_some(),
            _ => middle.view + 1 == last.view && first.map(|epoch| epoch + 1) == Some(middle.view),
        };
        let proof = self.notarised.get(&(middle.height, middle.id));
        let Some((_, proof)) = proof.filter(|_| is_row).cloned() else {
            return;
        };
        let Ok(path) = self.chain.path(middle.id) else {
            return;
        };
        for block in &path {
            out.decided(block.height, block.id, proof.clone());
        }
        self.chain.decide(&path, &proof);
        self.relink();
        self.prune();
    }

    /// After a decision, only chains that extend it count.
    fn relink(&mut self) {
        let decided = self.chain.decided();
        self.linked.clear();
        let path = |block: &Block| self.chain.path(block.id).is_ok();
        let above = self.notarised.range((decided + 1, BlockId::NONE)..);
        let blocks: Vec<Block> = above.map(|(_, (b, _))| *b).filter(path).collect();
        for block in blocks {
            if self.height_of(block.parent) == Some(block.height - 1) {
                self.linked.insert(block.id, block.height);
            }
        }
        while let Some(entry) = self.notarised.first_entry()
            && entry.key().0 + HEIGHTS_KEPT < decided
        {
            entry.remove();
        }
    }

    /// Notarised blocks above a height, lower ones first.
    pub(super) fn missing_above(&self, decided: u64) -> Vec<(Block, Certificate)> {
        let above = self.notarised.range((decided + 1, BlockId::NONE)..);
        above
            .take(BLOCKS_MAX)
            .map(|(_, pair)| pair.clone())
            .collect()
    }

    /// Takes blocks that are notarised; what is final follows from them.
    pub(super) fn on_missing(
        &mut self,
        blocks: &[(Block, Certificate)],
        out: &mut Out<StreamletMessage>,
    ) {
        for (block, proof) in blocks {
            let is_proven = proof.signers.count() >= self.config.quorum.size
                && (proof.view, proof.height, proof.block) == (block.view, block.height, block.id);
            if is_proven && block.height > self.chain.decided() && block.view > self.chain.floor() {
                self.chain.insert(*block);
                self.add_notarised(*block, proof.clone(), out);
            }
        }
    }
}

//! Blocks of a chain: those that are known, and those that are decided.

use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use std::collections::BTreeMap;

/// Decided blocks kept for those who missed them.
const HISTORY_MAX: usize = 4_096;

/// Undecided blocks kept; the oldest views go first.
const BLOCKS_MAX: usize = 16_384;

/// Why a block cannot be decided now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gap {
    /// A block between it and the last decided one is not known.
    Missing(BlockId),
    /// It does not extend the last decided block.
    Fork,
}

/// The blocks that a replica knows.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Undecided blocks.
    blocks: BTreeMap<BlockId, Block>,
    /// The last decided block: its name, height and view; of the start at first.
    tip: (BlockId, u64, u64),
    /// Decided blocks by height; the last of those that were decided at once has the certificate.
    history: BTreeMap<u64, (Block, Option<Certificate>)>,
}

impl Chain {
    /// Nothing but the start.
    pub fn new() -> Self {
        Self {
            blocks: BTreeMap::new(),
            tip: (BlockId::NONE, 0, 0),
            history: BTreeMap::new(),
        }
    }

    /// The last decided block's name.
    pub fn tip(&self) -> BlockId {
        self.tip.0
    }

    /// The last decided height; 0 for none.
    pub fn decided(&self) -> u64 {
        self.tip.1
    }

    /// The view of the last decided block.
    pub fn floor(&self) -> u64 {
        self.tip.2
    }

    /// A block that is not decided yet.
    pub fn get(&self, id: BlockId) -> Option<&Block> {
        self.blocks.get(&id)
    }

    /// Whether a block is known, as far as that is of use.
    pub fn has(&self, id: BlockId) -> bool {
        id == self.tip.0 || self.blocks.contains_key(&id)
    }

    /// Keeps a block that may still be decided.
    pub fn insert(&mut self, block: Block) {
        if block.height <= self.tip.1 || block.view <= self.tip.2 {
            return;
        }
        self.blocks.insert(block.id, block);
        if self.blocks.len() > BLOCKS_MAX
            && let Some((_, oldest)) = self.blocks.iter().map(|(id, b)| (b.view, *id)).min()
        {
            self.blocks.remove(&oldest);
        }
    }

    /// The blocks after the last decided one, up to this one, in order.
    ///
    /// # Errors
    /// What stands between.
    pub fn path(&self, id: BlockId) -> Result<Vec<Block>, Gap> {
        let mut path = Vec::new();
        let mut next = id;
        while next != self.tip.0 {
            let Some(block) = self.blocks.get(&next) else {
                let is_below = path
                    .last()
                    .is_some_and(|b: &Block| b.height <= self.tip.1 + 1);
                return Err(if is_below {
                    Gap::Fork
                } else {
                    Gap::Missing(next)
                });
            };
            if path
                .last()
                .is_some_and(|b: &Block| b.height != block.height + 1)
            {
                return Err(Gap::Fork);
            }
            path.push(*block);
            next = block.parent;
        }
        path.reverse();
        Ok(path)
    }

    /// Decides a path; the certificate is its last block's. Other blocks of views so old are of no use.
    pub fn decide(&mut self, path: &[Block], proof: &Certificate) {
        for block in path {
            let proof = (block.id == proof.block).then(|| proof.clone());
            self.history.insert(block.height, (*block, proof));
            self.tip = (block.id, block.height, block.view);
        }
        while self.history.len() > HISTORY_MAX {
            self.history.pop_first();
        }
        let (_, height, view) = self.tip;
        self.blocks
            .retain(|_, block| block.height > height && block.view > view);
    }

    /// Decided blocks above a height, each run of them with its certificate; about so many.
    pub fn runs_above(&self, height: u64, most: usize) -> Vec<(Vec<Block>, Certificate)> {
        let mut runs = Vec::new();
        let mut run = Vec::new();
        let mut count = 0;
        for (block, proof) in self.history.range(height + 1..).map(|(_, entry)| entry) {
            run.push(*block);
            count += 1;
            if let Some(proof) = proof {
                runs.push((std::mem::take(&mut run), proof.clone()));
                if count >= most {
                    break;
                }
            }
        }
        runs
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

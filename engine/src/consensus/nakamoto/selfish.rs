//! Selfish mining: Eyal and Sirer, Financial Cryptography 2014, algorithm 1.
//!
//! ```text
//!   lead    others find a block            the pool finds a block
//!   none    adopt it                       hold it back
//!   tie     adopt what is longer           publish: ahead by one, all that is held is won
//!   1       publish: two are as long       hold it back
//!   2       publish all: the others' block is stale
//!   more    publish as far as the others   hold it back
//! ```
//! Which of two branches as long the others work on is not said: that is the network's doing, and its
//! share (the paper's γ) is counted here.

use crate::consensus::block::{Block, BlockId};
use std::collections::VecDeque;

/// A selfish pool.
#[derive(Clone, Debug)]
pub struct SelfishMining {
    /// The last block of the private branch.
    tip: BlockId,
    height: u64,
    /// Found and not published, the lowest first.
    held: VecDeque<Block>,
    /// Blocks of its own since the branches parted (the paper's `privateBranchLen`).
    length: u32,
    /// Two branches are as long, and this block is the top of its own.
    race: Option<BlockId>,
    /// Races that ended with a block of the pool's own.
    pub won_alone: u64,
    /// Races that ended with a block of somebody else's on the pool's branch.
    pub won: u64,
    /// Races that ended with a block of somebody else's on the other branch.
    pub lost: u64,
}

impl SelfishMining {
    /// A pool that begins at this head.
    pub fn new(head: BlockId, height: u64) -> Self {
        Self {
            tip: head,
            height,
            held: VecDeque::new(),
            length: 0,
            race: None,
            won_alone: 0,
            won: 0,
            lost: 0,
        }
    }

    /// What the pool works on.
    pub fn tip(&self) -> BlockId {
        self.tip
    }

    /// γ as it came out: of the blocks that others found while two branches were as long, the share that
    /// extended the pool's, in millionths; `None` without any.
    pub fn gamma_ppm(&self) -> Option<u64> {
        (self.won * 1_000_000).checked_div(self.won + self.lost)
    }

    /// The pool has found a block; `public` is the height of the longest public chain. Gives what it
    /// publishes.
    pub fn found(&mut self, block: Block, public: u64) -> Vec<Block> {
        let was_tie = self.height == public;
        (self.tip, self.height) = (block.id, block.height);
        self.length += 1;
        self.held.push_back(block);
        if self.race.take().is_some() {
            self.won_alone += 1;
        }
        if was_tie && self.length == 2 {
            self.length = 0;
            return self.held.drain(..).collect();
        }
        Vec::new()
    }

    /// Others' block has come; `public` is how high the longest public chain was before. Gives what the
    /// pool publishes.
    pub fn heard(&mut self, block: &Block, public: u64) -> Vec<Block> {
        if block.height <= public {
            return Vec::new();
        }
        if let Some(top) = self.race.take() {
            if block.parent == top {
                self.won += 1;
            } else {
                self.lost += 1;
            }
        }
        match self.height.checked_sub(block.height) {
            None => {
                (self.tip, self.height) = (block.id, block.height);
                self.length = 0;
                self.held.clear();
                Vec::new()
            }
            Some(0) => {
                self.race = Some(self.tip);
                self.held.drain(..).collect()
            }
            Some(1) => {
                self.length = 0;
                self.held.drain(..).collect()
            }
            Some(_) => {
                let shown = self
                    .held
                    .iter()
                    .take_while(|held| held.height <= block.height);
                let shown = shown.count();
                self.held.drain(..shown).collect()
            }
        }
    }
}

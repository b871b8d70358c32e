//! Double spending with withheld blocks (§11; Rosenfeld, arXiv 1402.2009): the attacker pays in the public
//! chain and works on a branch where the money is still its own.
//!
//! ```text
//!   idle ──finds a block, holds it back, pays──▶ armed ──confirmed, and the branch is longer──▶ won
//!    ▲                                             │ too far behind                              │
//!    └─────────────────────────────────────────────┴─────────────────────────────────────────────┘
//! ```
//! One block is found before the payment, as Rosenfeld has it; so his formula is exact without delay.

use crate::consensus::block::{Block, BlockId};

/// So many blocks behind, the attacker gives up: with three tenths of the hash power one in a million of
/// those would still have got there.
const GIVE_UP: u64 = 16;

/// A double spender.
#[derive(Clone, Debug)]
pub struct DoubleSpend {
    /// The last block of its branch, or the public head while it is idle.
    tip: BlockId,
    /// The height of the block where the branches part.
    fork: u64,
    /// The branch, the lowest block first; empty while it is idle.
    held: Vec<Block>,
    /// Confirmations that the merchant waits for.
    confirmations: u64,
    /// Payments made.
    pub tries: u64,
    /// Payments taken back.
    pub wins: u64,
}

impl DoubleSpend {
    /// An attacker that begins at this head, against a merchant who waits for so many confirmations.
    pub fn new(head: BlockId, confirmations: u64) -> Self {
        Self {
            tip: head,
            fork: 0,
            held: Vec::new(),
            confirmations,
            tries: 0,
            wins: 0,
        }
    }

    /// What it works on.
    pub fn tip(&self) -> BlockId {
        self.tip
    }

    /// It has found a block. Gives what it publishes.
    pub fn found(&mut self, block: Block, public: u64) -> Vec<Block> {
        if self.held.is_empty() {
            self.fork = block.height - 1;
            self.tries += 1;
        }
        self.tip = block.id;
        self.held.push(block);
        self.take(public)
    }

    /// Others' block has come; `head` is the public chain's, at height `public`. Gives what it publishes.
    pub fn heard(&mut self, head: BlockId, public: u64) -> Vec<Block> {
        if !self.held.is_empty() && self.fork + self.held.len() as u64 + GIVE_UP <= public {
            self.held.clear();
        }
        if self.held.is_empty() {
            self.tip = head;
        }
        self.take(public)
    }

    /// The branch, if the payment is confirmed and the branch longer.
    fn take(&mut self, public: u64) -> Vec<Block> {
        let is_confirmed = public >= self.fork + self.confirmations;
        if self.held.is_empty() || !is_confirmed || self.fork + self.held.len() as u64 <= public {
            return Vec::new();
        }
        self.wins += 1;
        std::mem::take(&mut self.held)
    }
}

//! A replica's history: what is final, and what it has executed speculatively above.

use crate::consensus::block::{Block, BlockId};
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;

/// Final blocks kept for those who missed them.
const FINAL_MAX: usize = 4_096;

/// A request in its place: what the primary signs in an order-req (§3.2, step 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ordered {
    /// The place and the content. Its parent is the history before it.
    pub block: Block,
    /// Whose request it is.
    pub client: NodeIndex,
    /// Which of that client's: the paper's timestamp.
    pub number: u64,
}

impl Ordered {
    /// Whether the two show that the primary of a view ordered in two ways: two blocks for one height, a
    /// block that extends another one than the one before it, or one request in two places (§3.2, step 4d).
    pub fn contradicts(&self, other: &Self, view: u64, primary: NodeIndex) -> bool {
        let (a, b) = (&self.block, &other.block);
        let is_signed = |block: &Block| block.view == view && block.proposer == primary;
        let is_broken =
            |low: &Block, high: &Block| high.height == low.height + 1 && high.parent != low.id;
        is_signed(a)
            && is_signed(b)
            && a.id != b.id
            && (a.height == b.height
                || is_broken(a, b)
                || is_broken(b, a)
                || (self.client, self.number) == (other.client, other.number))
    }
}

/// Whether blocks follow each other, the first one after this height and block.
pub(super) fn is_linked((height, id): (u64, BlockId), blocks: &[Ordered]) -> bool {
    let mut last = (height, id);
    blocks.iter().all(|ordered| {
        let block = &ordered.block;
        let follows = (block.height, block.parent) == (last.0 + 1, last.1);
        last = (block.height, block.id);
        follows
    })
}

/// By client: the last of its requests that is executed, and at which height.
type Table = BTreeMap<NodeIndex, (u64, u64)>;

/// A history.
#[derive(Clone, Default, Debug)]
pub(super) struct Chain {
    /// The last final height and block.
    base: (u64, BlockId),
    /// What comes after it, in order.
    above: Vec<Ordered>,
    /// What is final, the newest few thousand.
    below: BTreeMap<u64, Ordered>,
    settled: Table,
    executed: Table,
}

impl Chain {
    pub(super) fn base(&self) -> (u64, BlockId) {
        self.base
    }

    /// The last height and block.
    pub(super) fn tip(&self) -> (u64, BlockId) {
        let last = self.above.last();
        last.map_or(self.base, |last| (last.block.height, last.block.id))
    }

    /// What is executed and not final.
    pub(super) fn above(&self) -> &[Ordered] {
        &self.above
    }

    /// What is executed above a height, and not final.
    pub(super) fn after(&self, height: u64) -> &[Ordered] {
        let from = height.saturating_sub(self.base.0) as usize;
        self.above.get(from..).unwrap_or_default()
    }

    /// What is final above a height, if all of it is still there.
    pub(super) fn settled_after(&self, height: u64) -> Option<Vec<Ordered>> {
        let blocks: Vec<Ordered> = self.below.range(height + 1..).map(|(_, b)| *b).collect();
        (blocks.len() as u64 == self.base.0.saturating_sub(height)).then_some(blocks)
    }

    pub(super) fn at(&self, height: u64) -> Option<&Ordered> {
        if height <= self.base.0 {
            return self.below.get(&height);
        }
        self.above.get((height - self.base.0 - 1) as usize)
    }

    /// Whether this block is part of it; the block before the first is part of all.
    pub(super) fn has(&self, height: u64, id: BlockId) -> bool {
        (height, id) == self.base || self.at(height).is_some_and(|at| at.block.id == id)
    }

    /// The last executed request of a client, by number, and its height.
    pub(super) fn executed(&self, client: NodeIndex) -> Option<(u64, u64)> {
        self.executed.get(&client).copied()
    }

    pub(super) fn push(&mut self, ordered: Ordered) {
        let place = (ordered.number, ordered.block.height);
        self.executed.insert(ordered.client, place);
        self.above.push(ordered);
    }

    /// Whether this history reaches a block and agrees, where it is final, with what follows that.
    pub(super) fn reaches(&self, low: (u64, BlockId), blocks: &[Ordered]) -> bool {
        match self.base.0.checked_sub(low.0 + 1) {
            None => self.has(low.0, low.1),
            // The last of so many blocks more is the last final one.
            Some(at) => blocks
                .get(at as usize)
                .is_some_and(|last| (last.block.height, last.block.id) == self.base),
        }
    }

    /// Puts other blocks in the place of those above a block that this history reaches.
    pub(super) fn replace(&mut self, low: (u64, BlockId), blocks: &[Ordered]) {
        let (height, _) = self.base;
        let below = height.saturating_sub(low.0) as usize;
        self.above.truncate(low.0.saturating_sub(height) as usize);
        self.above.extend(blocks.iter().skip(below));
        self.executed = self.settled.clone();
        let places = self.above.iter();
        self.executed
            .extend(places.map(|at| (at.client, (at.number, at.block.height))));
    }

    /// Everything up to a height is final: what that is.
    pub(super) fn settle(&mut self, height: u64) -> Vec<Ordered> {
        let count = height.saturating_sub(self.base.0) as usize;
        let settled: Vec<Ordered> = self.above.drain(..count.min(self.above.len())).collect();
        for ordered in &settled {
            let block = &ordered.block;
            self.base = (block.height, block.id);
            self.settled
                .insert(ordered.client, (ordered.number, block.height));
            self.below.insert(block.height, *ordered);
            if self.below.len() > FINAL_MAX {
                self.below.pop_first();
            }
        }
        settled
    }
}

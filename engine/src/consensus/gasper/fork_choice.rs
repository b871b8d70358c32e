//! LMD-GHOST: the head is where the latest votes weigh most, down from the justified checkpoint.

use super::ffg::Checkpoint;
use super::replica::Gasper;
use crate::consensus::block::BlockId;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;

impl Gasper {
    /// The head (`get_head`): from the justified block to the child of most weight, as far as it goes; of
    /// two of one weight, the one of the greater name. Only branches that have justified as much count
    /// (`filter_block_tree`).
    pub(super) fn find_head(&self) -> BlockId {
        let justified = self.justified.block;
        if let Some(tip) = self.only_tip(justified) {
            return if self.is_viable(tip) { tip } else { justified };
        }
        // Parents before children.
        let mut order = vec![justified];
        let mut next = 0;
        while let Some(block) = order.get(next).copied() {
            let valid = self.tree.children(block).iter().copied();
            order.extend(valid.filter(|child| self.states.contains_key(child)));
            next += 1;
        }
        let mut known: BTreeMap<BlockId, Known> = order
            .iter()
            .map(|block| (*block, Known::default()))
            .collect();
        let exited = self
            .states
            .get(&justified)
            .map(|known| known.state.exited());
        for (validator, ballot) in (0..).map(NodeIndex).zip(&self.ballots) {
            // Whoever has been caught no longer counts (`equivocating_indices`), nor whoever has left.
            if self.caught.has(validator) || exited.is_some_and(|gone| gone.has(validator)) {
                continue;
            }
            let latest = ballot.latest.and_then(|(_, block)| known.get_mut(&block));
            if let Some(known) = latest {
                known.weight += self.unit();
            }
        }
        if let Some(boosted) = self.boosted.and_then(|block| known.get_mut(&block)) {
            boosted.weight += self.boost();
        }
        for block in order.iter().skip(1) {
            if let Some(parent) = known.get_mut(&self.tree.parent(*block)) {
                parent.is_leaf = false;
            }
        }
        // Children before parents: a branch is kept if its leaf is, and weighs what is on it.
        for block in order.iter().skip(1).rev() {
            let Some(at) = known.get(block).copied() else {
                continue;
            };
            let is_kept = if at.is_leaf {
                self.is_viable(*block)
            } else {
                at.has_kept
            };
            if !is_kept {
                known.remove(block);
            } else if let Some(parent) = known.get_mut(&self.tree.parent(*block)) {
                parent.weight += at.weight;
                parent.has_kept = true;
            }
        }
        let mut head = justified;
        loop {
            let children = self.tree.children(head).iter().copied();
            let best = children
                .filter_map(|child| Some((known.get(&child)?.weight, child)))
                .max();
            match best {
                Some((_, child)) => head = child,
                None => return head,
            }
        }
    }

    /// The tip of the chain above a block, if there is but one branch: then nothing need be weighed.
    fn only_tip(&self, mut block: BlockId) -> Option<BlockId> {
        // A block with a state has ancestors with states.
        let leaf = self.tree.only_leaf().filter(|_| self.tree.has(block));
        if let Some(leaf) = leaf.filter(|leaf| self.states.contains_key(leaf)) {
            return Some(leaf);
        }
        loop {
            let children = self.tree.children(block).iter();
            let mut valid = children.filter(|child| self.states.contains_key(child));
            match (valid.next(), valid.next()) {
                (None, _) => return Some(block),
                (Some(child), None) => block = *child,
                _ => return None,
            }
        }
    }

    /// Whether a leaf's branch has justified what this node has, or nearly so, and contains what is final.
    fn is_viable(&self, leaf: BlockId) -> bool {
        let source = self.voting_source(leaf);
        let is_recent = self.justified.epoch == 0
            || source.epoch == self.justified.epoch
            || source.epoch + 2 >= self.epoch();
        let known = self.states.get(&leaf);
        let is_above = known.is_some_and(|known| known.above == self.finalized.block);
        is_recent
            && self.is_trusted(leaf)
            && (is_above || self.tree.is_ancestor(self.finalized.block, leaf))
    }

    /// What a vote on this block has as source now (`get_voting_source`): for a block of an earlier epoch,
    /// what its epoch's end has justified.
    fn voting_source(&self, block: BlockId) -> Checkpoint {
        match self.states.get(&block) {
            Some(known) if known.state.epoch < self.epoch() => known.unrealized.current,
            Some(known) => known.state.justification.current,
            None => Checkpoint::default(),
        }
    }

    /// A validator's weight, so that a committee's hundredth is whole.
    fn unit(&self) -> u64 {
        100 * self.slots
    }

    /// The boost: a part of the mean committee's weight (`get_proposer_score`).
    fn boost(&self) -> u64 {
        u64::from(self.config.quorum.nodes) * self.boost_percent
    }
}

/// What is known of a block while looking for the head.
#[derive(Clone, Copy)]
struct Known {
    weight: u64,
    is_leaf: bool,
    has_kept: bool,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            weight: 0,
            is_leaf: true,
            has_kept: false,
        }
    }
}

//! Counting votes, each node once for each block.

use super::block::BlockId;
use super::certificate::{Certificate, Phase};
use super::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;

/// A slot of voting: one view, one phase, one height.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Slot {
    /// The view.
    pub view: u64,
    /// The height; 0 where a protocol votes by view alone.
    pub height: u64,
    /// The phase.
    pub phase: Phase,
}

/// Votes by slot and block. A node may be counted for several blocks of one slot, since one who votes
/// twice may tell each half of the others something else; [`Votes::add`] says when it sees that.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Votes {
    slots: BTreeMap<Slot, BTreeMap<BlockId, Signers>>,
}

/// What counting a vote came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// How many votes the block has in this slot.
    pub have: u32,
    /// Whether this vote was not counted before.
    pub is_new: bool,
    /// Whether the voter has voted for another block in this slot as well: evidence.
    pub is_double: bool,
}

impl Votes {
    /// Counts a vote.
    pub fn add(&mut self, slot: Slot, block: BlockId, voter: NodeIndex) -> Count {
        let blocks = self.slots.entry(slot).or_default();
        let is_double = blocks
            .iter()
            .any(|(other, signers)| *other != block && signers.has(voter));
        let signers = blocks.entry(block).or_default();
        let is_new = signers.add(voter);
        Count {
            have: signers.count(),
            is_new,
            is_double,
        }
    }

    /// How many votes a block has.
    pub fn count(&self, slot: Slot, block: BlockId) -> u32 {
        self.signers(slot, block).map_or(0, Signers::count)
    }

    /// Who voted for a block.
    pub fn signers(&self, slot: Slot, block: BlockId) -> Option<&Signers> {
        self.slots.get(&slot)?.get(&block)
    }

    /// The votes for a block as a certificate, whether they suffice or not.
    pub fn certificate(&self, slot: Slot, block: BlockId) -> Certificate {
        Certificate {
            view: slot.view,
            phase: slot.phase,
            height: slot.height,
            block,
            signers: self.signers(slot, block).cloned().unwrap_or_default(),
        }
    }

    /// Everything counted in a slot.
    pub fn of(&self, slot: Slot) -> impl Iterator<Item = (BlockId, &Signers)> {
        let blocks = self.slots.get(&slot);
        blocks
            .into_iter()
            .flatten()
            .map(|(block, signers)| (*block, signers))
    }

    /// Everything, by slot and block.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, BlockId, &Signers)> {
        self.slots.iter().flat_map(|(slot, blocks)| {
            blocks
                .iter()
                .map(move |(block, signers)| (*slot, *block, signers))
        })
    }

    /// Keeps only slots that are still of use.
    pub fn retain(&mut self, mut keep: impl FnMut(&Slot) -> bool) {
        self.slots.retain(|slot, _| keep(slot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voter_counts_once_and_a_second_block_is_noticed() {
        let mut votes = Votes::default();
        let slot = Slot {
            view: 1,
            height: 2,
            phase: 0,
        };
        let first = votes.add(slot, BlockId(5), NodeIndex(1));
        assert_eq!(
            (first.have, first.is_new, first.is_double),
            (1, true, false)
        );
        let again = votes.add(slot, BlockId(5), NodeIndex(1));
        assert_eq!(
            (again.have, again.is_new, again.is_double),
            (1, false, false)
        );
        let second = votes.add(slot, BlockId(6), NodeIndex(1));
        assert_eq!(
            (second.have, second.is_new, second.is_double),
            (1, true, true)
        );
        let other_slot = Slot { phase: 1, ..slot };
        assert!(!votes.add(other_slot, BlockId(6), NodeIndex(1)).is_double);
        assert_eq!(votes.certificate(slot, BlockId(5)).signers.count(), 1);
        votes.retain(|slot| slot.phase == 1);
        assert_eq!(votes.count(slot, BlockId(5)), 0);
    }
}

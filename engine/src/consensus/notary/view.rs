//! What a replica knows of one view.

use super::rules::{NOTARIZE, NULLIFY};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::signers::Signers;
use crate::consensus::vote::{Count, Slot, Votes};
use crate::primitives::NodeIndex;

/// Most blocks that one node is counted for in one view and phase: two show that it lies.
const BLOCKS_OF_ONE_MAX: usize = 2;

/// One view.
#[derive(Clone, Default, Debug)]
pub struct View {
    /// Votes of every phase.
    pub votes: Votes,
    /// The leader's block, the first that came.
    pub proposal: Option<Block>,
    /// What this replica voted for, with its height.
    pub voted: Option<(u64, BlockId)>,
    /// Whether this replica gave the view up.
    pub has_nullified: bool,
    /// What this replica helped to finalise.
    pub finalized: Option<(u64, BlockId)>,
    /// Whether it has asked for what stands between it and a vote.
    pub has_asked: bool,
    /// Notarised blocks: in Simplex at most one, in Minimmit two if the leader lies.
    pub notarised: Vec<Certificate>,
    /// The nullification.
    pub nullified: Option<Certificate>,
}

impl View {
    /// Counts a vote; `None` if the voter has had its say.
    pub fn count(&mut self, slot: Slot, block: BlockId, voter: NodeIndex) -> Option<Count> {
        let votes = self.votes.iter();
        let others = votes.filter(|(at, other, signers)| {
            at.phase == slot.phase && *other != block && signers.has(voter)
        });
        let said = others.count();
        if said >= BLOCKS_OF_ONE_MAX {
            return None;
        }
        let mut count = self.votes.add(slot, block, voter);
        count.is_double |= said > 0;
        Some(count)
    }

    /// Whether a block is notarised in this view.
    pub fn notarisation(&self, block: BlockId) -> Option<&Certificate> {
        self.notarised.iter().find(|proof| proof.block == block)
    }

    /// Whether the view has ended, one way or the other.
    pub fn is_over(&self) -> bool {
        self.nullified.is_some() || !self.notarised.is_empty()
    }

    /// Who has said something that speaks against this block: a vote for another one, or for none.
    pub fn against(&self, block: BlockId) -> u32 {
        let mut nodes = Signers::default();
        for (slot, other, signers) in self.votes.iter() {
            if slot.phase == NULLIFY || (slot.phase == NOTARIZE && other != block) {
                signers.iter().for_each(|node| {
                    nodes.add(node);
                });
            }
        }
        nodes.count()
    }
}

//! What a validator proposes, and who has left on its chain.

use super::message::{Attestation, GasperMessage, Sealed};
use super::replica::Gasper;
use crate::consensus::block::{Block, Payload};
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;

impl Gasper {
    /// Who has left by this epoch, on the chain of this node's head.
    pub(super) fn exited(&self) -> Signers {
        if !self.knows_exits {
            return Signers::default();
        }
        let head = self.find_head();
        let Some(known) = self.states.get(&head) else {
            return Signers::default();
        };
        let mut state = known.state.clone();
        state.advance(self.epoch(), head, &self.config.quorum);
        state.exited().clone()
    }

    /// Who has left for good: on what is final.
    pub(super) fn finalized_exits(&self) -> Signers {
        let known = self.states.get(&self.finalized.block);
        known
            .map(|known| known.state.exited().clone())
            .unwrap_or_default()
    }

    /// Its proposal, now that it has the contents (`validator.md`, block proposal).
    pub(super) fn propose(&mut self, payload: Payload, out: &mut Out<GasperMessage>) {
        if self.proposing.take() != Some(self.slot) || self.decided >= self.config.decisions {
            return;
        }
        let parent = self.find_head();
        let Some(known) = self.states.get(&parent) else {
            return;
        };
        let mut state = known.state.clone();
        state.advance(self.epoch(), parent, &self.config.quorum);
        let useful = self.votes.values().flatten().flatten();
        let mut brought: BTreeMap<NodeIndex, Vec<Attestation>> = BTreeMap::new();
        for vote in useful.filter(|vote| vote.slot < self.slot && state.wants(vote)) {
            let of_validator = brought.entry(vote.validator).or_default();
            if of_validator.iter().all(|other| other.target != vote.target) {
                of_validator.push(*vote);
            }
        }
        let votes: Vec<Attestation> = brought.into_values().flatten().collect();
        let height = self.tree.height(parent) + 1;
        let block = Block::new(parent, height, self.slot, self.me, payload);
        let leaves = self.is_leaving && state.lets_leave(self.me, &self.config.quorum);
        let sealed = Sealed::new(block, votes.into(), leaves);
        out.proposed(sealed.block);
        out.broadcast(GasperMessage::Block(sealed.clone()));
        self.add_block(self.me, sealed, true, out);
    }
}

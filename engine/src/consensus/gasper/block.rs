//! What a validator does with blocks and votes that it hears.

use super::form;
use super::message::{Attestation, GasperMessage, Sealed};
use super::replica::{Gasper, Known};
use crate::consensus::block::BlockId;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::consensus::tree::Added;
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::Offence;
use smallvec::SmallVec;
use std::sync::Arc;

/// Blocks of slots further ahead are not kept.
const SLOTS_AHEAD: u64 = 64;
/// Most blocks of later slots that are kept.
const EARLY_BLOCKS_MAX: usize = 256;
/// Most votes that wait.
const EARLY_VOTES_MAX: usize = 4_096;
/// Slots of which it is remembered who proposed what.
const SLOTS_KEPT: usize = 64;
/// Most votes of one validator for one epoch that are kept: two prove that it lies.
const VOTES_MAX: usize = 3;

impl Gasper {
    /// A block from the network. It is in time for the boost if it comes in the first third of its slot.
    pub(super) fn on_block(
        &mut self,
        now: Micros,
        from: NodeIndex,
        sealed: &Sealed,
        out: &mut Out<GasperMessage>,
    ) {
        let length = form::slot_length(&self.config).0;
        let in_time = now.0 % length < length / 3 && now.0 / length == sealed.block.view;
        self.add_block(from, sealed.clone(), in_time, out);
    }

    /// Takes a block, and fetches what is missing below it.
    pub(super) fn add_block(
        &mut self,
        from: NodeIndex,
        sealed: Sealed,
        in_time: bool,
        out: &mut Out<GasperMessage>,
    ) {
        if let Some(missing) = self.hear_block(sealed, in_time, out) {
            self.fetch(from, missing, out);
        }
    }

    /// `on_block`, without what only its state can tell. The block that is missing below it, if one is.
    pub(super) fn hear_block(
        &mut self,
        sealed: Sealed,
        in_time: bool,
        out: &mut Out<GasperMessage>,
    ) -> Option<BlockId> {
        let block = sealed.block;
        if !sealed.is_sealed() || !self.may_propose(&sealed) {
            return None;
        }
        let first = *self.proposed.entry(block.view).or_insert(block.id);
        if first != block.id && self.exposed.insert(block.view) {
            out.evidence(block.proposer, Offence::Equivocation);
        }
        if self.proposed.len() > SLOTS_KEPT {
            self.proposed.pop_first();
        }
        if self.exposed.len() > SLOTS_KEPT {
            self.exposed.pop_first();
        }
        if block.view > self.slot {
            if block.view <= self.slot + SLOTS_AHEAD {
                self.early_blocks.insert((block.view, block.id), sealed);
            }
            if self.early_blocks.len() > EARLY_BLOCKS_MAX {
                self.early_blocks.pop_last();
            }
            return None;
        }
        match self.tree.add(sealed) {
            Added::Linked(linked) => {
                for sealed in linked {
                    self.take_block(&sealed, out);
                }
            }
            Added::Missing(missing) => return Some(missing),
            Added::Nothing => return None,
        }
        let is_first = self.boosted.is_none() && block.view == self.slot;
        if is_first && in_time && self.states.contains_key(&block.id) {
            self.boosted = Some(block.id);
        }
        None
    }

    /// Whether a block's proposer may be that of its slot. Once somebody is known to leave, only the block's own
    /// chain can tell, where its parent is known.
    fn may_propose(&self, sealed: &Sealed) -> bool {
        let (block, slot) = (sealed.block, sealed.block.view);
        if !self.knows_exits && !sealed.leaves {
            // Nobody has left on any chain that this node has heard of; but it may be behind.
            let is_behind = !self.tree.has(block.parent);
            let everybody = Signers::default();
            return is_behind
                || block.proposer == self.coins.proposer(&self.config, slot, &everybody);
        }
        let Some(parent) = self.states.get(&block.parent) else {
            return true;
        };
        let mut state = parent.state.clone();
        state.advance(slot / self.slots, block.parent, &self.config.quorum);
        block.proposer == self.coins.proposer(&self.config, slot, state.exited())
    }

    /// Whether a block is on the chain of the checkpoint that this node was told, as far as it was told one.
    pub(super) fn is_trusted(&self, block: BlockId) -> bool {
        let Some((_, trusted)) = self.trusted else {
            return true;
        };
        self.tree.is_ancestor(trusted, block)
            || (self.tree.has(trusted) && self.tree.is_ancestor(block, trusted))
    }

    /// A block whose parent is there: its state, its votes, what it makes justified and final.
    fn take_block(&mut self, sealed: &Sealed, out: &mut Out<GasperMessage>) {
        let block = sealed.block;
        let Some(parent) = self.states.get(&block.parent) else {
            return self.refuse(sealed, out);
        };
        let parent_slot = self
            .tree
            .get(block.parent)
            .map_or(0, |parent| parent.block.view);
        if block.view <= parent_slot || !self.may_propose(sealed) {
            return;
        }
        // What descends from a block that does descends from it as well.
        let is_above = parent.above == self.finalized.block;
        if !is_above && !self.tree.is_ancestor(self.finalized.block, block.id) {
            return self.refuse(sealed, out);
        }
        let quorum = self.config.quorum;
        let Some(reached) = sealed.reach(&parent.reached, self.slots, &quorum) else {
            return;
        };
        self.knows_exits |= sealed.leaves;
        let known = Known {
            reached: Arc::clone(&reached),
            above: self.finalized.block,
        };
        self.states.insert(block.id, known);
        if !self.is_trusted(block.id) {
            return;
        }
        self.newest = self.newest.max(block.view);
        let (realized, unrealized) = (&reached.state.justification, &reached.unrealized);
        if unrealized.finalized.epoch > self.unrealized.finalized.epoch {
            self.proof = block.id;
        }
        self.expect(unrealized);
        self.update(realized, out);
        // Its epoch is over: what its end made of it holds (`compute_pulled_up_tip`).
        if reached.state.epoch < self.epoch() {
            self.update(unrealized, out);
        }
        for vote in sealed.attestations.iter() {
            self.hear_vote(vote.validator, *vote, out);
        }
    }

    /// A block that contradicts what is final, or is on one that does. Its votes may prove who signed two histories.
    fn refuse(&mut self, sealed: &Sealed, out: &mut Out<GasperMessage>) {
        if self.knows_exits {
            let nodes = self.config.quorum.nodes;
            let votes = sealed.attestations.iter();
            for vote in votes.filter(|vote| vote.validator.0 < nodes) {
                self.check_rules(vote, out);
            }
        }
    }

    /// `update_unrealized_checkpoints`.
    fn expect(&mut self, seen: &super::ffg::Justification) {
        if seen.current.epoch > self.unrealized.current.epoch {
            self.unrealized.current = seen.current;
        }
        if seen.finalized.epoch > self.unrealized.finalized.epoch {
            self.unrealized.finalized = seen.finalized;
            self.unrealized.finalized_by = seen.finalized_by.clone();
        }
    }

    /// A vote, from its signer or out of a block (`on_attestation`).
    pub(super) fn hear_vote(
        &mut self,
        from: NodeIndex,
        vote: Attestation,
        out: &mut Out<GasperMessage>,
    ) {
        let epoch = vote.target.epoch;
        let is_whole = from == vote.validator
            && vote.validator.0 < self.config.quorum.nodes
            && epoch == vote.slot / self.slots
            && vote.source.epoch <= epoch;
        if !is_whole || epoch > self.epoch() + 1 {
            return;
        }
        self.check_rules(&vote, out);
        if epoch + 1 >= self.epoch() {
            let nodes = self.config.quorum.nodes as usize;
            let votes = self.votes.entry(epoch);
            let votes = votes.or_insert_with(|| vec![SmallVec::new(); nodes]);
            let known = &mut votes[vote.validator.0 as usize];
            if known.len() < VOTES_MAX && !known.contains(&vote) {
                known.push(vote);
            }
        }
        if vote.slot >= self.slot || !self.states.contains_key(&vote.head) {
            // Only votes of earlier slots move the head; one for a block that is missing waits for it.
            if self.early_votes.len() < EARLY_VOTES_MAX && epoch + 1 >= self.epoch() {
                self.early_votes.push(vote);
            }
            return;
        }
        self.weigh_vote(&vote);
    }

    /// `update_latest_messages`.
    fn weigh_vote(&mut self, vote: &Attestation) {
        let epoch = vote.target.epoch;
        let ballot = &mut self.ballots[vote.validator.0 as usize];
        if ballot.latest.is_none_or(|(latest, _)| epoch > latest) {
            ballot.latest = Some((epoch, vote.head));
        }
    }

    /// Looks whether the vote and an earlier one break the slashing rules.
    fn check_rules(&mut self, vote: &Attestation, out: &mut Out<GasperMessage>) {
        if self.caught.has(vote.validator) {
            return;
        }
        let ballot = &mut self.ballots[vote.validator.0 as usize];
        if let Some(offence) = ballot.take(vote.link()) {
            self.caught.add(vote.validator);
            out.evidence(vote.validator, offence);
        }
    }

    /// A slot has begun: blocks and votes that waited for it.
    pub(super) fn take_early(&mut self, out: &mut Out<GasperMessage>) {
        while let Some(entry) = self.early_blocks.first_entry()
            && entry.key().0 <= self.slot
        {
            let sealed = entry.remove();
            self.add_block(sealed.block.proposer, sealed, true, out);
        }
        let epoch = self.epoch();
        let waiting = std::mem::take(&mut self.early_votes);
        for vote in waiting {
            if vote.target.epoch + 1 < epoch {
                continue;
            }
            if vote.slot < self.slot && self.states.contains_key(&vote.head) {
                self.weigh_vote(&vote);
            } else {
                self.early_votes.push(vote);
            }
        }
    }
}

//! Algorithms 1 and 2: a round in which all goes well.

use super::form::{COMMIT, PREPARE};
use super::message::{IbftMessage, PrePrepare, RoundChange};
use super::replica::Ibft;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::ledger::{BLOCKS_MAX, Proven};
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;
use std::sync::Arc;

impl Ibft {
    /// Start(λ, value) (Algorithm 1).
    pub(super) fn start(&mut self, out: &mut Out<IbftMessage>) {
        let height = self.height();
        self.round = 0;
        self.prepared = None;
        self.accepted = None;
        self.asked = None;
        self.votes.retain(|slot| slot.height >= height);
        self.proposals = self.proposals.split_off(&(height, 0));
        self.changes = self.changes.split_off(&(height, 0));
        self.restart_timer(out);
        if !self.is_resting() {
            out.entered(0, self.leader(height, 0));
        }
    }

    /// getValue() has answered: the input value is proposed.
    pub(super) fn propose_new(&mut self, payload: Payload, out: &mut Out<IbftMessage>) {
        let here = (self.height(), self.round);
        if self.asked.take() != Some(here) {
            return;
        }
        // A round change that came meanwhile may bind it.
        if let Some((block, proof)) = self.highest_prepared() {
            return self.send_pre_prepare(block, Some(proof), out);
        }
        let block = Block::new(self.ledger.last(), here.0, here.1, self.me, payload);
        out.proposed(block);
        self.send_pre_prepare(block, None, out);
    }

    pub(super) fn send_pre_prepare(
        &mut self,
        block: Block,
        prepared: Option<Certificate>,
        out: &mut Out<IbftMessage>,
    ) {
        let here = (self.height(), self.round);
        self.proposed = Some(here);
        let wanted = self.changes.get(&here).into_iter().flatten();
        let said = |change: &RoundChange| {
            let prepared = change.prepared.as_ref();
            prepared.map(|(block, proof)| (proof.view, block.id))
        };
        let proposal = Arc::new(PrePrepare {
            round: self.round,
            block,
            changes: wanted.map(|(node, change)| (*node, said(change))).collect(),
            prepared,
        });
        out.broadcast(IbftMessage::PrePrepare(Arc::clone(&proposal)));
        self.proposals.insert(here, proposal);
    }

    pub(super) fn on_pre_prepare(
        &mut self,
        from: NodeIndex,
        proposal: &Arc<PrePrepare>,
        out: &mut Out<IbftMessage>,
    ) {
        let place = (proposal.block.height, proposal.round);
        if from != self.leader(place.0, place.1)
            || !self.is_of_use(place.0, place.1)
            || !self.is_justified(proposal)
        {
            return;
        }
        let first = self
            .proposals
            .entry(place)
            .or_insert_with(|| Arc::clone(proposal));
        if first.block.id != proposal.block.id {
            out.evidence(from, Offence::Equivocation);
        }
    }

    pub(super) fn on_vote(
        &mut self,
        from: NodeIndex,
        (height, round, phase): (u64, u64, Phase),
        block: BlockId,
        out: &mut Out<IbftMessage>,
    ) {
        if self.is_of_use(height, round) {
            let slot = Slot {
                view: round,
                height,
                phase,
            };
            let count = self.votes.add(slot, block, from);
            out.counted(slot, block, from, count, self.config.quorum.size);
        }
    }

    /// Applies every rule that holds, until none does.
    pub(super) fn apply_rules(&mut self, out: &mut Out<IbftMessage>) {
        while !self.is_resting()
            && (self.decide(out)
                || self.follow(out)
                || self.propose(out)
                || self.accept(out)
                || self.prepare(out))
        {}
    }

    /// "upon receiving a valid PRE-PREPARE such that JustifyPrePrepare": the timer starts anew, and a
    /// prepare goes to all; the leader's own as well.
    fn accept(&mut self, out: &mut Out<IbftMessage>) -> bool {
        let (height, round) = (self.height(), self.round);
        let Some(proposal) = self.proposals.get(&(height, round)) else {
            return false;
        };
        let block = proposal.block;
        if self.accepted.is_some() || !self.ledger.is_next(&block) {
            return false;
        }
        self.accepted = Some(block.id);
        self.restart_timer(out);
        let id = block.id;
        out.broadcast(IbftMessage::Prepare {
            height,
            round,
            block: id,
        });
        self.on_vote(self.me, (height, round, PREPARE), id, out);
        true
    }

    /// "upon receiving a quorum of valid PREPARE": prepared, and a commit goes to all.
    fn prepare(&mut self, out: &mut Out<IbftMessage>) -> bool {
        let (height, round) = (self.height(), self.round);
        let is_prepared = |(_, proof): &Proven| proof.view == round;
        let Some(block) = self.accepted else {
            return false;
        };
        let slot = self.slot(PREPARE);
        if self.prepared.as_ref().is_some_and(is_prepared)
            || self.votes.count(slot, block) < self.config.quorum.size
        {
            return false;
        }
        let Some(proposal) = self.proposals.get(&(height, round)) else {
            return false;
        };
        let proof = self.votes.certificate(slot, block);
        out.certified(&proof);
        out.locked(round, block);
        self.prepared = Some((proposal.block, proof));
        out.broadcast(IbftMessage::Commit {
            height,
            round,
            block,
        });
        self.on_vote(self.me, (height, round, COMMIT), block, out);
        true
    }

    /// "upon receiving a quorum of valid COMMIT" of any one round: decided.
    fn decide(&mut self, out: &mut Out<IbftMessage>) -> bool {
        let height = self.height();
        let decided = self
            .proposals
            .range((height, 0)..=(height, u64::MAX))
            .find_map(|((_, round), proposal)| {
                let slot = Slot {
                    view: *round,
                    height,
                    phase: COMMIT,
                };
                let have = self.votes.count(slot, proposal.block.id);
                (have >= self.config.quorum.size && self.ledger.is_next(&proposal.block))
                    .then_some((slot, proposal.block))
            });
        let Some((slot, block)) = decided else {
            return false;
        };
        let proof = self.votes.certificate(slot, block.id);
        out.certified(&proof);
        self.ledger.decide(block, proof, out);
        self.start(out);
        true
    }

    /// Sends who has decided less what it lacks: Algorithm 3's answer to a round change of an instance
    /// that is decided.
    pub(super) fn help(&self, from: NodeIndex, decided: u64, out: &mut Out<IbftMessage>) {
        if let Some(blocks) = self.ledger.above(decided) {
            out.send(from, IbftMessage::Missing(blocks));
        }
    }

    pub(super) fn on_missing(
        &mut self,
        from: NodeIndex,
        blocks: &[Proven],
        out: &mut Out<IbftMessage>,
    ) {
        let quorum = self.config.quorum;
        if !self.ledger.adopt(blocks, COMMIT, &quorum, out) {
            return;
        }
        self.start(out);
        if blocks.len() == BLOCKS_MAX {
            let decided = self.ledger.height();
            out.send(from, IbftMessage::Status { decided });
        }
    }
}

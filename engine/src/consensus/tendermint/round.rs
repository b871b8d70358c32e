//! Algorithm 1, rule by rule.

use super::form::{LOCK_CHECK_DROPPED, PRECOMMIT, PREVOTE};
use super::message::{Proposal, TendermintMessage};
use super::replica::{
    HEIGHTS_AHEAD, PRECOMMIT_TIMER, PREVOTE_TIMER, PROPOSALS_MAX, PROPOSE_TIMER, ROUNDS_AHEAD,
    ROUNDS_BEHIND, STATUS_TIMER, Step, Tendermint,
};
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::Offence;
use std::sync::Arc;

impl Tendermint {
    /// StartRound (lines 11 to 21).
    pub(super) fn start_round(&mut self, round: u64, out: &mut Out<TendermintMessage>) {
        self.round = round;
        self.step = Step::Propose;
        self.once = [false; 3];
        self.entry += 1;
        self.asked = None;
        if self.is_resting() {
            return;
        }
        let height = self.height();
        let oldest = round.saturating_sub(ROUNDS_BEHIND);
        self.votes
            .retain(|slot| (slot.height, slot.view) >= (height, oldest));
        self.proposals = self.proposals.split_off(&(height, oldest));
        let proposer = self.proposer(height, round);
        out.entered(round, proposer);
        if proposer == self.me {
            self.propose(out);
        }
        // Line 21. The proposer may lack a block to propose as well.
        out.set_timer(PROPOSE_TIMER, self.entry, self.span());
        self.set_status_timer(out);
    }

    /// All three timeouts of a round have passed when this fires: the round is stuck.
    pub(super) fn set_status_timer(&self, out: &mut Out<TendermintMessage>) {
        let long = Micros(self.span().0.saturating_mul(3));
        out.set_timer(STATUS_TIMER, self.entry, long);
    }

    /// Lines 15 to 19: the valid block, or a new one.
    fn propose(&mut self, out: &mut Out<TendermintMessage>) {
        let Some((block, proof)) = self.valid.clone() else {
            self.asked = Some((self.height(), self.round));
            out.ask(self.height());
            return;
        };
        self.send_proposal(block, Some(proof), out);
    }

    /// getValue() has answered.
    pub(super) fn propose_new(&mut self, payload: Payload, out: &mut Out<TendermintMessage>) {
        let here = (self.height(), self.round);
        if self.asked.take() != Some(here) || self.step != Step::Propose {
            return;
        }
        let last = self.ledger.last();
        let block = Block::new(last, here.0, here.1, self.me, payload);
        out.proposed(block);
        self.send_proposal(block, None, out);
    }

    fn send_proposal(
        &mut self,
        block: Block,
        valid: Option<Certificate>,
        out: &mut Out<TendermintMessage>,
    ) {
        let round = self.round;
        let proposal = Arc::new(Proposal {
            round,
            block,
            valid,
        });
        out.broadcast(TendermintMessage::Proposal(Arc::clone(&proposal)));
        self.on_proposal(&proposal, out);
    }

    /// Whether something of this height and round is kept.
    pub(super) fn is_of_use(&self, height: u64, round: u64) -> bool {
        let ahead = height.checked_sub(self.height());
        match ahead {
            Some(0) => round <= self.round + ROUNDS_AHEAD && round + ROUNDS_BEHIND >= self.round,
            Some(ahead) => ahead <= HEIGHTS_AHEAD && round <= ROUNDS_AHEAD,
            None => false,
        }
    }

    /// Notes that a node has been heard in a round of this height.
    fn hear(&mut self, from: NodeIndex, height: u64, round: u64) {
        if height == self.height() {
            let latest = self.heard.entry(from).or_default();
            *latest = round.max(*latest);
        }
    }

    /// A proposal of the round's proposer, whoever passed it on.
    pub(super) fn on_proposal(
        &mut self,
        proposal: &Arc<Proposal>,
        out: &mut Out<TendermintMessage>,
    ) {
        let (height, round) = (proposal.block.height, proposal.round);
        let proposer = self.proposer(height, round);
        self.hear(proposer, height, round);
        if !self.is_of_use(height, round) {
            return;
        }
        if let Some(proof) = &proposal.valid {
            let is_proven = proof.phase == PREVOTE
                && proof.view < round
                && proof.is_valid(&self.config.quorum)
                && (proof.block, proof.height) == (proposal.block.id, height);
            if !is_proven {
                return;
            }
        }
        let of_round = self.proposals.entry((height, round)).or_default();
        if of_round.contains(proposal) {
            return;
        }
        if !of_round.is_empty() {
            out.evidence(proposer, Offence::Equivocation);
        }
        if of_round.len() < PROPOSALS_MAX {
            of_round.push(Arc::clone(proposal));
        }
    }

    pub(super) fn on_vote(
        &mut self,
        from: NodeIndex,
        (height, round, phase): (u64, u64, Phase),
        block: BlockId,
        out: &mut Out<TendermintMessage>,
    ) {
        self.hear(from, height, round);
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

    fn prevote(&mut self, block: BlockId, out: &mut Out<TendermintMessage>) {
        let (height, round) = (self.height(), self.round);
        out.broadcast(TendermintMessage::Prevote {
            height,
            round,
            block,
        });
        self.step = Step::Prevote;
        self.on_vote(self.me, (height, round, PREVOTE), block, out);
    }

    fn precommit(&mut self, block: BlockId, out: &mut Out<TendermintMessage>) {
        let (height, round) = (self.height(), self.round);
        out.broadcast(TendermintMessage::Precommit {
            height,
            round,
            block,
        });
        self.step = Step::Precommit;
        self.on_vote(self.me, (height, round, PRECOMMIT), block, out);
    }

    /// Applies every rule that holds, until none does.
    pub(super) fn apply_rules(&mut self, out: &mut Out<TendermintMessage>) {
        while !self.is_resting() && (self.decide(out) || self.skip(out) || self.vote(out)) {}
    }

    /// Lines 49 to 54, for any round.
    fn decide(&mut self, out: &mut Out<TendermintMessage>) -> bool {
        let height = self.height();
        let decided = self
            .proposals
            .range((height, 0)..=(height, u64::MAX))
            .flat_map(|(_, of_round)| of_round)
            .find_map(|proposal| {
                let slot = Slot {
                    view: proposal.round,
                    height,
                    phase: PRECOMMIT,
                };
                let block = proposal.block;
                let have = self.votes.count(slot, block.id);
                (have >= self.config.quorum.size && self.ledger.is_next(&block))
                    .then_some((slot, block))
            });
        let Some((slot, block)) = decided else {
            return false;
        };
        let proof = self.votes.certificate(slot, block.id);
        out.certified(&proof);
        self.ledger.decide(block, proof, out);
        self.next_height(out);
        true
    }

    /// Lines 52 to 54.
    pub(super) fn next_height(&mut self, out: &mut Out<TendermintMessage>) {
        self.locked = None;
        self.valid = None;
        self.heard.clear();
        self.start_round(0, out);
    }

    /// Lines 55 and 56. Who has been heard in a round counts for all earlier ones: they will not vote
    /// there any more.
    fn skip(&mut self, out: &mut Out<TendermintMessage>) -> bool {
        let mut rounds: Vec<u64> = self
            .heard
            .values()
            .copied()
            .filter(|round| *round > self.round)
            .collect();
        rounds.sort_unstable_by(|a, b| b.cmp(a));
        let Some(round) = rounds.get(self.config.quorum.faults as usize) else {
            return false;
        };
        self.start_round(*round, out);
        true
    }

    /// The rules of the present round.
    fn vote(&mut self, out: &mut Out<TendermintMessage>) -> bool {
        let quorum = self.config.quorum.size;
        let (height, round) = (self.height(), self.round);
        if self.step == Step::Propose {
            let of_round = self.proposals.get(&(height, round));
            let Some(proposal) = of_round.and_then(|of_round| of_round.first()).cloned() else {
                return false;
            };
            // Lines 22 to 33; of line 28's prevotes the proposal brings a quorum.
            let block = &proposal.block;
            let is_free = self.locked.is_none_or(|(locked_round, locked)| {
                let valid = proposal.valid.as_ref();
                locked == block.id || valid.is_some_and(|proof| locked_round <= proof.view)
            });
            let is_flawed = self.config.flaw == Some(LOCK_CHECK_DROPPED);
            let is_acceptable = self.ledger.is_next(block) && (is_free || is_flawed);
            self.prevote(
                if is_acceptable {
                    block.id
                } else {
                    BlockId::NONE
                },
                out,
            );
            return true;
        }
        let (prevotes, precommits) = (self.slot(PREVOTE), self.slot(PRECOMMIT));
        // Lines 36 to 43.
        if !self.once[1]
            && let Some(block) = self.prevoted(prevotes)
        {
            self.once[1] = true;
            let proof = self.votes.certificate(prevotes, block.id);
            out.certified(&proof);
            self.valid = Some((block, proof));
            if self.step == Step::Prevote {
                self.locked = Some((round, block.id));
                out.locked(round, block.id);
                self.precommit(block.id, out);
            }
            return true;
        }
        // Lines 44 to 46.
        if self.step == Step::Prevote && self.votes.count(prevotes, BlockId::NONE) >= quorum {
            self.precommit(BlockId::NONE, out);
            return true;
        }
        // Lines 34 and 35, 47 and 48.
        if self.step == Step::Prevote && !self.once[0] && self.voters(prevotes) >= quorum {
            self.once[0] = true;
            out.set_timer(PREVOTE_TIMER, self.entry, self.span());
        }
        if !self.once[2] && self.voters(precommits) >= quorum {
            self.once[2] = true;
            out.set_timer(PRECOMMIT_TIMER, self.entry, self.span());
        }
        false
    }

    /// A proposal of this round that a quorum has prevoted.
    fn prevoted(&self, slot: Slot) -> Option<Block> {
        let of_round = self.proposals.get(&(slot.height, slot.view))?;
        let blocks = of_round.iter().map(|proposal| proposal.block);
        blocks.into_iter().find(|block| {
            self.votes.count(slot, block.id) >= self.config.quorum.size
                && self.ledger.is_next(block)
        })
    }

    /// Lines 57 to 67, and the round that is stuck.
    pub(super) fn on_timer(&mut self, kind: u8, out: &mut Out<TendermintMessage>) {
        match (kind, self.step) {
            (PROPOSE_TIMER, Step::Propose) => self.prevote(BlockId::NONE, out),
            (PREVOTE_TIMER, Step::Prevote) => self.precommit(BlockId::NONE, out),
            (PRECOMMIT_TIMER, _) => self.start_round(self.round + 1, out),
            (STATUS_TIMER, _) => {
                self.say_status(out);
                self.set_status_timer(out);
            }
            _ => {}
        }
    }
}

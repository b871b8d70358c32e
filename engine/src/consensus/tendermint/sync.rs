//! What stands for gossip: who gets no further says so, others send what they hold.

use super::form::PRECOMMIT;
use super::message::{Held, TendermintMessage};
use super::replica::{STATUS_TIMER, Step, Tendermint};
use crate::consensus::ledger::{BLOCKS_MAX, Proven};
use crate::consensus::protocol::Out;
use crate::primitives::NodeIndex;
use std::sync::Arc;

impl Tendermint {
    pub(super) fn say_status(&self, out: &mut Out<TendermintMessage>) {
        out.broadcast(TendermintMessage::Status {
            decided: self.ledger.height(),
            round: self.round,
        });
    }

    /// Up again: the timers are gone, and messages may have been missed.
    pub(super) fn on_recover(&mut self, out: &mut Out<TendermintMessage>) {
        self.say_status(out);
        if self.is_resting() {
            return;
        }
        self.entry += 1;
        // Each timer fires a round's timeout from now, whichever of them had been started.
        for kind in 0..STATUS_TIMER {
            out.set_timer(kind, self.entry, self.span());
        }
        self.set_status_timer(out);
        if self.step == Step::Propose && self.asked.is_some() {
            out.ask(self.height());
        }
    }

    pub(super) fn on_status(
        &mut self,
        from: NodeIndex,
        decided: u64,
        round: u64,
        out: &mut Out<TendermintMessage>,
    ) {
        if let Some(blocks) = self.ledger.above(decided) {
            out.send(from, TendermintMessage::Missing(blocks));
        }
        if decided != self.ledger.height() {
            return;
        }
        let height = self.height();
        let rounds = [round, self.round];
        let held = Held {
            height,
            proposals: self
                .proposals
                .range((height, 0)..=(height, u64::MAX))
                .filter(|((_, of), _)| rounds.contains(of))
                .flat_map(|(_, of_round)| of_round.iter().cloned())
                .collect(),
            votes: self
                .votes
                .iter()
                .filter(|(slot, ..)| slot.height == height && rounds.contains(&slot.view))
                .map(|(slot, block, _)| self.votes.certificate(slot, block))
                .collect(),
        };
        if !held.proposals.is_empty() || !held.votes.is_empty() {
            out.send(from, TendermintMessage::Held(Arc::new(held)));
        }
    }

    pub(super) fn on_held(&mut self, held: &Held, out: &mut Out<TendermintMessage>) {
        if held.height != self.height() {
            return;
        }
        for proposal in &held.proposals {
            if proposal.block.height == held.height {
                self.on_proposal(proposal, out);
            }
        }
        for votes in &held.votes {
            for voter in votes.signers.iter() {
                let place = (held.height, votes.view, votes.phase.min(PRECOMMIT));
                self.on_vote(voter, place, votes.block, out);
            }
        }
    }

    pub(super) fn on_missing(
        &mut self,
        from: NodeIndex,
        blocks: &[Proven],
        out: &mut Out<TendermintMessage>,
    ) {
        let quorum = self.config.quorum;
        if !self.ledger.adopt(blocks, PRECOMMIT, &quorum, out) {
            return;
        }
        self.next_height(out);
        if blocks.len() == BLOCKS_MAX {
            let decided = self.ledger.height();
            out.send(from, TendermintMessage::Status { decided, round: 0 });
        }
    }
}

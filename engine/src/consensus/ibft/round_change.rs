//! Algorithm 3: rounds that are given up, and what is carried into the next one.

use super::form::{PREPARE, WITHOUT_JUSTIFICATION};
use super::message::{IbftMessage, PrePrepare, RoundChange};
use super::replica::{Changes, Ibft};
use crate::consensus::ledger::Proven;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::sync::Arc;

impl Ibft {
    /// "when timer is expired".
    pub(super) fn give_up(&mut self, out: &mut Out<IbftMessage>) {
        if !self.is_resting() {
            self.want(self.round + 1, out);
        }
    }

    /// Enters a round and says so to all, with what was prepared last.
    fn want(&mut self, round: u64, out: &mut Out<IbftMessage>) {
        let height = self.height();
        self.enter(round, out);
        let is_flawed = self.config.flaw == Some(WITHOUT_JUSTIFICATION);
        let change = Arc::new(RoundChange {
            height,
            round,
            prepared: self.prepared.clone().filter(|_| !is_flawed),
        });
        out.broadcast(IbftMessage::RoundChange(Arc::clone(&change)));
        let of_round = self.changes.entry((height, round)).or_default();
        of_round.insert(self.me, change);
    }

    fn enter(&mut self, round: u64, out: &mut Out<IbftMessage>) {
        let height = self.height();
        self.round = round;
        self.accepted = None;
        self.asked = None;
        self.changes.retain(|place, _| *place >= (height, round));
        self.restart_timer(out);
        out.entered(round, self.leader(height, round));
    }

    pub(super) fn on_round_change(
        &mut self,
        from: NodeIndex,
        change: &Arc<RoundChange>,
        out: &mut Out<IbftMessage>,
    ) {
        if change.height <= self.ledger.height() {
            return self.help(from, change.height - 1, out);
        }
        let is_past = change.height == self.height() && change.round < self.round;
        if is_past || !self.is_of_use(change.height, change.round) || !self.is_proven(change) {
            return;
        }
        let place = (change.height, change.round);
        let of_round = self.changes.entry(place).or_default();
        of_round.entry(from).or_insert_with(|| Arc::clone(change));
    }

    /// Whether a round change proves what it says.
    fn is_proven(&self, change: &RoundChange) -> bool {
        change.round > 0
            && change.prepared.as_ref().is_none_or(|(block, proof)| {
                proof.phase == PREPARE
                    && proof.view < change.round
                    && proof.is_valid(&self.config.quorum)
                    && (proof.block, proof.height) == (block.id, change.height)
                    && block.height == change.height
            })
    }

    /// "upon receiving f+1 valid ROUND-CHANGE with r > rᵢ": to the smallest of those rounds. So does a
    /// pre-prepare of a later round, which holds a quorum of them.
    pub(super) fn follow(&mut self, out: &mut Out<IbftMessage>) -> bool {
        let (height, round) = (self.height(), self.round);
        let later = (height, round + 1)..=(height, u64::MAX);
        if let Some(((_, least), _)) = self.proposals.range(later.clone()).next() {
            let least = *least;
            self.enter(least, out);
            return true;
        }
        let wanting: Signers = self
            .changes
            .range(later.clone())
            .flat_map(|(_, changes)| changes.keys().copied())
            .collect();
        if wanting.count() < self.config.quorum.weak() {
            return false;
        }
        let Some(((_, least), _)) = self.changes.range(later).next() else {
            return false;
        };
        self.want(*least, out);
        true
    }

    /// The leader proposes: in the first round at once, later "upon receiving a quorum of valid
    /// ROUND-CHANGE such that JustifyRoundChange": what was prepared in the newest round, or its own.
    pub(super) fn propose(&mut self, out: &mut Out<IbftMessage>) -> bool {
        let here = (self.height(), self.round);
        let is_begun = self.proposed == Some(here) || self.proposals.contains_key(&here);
        if self.leader(here.0, here.1) != self.me || is_begun || self.asked == Some(here) {
            return false;
        }
        let wanted = self.changes.get(&here).map_or(0, Changes::len) as u32;
        if self.round > 0 && wanted < self.config.quorum.size {
            return false;
        }
        if let Some((block, proof)) = self.highest_prepared() {
            self.send_pre_prepare(block, Some(proof), out);
            return true;
        }
        self.asked = Some(here);
        out.ask(here.0);
        false
    }

    /// HighestPrepared(Qrc), of the round changes to the present round.
    pub(super) fn highest_prepared(&self) -> Option<Proven> {
        let wanted = self.changes.get(&(self.height(), self.round))?;
        let prepared = wanted
            .values()
            .filter_map(|change| change.prepared.as_ref());
        prepared.max_by_key(|(_, proof)| proof.view).cloned()
    }

    /// JustifyPrePrepare: of the first round, or with a quorum's round changes of which none has prepared
    /// anything, or of which the one that prepared in the newest round prepared this block.
    pub(super) fn is_justified(&self, proposal: &PrePrepare) -> bool {
        if proposal.round == 0 {
            return true;
        }
        let signers: Signers = proposal.changes.iter().map(|(node, _)| *node).collect();
        if signers.count() < self.config.quorum.size {
            return false;
        }
        let prepared = proposal
            .changes
            .iter()
            .filter_map(|(_, prepared)| *prepared);
        let Some((round, block)) = prepared.max_by_key(|(round, _)| *round) else {
            return true;
        };
        proposal.prepared.as_ref().is_some_and(|proof| {
            proof.phase == PREPARE
                && proof.is_valid(&self.config.quorum)
                && (proof.view, proof.block) == (round, block)
                && (proof.block, proof.height) == (proposal.block.id, proposal.block.height)
        })
    }
}

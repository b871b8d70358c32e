//! Normal-case operation (§4.2): pre-prepare, prepare, commit, execute.

use super::form::{COMMIT, PREPARE};
use super::message::PbftMessage;
use super::replica::{Pbft, VIEWS_AHEAD};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::primitives::hash::mix;
use crate::trace::consensus::Offence;

/// Blocks kept for those who missed them.
const HISTORY_MAX: usize = 4_096;

/// View, height and block that a vote names.
type Named = (u64, u64, BlockId);

impl Pbft {
    /// §4.2: accepted if it is of this view, signed by its primary, between the water marks, and nothing
    /// else was accepted for the same view and number.
    pub(super) fn on_pre_prepare(
        &mut self,
        from: NodeIndex,
        view: u64,
        block: Block,
        out: &mut Out<PbftMessage>,
    ) {
        if from != self.primary_of(view) || !self.is_in_log(block.height) {
            return;
        }
        if view > self.view || (view == self.view && self.is_changing) {
            if view <= self.view + VIEWS_AHEAD {
                self.early.entry((view, block.height)).or_insert(block);
            }
            return;
        }
        if view < self.view {
            return;
        }
        let place = self.log.entry(block.height).or_default();
        if let Some((accepted_in, accepted)) = &place.accepted
            && *accepted_in == view
        {
            if accepted.id != block.id {
                out.evidence(from, Offence::Equivocation);
            }
            return;
        }
        self.accept(block, out);
    }

    /// Enters the prepare phase for a pre-prepare of this view. The primary's own counts as its prepare:
    /// "prepared" takes the pre-prepare and 2f prepares of backups.
    pub(super) fn accept(&mut self, block: Block, out: &mut Out<PbftMessage>) {
        let view = self.view;
        let place = self.log.entry(block.height).or_default();
        place.accepted = Some((view, block));
        let slot = self.slot(block.height, PREPARE);
        self.count(slot, block.id, self.primary(), out);
        if self.primary() != self.me {
            out.broadcast(PbftMessage::Prepare {
                view,
                height: block.height,
                block: block.id,
            });
            self.count(slot, block.id, self.me, out);
        }
        self.check_prepared(block.height, out);
    }

    fn count(&mut self, slot: Slot, block: BlockId, voter: NodeIndex, out: &mut Out<PbftMessage>) {
        let count = self.votes.add(slot, block, voter);
        out.counted(slot, block, voter, count, self.config.quorum.size);
    }

    /// Votes of later views are counted beforehand: they may overtake the view's beginning.
    fn is_of_use(&self, (view, height, _): Named) -> bool {
        view >= self.view && view <= self.view + VIEWS_AHEAD && self.is_in_log(height)
    }

    pub(super) fn on_prepare(&mut self, from: NodeIndex, named: Named, out: &mut Out<PbftMessage>) {
        let (view, height, block) = named;
        if !self.is_of_use(named) || from == self.primary_of(view) {
            return;
        }
        let slot = Slot {
            view,
            height,
            phase: PREPARE,
        };
        self.count(slot, block, from, out);
        if view == self.view && !self.is_changing {
            self.check_prepared(height, out);
        }
    }

    pub(super) fn on_commit(&mut self, from: NodeIndex, named: Named, out: &mut Out<PbftMessage>) {
        let (view, height, block) = named;
        if !self.is_of_use(named) {
            return;
        }
        let slot = Slot {
            view,
            height,
            phase: COMMIT,
        };
        self.count(slot, block, from, out);
        if view == self.view && !self.is_changing {
            self.check_committed(height, out);
        }
    }

    /// prepared(m, v, n, i): then a commit is sent, once in each view.
    fn check_prepared(&mut self, height: u64, out: &mut Out<PbftMessage>) {
        let view = self.view;
        let Some(place) = self.log.get_mut(&height) else {
            return;
        };
        let Some((_, block)) = place.accepted.filter(|(accepted, _)| *accepted == view) else {
            return;
        };
        let prepared_in = place.prepared.as_ref().map(|(_, proof)| proof.view);
        if prepared_in == Some(view) {
            return;
        }
        let slot = Slot {
            view,
            height,
            phase: PREPARE,
        };
        if self.votes.count(slot, block.id) < self.config.quorum.size {
            return;
        }
        let proof = self.votes.certificate(slot, block.id);
        out.certified(&proof);
        out.locked(view, block.id);
        place.prepared = Some((block, proof));
        out.broadcast(PbftMessage::Commit {
            view,
            height,
            block: block.id,
        });
        self.count(self.slot(height, COMMIT), block.id, self.me, out);
        self.check_committed(height, out);
    }

    /// committed-local(m, v, n, i): prepared, and a quorum of commits.
    fn check_committed(&mut self, height: u64, out: &mut Out<PbftMessage>) {
        let slot = self.slot(height, COMMIT);
        let Some(place) = self.log.get_mut(&height) else {
            return;
        };
        if place.committed.is_some() {
            return;
        }
        let Some((block, proof)) = &place.prepared else {
            return;
        };
        if proof.view != slot.view || self.votes.count(slot, block.id) < self.config.quorum.size {
            return;
        }
        let proof = self.votes.certificate(slot, block.id);
        out.certified(&proof);
        place.committed = Some(proof);
        self.execute_all(out);
    }

    /// Executes what is committed, in order. §4.2: "after its state reflects the sequential execution
    /// of all requests with lower sequence numbers".
    pub(super) fn execute_all(&mut self, out: &mut Out<PbftMessage>) {
        let before = self.executed;
        while let Some(place) = self.log.get(&(self.executed + 1))
            && let (Some((block, _)), Some(proof)) = (&place.prepared, &place.committed)
        {
            let (block, proof) = (*block, proof.clone());
            self.execute(block, proof, out);
        }
        if self.executed > before {
            self.failures = 0;
            self.restart_timer(out);
            self.propose(out);
        }
    }

    pub(super) fn execute(&mut self, block: Block, proof: Certificate, out: &mut Out<PbftMessage>) {
        self.executed = block.height;
        self.state = BlockId(mix(self.state.0.rotate_left(23) ^ block.id.0).max(1));
        out.decided(block.height, block.id, proof.clone());
        self.history.insert(block.height, (block, proof));
        if self.history.len() > HISTORY_MAX {
            self.history.pop_first();
        }
        if block.height.is_multiple_of(self.checkpoint_every()) {
            self.make_checkpoint(out);
        }
    }
}

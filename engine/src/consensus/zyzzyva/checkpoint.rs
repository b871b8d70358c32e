//! Checkpoints (§3.1), in two rounds: a quorum that has executed as far is as good as a commit certificate, and
//! a quorum that holds that makes the history final, whatever views come.

use super::form::{CHECKPOINT, STABLE};
use super::message::{Place, ZyzzyvaMessage};
use super::replica::{VIEWS_AHEAD, Zyzzyva};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;

/// Checkpoints of heights further ahead than so many intervals are not counted.
const INTERVALS_AHEAD: u64 = 64;

fn slot(place: &Place, phase: u8) -> Slot {
    Slot {
        view: place.view,
        height: place.height,
        phase,
    }
}

impl Zyzzyva {
    /// Says that this replica has executed that far.
    pub(super) fn make_checkpoint(&mut self, height: u64, out: &mut Out<ZyzzyvaMessage>) {
        let Some(ordered) = self.chain.at(height) else {
            return;
        };
        let place = Place {
            view: self.begun,
            height,
            block: ordered.block.id,
        };
        out.broadcast(ZyzzyvaMessage::Checkpoint(place));
        self.on_checkpoint(self.me, &place, out);
    }

    /// Says so anew of the last interval that is not final, in a new view.
    pub(super) fn repeat_checkpoint(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        let every = self.checkpoint_every();
        let height = self.chain.tip().0 / every * every;
        if height > self.chain.base().0 {
            self.make_checkpoint(height, out);
        }
    }

    fn is_counted(&self, place: &Place) -> bool {
        let (every, low) = (self.checkpoint_every(), self.chain.base().0);
        place.height > low
            && place.height - low <= every * INTERVALS_AHEAD
            && place.height.is_multiple_of(every)
            && place.view <= self.view + VIEWS_AHEAD
    }

    pub(super) fn on_checkpoint(
        &mut self,
        from: NodeIndex,
        place: &Place,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if !self.is_counted(place) || place.view < self.begun {
            return;
        }
        let (slot, size) = (slot(place, CHECKPOINT), self.config.quorum.size);
        let count = self.votes.add(slot, place.block, from);
        out.counted(slot, place.block, from, count, size);
        if count.have >= size
            && self.is_in(place.view)
            && self.chain.has(place.height, place.block)
            && self.announced != Some(*place)
        {
            let proof = self.votes.certificate(slot, place.block);
            self.adopt(&proof, out);
            self.announced = Some(*place);
            out.broadcast(ZyzzyvaMessage::CheckpointStable(*place));
            self.on_checkpoint_stable(self.me, place, out);
        }
    }

    pub(super) fn on_checkpoint_stable(
        &mut self,
        from: NodeIndex,
        place: &Place,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if !self.is_counted(place) {
            return;
        }
        let (slot, size) = (slot(place, STABLE), self.config.quorum.size);
        let count = self.votes.add(slot, place.block, from);
        out.counted(slot, place.block, from, count, size);
        if count.have >= size {
            let proof = self.votes.certificate(slot, place.block);
            if self.chain.has(place.height, place.block) {
                self.stabilise(proof, out);
            } else {
                self.say_status(out);
            }
        }
    }

    /// A checkpoint is stable, and part of this replica's history: what it covers is decided.
    pub(super) fn stabilise(&mut self, proof: Certificate, out: &mut Out<ZyzzyvaMessage>) {
        let height = proof.height;
        if height <= self.chain.base().0 {
            return;
        }
        out.certified(&proof);
        for ordered in self.chain.settle(height) {
            let block = &ordered.block;
            if block.height > self.decided {
                self.decided = block.height;
                out.decided(block.height, block.id, proof.clone());
            }
            let asked = self.client.waiting;
            if asked.is_some_and(|asked| {
                (asked.client, asked.number) == (ordered.client, ordered.number)
            }) {
                self.client.finish(out);
            }
        }
        self.stable = proof;
        let is_kept = |slot: &Slot| slot.height > height;
        self.votes
            .retain(|slot| !matches!(slot.phase, CHECKPOINT | STABLE) || is_kept(slot));
        self.early.retain(|(_, early), _| *early > height);
        self.order(out);
    }
}

//! Garbage collection (§4.3): checkpoints, and what becomes of the log below a stable one.

use super::form::CHECKPOINT;
use super::message::PbftMessage;
use super::replica::Pbft;
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;

/// Checkpoints of heights further ahead than so many intervals are not counted.
const INTERVALS_AHEAD: u64 = 64;

fn slot(height: u64) -> Slot {
    Slot {
        view: 0,
        height,
        phase: CHECKPOINT,
    }
}

impl Pbft {
    /// Says how far this replica's state goes.
    pub(super) fn make_checkpoint(&mut self, out: &mut Out<PbftMessage>) {
        let (height, state) = (self.executed, self.state);
        out.broadcast(PbftMessage::Checkpoint { height, state });
        self.on_checkpoint(self.me, height, state, out);
    }

    pub(super) fn on_checkpoint(
        &mut self,
        from: NodeIndex,
        height: u64,
        state: BlockId,
        out: &mut Out<PbftMessage>,
    ) {
        let every = self.checkpoint_every();
        let ahead = height.saturating_sub(self.stable.height);
        if ahead == 0 || ahead > every * INTERVALS_AHEAD || !height.is_multiple_of(every) {
            return;
        }
        let count = self.votes.add(slot(height), state, from);
        out.counted(slot(height), state, from, count, self.config.quorum.size);
        if count.have >= self.config.quorum.size {
            let proof = self.votes.certificate(slot(height), state);
            out.certified(&proof);
            self.stabilise(proof, out);
        }
    }

    /// A checkpoint is proven: "the replica discards all pre-prepare, prepare, and commit messages with
    /// sequence number less than or equal to n".
    pub(super) fn stabilise(&mut self, proof: Certificate, out: &mut Out<PbftMessage>) {
        let height = proof.height;
        if height <= self.stable.height {
            return;
        }
        self.stable = proof;
        self.log = self.log.split_off(&(height + 1));
        self.early.retain(|(_, early), _| *early > height);
        self.votes.retain(|slot| slot.height > height);
        self.next = self.next.max(height + 1);
        if self.executed < height {
            // Others are so far ahead that what they sent has been discarded here.
            self.say_status(out);
        } else {
            self.propose(out);
        }
    }
}

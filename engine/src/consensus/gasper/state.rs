//! What a chain says of itself after each block: whose votes it has counted, what is justified and final.

use super::ffg::{Checkpoint, Justification};
use super::message::{Attestation, Sealed};
use crate::consensus::block::BlockId;
use crate::consensus::quorum::Quorum;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::sync::{Arc, OnceLock};

/// The state after a block (the part of `BeaconState` that agreement needs).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct State {
    /// The epoch it is in.
    pub(super) epoch: u64,
    pub(super) justification: Justification,
    /// The block of the epoch before's checkpoint, and who voted for it.
    previous: (BlockId, Signers),
    /// The block of this epoch's checkpoint, and who voted for it.
    current: (BlockId, Signers),
    /// Who validates no longer: those whose exits were on the chain before this epoch, and before the last.
    exited: Signers,
    exited_before: Signers,
    /// Whose exits have come on the chain in this epoch.
    leaving: Signers,
}

/// What a chain has reached with a block: its state, and what that would be at its epoch's end.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Reached {
    pub(super) state: State,
    pub(super) unrealized: Justification,
}

/// What a block leads to, and from where, once somebody has looked: everybody else who comes from there with the
/// same block would come to the same, and keeps the same. Says nothing about which block it is.
#[derive(Clone, Default, Debug)]
pub(super) struct After(Arc<OnceLock<[Arc<Reached>; 2]>>);

impl PartialEq for After {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for After {}

impl Sealed {
    /// What the chain reaches with this block after `parent`; `None` if the block is not valid there.
    pub(super) fn reach(
        &self,
        parent: &Arc<Reached>,
        slots: u64,
        quorum: &Quorum,
    ) -> Option<Arc<Reached>> {
        if let Some([from, to]) = self.after.0.get()
            && from == parent
        {
            return Some(Arc::clone(to));
        }
        let state = parent.state.apply(self, slots, quorum)?;
        let unrealized = state.weighed(quorum);
        let to = Arc::new(Reached { state, unrealized });
        // Whoever was first is remembered; from elsewhere the same block leads elsewhere.
        let _ = self.after.0.set([Arc::clone(parent), Arc::clone(&to)]);
        Some(to)
    }
}

impl State {
    /// Epochs pass: `head` is the last block (`process_slots`).
    pub(super) fn advance(&mut self, epoch: u64, head: BlockId, quorum: &Quorum) {
        while self.epoch < epoch {
            self.justification = self.weighed(quorum);
            self.epoch += 1;
            self.previous = std::mem::take(&mut self.current);
            self.current.0 = head;
            self.exited_before.clone_from(&self.exited);
            for validator in std::mem::take(&mut self.leaving).iter() {
                self.exited.add(validator);
            }
        }
    }

    /// Who validates no longer in this epoch.
    pub(super) fn exited(&self) -> &Signers {
        &self.exited
    }

    /// Whether anybody has left or is about to.
    pub(super) fn knows_exits(&self) -> bool {
        self.exited.count() + self.leaving.count() > 0
    }

    /// Whether a validator may say on this chain that it leaves: it has not done so, and somebody stays.
    pub(super) fn lets_leave(&self, validator: NodeIndex, quorum: &Quorum) -> bool {
        let gone = self.exited.count() + self.leaving.count();
        let has_left = self.exited.has(validator) || self.leaving.has(validator);
        !has_left && gone + 1 < quorum.nodes
    }

    /// How many votes make a quorum of those who are left.
    fn needed(quorum: &Quorum, exited: &Signers) -> u32 {
        match exited.count() {
            0 => quorum.size,
            gone => {
                let nodes = quorum.nodes.saturating_sub(gone);
                Quorum::right(nodes, Quorum::faults_max(nodes, 3)).size
            }
        }
    }

    /// What would be justified and final if the epoch ended now
    /// (`process_justification_and_finalization`; nothing is weighed before epoch 2).
    pub(super) fn weighed(&self, quorum: &Quorum) -> Justification {
        let mut justification = self.justification.clone();
        if self.epoch < 2 {
            return justification;
        }
        let target = |(block, signers): &'_ (BlockId, Signers), epoch, exited| {
            let checkpoint = Checkpoint {
                epoch,
                block: *block,
            };
            (signers.count() >= Self::needed(quorum, exited)).then_some(checkpoint)
        };
        let previous = target(&self.previous, self.epoch - 1, &self.exited_before);
        let current = target(&self.current, self.epoch, &self.exited);
        justification.weigh(
            self.epoch,
            previous.map(|checkpoint| (checkpoint, &self.previous.1)),
            current.map(|checkpoint| (checkpoint, &self.current.1)),
        );
        justification
    }

    /// The state after a block on this one; `None` if the block is not valid here.
    pub(super) fn apply(&self, sealed: &Sealed, slots: u64, quorum: &Quorum) -> Option<Self> {
        let block = &sealed.block;
        let mut state = self.clone();
        state.advance(block.view / slots, block.parent, quorum);
        if sealed.leaves {
            if !state.lets_leave(block.proposer, quorum) {
                return None;
            }
            state.leaving.add(block.proposer);
        }
        for vote in sealed.attestations.iter() {
            let is_past = vote.slot < block.view && vote.target.epoch == vote.slot / slots;
            let is_somebody = vote.validator.0 < quorum.nodes;
            if !is_past || !is_somebody || !state.takes(vote) {
                return None;
            }
            state.count(vote);
        }
        if block.view.is_multiple_of(slots) {
            state.current.0 = block.id;
        }
        Some(state)
    }

    /// Whether a vote may be brought onto this chain: of this epoch or the one before, from the source
    /// that this chain had then (`process_attestation`).
    fn takes(&self, vote: &Attestation) -> bool {
        let exited = if vote.target.epoch == self.epoch {
            &self.exited
        } else {
            &self.exited_before
        };
        if exited.has(vote.validator) {
            return false;
        }
        if vote.target.epoch == self.epoch {
            vote.source == self.justification.current
        } else {
            vote.target.epoch + 1 == self.epoch && vote.source == self.justification.previous
        }
    }

    /// Counts a vote if its target is this chain's.
    fn count(&mut self, vote: &Attestation) {
        let (block, signers) = if vote.target.epoch == self.epoch {
            &mut self.current
        } else {
            &mut self.previous
        };
        if vote.target.block == *block {
            signers.add(vote.validator);
        }
    }

    /// Whether a vote would be taken and would count for more than is there.
    pub(super) fn wants(&self, vote: &Attestation) -> bool {
        let (block, signers) = if vote.target.epoch == self.epoch {
            &self.current
        } else {
            &self.previous
        };
        self.takes(vote) && vote.target.block == *block && !signers.has(vote.validator)
    }

    /// This epoch's checkpoint block, and how many have voted for it.
    pub(super) fn progress(&self) -> (BlockId, u32) {
        (self.current.0, self.current.1.count())
    }

    /// This epoch's checkpoint.
    pub(super) fn target(&self) -> Checkpoint {
        Checkpoint {
            epoch: self.epoch,
            block: self.current.0,
        }
    }
}

//! What a replica tells whoever watches. Notes change nothing in the run but for [`Note::Ask`].

use super::block::{Block, BlockId};
use super::certificate::Certificate;
use super::protocol::Out;
use super::signers::Signers;
use super::vote::{Count, Slot};
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;

/// A note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// It wants something to propose. An answer comes as a payload, at once or when there is one.
    Ask {
        /// At which height.
        height: u64,
    },
    /// Its client requested a payload: hops and latency of blocks with this tag go from here on.
    Requested {
        /// The payload's tag.
        tag: u64,
    },
    /// It proposed a block, for the first time.
    Proposed(Block),
    /// It entered a view.
    Entered {
        /// Which.
        view: u64,
        /// Who leads it.
        leader: NodeIndex,
    },
    /// It locked itself on a block.
    Locked {
        /// The view of the lock.
        view: u64,
        /// The block.
        block: BlockId,
    },
    /// It counted a vote. Only made when somebody wants every detail.
    Counted {
        /// Where.
        slot: Slot,
        /// For which block.
        block: BlockId,
        /// How many it has.
        have: u32,
        /// How many it needs.
        need: u32,
    },
    /// It holds a certificate.
    Certified(Certificate),
    /// It decided a block: the next height's, for ever.
    Decided {
        /// The height.
        height: u64,
        /// The block.
        block: BlockId,
        /// Why.
        certificate: Certificate,
    },
    /// The head of the chain that it prefers, for protocols with a fork choice.
    Head {
        /// The height.
        height: u64,
        /// The block.
        block: BlockId,
        /// How many blocks of the former chain it left.
        reverted: u32,
    },
    /// These validators have left for good, as far as this replica knows.
    Withdrawn(Signers),
    /// Two messages show that somebody broke the rules.
    Evidence {
        /// Who.
        culprit: NodeIndex,
        /// How.
        offence: Offence,
    },
}

impl<M> Out<M> {
    /// Asks for something to propose.
    pub fn ask(&mut self, height: u64) {
        self.note(Note::Ask { height });
    }

    /// Says that this node's client requests a payload. Before the messages that carry it.
    pub fn requested(&mut self, tag: u64) {
        self.note(Note::Requested { tag });
    }

    /// Says that this replica proposed a block. Before the messages that carry it.
    pub fn proposed(&mut self, block: Block) {
        self.note(Note::Proposed(block));
    }

    /// Says that this replica entered a view.
    pub fn entered(&mut self, view: u64, leader: NodeIndex) {
        self.note(Note::Entered { view, leader });
    }

    /// Says that this replica locked itself.
    pub fn locked(&mut self, view: u64, block: BlockId) {
        self.note(Note::Locked { view, block });
    }

    /// Says how far a count has come, and who voted twice.
    pub fn counted(
        &mut self,
        slot: Slot,
        block: BlockId,
        voter: NodeIndex,
        count: Count,
        need: u32,
    ) {
        if count.is_double && count.is_new {
            self.evidence(voter, Offence::DoubleVote);
        }
        if self.is_detailed() && count.is_new {
            self.note(Note::Counted {
                slot,
                block,
                have: count.have,
                need,
            });
        }
    }

    /// Says that this replica holds a certificate.
    pub fn certified(&mut self, certificate: &Certificate) {
        if self.is_detailed() {
            self.note(Note::Certified(certificate.clone()));
        }
    }

    /// Says that this replica decided. Heights come in order, each once.
    pub fn decided(&mut self, height: u64, block: BlockId, certificate: Certificate) {
        self.note(Note::Decided {
            height,
            block,
            certificate,
        });
    }

    /// Says which chain this replica prefers now, and how many blocks of the former one it left.
    pub fn head(&mut self, height: u64, block: BlockId, reverted: u32) {
        self.note(Note::Head {
            height,
            block,
            reverted,
        });
    }

    /// Says that somebody broke the rules.
    pub fn evidence(&mut self, culprit: NodeIndex, offence: Offence) {
        self.note(Note::Evidence { culprit, offence });
    }
}

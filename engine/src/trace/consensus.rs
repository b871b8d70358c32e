//! A network of nodes as it ran in simulated time: messages, timers, changes of state, faults.
//!
//! Rows refer to each other by index: what a node did while it handled a message names that message as
//! its *cause*, so the whole chain behind a decision can be drawn.

use crate::primitives::{Digest, Micros};
use serde::{Deserialize, Serialize};

/// An index into [`Recording::messages`]; [`NO_ROW`] where there is none.
pub type Row = u32;

/// No message: a start, a timer, or a message sent after the recording was full.
pub const NO_ROW: Row = u32::MAX;

/// A run: everything that a viewer draws.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Every node of the network, copies of one identity after all originals.
    pub nodes: Vec<Node>,
    /// The kinds of messages, by number.
    pub kinds: Vec<Kind>,
    /// The names of the phases that are voted in, by number.
    pub phases: Vec<String>,
    /// Every message, in the order of sending.
    pub messages: Vec<Message>,
    /// Everything else that happened, in order.
    pub marks: Vec<Mark>,
    /// Certificates that marks name.
    pub certificates: Vec<Certificate>,
    /// Most messages, and most marks, that are kept.
    pub limit: u32,
    /// When the limit was reached; what was sent or happened later is not recorded.
    pub full_at: Option<Micros>,
}

/// A node: a line of the space-time diagram.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// Whose signatures it makes: its own number, or for a copy the original's.
    pub identity: u32,
    /// The region it is in, by number; 0 without regions.
    pub region: u16,
}

/// A kind of message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kind {
    /// Its name in the protocol's paper, in snake case.
    pub name: String,
    /// What it is for.
    pub class: Class,
}

/// What a kind of message is for. Adversaries and colours go by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Brings a block to be agreed on.
    Proposal,
    /// One node's word for a block.
    Vote,
    /// A quorum's word, passed on.
    Certificate,
    /// Gives up a view, or opens a new one.
    ViewChange,
    /// Says how far a state goes: checkpoints.
    Checkpoint,
    /// Fetches what was missed.
    Sync,
    /// From or to a client: counted apart.
    Client,
    /// Between nodes that lie together; a protocol names such kinds last.
    Collusion,
}

/// One message from one node to one other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its number, the same in every run of one scenario; what an act that drops it names.
    pub id: u64,
    /// The sender.
    pub from: u32,
    /// The receiver.
    pub to: u32,
    /// An index into [`Recording::kinds`].
    pub kind: u8,
    /// The view (round, epoch, slot) it is about.
    pub view: u64,
    /// The height (sequence number) it is about; 0 for none.
    pub height: u64,
    /// The block it is about; 0 for none.
    pub block: u64,
    /// How large it is.
    pub bytes: u32,
    /// How many signatures the receiver checks.
    pub signatures: u32,
    /// When the sender sent it.
    pub sent: Micros,
    /// When its last byte left the sender's uplink.
    pub left: Micros,
    /// When the receiver had handled it, or it was lost; until then, when it is expected.
    pub ended: Micros,
    /// How it ended.
    pub fate: Fate,
    /// The message whose handling sent it.
    pub cause: Row,
    /// How many messages lie behind it, itself included, along causes.
    pub depth: u32,
}

/// How a message ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is on its way.
    Flying,
    /// A partition holds it until it heals.
    Held,
    /// It was handled.
    Delivered,
    /// It was lost.
    Dropped(DropReason),
}

/// Why a message was lost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// The network lost it, and every repetition.
    Loss,
    /// The receiver was down.
    Crashed,
    /// Somebody dropped it by hand or by script.
    Act,
    /// A queue was full.
    QueueFull,
    /// Gossip: the receiver had it already.
    Duplicate,
}

/// Something that happened at one node, other than a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Micros,
    /// Where; for a fault of the whole network 0.
    pub node: u32,
    /// The message that was being handled.
    pub cause: Row,
    /// What.
    pub what: What,
}

/// What a mark says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A timer was set.
    TimerSet {
        /// The protocol's number for the timer.
        timer: u8,
        /// The view it was set in.
        view: u64,
        /// When it is to fire.
        fires: Micros,
    },
    /// A timer fired.
    TimerFired {
        /// The protocol's number for the timer.
        timer: u8,
        /// The view it was set in.
        view: u64,
    },
    /// The node proposed a block.
    Proposed {
        /// The view.
        view: u64,
        /// The height.
        height: u64,
        /// The block.
        block: u64,
    },
    /// The node entered a view.
    Entered {
        /// The view.
        view: u64,
        /// Who leads it.
        leader: u32,
    },
    /// The node locked itself on a block.
    Locked {
        /// The view of the lock.
        view: u64,
        /// The block.
        block: u64,
    },
    /// The node counted a vote.
    Counted {
        /// An index into [`Recording::phases`].
        phase: u8,
        /// The view.
        view: u64,
        /// The block; 0 for a vote for none.
        block: u64,
        /// How many votes it has.
        have: u32,
        /// How many it needs.
        need: u32,
    },
    /// The node holds a certificate.
    Certified {
        /// An index into [`Recording::certificates`].
        certificate: u32,
    },
    /// The node decided; a decision is for ever.
    Decided {
        /// The height.
        height: u64,
        /// The block.
        block: u64,
        /// An index into [`Recording::certificates`].
        certificate: u32,
        /// Messages between the proposal and this decision, along causes.
        hops: u32,
        /// Time since the proposal.
        latency: Micros,
    },
    /// The head of the chain that the node prefers, for protocols with a fork choice.
    Head {
        /// The height.
        height: u64,
        /// The block.
        block: u64,
        /// How many blocks of the former chain were left.
        reverted: u32,
    },
    /// The node can prove that another one broke the rules.
    Evidence {
        /// Who.
        culprit: u32,
        /// How.
        offence: Offence,
    },
    /// A fault began or ended.
    Act {
        /// An index into the run's list of acts.
        act: u32,
    },
}

/// A way of breaking the rules that two signed messages prove.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    /// Two proposals for one place.
    Equivocation,
    /// Two votes for one place.
    DoubleVote,
    /// A vote that surrounds another one (Casper FFG).
    SurroundVote,
}

/// A certificate: who voted for what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Certificate {
    /// An index into [`Recording::phases`].
    pub phase: u8,
    /// The view.
    pub view: u64,
    /// The height.
    pub height: u64,
    /// The block.
    pub block: u64,
    /// Who signed it, ascending.
    pub signers: Vec<u32>,
}

impl Recording {
    /// An empty recording of at most so many messages and so many marks.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Adds a message; [`NO_ROW`] once the recording is full.
    pub fn push_message(&mut self, message: Message) -> Row {
        if self.full_at.is_some() || self.messages.len() >= self.limit as usize {
            self.full_at.get_or_insert(message.sent);
            return NO_ROW;
        }
        self.messages.push(message);
        self.messages.len() as Row - 1
    }

    /// Adds a mark, unless the recording is full.
    pub fn push_mark(&mut self, mark: Mark) {
        if self.full_at.is_some() || self.marks.len() >= self.limit as usize {
            self.full_at.get_or_insert(mark.at);
            return;
        }
        self.marks.push(mark);
    }

    /// Adds a certificate and gives its index. Unless the recording is full: then the index of the last.
    pub fn push_certificate(&mut self, certificate: Certificate) -> u32 {
        if self.full_at.is_none() {
            self.certificates.push(certificate);
        }
        (self.certificates.len() as u32).saturating_sub(1)
    }

    /// The digest of the whole recording: equal digests mean equal runs, event by event.
    pub fn digest(&self) -> Digest {
        // Writing to memory cannot fail; an empty record would change the digest and be seen.
        Digest::of(&postcard::to_allocvec(self).unwrap_or_default())
    }
}

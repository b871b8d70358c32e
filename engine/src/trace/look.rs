//! One moment of a run of shards, from near: accounts that have much to do, a shard's block on its lanes, what
//! a transaction has sent from shard to shard.

use super::consensus::{Fate, Kind};
use super::intent::StepLanes;
use crate::primitives::{Digest, Micros};
use serde::{Deserialize, Serialize};

/// What somebody looks at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Glance {
    /// When.
    pub at: Micros,
    /// An account, beside those that have most to do.
    pub account: Option<u32>,
    /// The shard whose block is to be shown.
    pub shard: Option<u16>,
    /// The transaction whose receipts are to be shown.
    pub ticket: Option<u64>,
}

/// What there is to be seen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Look {
    /// What was looked at.
    pub glance: Glance,
    /// By shard: accounts that live there, those with the most transactions first.
    pub busiest: Vec<Vec<Resident>>,
    /// The account that was asked for.
    pub account: Option<Resident>,
    /// The shard's block that is being agreed on, or else its last one.
    pub block: Option<BlockLook>,
    /// What the transaction has sent out, step by step.
    pub receipts: Vec<Receipt>,
}

/// An account at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resident {
    /// Which.
    pub account: u32,
    /// Where it lives.
    pub shard: u16,
    /// Transactions asked for so far that name it, however often each was tried.
    pub asked: u32,
    /// Those of its that are under way.
    pub open: u32,
    /// Where it is going, if it is.
    pub leaving: Option<Leaving>,
}

/// An account that is to live on another shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leaving {
    /// Which.
    pub to: u16,
    /// Since when it is to.
    pub since: Micros,
    /// Whether it is on its way; before that, what is open of its has to end.
    pub is_begun: bool,
    /// Transactions that wait until it is there.
    pub waiting: u32,
}

/// A shard's block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockLook {
    /// Whose.
    pub shard: u16,
    /// Its number, from 1.
    pub number: u32,
    /// When it was proposed.
    pub proposed: Micros,
    /// When it is agreed on; [`Micros::NEVER`] if it never is.
    pub agreed: Micros,
    /// How the committee agrees on it; `None` where every block takes the same time and nobody says
    /// anything.
    pub talk: Option<Talk>,
    /// What it holds, in order.
    pub entries: Vec<BlockEntry>,
    /// The same on the shard's lanes, one where it runs in order; its step is the block's number.
    pub lanes: StepLanes,
    /// The state's root after it.
    pub root: Digest,
}

/// How a committee agrees on one block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Talk {
    /// The protocol's name.
    pub protocol: String,
    /// Members of the committee.
    pub members: u32,
    /// How many have to decide before the shard takes the block for agreed on.
    pub quorum: u32,
    /// The kinds of messages, by number.
    pub kinds: Vec<Kind>,
    /// Every message that was sent from the proposal until so many have decided, in the order of sending.
    pub said: Vec<Said>,
    /// Which members decide on the block, and when: those of the same moment as the last one needed, too.
    pub decided: Vec<(Micros, u32)>,
    /// When messages were too many to be kept.
    pub full_at: Option<Micros>,
}

/// A message of a committee's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// The sender.
    pub from: u32,
    /// The receiver.
    pub to: u32,
    /// An index into [`Talk::kinds`].
    pub kind: u8,
    /// Whether it names the block; others belong to the chain's other blocks, or open a view.
    pub is_own: bool,
    /// When it was sent.
    pub sent: Micros,
    /// When it was handled, or is expected to be.
    pub ended: Micros,
    /// How it ended.
    pub fate: Fate,
}

/// One entry of a block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockEntry {
    /// Of which transaction.
    pub ticket: u64,
    /// `whole` (a transaction in one call), `pay`, `debit`, `credit`, `trade`, `check` or `empty`.
    pub what: String,
    /// `now`, `prepare`, `commit`, `abort` or `refund`.
    pub phase: String,
    /// Units that go in; 0 where that is not said beforehand.
    pub amount: u64,
    /// Why the contract refused it; empty if it did not.
    pub reason: String,
}

/// What a step of a transaction has sent out, with what shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Which shard's state shows it.
    pub shard: u16,
    /// After which block of the shard's.
    pub number: u32,
    /// The step, by its place in the transaction.
    pub step: u8,
    /// How many units.
    pub units: u64,
    /// The slot's name.
    pub slot: String,
    /// The root that it is shown under.
    pub root: Digest,
    /// Slots in the bucket with it, itself included.
    pub beside: u32,
    /// The siblings on the way up to the root.
    pub siblings: Vec<Digest>,
    /// Whether that comes to the root.
    pub holds: bool,
}

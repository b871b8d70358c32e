//! Shards as they ran in simulated time: blocks, messages between them, transactions, faults.

use crate::primitives::Micros;
use serde::{Deserialize, Serialize};

/// The client, or a broker, as the end of a flight.
pub const CLIENT: u16 = u16::MAX;
/// The committee of reference or the manager, as the end of a flight.
pub const REFERENCE: u16 = u16::MAX - 1;

/// A run: everything that a viewer draws.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Shards at the end; some may have split off on the way.
    pub shards: u16,
    /// The names of what a flight can say, by number.
    pub kinds: Vec<String>,
    /// The names of tokens.
    pub tokens: Vec<String>,
    /// Blocks, in the order in which they were agreed on.
    pub blocks: Vec<Block>,
    /// Messages between places, in the order of sending.
    pub flights: Vec<Flight>,
    /// Transactions, in the order of their tickets.
    pub deals: Vec<Deal>,
    /// The state of all, at regular moments.
    pub samples: Vec<Sample>,
    /// What befell them.
    pub faults: Vec<Fault>,
    /// Most blocks, flights, transactions and samples that are kept, each.
    pub limit: u32,
    /// When the limit was reached; what came later is counted and not recorded.
    pub full_at: Option<Micros>,
}

/// A block of one shard.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Whose.
    pub shard: u16,
    /// Its number, from 1.
    pub height: u32,
    /// When it was proposed.
    pub proposed: Micros,
    /// When it was agreed on.
    pub agreed: Micros,
    /// Entries that are whole transactions.
    pub alone: u32,
    /// Entries that are steps of transactions between shards.
    pub steps: u32,
    /// Entries that a contract refused.
    pub refused: u32,
    /// Whether it was undone later.
    pub is_undone: bool,
    /// The first tickets in it, at most 64.
    pub tickets: Vec<u64>,
}

/// A message between two places.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Flight {
    /// A shard, [`CLIENT`] or [`REFERENCE`].
    pub from: u16,
    /// The same.
    pub to: u16,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrives; [`Micros::NEVER`] while nobody can say.
    pub arrives: Micros,
    /// About which transaction.
    pub ticket: u64,
    /// What it says, by number.
    pub kind: u8,
}

/// A transaction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Deal {
    /// Its number.
    pub ticket: u64,
    /// What it is: `pay`, `gather`, `swap`, `route`, `withdraw`, `move`.
    pub what: String,
    /// The first account it names.
    pub account: u32,
    /// The shards it touches.
    pub shards: Vec<u16>,
    /// When it was asked for, tries before this one included.
    pub asked: Micros,
    /// When this try began.
    pub begun: Micros,
    /// When it ended; [`Micros::NEVER`] while it has not.
    pub ended: Micros,
    /// How.
    pub end: End,
    /// Why, where it was not committed.
    pub reason: String,
}

/// How a transaction ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Not yet.
    Open,
    /// All of it was done.
    Committed,
    /// Nothing of it was done.
    Aborted,
    /// What was taken was given back.
    Refunded,
    /// It was let go of, and is tried again under another number.
    Retried,
}

/// All of it at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// When.
    pub at: Micros,
    /// Entries that wait, by shard.
    pub queues: Vec<u32>,
    /// Locks that are held, by shard.
    pub locks: Vec<u32>,
    /// Units on their way, by token.
    pub in_flight: Vec<i64>,
    /// Units that circulate and are on their way, less those there were at the start, by token: 0 unless
    /// some were created (more) or lost (less).
    pub drift: Vec<i64>,
    /// Transactions committed so far.
    pub committed: u64,
    /// Those of them that touched several shards.
    pub crossing: u64,
}

/// Something that befell them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// When it began.
    pub at: Micros,
    /// When it ended; the same moment for what has no length.
    pub until: Micros,
    /// Which, by its name in documents.
    pub what: String,
    /// The shards it befell; empty for clients and the committee of reference.
    pub shards: Vec<u16>,
}

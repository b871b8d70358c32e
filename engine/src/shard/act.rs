//! What befalls shards, as data.

use crate::primitives::Micros;
use serde::{Deserialize, Serialize};

/// A fault at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// When.
    pub at: Micros,
    /// What.
    pub kind: ActKind,
}

/// What befalls them. What has a length ends by itself; [`Micros::NEVER`] is for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ActKind {
    /// A shard proposes no blocks.
    Stall {
        /// Which.
        shard: u16,
        /// Until when.
        until: Micros,
    },
    /// Messages go only between shards of one group; the others form one more, with clients and the
    /// committee of reference. What is sent across arrives after it heals.
    Partition {
        /// The groups.
        groups: Vec<Vec<u16>>,
        /// Until when.
        until: Micros,
    },
    /// Clients and brokers do nothing; what was sent to them they find when they are back.
    Vanish {
        /// Until when.
        until: Micros,
    },
    /// The committee of reference or the manager does nothing; another one takes over then.
    Halt {
        /// Until when.
        until: Micros,
    },
    /// Somebody sends the last messages that a shard got to it again.
    Replay {
        /// Which.
        shard: u16,
        /// How many.
        count: u32,
    },
    /// A shard's last blocks are undone, and built again without their steps that send something to other
    /// shards: whoever sent it has it back.
    Reorganise {
        /// Which.
        shard: u16,
        /// How many blocks.
        depth: u8,
    },
    /// A further shard takes half of a shard's accounts, one by one.
    Split {
        /// Which.
        shard: u16,
    },
    /// A shard's accounts go to another one.
    Merge {
        /// Which.
        shard: u16,
        /// Where to.
        into: u16,
    },
    /// An account goes to another shard.
    Move {
        /// Which.
        account: u32,
        /// Where to.
        to: u16,
    },
}

impl ActKind {
    /// Its name in documents.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Stall { .. } => "stall",
            Self::Partition { .. } => "partition",
            Self::Vanish { .. } => "vanish",
            Self::Halt { .. } => "halt",
            Self::Replay { .. } => "replay",
            Self::Reorganise { .. } => "reorganise",
            Self::Split { .. } => "split",
            Self::Merge { .. } => "merge",
            Self::Move { .. } => "move",
        }
    }
}

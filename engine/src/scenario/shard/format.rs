//! The document's fields.

use crate::shard::transfer::Protocol;
use serde::{Deserialize, Serialize};

/// The version that this program reads.
pub const SHARD_VERSION: u32 = 1;

/// What fixes a run of shards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardScenario {
    /// The document's version.
    pub version: u32,
    /// A name for people, up to 48 bytes.
    pub name: String,
    /// The root of all randomness.
    pub seed: u64,
    /// How many shards at first, 1 to 64.
    pub shards: u16,
    /// How many accounts, 2 to 100,000.
    pub accounts: u32,
    /// Where accounts live at first.
    pub placement: Placement,
    /// Accounts that somebody has put somewhere: account and shard.
    pub pins: Vec<(u32, u16)>,
    /// How transactions between shards are carried through.
    pub protocol: Protocol,
    /// What is asked for.
    pub traffic: TrafficPart,
    /// Blocks and who agrees on them.
    pub block: BlockPart,
    /// Messages between shards.
    pub network: NetworkPart,
    /// How often a transaction that met a lock is tried again, up to 32.
    pub retries: u8,
    /// Blocks that must follow before a receipt is sent, up to 64.
    pub confirmations: u32,
    /// Entries that may wait at a shard before receipts for it are held back; 0 = no limit.
    pub congestion: u32,
    /// Accounts move at the end of epochs.
    pub epochs: Option<EpochPart>,
    /// A rule that is switched off, to see what it is good for.
    pub weakness: Option<WeaknessName>,
    /// Who could take a shard over.
    pub takeover: TakeoverPart,
    /// What befalls them, by time.
    pub acts: Vec<ActDocument>,
    /// When the run is broken off, in milliseconds.
    pub horizon_ms: u32,
}

/// Where accounts live.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// By a hash of the account.
    Hash,
    /// By ranges of numbers.
    Range,
    /// With their community, as many communities as there are in the traffic.
    Application,
    /// By label propagation over the traffic, with a penalty for load (CLPA).
    Propagation,
    /// By coarsening the traffic's graph, cutting it, and refining the cut (multilevel).
    Multilevel,
    /// By communities of the traffic's graph, given to shards for throughput (TxAllo).
    Allocation,
}

impl Placement {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Hash,
        Self::Range,
        Self::Application,
        Self::Propagation,
        Self::Multilevel,
        Self::Allocation,
    ];

    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Range => "range",
            Self::Application => "application",
            Self::Propagation => "propagation",
            Self::Multilevel => "multilevel",
            Self::Allocation => "allocation",
        }
    }
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficPart {
    /// Transactions in all, 1 to 200,000.
    pub transactions: u32,
    /// Transactions asked for in a second, 1 to 1,000,000.
    pub per_second: u32,
    /// Zipf's exponent of who takes part, in thousandths, up to 3,000; 0 = everybody alike.
    pub skew: u32,
    /// Communities that accounts belong to, account modulo this; 1 = no communities.
    pub communities: u32,
    /// Transactions that stay within one's community, in thousandths.
    pub inside: u32,
    /// Weights of payments, of two paying one, of swaps, of routes over two pools, and of payments that a
    /// third account's balance allows.
    pub weights: [u32; 5],
    /// Pools, 1 to 16.
    pub pools: u8,
    /// The shard that all pools are on; pools are spread over shards if there is none.
    pub pools_on: Option<u16>,
    /// Most that one pays, in units; each account begins with a million of each token.
    pub amount: u32,
    /// Units of each token that each of eight brokers has on every shard.
    pub brokers: u64,
}

/// Blocks and who agrees on them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockPart {
    /// Most entries of one, 1 to 10,000.
    pub capacity: u32,
    /// Members of each committee, 1 to 64.
    pub members: u32,
    /// The protocol by which committees really agree, by name; with none each block takes `span_ms`.
    pub agreement: Option<String>,
    /// How long agreement on a block takes, in milliseconds, or with a protocol the delay between members.
    pub span_ms: u32,
    /// Virtual lanes of every shard, on which Block-STM runs its blocks; 0 = in order.
    pub lanes: u32,
}

/// Messages between shards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkPart {
    /// Median time of a message, in milliseconds.
    pub hop_ms: u32,
    /// Deviation of the logarithm of that time, in millionths.
    pub jitter_ppm: u32,
    /// Messages lost and sent again, in a million.
    pub loss_ppm: u32,
    /// After how long, in milliseconds.
    pub retransmit_ms: u32,
}

/// Accounts move at the end of epochs, by label propagation over the epoch's traffic.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochPart {
    /// How long one is, in milliseconds.
    pub length_ms: u32,
    /// Most accounts that move at the end of one.
    pub moves: u32,
    /// The penalty for load, in thousandths.
    pub penalty: u32,
}

/// Who could take a shard over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeoverPart {
    /// Nodes in all that committees are drawn from, up to 4,096.
    pub nodes: u32,
    /// How many of them are the adversary's.
    pub corrupt: u32,
    /// Members of each committee, up to 1,024.
    pub members: u32,
    /// The share of a committee's members that is enough to take it over: numerator and denominator.
    pub threshold: [u32; 2],
    /// Epochs that are drawn, up to 10,000; committees are shuffled at the end of each.
    pub epochs: u32,
    /// Epochs that an adversary who aims at members needs to corrupt them.
    pub delay: u32,
}

/// A rule that is switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeaknessName {
    /// Preparing locks nothing.
    NoLocks,
    /// Checks lock nothing.
    NoReadLocks,
    /// Credits are there when they are prepared.
    Eager,
    /// A step is executed as often as it arrives.
    Repeats,
}

/// A fault at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActDocument {
    /// When, in microseconds since the start.
    pub at_us: u64,
    /// What.
    #[serde(rename = "do")]
    pub deed: Deed,
}

/// What befalls shards. What has no `for_ms` lasts to the end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A shard proposes no blocks.
    Stall {
        /// Which.
        shard: u16,
        /// For how long, in milliseconds.
        for_ms: Option<u32>,
    },
    /// Messages go only between shards of one group.
    Partition {
        /// The groups.
        groups: Vec<Vec<u16>>,
        /// For how long, in milliseconds.
        for_ms: Option<u32>,
    },
    /// Clients and brokers do nothing.
    Vanish {
        /// For how long, in milliseconds.
        for_ms: Option<u32>,
    },
    /// The committee of reference or the manager does nothing.
    Halt {
        /// For how long, in milliseconds.
        for_ms: Option<u32>,
    },
    /// Somebody sends the last messages that a shard got again.
    Replay {
        /// Which shard.
        shard: u16,
        /// How many, up to 1,024.
        count: u32,
    },
    /// A shard's last blocks are undone.
    Reorganise {
        /// Which shard.
        shard: u16,
        /// How many, 1 to 16.
        depth: u8,
    },
    /// A further shard takes half of a shard's accounts.
    Split {
        /// Which shard.
        shard: u16,
    },
    /// A shard's accounts go to another one.
    Merge {
        /// Which shard.
        shard: u16,
        /// Where to.
        into: u16,
    },
    /// An account goes to another shard, as soon as nothing of its is open; nowhere if it is there by then.
    Move {
        /// Which account.
        account: u32,
        /// Where to.
        to: u16,
    },
}

impl Default for ShardScenario {
    fn default() -> Self {
        Self {
            version: SHARD_VERSION,
            name: String::new(),
            seed: 1,
            shards: 4,
            accounts: 400,
            placement: Placement::Hash,
            pins: Vec::new(),
            protocol: Protocol::Receipts,
            traffic: TrafficPart {
                transactions: 2_000,
                per_second: 400,
                skew: 0,
                communities: 1,
                inside: 0,
                weights: [8, 0, 2, 0, 0],
                pools: 4,
                pools_on: None,
                amount: 1_000,
                brokers: 1_000_000,
            },
            block: BlockPart {
                capacity: 100,
                members: 4,
                agreement: None,
                span_ms: 200,
                lanes: 4,
            },
            network: NetworkPart {
                hop_ms: 50,
                jitter_ppm: 120_000,
                loss_ppm: 0,
                retransmit_ms: 500,
            },
            retries: 8,
            confirmations: 0,
            congestion: 0,
            epochs: None,
            weakness: None,
            takeover: TakeoverPart {
                nodes: 400,
                corrupt: 100,
                members: 25,
                threshold: [1, 3],
                epochs: 1_000,
                delay: 1,
            },
            acts: Vec::new(),
            horizon_ms: 120_000,
        }
    }
}

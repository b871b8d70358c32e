//! The document.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the document that this program writes.
pub const CONSENSUS_VERSION: u32 = 1;

/// Everything that fixes a run of an agreement protocol. Fields and variants are only ever appended:
/// links hold them by place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsensusScenario {
    /// Always [`CONSENSUS_VERSION`].
    pub version: u32,
    /// What people call it; at most 48 bytes, on one line.
    pub name: String,
    /// The root of all randomness.
    pub seed: u64,
    /// The protocol's name.
    pub protocol: String,
    /// How many nodes, 1 to 1,024.
    pub nodes: u32,
    /// How many of them the protocol is to withstand; `null` for as many as it can.
    pub faults: Option<u32>,
    /// How many votes make a certificate; `null` for the right number. Another one is a lesson.
    pub quorum: Option<u32>,
    /// How many nodes lie, from node 0 up.
    pub byzantine: u32,
    /// How they lie.
    pub adversary: Adversary,
    /// Heights to be decided, 1 to 10,000.
    pub decisions: u64,
    /// How long a node waits before it gives up a view, the first time, in milliseconds.
    pub timeout_ms: u32,
    /// The bound on delays that synchronous steps rely on, in milliseconds.
    pub bound_ms: u32,
    /// A known mistake to switch on, by name.
    pub flaw: Option<String>,
    /// The protocol's own settings, by name; those left out have their defaults.
    pub knobs: BTreeMap<String, u64>,
    /// What a block carries.
    pub payload: PayloadPart,
    /// The network.
    pub network: NetworkPart,
    /// Faults, by time.
    pub acts: Vec<ActDocument>,
    /// The run ends at this time, in milliseconds.
    pub horizon_ms: u32,
    /// Regions of the network's table that are moved on its map, by name: by so much east and south, in
    /// microseconds of one-way delay ([`crate::sim::region::RegionTable::moved`]).
    pub moved: BTreeMap<String, [i32; 2]>,
}

/// What a block carries.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayloadPart {
    /// Its size in bytes, up to 64 MiB.
    pub bytes: u32,
    /// How many transactions it has.
    pub transactions: u32,
}

/// The network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkPart {
    /// One-way delay between any two nodes in microseconds, where no regions are given.
    pub delay_us: u64,
    /// A table of regions, by name; `null` for none.
    pub regions: Option<String>,
    /// The region of each node in turn, by name; empty for the table's own shares.
    pub placed: Vec<String>,
    /// Log-normal jitter: the deviation of the delay's logarithm, in millionths.
    pub jitter_ppm: u32,
    /// Another law of jitter; `null` for log-normal.
    pub jitter_law: Option<JitterLaw>,
    /// Transmissions lost, in millionths; each is repeated.
    pub loss_ppm: u32,
    /// A lost transmission is repeated after so many milliseconds.
    pub retransmit_ms: u32,
    /// Uplink of every node in kilobits a second; 0 for no limit, or the table's.
    pub uplink_kbps: u32,
    /// Downlink of every node in kilobits a second; 0 for no limit, or the table's.
    pub downlink_kbps: u32,
    /// Whether messages share a link all at once (max-min) instead of one after the other.
    pub fair: bool,
    /// Messages to all go by gossip to so many neighbours; 0 sends them to each.
    pub gossip: u32,
    /// Until this time, in milliseconds, delays have no bound that a node could know.
    pub stable_at_ms: u32,
    /// Until then a message may take so much longer, in milliseconds.
    pub unstable_extra_ms: u32,
    /// Handling a message takes so many nanoseconds.
    pub message_ns: u32,
    /// Checking a signature takes so many nanoseconds.
    pub verify_ns: u32,
    /// Whether certificates are one signature; otherwise they list signatures.
    pub aggregate: bool,
}

/// A law of jitter other than log-normal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JitterLaw {
    /// Pareto, with the delay as mean.
    Pareto,
    /// Exponential, with the delay as mean.
    Exponential,
}

/// How the nodes that lie do it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adversary {
    /// Each is two machines with one identity, and the network is cut in two, with a copy of each and half
    /// of the honest nodes on either side, for ten timeouts: forks whatever can be forked.
    #[default]
    TwoWorlds,
    /// Send nothing.
    Silent,
    /// Vote, but never propose.
    SilentLeader,
    /// Propose two blocks where they may propose one.
    Equivocate,
    /// Vote for every block they hear of.
    DoubleVote,
    /// Send to half of the others only.
    Withhold,
    /// Keep blocks back and publish them when that makes others' work stale (proof of work only).
    SelfishMine,
    /// Work on a branch without a payment, and publish it when the payment is confirmed (proof of work
    /// only).
    DoubleSpend,
    /// Propose as if they had never seen the newest certificates (where blocks extend certified ones).
    Stale,
    /// Propose, but leave one client's transactions out.
    Censor,
    /// Leave, and with others who have left sign another history from before (proof of stake only).
    LongRange,
}

impl Adversary {
    /// All of them, in the order of a list. Which ones a protocol knows, [`super::check()`] says.
    pub const ALL: [Self; 11] = [
        Self::TwoWorlds,
        Self::Silent,
        Self::SilentLeader,
        Self::Equivocate,
        Self::DoubleVote,
        Self::Withhold,
        Self::SelfishMine,
        Self::DoubleSpend,
        Self::Stale,
        Self::Censor,
        Self::LongRange,
    ];
}

/// A fault at a time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActDocument {
    /// When, in microseconds since the start.
    pub at_us: u64,
    /// What happens.
    #[serde(rename = "do")]
    pub deed: Deed,
}

/// What happens. Copies have numbers after all originals, in the order in which they are made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// The node stops.
    Crash {
        /// Which.
        node: u32,
    },
    /// The node is up again.
    Recover {
        /// Which.
        node: u32,
        /// It has lost its stable storage.
        #[serde(default)]
        forgets: bool,
    },
    /// The network falls into groups; nodes that no group names form one more.
    Partition {
        /// The groups.
        groups: Vec<Vec<u32>>,
    },
    /// The partition ends.
    Heal,
    /// Everything that the node sends takes longer.
    Slow {
        /// Which.
        node: u32,
        /// By how much; 0 ends it.
        delay_us: u64,
    },
    /// Everything from one node to another takes longer.
    Delay {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
        /// By how much; 0 ends it.
        delay_us: u64,
    },
    /// One message on its way is lost.
    DropMessage {
        /// Its number.
        id: u64,
    },
    /// The next messages of a kind are lost.
    Drop {
        /// The kind's name.
        kind: String,
        /// From this node only; `null` for any.
        #[serde(default)]
        from: Option<u32>,
        /// To this node only; `null` for any.
        #[serde(default)]
        to: Option<u32>,
        /// How many.
        count: u32,
    },
    /// The node's clock is wrong.
    Skew {
        /// Which.
        node: u32,
        /// It shows so much more.
        ahead_us: u64,
        /// It runs faster by so many millionths.
        drift_ppm: i32,
    },
    /// The node misbehaves from now on.
    Lie {
        /// Which.
        node: u32,
        /// How; `two_worlds` makes a copy without cutting the network.
        how: Adversary,
    },
    /// The node behaves again. Nobody relies on it all the same.
    Repent {
        /// Which.
        node: u32,
    },
    /// The validator leaves: it says so in its next block, and validates no longer from the epoch after that on
    /// (proof of stake only).
    Withdraw {
        /// Which.
        node: u32,
    },
    /// Somebody that the node trusts tells it the highest block that honest nodes have decided: a
    /// weak-subjectivity checkpoint (proof of stake only). It must be up.
    Trust {
        /// Which.
        node: u32,
    },
}

impl Default for ConsensusScenario {
    fn default() -> Self {
        Self {
            version: CONSENSUS_VERSION,
            name: String::new(),
            seed: 0,
            protocol: "pbft".to_owned(),
            nodes: 4,
            faults: None,
            quorum: None,
            byzantine: 0,
            adversary: Adversary::TwoWorlds,
            decisions: 1,
            timeout_ms: 2_000,
            bound_ms: 200,
            flaw: None,
            knobs: BTreeMap::new(),
            payload: PayloadPart::default(),
            network: NetworkPart::default(),
            acts: Vec::new(),
            horizon_ms: 3_600_000,
            moved: BTreeMap::new(),
        }
    }
}

impl Default for NetworkPart {
    fn default() -> Self {
        Self {
            delay_us: 100_000,
            regions: None,
            placed: Vec::new(),
            jitter_ppm: 0,
            jitter_law: None,
            loss_ppm: 0,
            retransmit_ms: 200,
            uplink_kbps: 0,
            downlink_kbps: 0,
            fair: false,
            gossip: 0,
            stable_at_ms: 0,
            unstable_extra_ms: 0,
            message_ns: 0,
            verify_ns: 0,
            aggregate: false,
        }
    }
}

//! The network's settings: delay, bandwidth, loss, spreading, cost of checking.

use super::region::RegionTable;
use crate::primitives::Micros;

/// Everything about the network that does not change while it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkSettings {
    /// How long a message travels.
    pub latency: Latency,
    /// How that varies.
    pub jitter: Jitter,
    /// How many of a million transmissions are lost.
    pub loss_ppm: u32,
    /// A lost transmission is repeated after this span.
    pub retransmit: Micros,
    /// After so many lost transmissions the message is lost.
    pub tries_max: u8,
    /// Uplink of each node, in kilobits a second; 0 or missing for no limit.
    pub uplink_kbps: Vec<u32>,
    /// Downlink of each node, in kilobits a second; 0 or missing for no limit.
    pub downlink_kbps: Vec<u32>,
    /// How messages share a link.
    pub sharing: Sharing,
    /// How a message to all reaches all.
    pub spread: Spread,
    /// Before the network is stable, delays have no bound that a node could know.
    pub stabilisation: Stabilisation,
    /// What checking costs.
    pub costs: Costs,
    /// How large what is modelled would be.
    pub sizes: Sizes,
    /// Most events to come; messages beyond are lost.
    pub pending_max: u32,
    /// Most messages that partitions hold back; messages beyond are lost.
    pub held_max: u32,
}

/// How long a message travels from one node to another, without jitter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Latency {
    /// Always as long.
    Constant(Micros),
    /// As far as their regions are apart.
    Regions {
        /// The table.
        table: &'static RegionTable,
        /// Each node's region.
        placed: Vec<u16>,
    },
    /// As this matrix says, row to column; regions dragged by hand.
    Matrix {
        /// One-way delays in microseconds between regions.
        one_way_us: Vec<Vec<u32>>,
        /// Each node's region.
        placed: Vec<u16>,
    },
}

/// How delay varies from message to message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jitter {
    /// Not at all.
    None,
    /// Log-normal with the latency as median; the deviation of its logarithm, in millionths.
    LogNormal {
        /// For cloud links 22 000, up to 72 000 for one in ten.
        sigma_ppm: u32,
    },
    /// Pareto with the latency as mean, and a fifth of its milliseconds as shape (`SimBlock`).
    Pareto,
    /// Exponential with the latency as mean.
    Exponential,
    /// Normal with the latency as mean, cut off at 0.
    Normal {
        /// The standard deviation.
        deviation: Micros,
    },
}

/// How messages share a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sharing {
    /// One after the other.
    Queue,
    /// All at once, by max-min fairness over uplinks and downlinks.
    Fair,
}

/// How a message to all reaches all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spread {
    /// The sender sends it to each.
    Direct,
    /// Everybody passes it on to their neighbours, once.
    Gossip {
        /// How many neighbours each node chooses; links go both ways, so most have about twice as many.
        degree: u32,
    },
}

/// When the network becomes stable (the global stabilisation time of partial synchrony: Dwork, Lynch and
/// Stockmeyer, JACM 1988).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stabilisation {
    /// Before this moment the network is not stable.
    pub at: Micros,
    /// Until then a message may take up to so much longer, but never past `at` and its usual delay.
    pub extra: Micros,
}

/// What checking costs a node; nodes check one message after the other.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Costs {
    /// Nanoseconds for a message.
    pub message_ns: u32,
    /// Nanoseconds for a signature.
    pub verify_ns: u32,
}

/// How large what is modelled would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// What every message has: kind, view, height, sender, framing.
    pub header: u32,
    /// A signature.
    pub signature: u32,
    /// A hash.
    pub digest: u32,
    /// Whether a certificate is one signature and a bit for each node; otherwise it lists signatures.
    pub aggregate: bool,
}

impl Default for Sizes {
    /// Ed25519 and a 256-bit hash; certificates list signatures.
    fn default() -> Self {
        Self {
            header: 48,
            signature: 64,
            digest: 32,
            aggregate: false,
        }
    }
}

impl Sizes {
    /// A certificate's bytes, with so many signers among so many nodes.
    pub const fn certificate(&self, signers: u32, nodes: u32) -> u32 {
        let bitmap = nodes.div_ceil(8);
        let signatures = if self.aggregate { 1 } else { signers };
        self.digest + bitmap + signatures * self.signature
    }

    /// The signatures that checking a certificate takes.
    pub const fn checks(&self, signers: u32) -> u32 {
        if self.aggregate { 1 } else { signers }
    }
}

impl Default for NetworkSettings {
    /// Constant 100 ms and nothing else.
    fn default() -> Self {
        Self {
            latency: Latency::Constant(Micros(100_000)),
            jitter: Jitter::None,
            loss_ppm: 0,
            retransmit: Micros(200_000),
            tries_max: 16,
            uplink_kbps: Vec::new(),
            downlink_kbps: Vec::new(),
            sharing: Sharing::Queue,
            spread: Spread::Direct,
            stabilisation: Stabilisation::default(),
            costs: Costs::default(),
            sizes: Sizes::default(),
            pending_max: 4_000_000,
            held_max: 1_000_000,
        }
    }
}

impl Latency {
    /// The delay from one node to another, without jitter.
    pub fn between(&self, from: u32, to: u32) -> Micros {
        match self {
            Self::Constant(delay) => *delay,
            Self::Regions { table, placed } => {
                let (from, to) = (placed[from as usize], placed[to as usize]);
                Micros(u64::from(
                    table.one_way_us[usize::from(from)][usize::from(to)],
                ))
            }
            Self::Matrix { one_way_us, placed } => {
                let (from, to) = (placed[from as usize], placed[to as usize]);
                Micros(u64::from(one_way_us[usize::from(from)][usize::from(to)]))
            }
        }
    }

    /// The region a node stands in; 0 without regions.
    pub fn region(&self, node: u32) -> u16 {
        match self {
            Self::Constant(_) => 0,
            Self::Regions { placed, .. } | Self::Matrix { placed, .. } => placed[node as usize],
        }
    }

    /// Puts one more node where another one stands.
    pub(super) fn add_beside(&mut self, node: u32) {
        match self {
            Self::Constant(_) => {}
            Self::Regions { placed, .. } | Self::Matrix { placed, .. } => {
                placed.push(placed[node as usize]);
            }
        }
    }
}

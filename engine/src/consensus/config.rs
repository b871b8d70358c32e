//! What a replica knows beforehand, and everything that fixes a run.

use super::descriptor::Descriptor;
use super::quorum::Quorum;
use crate::primitives::{Micros, Seed};
use crate::sim::{Act, NetworkSettings};

/// What every replica of a run knows beforehand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// How many nodes there are, how many may lie, how many are enough.
    pub quorum: Quorum,
    /// Heights that are to be decided. Protocols that can rest do so after them.
    pub decisions: u64,
    /// How long a replica waits before it gives up a view; the first time.
    pub timeout: Micros,
    /// The bound on delays that synchronous steps rely on (Δ).
    pub bound: Micros,
    /// The number of the flaw that is switched on.
    pub flaw: Option<u8>,
    /// The protocol's own settings, in the order of its knobs.
    pub knobs: Vec<u64>,
    /// What replicas draw from, for protocols that are not deterministic: each forks it by its own number
    /// for what only it knows, by a name for a coin that all see. A run puts it here, from its own seed.
    pub seed: Seed,
}

/// Everything that fixes a run of a protocol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// What replicas know.
    pub config: Config,
    /// The network.
    pub network: NetworkSettings,
    /// Faults by script.
    pub acts: Vec<Act>,
    /// The seed of every random number.
    pub seed: u64,
    /// How large a block's payload is.
    pub payload_bytes: u32,
    /// How many transactions it has.
    pub payload_transactions: u32,
    /// The run ends at this time.
    pub horizon: Micros,
    /// The run ends after so many events.
    pub events_max: u64,
    /// Record so many messages; 0 records nothing.
    pub record: u32,
}

impl Settings {
    /// So many nodes under constant delay, no faults, everything else as usual.
    pub fn of(protocol: &Descriptor, nodes: u32) -> Self {
        let faults = Quorum::faults_max(nodes, protocol.divisor);
        Self {
            config: Config {
                quorum: Quorum {
                    nodes,
                    faults,
                    size: (protocol.quorum)(nodes, faults),
                },
                decisions: 1,
                timeout: Micros::from_millis(2_000),
                bound: Micros::from_millis(200),
                flaw: None,
                knobs: protocol.knobs.iter().map(|knob| knob.default).collect(),
                seed: Seed::new(0),
            },
            network: NetworkSettings::default(),
            acts: Vec::new(),
            seed: 0,
            payload_bytes: 0,
            payload_transactions: 0,
            horizon: Micros::from_millis(3_600_000),
            events_max: 50_000_000,
            record: 0,
        }
    }
}

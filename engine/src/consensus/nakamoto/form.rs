//! What proof of work is, as data.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Knob};
use crate::trace::consensus::Class;

/// The phase that certificates name: confirmations.
pub(super) const CONFIRMATION: u8 = 0;

/// The knob of the mean time between two blocks, by number.
const INTERVAL_MS: usize = 0;
/// The knob of confirmations, by number.
const CONFIRMATIONS: usize = 1;
/// The knob of how blocks are told, by number.
const INVENTORY: usize = 2;
/// The knob of how many peers a node chooses, by number.
const PEERS: usize = 3;
/// The knob of node 0's share, by number.
const SHARE_PERMILLE: usize = 4;
/// The knob of how the others share, by number.
const LARGE_AND_SMALL: usize = 5;

/// Proof of work, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "nakamoto",
    line: "Whoever finds a block extends the longest chain; a block deep enough is likely to stay.",
    source: "Nakamoto, Bitcoin: A Peer-to-Peer Electronic Cash System, 2008",
    kinds: &[
        ("block", Class::Proposal),
        ("inventory", Class::Sync),
        ("request", Class::Sync),
        ("branch", Class::Sync),
        ("ask_head", Class::Sync),
    ],
    phases: &["confirmation"],
    // More than half of the hash power must be honest; nobody counts nodes.
    divisor: 2,
    is_certain: false,
    quorum: |_, _| 1,
    flaws: &[],
    knobs: &[
        Knob {
            name: "interval_ms",
            line: "The mean time between two blocks of all miners together (Bitcoin: 600000).",
            default: 10_000,
            low: 100,
            high: 3_600_000,
        },
        Knob {
            name: "confirmations",
            line: "A block is decided with so many blocks on the chain from itself up.",
            default: 6,
            low: 1,
            high: 1_000,
        },
        Knob {
            name: "inventory",
            line: "1: a block is announced, and sent to who asks for it; 0: it is sent unasked.",
            default: 0,
            low: 0,
            high: 1,
        },
        Knob {
            name: "peers",
            line: "Each node chooses so many peers and passes blocks on; 0: the miner tells all.",
            default: 0,
            low: 0,
            high: 64,
        },
        Knob {
            name: "share_permille",
            line: "Node 0's share of the hash power in thousandths; 0: it is one of the others.",
            default: 0,
            low: 0,
            high: 999,
        },
        Knob {
            name: "large_and_small",
            line: "1: the share of the k-th node is as 1/k, about as pools are; 0: all are equal.",
            default: 0,
            low: 0,
            high: 1,
        },
    ],
    // How many blocks are found until all is confirmed is chance: each of them takes `flood`.
    form: |_| None,
};

/// What the knobs say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Rules {
    /// The mean time between two blocks, in microseconds.
    pub interval_us: u64,
    /// Blocks from the decided one up.
    pub confirmations: u64,
    /// Whether blocks are announced first.
    pub announces: bool,
    /// Peers that each node chooses; 0 for everybody.
    pub peers: u32,
}

impl Rules {
    /// Of a configuration.
    pub(super) fn of(config: &Config) -> Self {
        Self {
            interval_us: config.knobs[INTERVAL_MS].saturating_mul(1_000),
            confirmations: config.knobs[CONFIRMATIONS].max(1),
            announces: config.knobs[INVENTORY] == 1,
            peers: config.knobs[PEERS] as u32,
        }
    }
}

/// A node's weight among all weights: its share of the hash power.
pub fn share(config: &Config, node: u32) -> (u128, u128) {
    let nodes = config.quorum.nodes;
    let law = |node: u32| match config.knobs[LARGE_AND_SMALL] {
        1 => 1_000_000 / u128::from(node + 1),
        _ => 1_000_000,
    };
    let all: u128 = (0..nodes).map(law).sum();
    let first = u128::from(config.knobs[SHARE_PERMILLE]);
    if first == 0 || nodes == 1 {
        return (law(node), all);
    }
    // Node 0 has what it is given; the others share the rest as they would without it.
    let others = all - law(0);
    match node {
        0 => (first, 1_000),
        _ => ((1_000 - first) * law(node), 1_000 * others),
    }
}

/// Messages that one block takes without faults where the miner tells all: n-1 blocks, and if it announces
/// them, n-1 announcements and n-1 requests as well.
pub fn flood(config: &Config) -> Option<u64> {
    let rules = Rules::of(config);
    let each = if rules.announces { 3 } else { 1 };
    (rules.peers == 0).then(|| each * (u64::from(config.quorum.nodes) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::Settings;

    #[test]
    fn shares_add_up_to_one() {
        let mut config = Settings::of(&DESCRIPTOR, 7).config;
        for (first, law) in [(0, 0), (0, 1), (300, 0), (300, 1), (999, 0)] {
            config.knobs[SHARE_PERMILLE] = first;
            config.knobs[LARGE_AND_SMALL] = law;
            let sum: f64 = (0..7)
                .map(|node| share(&config, node))
                .map(|(weight, all)| weight as f64 / all as f64)
                .sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        }
        let (weight, all) = share(&config, 3);
        assert_eq!(all / weight, 6_000);
    }
}

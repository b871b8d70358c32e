//! Latency without a simulation: order statistics on the delays between nodes.
//!
//! A node holds a quorum when the k-th of the votes has come, so its moment is the k-th smallest of sums
//! of delays. No event, no state machine, no queue: a second way to the same figure, for protocols whose
//! fault-free path is known.

use crate::primitives::Micros;
use crate::scenario::consensus::{ConsensusScenario, build};
use crate::sim::Latency;

/// The fault-free path of a protocol, from a proposal to the decision at every node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Path {
    /// The proposal to all, then so many rounds of votes of all to all, each a quorum's (PBFT and
    /// Simplex: 2; Minimmit: 1).
    AllToAll {
        /// Rounds of votes.
        rounds: u32,
        /// Votes of a certificate; the leader's proposal is its first vote.
        quorum: u32,
    },
    /// The proposal to all, then so many times: votes to the leader, a certificate to all (HotStuff,
    /// two votes or three).
    ThroughLeader {
        /// How often.
        rounds: u32,
        /// Votes of a certificate, the leader's included.
        quorum: u32,
    },
}

/// Most nodes for which the closed form is worked out: it looks through every node's delays for every leader.
pub const EXPECTED_NODES_MAX: u32 = 200;

/// The path of a protocol, where it is known, and whether leaders take turns from one height to the next.
pub fn path(protocol: &str, quorum: u32) -> Option<(Path, bool)> {
    Some(match protocol {
        "pbft" => (Path::AllToAll { rounds: 2, quorum }, false),
        "simplex" => (Path::AllToAll { rounds: 2, quorum }, true),
        "minimmit" => (Path::AllToAll { rounds: 1, quorum }, true),
        "hotstuff2" | "jolteon" => (Path::ThroughLeader { rounds: 2, quorum }, true),
        "hotstuff" | "chained_hotstuff" => (Path::ThroughLeader { rounds: 3, quorum }, true),
        _ => return None,
    })
}

/// Mean microseconds from proposal to decision over all nodes and all leaders, for a document without
/// faults whose network does nothing but delay: without jitter, loss, limits of bandwidth, gossip and
/// costs, and stable from the start. `None` for others, for protocols whose path is not known, and for more
/// than [`EXPECTED_NODES_MAX`] nodes.
pub fn expected(scenario: &ConsensusScenario) -> Option<u64> {
    let (s, network) = (scenario, &scenario.network);
    let is_plain = s.nodes <= EXPECTED_NODES_MAX
        && s.byzantine == 0
        && s.acts.is_empty()
        && s.flaw.is_none()
        && network.jitter_ppm == 0
        && network.jitter_law.is_none()
        && network.loss_ppm == 0
        && network.gossip == 0
        && network.unstable_extra_ms == 0
        && network.message_ns == 0
        && network.verify_ns == 0;
    let (_, settings) = build(s).ok().filter(|_| is_plain)?;
    let limits = &settings.network;
    let mut limits = limits.uplink_kbps.iter().chain(&limits.downlink_kbps);
    if limits.any(|kbps| *kbps > 0) {
        return None;
    }
    let (path, takes_turns) = path(&s.protocol, settings.config.quorum.size)?;
    let latency = &settings.network.latency;
    Some(match takes_turns {
        false => mean_of(latency, s.nodes, 0, path),
        true => mean(latency, s.nodes, path),
    })
}

/// Mean microseconds from proposal to decision over all nodes, for a proposal of this leader.
pub fn mean_of(latency: &Latency, nodes: u32, leader: u32, path: Path) -> u64 {
    let done = decisions(latency, nodes, leader, path);
    let sum: u64 = done.iter().map(|at| at.0).sum();
    sum / u64::from(nodes.max(1))
}

/// Mean microseconds from proposal to decision over all nodes and all leaders.
pub fn mean(latency: &Latency, nodes: u32, path: Path) -> u64 {
    let sum: u64 = (0..nodes)
        .map(|leader| mean_of(latency, nodes, leader, path))
        .sum();
    sum / u64::from(nodes.max(1))
}

/// When each node decides, from the moment of the proposal.
pub fn decisions(latency: &Latency, nodes: u32, leader: u32, path: Path) -> Vec<Micros> {
    let delay = |from: u32, to: u32| {
        if from == to {
            Micros(0)
        } else {
            latency.between(from, to)
        }
    };
    // When each node says something to all, or to the leader.
    let mut says: Vec<Micros> = (0..nodes).map(|node| delay(leader, node)).collect();
    let kth = |heard: &mut Vec<Micros>, quorum: u32| {
        let place = (quorum.max(1) as usize - 1).min(heard.len() - 1);
        *heard.select_nth_unstable(place).1
    };
    match path {
        Path::AllToAll { rounds, quorum } => {
            for _ in 0..rounds {
                let hears = |to: u32| {
                    let mut heard: Vec<Micros> = (0..nodes)
                        .map(|from| says[from as usize].after(delay(from, to)))
                        .collect();
                    // Nobody has a quorum before it has what it votes for.
                    kth(&mut heard, quorum).max(says[to as usize])
                };
                says = (0..nodes).map(hears).collect();
            }
        }
        Path::ThroughLeader { rounds, quorum } => {
            for _ in 0..rounds {
                let mut heard: Vec<Micros> = (0..nodes)
                    .map(|from| says[from as usize].after(delay(from, leader)))
                    .collect();
                let certified = kth(&mut heard, quorum);
                says = (0..nodes)
                    .map(|to| certified.after(delay(leader, to)))
                    .collect();
            }
        }
    }
    says
}

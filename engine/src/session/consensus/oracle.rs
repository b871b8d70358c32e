//! Latency without a simulation: order statistics on the delays between nodes.
//!
//! A node holds a quorum when the k-th of the votes has come, so its moment is the k-th smallest of sums
//! of delays. No event, no state machine, no queue: a second way to the same figure, for protocols whose
//! fault-free path is known.

use crate::primitives::Micros;
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
        heard.sort_unstable();
        let place = (quorum.max(1) as usize - 1).min(heard.len() - 1);
        heard[place]
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

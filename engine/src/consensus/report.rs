//! A run in figures.

use super::verdict::Verdict;
use crate::primitives::Micros;
use serde::{Deserialize, Serialize};

/// What a run came to. Messages to oneself, client requests and client replies are counted apart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The protocol.
    pub protocol: String,
    /// How many nodes there are, copies not counted.
    pub nodes: u32,
    /// How many votes make a certificate.
    pub quorum: u32,
    /// Heights that every honest replica that is up has decided.
    pub decisions: u64,
    /// Messages to other nodes by kind, in the protocol's order.
    pub messages: Vec<(String, u64)>,
    /// All of them but client requests and replies.
    pub messages_total: u64,
    /// Messages from and to clients, to oneself, and passed on by gossip.
    pub apart: Apart,
    /// Bytes of messages to other nodes.
    pub bytes: u64,
    /// Messages handled, all kinds.
    pub delivered: u64,
    /// Messages lost.
    pub dropped: u64,
    /// Hops from proposal to decision: the median over honest replicas' decisions.
    pub hops: u32,
    /// The least and the most.
    pub hops_range: (u32, u32),
    /// From proposal to decision, over honest replicas' decisions.
    pub latency_us: Latency,
    /// Simulated time that passed.
    pub elapsed: Micros,
    /// Whether all is well.
    pub verdict: Verdict,
    /// The digest of every event, in hexadecimal.
    pub digest: String,
    /// What a run without faults is said to cost.
    pub expected: Option<Expected>,
}

/// Messages that are counted apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Apart {
    /// From and to clients.
    pub client: u64,
    /// Of nodes to themselves.
    pub to_self: u64,
    /// Passed on by gossip.
    pub relayed: u64,
}

/// A closed form beside what was counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Expected {
    /// Messages by kind, in the protocol's order.
    pub messages: Vec<u64>,
    /// All of them.
    pub messages_total: u64,
    /// Hops from proposal to decision.
    pub hops: Option<u32>,
    /// The counting rule.
    pub rule: String,
}

/// A distribution of latency, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Latency {
    /// Half are at most so long.
    pub p50: u64,
    /// Nine in ten are.
    pub p90: u64,
    /// Ninety-nine in a hundred are.
    pub p99: u64,
    /// The mean, rounded down.
    pub mean: u64,
}

impl Latency {
    /// Of these samples; all 0 without any. A percentile is the least sample that so many do not exceed.
    pub fn of(samples: &[u64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let count = sorted.len() as u64;
        let percentile = |percent: u64| {
            let rank = (count * percent).div_ceil(100).max(1) as usize;
            sorted.get(rank - 1).copied().unwrap_or_default()
        };
        let sum: u128 = sorted.iter().map(|sample| u128::from(*sample)).sum();
        Self {
            p50: percentile(50),
            p90: percentile(90),
            p99: percentile(99),
            mean: (sum / u128::from(count.max(1))) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples: Vec<u64> = (1..=200).rev().collect();
        let latency = Latency::of(&samples);
        assert_eq!(
            (latency.p50, latency.p90, latency.p99, latency.mean),
            (100, 180, 198, 100)
        );
        assert_eq!(Latency::of(&[7]).p99, 7);
        assert_eq!(Latency::of(&[]), Latency::default());
    }
}

//! The whole in figures.

use crate::consensus::Report;
use crate::consensus::report::Latency;
use crate::primitives::{Digest, Micros};
use serde::{Deserialize, Serialize};

/// What a run of the whole came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorldReport {
    /// The agreement's figures.
    pub consensus: Report,
    /// Whether agreement on a block begins before the last one is executed.
    pub is_pipelined: bool,
    /// Blocks that a quorum has executed.
    pub blocks: u64,
    /// Transactions in them.
    pub transactions: u64,
    /// When the last of them was final.
    pub elapsed: Micros,
    /// Final transactions in a second, rounded down.
    pub per_second: u64,
    /// From arrival to finality: executed by a quorum.
    pub latency_us: Latency,
    /// Where the time goes.
    pub stages: Stages,
    /// What limits how many transactions are final in a second.
    pub bottleneck: Bottleneck,
    /// Transactions that still wait.
    pub waiting: u64,
    /// Transactions turned away because too many waited.
    pub turned_away: u64,
    /// Roots of honest replicas that were compared, and how many were not the first one's.
    pub roots_checked: u64,
    /// See above; 0 unless there is a fork.
    pub roots_differing: u64,
    /// The state's root after the last block that a quorum has executed.
    pub state_root: Digest,
    /// How the account fared that somebody censored; `None` if nobody did.
    pub censored: Option<Censored>,
}

/// How an account fared whose transactions some leaders left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Censored {
    /// The account's number.
    pub account: u32,
    /// Proposals that left out a transaction of its that waited.
    pub left_out: u64,
    /// Transactions of its that are final.
    pub transactions: u64,
    /// Their latency, from arrival to finality.
    pub latency_us: Latency,
    /// Transactions of its that still wait at the end.
    pub waiting: u64,
    /// For how long the oldest of them has, in microseconds; 0 if none does.
    pub longest_us: u64,
}

/// Mean microseconds of a block in each stage, and of its transactions before it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Stages {
    /// From a transaction's arrival to its proposal.
    pub waiting: u64,
    /// What the proposal's bytes to everybody take on the proposer's uplink; 0 without a limit.
    pub bandwidth: u64,
    /// The rest of the way from the proposal to a quorum's decision.
    pub ordering: u64,
    /// Execution.
    pub execution: u64,
}

/// What limits how many transactions are final in a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// Nothing: all that arrives gets through.
    Load,
    /// Rounds of messages.
    Ordering,
    /// The bytes of proposals.
    Bandwidth,
    /// Executing blocks.
    Execution,
}

impl Stages {
    /// The stage that takes longest. Blocks follow each other no faster than that, whether stages overlap
    /// or not.
    pub fn longest(&self) -> Bottleneck {
        let most = self.bandwidth.max(self.ordering).max(self.execution);
        if most == self.execution {
            Bottleneck::Execution
        } else if most == self.bandwidth {
            Bottleneck::Bandwidth
        } else {
            Bottleneck::Ordering
        }
    }
}

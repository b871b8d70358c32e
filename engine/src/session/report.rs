//! What the facade answers, as plain data.

use crate::primitives::{Address, Digest, TxIndex};
use crate::scenario::{Execution, TxKind};
use crate::trace::Recording;
use serde::{Deserialize, Serialize};

/// The deterministic run of one block, in virtual time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Replay {
    /// Which block of the run, from zero.
    pub block: u32,
    /// With which settings (those of the scenario, or others when comparing).
    pub execution: Execution,
    /// The headline figures.
    pub summary: ReplaySummary,
    /// Everything that happened.
    pub recording: Recording,
    /// The names of the slots that the recording mentions by index.
    pub keys: Vec<String>,
    /// What the transactions are, by index.
    pub transactions: Vec<TxInfo>,
}

/// What a transaction is, for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TxInfo {
    /// Its kind.
    pub kind: TxKind,
    /// Its sender.
    pub sender: Address,
    /// Whom it pays or calls.
    pub to: Address,
    /// Gas that it used in the end.
    pub gas: u64,
    /// Whether it did what it said.
    pub succeeded: bool,
}

/// The headline figures of a replay. All modelled: ticks are virtual.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReplaySummary {
    /// Transactions committed.
    pub transactions: u32,
    /// Of these, how many a contract refused or that ran out of gas.
    pub reverted: u32,
    /// Runs of transactions, first ones and repeats, blocked ones included.
    pub executions: u32,
    /// Runs that were withdrawn because a read no longer held.
    pub aborts: u32,
    /// Runs that met an estimate and had to wait.
    pub blocked: u32,
    /// Validations.
    pub validations: u32,
    /// Whether the result is that of the block's own order; if not, the recording tells whose it is.
    pub keeps_block_order: bool,
    /// Runs that touched a slot which their transaction had not declared, and ran again.
    pub breaches: u32,
    /// Virtual ticks from the block's start to its last commit, without a first pass.
    pub ticks: u64,
    /// Virtual ticks of a first pass over the block by whoever built it, in front of `ticks`; 0 for
    /// schedulers that need none.
    pub first_pass_ticks: u64,
    /// Virtual ticks of the same block on one lane; for the schedulers of the laboratory, one transaction
    /// after the other with nothing between.
    pub ticks_one_lane: u64,
    /// The longest chain of transactions that depend on one another, in ticks: no number of lanes is
    /// faster.
    pub critical_path_ticks: u64,
    /// The transactions of that chain, in order.
    pub critical_path: Vec<TxIndex>,
    /// Share of the lanes' time spent on runs that stood, in thousandths.
    pub utilisation_permille: u32,
    /// Ticks spent on runs that were withdrawn or blocked, and on validations that failed.
    pub wasted_ticks: u64,
    /// The slots that caused most aborts and waits, worst first; at most 32.
    pub hot_keys: Vec<HotKey>,
    /// The Merkle root of the state after the block.
    pub state_root: Digest,
    /// The digest of the receipts in block order.
    pub receipts_digest: Digest,
    /// The digest of the recording.
    pub trace_digest: Digest,
}

/// A slot that made transactions wait or run again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HotKey {
    /// The slot, as an index into [`Replay::keys`].
    pub key: u32,
    /// Aborts that it caused.
    pub aborts: u32,
    /// Waits that it caused.
    pub blocked: u32,
    /// Transactions of the block that wrote it in the end.
    pub writers: u32,
    /// Transactions of the block that read it in the end.
    pub readers: u32,
}

/// How blocks are executed in a live run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// In whichever way is quickest, found out on the way.
    #[default]
    Chosen,
    /// One transaction after the other.
    Serial,
    /// By a plan made from what the transactions declare, on all threads.
    Declared,
    /// Optimistically, with versions, on all threads: the paper's Block-STM.
    BlockStm,
    /// The same, second generation: writers withdraw the readers of what they change.
    #[serde(rename = "block_stm_2")]
    BlockStm2,
}

impl Method {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "quickest",
            Self::Serial => "serial",
            Self::Declared => "declared",
            Self::BlockStm => "Block-STM",
            Self::BlockStm2 => "Block-STM 2",
        }
    }
}

/// How a live run is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiveSettings {
    /// Real threads to use; with 1, all but `declared` is the serial crew.
    pub threads: u32,
    /// Blocks to execute, one after the other, each on the state that the last one left.
    pub blocks: u32,
    /// How they are executed.
    pub method: Method,
}

/// What a live run measured on this machine, now.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Live {
    /// Real threads used.
    pub threads: u32,
    /// Blocks executed.
    pub blocks: u32,
    /// How they were executed.
    pub method: Method,
    /// Transactions committed.
    pub transactions: u64,
    /// Of these, reverted.
    pub reverted: u64,
    /// Runs of transactions, first ones and repeats.
    pub executions: u64,
    /// Runs that were withdrawn, and plans that were broken.
    pub aborts: u64,
    /// Validations.
    pub validations: u64,
    /// Transactions executed in parallel by a plan made from what they declared.
    pub declared: u64,
    /// Transactions executed in order where parallel work did not pay.
    pub in_order: u64,
    /// Seconds spent executing and committing, no root being computed.
    pub execute_seconds: f64,
    /// Seconds from the first block's beginning to the last block's root, each root being computed while
    /// the next block executes.
    pub pipelined_seconds: f64,
    /// Of these, seconds during which a root was being computed.
    pub root_seconds: f64,
    /// The same blocks executed by the serial crew: seconds without the roots.
    pub serial_seconds: f64,
    /// The Merkle root after the last block.
    pub state_root: Digest,
    /// Whether the serial crew ended on the same root and receipts.
    pub equals_serial: bool,
}

impl Live {
    /// Takes in what one block took.
    pub(super) const fn count(&mut self, stats: &crate::executor::BlockStats) {
        self.transactions += stats.transactions;
        self.executions += stats.executions;
        self.aborts += stats.aborts;
        self.validations += stats.validations;
        self.declared += stats.declared;
        self.in_order += stats.in_order;
    }

    /// Committed transactions a second, state roots included.
    pub fn tps(&self) -> f64 {
        self.transactions as f64 / self.pipelined_seconds
    }

    /// Committed transactions a second, without the state roots.
    pub fn tps_without_root(&self) -> f64 {
        self.transactions as f64 / self.execute_seconds
    }

    /// How many times as quick as the serial crew, neither computing roots.
    pub fn speedup(&self) -> f64 {
        self.serial_seconds / self.execute_seconds
    }
}

/// How long work tells how far it is and learns that nobody wants it any more.
pub trait Progress: Sync {
    /// `done` of `total` units are finished.
    fn report(&self, done: u32, total: u32);
    /// Whether to stop as soon as possible.
    fn is_cancelled(&self) -> bool;
}

/// Nobody watches and nobody cancels.
#[derive(Clone, Copy, Default, Debug)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn report(&self, _done: u32, _total: u32) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

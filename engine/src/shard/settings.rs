//! How a run goes.

use super::act::Act;
use super::layout::Endowment;
use super::placement::Assignment;
use super::transfer::Protocol;
use crate::contracts::crossing::Weakness;
use crate::primitives::{Micros, Seed};
use crate::trace::look::Talk;

/// Most shards, those that split off included.
pub const SHARDS_MAX: u16 = 64;

/// What fixes a run, with the wishes that are handed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Tokens, pools, balances.
    pub endowment: Endowment,
    /// Where accounts live at first.
    pub assignment: Assignment,
    /// Where pools live.
    pub pool_home: Vec<u16>,
    /// How transactions between shards are carried through.
    pub protocol: Protocol,
    /// Rules that are switched off.
    pub weakness: Weakness,
    /// Median time of a message between places.
    pub hop: Micros,
    /// Deviation of the logarithm of that time, in millionths; 0 = always the same.
    pub jitter_ppm: u32,
    /// Messages that are lost and sent again, in a million.
    pub loss_ppm: u32,
    /// After how long a lost message is sent again.
    pub retransmit: Micros,
    /// Most entries of a block.
    pub capacity: u32,
    /// Virtual lanes of every shard, on which Block-STM runs its blocks; 0 = in order.
    pub lanes: u32,
    /// Real threads that execute blocks of different shards at once. Changes nothing but time.
    pub threads: usize,
    /// How often a transaction that met a lock is tried again.
    pub retries: u8,
    /// Blocks that must follow before a receipt is sent: how deep a shard may reorganise without harm.
    pub confirmations: u32,
    /// Entries that may wait at a shard before others hold back receipts for it; 0 = no limit.
    pub congestion: u32,
    /// How accounts move at the end of epochs.
    pub epochs: Option<Epochs>,
    /// What befalls them.
    pub acts: Vec<Act>,
    /// When the run is broken off.
    pub horizon: Micros,
    /// The root of all randomness.
    pub seed: Seed,
    /// Most blocks, flights, transactions and samples that are recorded, each; 0 = nothing.
    pub record: u32,
    /// Time between samples.
    pub sample: Micros,
}

/// How accounts move at the end of epochs: by label propagation over the epoch's traffic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Epochs {
    /// How long one is.
    pub length: Micros,
    /// Most accounts that move at the end of one.
    pub moves: u32,
    /// The penalty for load, in thousandths.
    pub penalty: u32,
}

/// Says when a shard has agreed on a block. The committee of reference is the number after the last shard
/// that a run can have, [`SHARDS_MAX`].
pub trait Agreement {
    /// When a block that is proposed now is agreed on; `None` if it never is. Asked in the order of a
    /// shard's blocks.
    fn agree(&mut self, shard: u16, at: Micros, entries: u32) -> Option<Micros>;

    /// Messages within committees so far.
    fn messages(&self) -> u64;

    /// How a shard's committee agrees on the block that was proposed at this moment, message by message;
    /// `None` where nobody says anything.
    fn talk(&self, shard: u16, proposed: Micros) -> Option<Talk>;
}

/// Every block takes the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Steady {
    /// How long.
    pub span: Micros,
    /// Members of a committee: messages are counted as in PBFT without faults, 2n(n−1) a block.
    pub members: u32,
    /// Blocks so far.
    pub blocks: u64,
}

impl Agreement for Steady {
    fn agree(&mut self, _: u16, at: Micros, _: u32) -> Option<Micros> {
        self.blocks += 1;
        Some(at.after(self.span))
    }

    fn messages(&self) -> u64 {
        let members = u64::from(self.members);
        self.blocks * 2 * members * members.saturating_sub(1)
    }

    fn talk(&self, _: u16, _: Micros) -> Option<Talk> {
        None
    }
}

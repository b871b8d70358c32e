//! What the shard lab and its worker say to each other.

use engine::primitives::Micros;
use engine::scenario::Problem;
use engine::scenario::shard::ShardScenario;
use engine::session::shard::takeover::Takeover;
use engine::session::shard::{Raced, Ran, ScalePoint};
use engine::shard::ShardsReport;
use engine::trace::look::{Glance, Look};
use serde::{Deserialize, Serialize};

/// The version of these messages: raised with every change to them.
pub const VERSION: u32 = 4;
/// Most blocks, messages, transactions and samples that a run records for the picture, each.
pub const RECORD_MAX: u32 = 60_000;

/// What the page can ask. Each takes the place of what was under way of its kind.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Run a document to its end, for the picture.
    Open(Box<ShardScenario>),
    /// Give that up.
    Stop,
    /// Run it under every protocol.
    Compare(Box<ShardScenario>),
    /// Run it with one number of shards after another.
    Scale(Box<ShardScenario>),
    /// Reckon and draw who could take a shard over.
    Takeover(Box<ShardScenario>),
    /// Race sixteen shards against one, on real threads if the worker has any.
    Race,
    /// Give up comparing, scaling and racing.
    StopRuns,
    /// Show a moment of it from near.
    Look(Box<ShardScenario>, Glance),
}

/// What the worker says about a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum News {
    /// The run has come so far.
    Progress {
        /// The moment.
        at: Micros,
        /// Transactions that have ended.
        ended: u64,
        /// Transactions in all.
        of: u64,
    },
    /// The run is over.
    Opened(Box<Ran>),
    /// One more protocol has run.
    Compared(Box<ShardsReport>),
    /// One more number of shards has run.
    Scaled(ScalePoint),
    /// One more block of the race has run.
    Raced(Raced),
    /// Who could take a shard over.
    Takeover(Box<Takeover>),
    /// All of that are done.
    Done,
    /// The document has problems, or the engine a fault.
    Refused(Vec<Problem>),
    /// It was given up.
    Stopped,
    /// A moment from near.
    Looked(Box<Look>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::lab::Reply;
    use crate::bridge::{decode, encode};
    use engine::session::shard::Shards;

    #[test]
    fn a_run_comes_over_the_wire_as_it_was() {
        let mut scenario = ShardScenario::default();
        scenario.traffic.transactions = 50;
        let ran = Shards::run(&scenario, RECORD_MAX, 1).unwrap();
        let reply = Reply::About {
            id: 3,
            news: News::Opened(Box::new(ran)),
        };
        let bytes = encode(&reply).unwrap();
        assert_eq!(decode::<Reply<News>>(&bytes), Ok(reply));
    }
}

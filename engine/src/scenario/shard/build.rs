//! From a document to the settings of a run.

use super::check::check;
use super::format::{Deed, Placement, ShardScenario, WeaknessName};
use super::traffic::{Traffic, pairs};
use crate::contracts::crossing::Weakness;
use crate::primitives::{Micros, Seed};
use crate::scenario::Problem;
use crate::shard::layout::Endowment;
use crate::shard::placement::allocation::{self, allocate};
use crate::shard::placement::propagation::{Settings as Propagation, propagate};
use crate::shard::placement::{Assignment, Graph, hash, multilevel, pinned, range};
use crate::shard::{Act, ActKind, Epochs, Settings};

/// Units of each token that every account begins with.
pub const BALANCE: u64 = 1_000_000;

/// Units on each side of every pool.
const POOL_UNITS: u64 = 1_000_000_000;

/// The penalty for load of label propagation before the first block, in thousandths.
const PENALTY: u32 = 300;

/// How uneven a multilevel cut may be, in thousandths.
const SLACK: u32 = 100;

/// What a document comes to.
#[derive(Clone, Debug)]
pub struct Built {
    /// How the run goes.
    pub settings: Settings,
    /// What is asked for.
    pub traffic: Traffic,
    /// The same pairs of accounts that placements go by.
    pub pairs: Vec<(u32, u32)>,
}

/// The settings and the traffic of a document.
///
/// # Errors
/// All its problems.
pub fn build(scenario: &ShardScenario) -> Result<Built, Vec<Problem>> {
    let problems = check(scenario);
    if !problems.is_empty() {
        return Err(problems);
    }
    let s = scenario;
    let pairs = pairs(s);
    let placed = place(s, &pairs);
    let assignment = pinned::pin(&placed, &s.pins).unwrap_or(placed);
    let pool_home = (0..s.traffic.pools)
        .map(|pool| s.traffic.pools_on.unwrap_or(u16::from(pool) % s.shards))
        .collect();
    let weakness = weakness(s.weakness);
    let settings = Settings {
        endowment: Endowment {
            symbols: ["ETH", "USDC", "DAI"].map(str::to_owned).to_vec(),
            pools: (0..s.traffic.pools)
                .map(|pool| ([pool % 3, (pool + 1) % 3], POOL_UNITS))
                .collect(),
            balance: BALANCE,
            brokers: s.traffic.brokers,
        },
        assignment,
        pool_home,
        protocol: s.protocol,
        weakness,
        hop: Micros::from_millis(s.network.hop_ms.into()),
        jitter_ppm: s.network.jitter_ppm,
        loss_ppm: s.network.loss_ppm,
        retransmit: Micros::from_millis(s.network.retransmit_ms.into()),
        capacity: s.block.capacity,
        lanes: s.block.lanes,
        threads: 1,
        retries: s.retries,
        confirmations: s.confirmations,
        congestion: s.congestion,
        epochs: s.epochs.map(|epochs| Epochs {
            length: Micros::from_millis(epochs.length_ms.into()),
            moves: epochs.moves,
            penalty: epochs.penalty,
        }),
        acts: s.acts.iter().map(act).collect(),
        horizon: Micros::from_millis(s.horizon_ms.into()),
        seed: Seed::new(s.seed).fork("shards"),
        record: 0,
        sample: Micros(50_000),
    };
    Ok(Built {
        settings,
        traffic: Traffic::new(s),
        pairs,
    })
}

fn place(s: &ShardScenario, pairs: &[(u32, u32)]) -> Assignment {
    let hashed = || hash::place(s.accounts, s.shards, &Seed::new(s.seed));
    let graph = || Graph::of_transactions(s.accounts, pairs).ok();
    match s.placement {
        Placement::Hash => hashed(),
        Placement::Range => range::place(s.accounts, s.shards),
        Placement::Application => Assignment {
            shards: s.shards,
            of: (0..s.accounts)
                .map(|account| (account % s.traffic.communities % u32::from(s.shards)) as u16)
                .collect(),
        },
        Placement::Propagation => {
            let settings = Propagation {
                penalty: PENALTY,
                ..Propagation::default()
            };
            graph().map_or_else(hashed, |graph| propagate(&graph, &hashed(), settings))
        }
        Placement::Multilevel => {
            graph().map_or_else(hashed, |graph| multilevel::place(&graph, s.shards, SLACK))
        }
        Placement::Allocation => graph().map_or_else(hashed, |graph| {
            allocate(&graph, s.shards, allocation::Settings::default()).assignment
        }),
    }
}

fn weakness(name: Option<WeaknessName>) -> Weakness {
    Weakness {
        has_no_locks: name == Some(WeaknessName::NoLocks),
        has_no_read_locks: name == Some(WeaknessName::NoReadLocks),
        is_eager: name == Some(WeaknessName::Eager),
        repeats: name == Some(WeaknessName::Repeats),
    }
}

fn act(document: &super::ActDocument) -> Act {
    let at = Micros(document.at_us);
    let until = |for_ms: Option<u32>| {
        for_ms.map_or(Micros::NEVER, |ms| at.after(Micros::from_millis(ms.into())))
    };
    let kind = match &document.deed {
        Deed::Stall { shard, for_ms } => ActKind::Stall {
            shard: *shard,
            until: until(*for_ms),
        },
        Deed::Partition { groups, for_ms } => ActKind::Partition {
            groups: groups.clone(),
            until: until(*for_ms),
        },
        Deed::Vanish { for_ms } => ActKind::Vanish {
            until: until(*for_ms),
        },
        Deed::Halt { for_ms } => ActKind::Halt {
            until: until(*for_ms),
        },
        Deed::Replay { shard, count } => ActKind::Replay {
            shard: *shard,
            count: *count,
        },
        Deed::Reorganise { shard, depth } => ActKind::Reorganise {
            shard: *shard,
            depth: *depth,
        },
        Deed::Split { shard } => ActKind::Split { shard: *shard },
        Deed::Merge { shard, into } => ActKind::Merge {
            shard: *shard,
            into: *into,
        },
        Deed::Move { account, to } => ActKind::Move {
            account: *account,
            to: *to,
        },
    };
    Act { at, kind }
}

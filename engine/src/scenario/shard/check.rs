//! Every problem of a document at once, each with its path and the way out.

use super::format::{Deed, SHARD_VERSION, ShardScenario};
use crate::consensus::registry;
use crate::scenario::Problem;
use crate::scenario::problem::Problems;
use crate::shard::chain::UNDO_MAX;
use crate::shard::settings::SHARDS_MAX;

/// Most accounts.
pub const ACCOUNTS_MAX: u32 = 100_000;
/// Most transactions.
pub const TRANSACTIONS_MAX: u32 = 200_000;
/// Most acts.
pub const ACTS_MAX: usize = 256;
/// Most accounts that somebody has put somewhere.
pub const PINS_MAX: usize = 256;
/// Longest time of anything, in milliseconds.
const SPAN_MAX_MS: u64 = 600_000;

/// All problems of a document; a document without any can be built and run.
pub fn check(scenario: &ShardScenario) -> Vec<Problem> {
    let mut problems = Problems::default();
    let s = scenario;
    problems.version(s.version, SHARD_VERSION);
    problems.name("name", &s.name);
    problems.within("shards", s.shards, 1, SHARDS_MAX.into());
    problems.within("accounts", s.accounts, 2, ACCOUNTS_MAX.into());
    problems.within("retries", s.retries, 0, 32);
    problems.within("confirmations", s.confirmations, 0, 64);
    problems.within("congestion", s.congestion, 0, 1_000_000);
    problems.within("horizon_ms", s.horizon_ms, 1, 24 * 3_600_000);
    traffic(s, &mut problems);
    block(s, &mut problems);
    takeover(s, &mut problems);
    let network = &s.network;
    problems.within("network.hop_ms", network.hop_ms, 0, SPAN_MAX_MS);
    problems.within("network.jitter_ppm", network.jitter_ppm, 0, 3_000_000);
    problems.within("network.loss_ppm", network.loss_ppm, 0, 900_000);
    problems.within(
        "network.retransmit_ms",
        network.retransmit_ms,
        1,
        SPAN_MAX_MS,
    );
    if let Some(epochs) = &s.epochs {
        problems.within("epochs.length_ms", epochs.length_ms, 10, SPAN_MAX_MS);
        problems.within("epochs.moves", epochs.moves, 1, ACCOUNTS_MAX.into());
        problems.within("epochs.penalty", epochs.penalty, 0, 10_000);
    }
    problems.within("pins", s.pins.len() as u64, 0, PINS_MAX as u64);
    for (number, (account, shard)) in s.pins.iter().enumerate().take(PINS_MAX) {
        if *account >= s.accounts || *shard >= s.shards {
            problems.add(
                &format!("pins[{number}]"),
                format!("there is no account {account} or no shard {shard}"),
                "choose an account below `accounts` and a shard below `shards`",
            );
        }
    }
    acts(s, &mut problems);
    problems.0
}

fn traffic(s: &ShardScenario, problems: &mut Problems) {
    let traffic = &s.traffic;
    problems.within(
        "traffic.transactions",
        traffic.transactions,
        1,
        TRANSACTIONS_MAX.into(),
    );
    problems.within("traffic.per_second", traffic.per_second, 1, 1_000_000);
    problems.within("traffic.skew", traffic.skew, 0, 3_000);
    problems.within(
        "traffic.communities",
        traffic.communities,
        1,
        s.accounts.max(1).into(),
    );
    problems.within("traffic.inside", traffic.inside, 0, 1_000);
    problems.within("traffic.pools", traffic.pools, 1, 16);
    problems.within("traffic.amount", traffic.amount, 1, 1_000_000);
    problems.within("traffic.brokers", traffic.brokers, 0, 1_000_000_000_000);
    for (number, weight) in traffic.weights.iter().enumerate() {
        problems.within(&format!("traffic.weights[{number}]"), *weight, 0, 1_000_000);
    }
    if traffic.weights.iter().all(|weight| *weight == 0) {
        problems.add(
            "traffic.weights",
            "all are 0, so nothing is asked for",
            "give one of them a weight",
        );
    }
    if let Some(shard) = traffic.pools_on {
        problems.within("traffic.pools_on", shard, 0, u64::from(s.shards.max(1)) - 1);
    }
}

fn block(s: &ShardScenario, problems: &mut Problems) {
    let block = &s.block;
    problems.within("block.capacity", block.capacity, 1, 10_000);
    problems.within("block.members", block.members, 1, 64);
    problems.within("block.span_ms", block.span_ms, 1, SPAN_MAX_MS);
    problems.within("block.lanes", block.lanes, 0, 64);
    if let Some(name) = &block.agreement
        && registry::of_committees(name).is_none()
    {
        let fits = registry::COMMITTEES
            .iter()
            .map(|entry| entry.descriptor.name);
        problems.add(
            "block.agreement",
            format!("committees cannot agree by {name:?}"),
            format!("there are: {}", fits.collect::<Vec<_>>().join(", ")),
        );
    }
}

fn takeover(s: &ShardScenario, problems: &mut Problems) {
    let takeover = &s.takeover;
    problems.within("takeover.nodes", takeover.nodes, 1, 4_096);
    problems.within(
        "takeover.corrupt",
        takeover.corrupt,
        0,
        takeover.nodes.into(),
    );
    let most = u64::from(takeover.nodes / u32::from(s.shards.max(1))).min(1_024);
    if most == 0 {
        problems.add(
            "takeover.nodes",
            format!(
                "{} nodes do not make {} committees",
                takeover.nodes, s.shards
            ),
            "choose at least as many nodes as shards",
        );
    } else {
        problems.within("takeover.members", takeover.members, 1, most);
    }
    let [part, whole] = takeover.threshold;
    if whole == 0 || part == 0 || part > whole || whole > 1_000 {
        problems.add(
            "takeover.threshold",
            format!("{part} of {whole} is no share"),
            "write numerator and denominator, as in [1, 3]",
        );
    }
    problems.within("takeover.epochs", takeover.epochs, 1, 10_000);
    problems.within("takeover.delay", takeover.delay, 0, 10_000);
}

fn acts(s: &ShardScenario, problems: &mut Problems) {
    if s.acts.len() > ACTS_MAX {
        let message = format!("{} are too many", s.acts.len());
        return problems.add("acts", &message, format!("choose at most {ACTS_MAX}"));
    }
    let splits = s
        .acts
        .iter()
        .filter(|act| matches!(act.deed, Deed::Split { .. }));
    let shards = u64::from(s.shards) + splits.count() as u64;
    problems.within("shards", shards, 1, SHARDS_MAX.into());
    let last = shards.max(1) - 1;
    let (mut before, mut there) = (0, u64::from(s.shards));
    for (number, act) in s.acts.iter().enumerate() {
        let path = format!("acts[{number}]");
        if act.at_us < before {
            problems.add(
                &format!("{path}.at_us"),
                "is earlier than the one before",
                "order acts by time",
            );
        }
        before = act.at_us;
        let horizon = u64::from(s.horizon_ms) * 1_000;
        problems.within(&format!("{path}.at_us"), act.at_us, 0, horizon);
        let shard = |problems: &mut Problems, name: &str, shard: u16| {
            problems.within(&format!("{path}.do.{name}"), shard, 0, last);
        };
        // What is done to a shard's state needs the shard to be there by then.
        let born = |problems: &mut Problems, name: &str, shard: u16| {
            let path = format!("{path}.do.{name}");
            if u64::from(shard) <= last && u64::from(shard) >= there {
                let message = format!("there is no shard {shard} yet: there are {there} by then");
                let hint = "choose one of those, or put the split that makes it before";
                problems.add(&path, message, hint);
            } else {
                problems.within(&path, shard, 0, last);
            }
        };
        match &act.deed {
            Deed::Stall { shard: of, .. } => shard(problems, "stall.shard", *of),
            Deed::Partition { groups, .. } => partition(groups, &path, last, problems),
            Deed::Vanish { .. } | Deed::Halt { .. } => {}
            Deed::Replay { shard: of, count } => {
                shard(problems, "replay.shard", *of);
                problems.within(&format!("{path}.do.replay.count"), *count, 1, 1_024);
            }
            Deed::Reorganise { shard: of, depth } => {
                born(problems, "reorganise.shard", *of);
                let path = format!("{path}.do.reorganise.depth");
                problems.within(&path, *depth, 1, UNDO_MAX as u64);
            }
            Deed::Split { shard: of } => {
                born(problems, "split.shard", *of);
                there += 1;
            }
            Deed::Merge { shard: of, into } => {
                born(problems, "merge.shard", *of);
                born(problems, "merge.into", *into);
                if of == into {
                    problems.add(
                        &format!("{path}.do.merge.into"),
                        "is the shard itself",
                        "choose another one",
                    );
                }
            }
            Deed::Move { account, to } => {
                if *account >= s.accounts {
                    problems.add(
                        &format!("{path}.do.move.account"),
                        format!("there is no account {account}"),
                        format!("choose one below `accounts`, which is {}", s.accounts),
                    );
                }
                born(problems, "move.to", *to);
            }
        }
    }
}

fn partition(groups: &[Vec<u16>], path: &str, last: u64, problems: &mut Problems) {
    let mut seen = std::collections::BTreeSet::new();
    let named = groups.iter().flatten().take(1_000);
    for shard in named {
        problems.within(&format!("{path}.do.partition.groups"), *shard, 0, last);
        if !seen.insert(*shard) {
            problems.add(
                &format!("{path}.do.partition.groups"),
                format!("shard {shard} is in two groups"),
                "name each shard once",
            );
        }
    }
    if seen.is_empty() {
        problems.add(
            &format!("{path}.do.partition.groups"),
            "no group names a shard",
            "write groups as in [[0, 1], [2]]",
        );
    }
}

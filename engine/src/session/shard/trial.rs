//! Made-up documents with made-up faults that heal: nothing may be created, lost or stuck.

use super::Shards;
use crate::primitives::{Seed, seed::Stream};
use crate::scenario::shard::{ActDocument, Deed, Placement, ShardScenario};
use crate::shard::transfer::Protocol;
use std::collections::BTreeSet;

/// A seed's document.
pub fn document(seed: u64) -> ShardScenario {
    let mut stream = Seed::new(seed).fork("trial").stream();
    let draw = &mut stream;
    let mut scenario = ShardScenario {
        seed,
        shards: draw.between(2, 5) as u16,
        accounts: draw.between(20, 120) as u32,
        placement: [Placement::Hash, Placement::Range, Placement::Propagation]
            [draw.below(3) as usize],
        protocol: Protocol::ALL[draw.below(8) as usize],
        confirmations: [0, 0, 0, 2][draw.below(4) as usize],
        congestion: [0, 0, 10][draw.below(3) as usize],
        horizon_ms: 600_000,
        ..ShardScenario::default()
    };
    scenario.traffic.transactions = draw.between(20, 120) as u32;
    scenario.traffic.per_second = draw.between(20, 400) as u32;
    scenario.traffic.skew = [0, 800, 1_200][draw.below(3) as usize];
    scenario.traffic.weights = [4, 1, 2, 1, 1];
    // Some of what is paid is more than some have.
    scenario.traffic.amount = [1_000, 400_000][draw.below(2) as usize];
    scenario.traffic.brokers = [3_000, 1_000_000][draw.below(2) as usize];
    scenario.block.capacity = draw.between(3, 60) as u32;
    scenario.block.lanes = 0;
    scenario.network.loss_ppm = [0, 50_000][draw.below(2) as usize];
    scenario.network.jitter_ppm = draw.below(800_000) as u32;
    if draw.below(4) == 0 {
        scenario.epochs = Some(crate::scenario::shard::format::EpochPart {
            length_ms: 1_500,
            moves: 20,
            penalty: 200,
        });
    }
    let count = draw.below(5);
    scenario.acts = acts(&scenario, count, draw);
    move_by_hand(&mut scenario);
    scenario
}

/// Accounts are moved by hand in half of the documents, some of them again while they are moving. Drawn apart,
/// so that a seed's document is otherwise what it was before there were any such moves.
fn move_by_hand(scenario: &mut ShardScenario) {
    let mut stream = Seed::new(scenario.seed).fork("trial moves").stream();
    let draw = &mut stream;
    if draw.below(2) == 0 {
        return;
    }
    let mut account = draw.below(scenario.accounts.into()) as u32;
    for _ in 0..draw.between(1, 6) {
        if draw.below(2) == 0 {
            account = draw.below(scenario.accounts.into()) as u32;
        }
        scenario.acts.push(ActDocument {
            at_us: draw.below(3_000_000),
            deed: Deed::Move {
                account,
                to: draw.below(scenario.shards.into()) as u16,
            },
        });
    }
    scenario.acts.sort_by_key(|act| act.at_us);
}

fn acts(scenario: &ShardScenario, count: u64, draw: &mut Stream) -> Vec<ActDocument> {
    let shards = u64::from(scenario.shards);
    let shard = |draw: &mut Stream| draw.below(shards) as u16;
    let mut acts: Vec<ActDocument> = (0..count)
        .map(|_| {
            let for_ms = Some(draw.between(1, 3_000) as u32);
            let deed = match draw.below(7) {
                0 => Deed::Stall {
                    shard: shard(draw),
                    for_ms,
                },
                1 => Deed::Partition {
                    groups: vec![vec![shard(draw)]],
                    for_ms,
                },
                2 => Deed::Vanish { for_ms },
                3 => Deed::Halt { for_ms },
                4 => Deed::Split { shard: shard(draw) },
                // A source that undoes its blocks is harmless as long as others wait for what follows.
                5 if scenario.confirmations > 0 && scenario.protocol == Protocol::Relay => {
                    Deed::Reorganise {
                        shard: shard(draw),
                        depth: draw.between(1, scenario.confirmations.into()) as u8,
                    }
                }
                _ => Deed::Replay {
                    shard: shard(draw),
                    count: draw.between(1, 200) as u32,
                },
            };
            ActDocument {
                at_us: draw.below(3_000_000),
                deed,
            }
        })
        .collect();
    acts.sort_by_key(|act| act.at_us);
    // A shard that undoes its blocks twice goes deeper than the confirmations that it was given time for: the
    // second time it reaches blocks that had been followed by enough others before the first.
    let mut has_undone = BTreeSet::new();
    acts.retain(|act| match act.deed {
        Deed::Reorganise { shard, .. } => has_undone.insert(shard),
        _ => true,
    });
    acts
}

/// Runs a seed's document.
///
/// # Errors
/// What is wrong, in words.
pub fn trial(seed: u64) -> Result<(), String> {
    let scenario = document(seed);
    let ran = Shards::run(&scenario, 0, 1).map_err(|problems| format!("{problems:?}"))?;
    let report = ran.report;
    let undoes = |act: &ActDocument| matches!(act.deed, Deed::Reorganise { .. });
    let is_undone = scenario.acts.iter().any(undoes);
    let conservation = &report.conservation;
    if conservation.drift.iter().any(|units| *units != 0) {
        return Err(format!("units were created or lost: {conservation:?}"));
    }
    // While blocks are undone and built again, the sum is off for as long as that takes.
    if !is_undone && conservation.off > 0 {
        return Err(format!("the sum was off on the way: {conservation:?}"));
    }
    // What a shard left out of its new blocks was never sent, and waits for ever.
    if !is_undone && report.fates.stuck > 0 {
        return Err(format!("stuck: {:?}", report.fates));
    }
    if !is_undone && conservation.in_flight.iter().any(|units| *units != 0) {
        return Err(format!("units are still on their way: {conservation:?}"));
    }
    if report.protocol.is_isolated() && !report.isolation.is_serializable() {
        return Err(format!("not serializable: {:?}", report.isolation));
    }
    let accounts: u64 = report.each.iter().map(|shard| shard.accounts).sum();
    if accounts != u64::from(scenario.accounts) {
        return Err(format!("{accounts} accounts are somewhere"));
    }
    Ok(())
}

//! A moment of a run of shards from near, and accounts that are moved by hand.

use crate::block;
use crate::failure::Failure;
use engine::primitives::Micros;
use engine::scenario::recorded::Origin;
use engine::scenario::shard::{ActDocument, Deed, ShardScenario};
use engine::session::shard::Shards;
use engine::trace::look::{BlockLook, Glance, Look, Resident, Talk};
use engine::trace::{Outcome, TaskKind};
use serde_json::json;
use std::str::FromStr;

/// Most entries of a block that are printed.
const ENTRIES_MAX: usize = 40;

/// `ACCOUNT:SHARD@MS` as an act.
pub(crate) fn moved(text: &str) -> Result<ActDocument, Failure> {
    let parts = text.split_once(':').and_then(|(account, rest)| {
        let (to, at_us) = placed(rest)?;
        let account = number(account)?;
        Some((at_us, Deed::Move { account, to }))
    });
    let (at_us, deed) = parts.ok_or_else(|| {
        Failure::Input(
            format!("{text:?} is no move"),
            "write account, shard and milliseconds as in 17:2@1500".to_owned(),
        )
    })?;
    Ok(ActDocument { at_us, deed })
}

fn number<N: FromStr>(text: &str) -> Option<N> {
    text.trim().parse().ok()
}

/// `SHARD@MS`, with the moment in microseconds.
fn placed(text: &str) -> Option<(u16, u64)> {
    let (shard, at_ms) = text.split_once('@')?;
    Some((number(shard)?, number::<u64>(at_ms)?.checked_mul(1_000)?))
}

/// Looks at a moment: `SHARD@MS`.
pub(crate) fn run(scenario: &ShardScenario, text: &str, as_json: bool) -> Result<(), Failure> {
    let (shard, at_us) = placed(text).ok_or_else(|| {
        Failure::Input(
            format!("{text:?} is no moment of a shard"),
            "write shard and milliseconds as in 2@1500".to_owned(),
        )
    })?;
    let glance = Glance {
        at: Micros(at_us),
        shard: Some(shard),
        ..Glance::default()
    };
    let mut look = Shards::look_at(scenario, glance)?;
    let link = look.block.as_mut().and_then(|block| {
        let origin = Origin::Shard(block.shard);
        let link = block::link(&block.lanes, origin, &scenario.name);
        block.lanes.block.clear();
        link
    });
    if as_json {
        let mut object = json!(look);
        object["execution"] = json!(link);
        println!("{object}");
    } else {
        tell(&look);
        if let Some(link) = link {
            println!("the block in the execution lab: {link}");
        }
    }
    Ok(())
}

fn tell(look: &Look) {
    for (shard, residents) in look.busiest.iter().enumerate() {
        let told: Vec<String> = residents.iter().map(resident).collect();
        println!("shard {shard}: {}", told.join(", "));
    }
    match &look.block {
        Some(block) => tell_block(block),
        None => println!("no block yet"),
    }
}

fn resident(resident: &Resident) -> String {
    let going = resident.leaving.map_or_else(String::new, |leaving| {
        format!(", going to {} with {} waiting", leaving.to, leaving.waiting)
    });
    format!(
        "account {} ({} asked for, {} open{going})",
        resident.account, resident.asked, resident.open
    )
}

fn tell_block(block: &BlockLook) {
    let lanes = &block.lanes;
    println!(
        "block {} of shard {}: {} entries on {} lanes in {} ticks, {} in order, {} at least; {} runs; {}",
        block.number,
        block.shard,
        block.entries.len(),
        lanes.lanes,
        lanes.ticks,
        lanes.ticks_in_order,
        lanes.ticks_at_least,
        lanes.executions,
        if lanes.is_same {
            "the state is that of the run"
        } else {
            "the state DIFFERS from the run"
        }
    );
    if let Some(talk) = &block.talk {
        tell_talk(talk);
    }
    let rows = block.entries.iter().zip(&lanes.transactions).enumerate();
    for (place, (entry, transaction)) in rows.take(ENTRIES_MAX) {
        let own = lanes
            .tasks
            .iter()
            .filter(|task| task.tx.as_usize() == place && task.kind == TaskKind::Execute);
        let met = own.filter_map(|task| match task.outcome {
            Outcome::Blocked { key, .. } | Outcome::Aborted { key, .. } => {
                lanes.keys.get(key as usize).cloned()
            }
            _ => None,
        });
        let met: Vec<String> = met.collect();
        println!(
            "  #{} {} {} of {}{}{}",
            entry.ticket,
            entry.phase,
            entry.what,
            transaction.sender,
            if entry.reason.is_empty() {
                String::new()
            } else {
                format!(", refused: {}", entry.reason)
            },
            if met.is_empty() {
                String::new()
            } else {
                format!(", again because of {}", met.join(", "))
            }
        );
    }
    if block.entries.len() > ENTRIES_MAX {
        println!("  and {} more", block.entries.len() - ENTRIES_MAX);
    }
    println!("root {}", block.root);
}

fn tell_talk(talk: &Talk) {
    let mut counts = vec![0_u64; talk.kinds.len()];
    for said in &talk.said {
        counts[usize::from(said.kind)] += 1;
    }
    let kinds = talk
        .kinds
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0);
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{} {count}", kind.name))
        .collect();
    println!(
        "  {}, {} members, {} to decide: {}; decided at {} by {}",
        talk.protocol,
        talk.members,
        talk.quorum,
        kinds.join(", "),
        talk.decided
            .last()
            .map_or_else(|| "no time".to_owned(), |(at, _)| format!("{} µs", at.0)),
        talk.decided.len(),
    );
}

//! Blocks that other labs recorded, as documents of their own.

use super::shard::Shards;
use super::strategy::StrategyRun;
use super::tests::Counting;
use super::{LiveSettings, Method, Session, TxKind, Unwatched};
use crate::contracts::recorded::Recorded;
use crate::primitives::{Micros, Seed};
use crate::scenario::link::{decode, encode};
use crate::scenario::recorded::{Origin, document};
use crate::scenario::strategy::{StrategyScenario, preset};
use crate::scenario::{Scenario, Scheduler, check, shard};
use crate::trace::intent::StepLanes;
use crate::trace::look::Glance;

/// Some steps of every preset's first days.
fn steps(each: u32) -> Vec<(&'static str, StepLanes)> {
    let mut steps = Vec::new();
    for preset in preset::all() {
        let scenario = preset.scenario();
        let scenario = StrategyScenario {
            days: scenario.days.min(7),
            shocks: Vec::new(),
            ..scenario
        };
        let mut run = StrategyRun::open(scenario, false).expect("sound");
        while let Some(lanes) = run.advance_on_lanes(8).expect("no trouble") {
            if lanes.step.is_multiple_of(each) && !lanes.transactions.is_empty() {
                steps.push((preset.name, lanes));
            }
        }
    }
    steps
}

fn replay(scenario: Scenario) -> super::Replay {
    let execution = scenario.execution.clone();
    let mut session = Session::open(scenario).expect("sound");
    let replay = session.replay(0, &execution, &Unwatched);
    replay.expect("no fault").expect("not cancelled")
}

#[test]
fn a_step_of_the_strategies_lab_is_the_same_block_in_the_execution_lab() {
    let mut longest = 0;
    for (name, lanes) in steps(5) {
        let context = format!("{name}, step {}", lanes.step);
        let scenario = document(&lanes, Origin::Strategies, name).expect("small enough");
        assert_eq!(check(&scenario), [], "{context}");
        let link = encode(&scenario, None);
        longest = longest.max(link.len());
        assert_eq!(decode(&link).expect("a link").scenario, scenario);
        let replay = replay(scenario);
        assert_eq!(replay.recording.tasks, lanes.tasks, "{context}");
        assert_eq!(replay.summary.ticks, lanes.ticks, "{context}");
        assert_eq!(replay.keys, lanes.keys, "{context}");
        let succeeded = replay.transactions.iter().map(|tx| tx.succeeded);
        let expected = lanes.transactions.iter().map(|tx| tx.succeeded);
        assert!(succeeded.eq(expected), "{context}");
    }
    assert!((1_000..40_000).contains(&longest), "{longest}");
}

/// A block with some numbers of it replaced by ones that no lab would leave.
fn spoiled(packed: &[u8], seed: u64) -> Vec<u8> {
    let mut stream = Seed::new(seed).fork("spoiled").stream();
    let mut recorded = Recorded::unpack(packed).expect("sound");
    let mut extreme = || match stream.below(6) {
        0 => 0,
        1 => 1,
        2 => u128::MAX >> stream.below(128),
        3 => 1 << stream.below(128),
        4 => u128::from(stream.below(1 << 40)),
        _ => u128::MAX,
    };
    let (slot, low, high) = (extreme(), extreme(), extreme());
    recorded.spoil_slot(slot as usize, crate::state::Word::pair(low, high));
    let count = recorded.transactions.len() as u128;
    let at = (extreme() % count) as usize;
    let (what, value) = (extreme() % 8, extreme());
    let tx = &mut recorded.transactions[at];
    match what {
        0..=3 => tx.call.args[what as usize] = value,
        4 => tx.call.method = value as u16 % 16,
        5 => tx.value.0 = value,
        6 => tx.gas_limit = value as u64,
        _ => tx.nonce = value as u64,
    }
    let mut packed = recorded.pack();
    if seed.is_multiple_of(3) {
        let at = stream.below(packed.len() as u64) as usize;
        packed[at] ^= 1 << stream.below(8);
    }
    packed
}

#[test]
fn a_hostile_block_is_refused_or_runs_to_its_end() {
    let steps = steps(40);
    let (mut ran, mut refused) = (0, 0);
    for seed in 0..2_000 {
        let (_, lanes) = &steps[seed as usize % steps.len()];
        let hostile = StepLanes {
            block: spoiled(&lanes.block, seed),
            ..lanes.clone()
        };
        let scenario = document(&hostile, Origin::Strategies, "hostile").expect("small");
        if !check(&scenario).is_empty() {
            refused += 1;
            continue;
        }
        let mut session = Session::open(scenario.clone()).expect("checked");
        let settings = LiveSettings {
            threads: 2,
            blocks: 2,
            method: Method::Declared,
        };
        let live = session.live(&settings, &Counting::default(), &Unwatched);
        let live = live.expect("no fault").expect("not cancelled");
        assert!(live.equals_serial, "seed {seed}");
        let roots = [Scheduler::Serial, Scheduler::BlockStm, Scheduler::BlockStm2].map(|by| {
            let mut scenario = scenario.clone();
            scenario.execution.scheduler = by;
            replay(scenario).summary.state_root
        });
        assert!(roots.iter().all(|root| *root == roots[0]), "seed {seed}");
        ran += 1;
    }
    assert!(ran > 500 && refused > 100, "{ran} ran, {refused} refused");
}

#[test]
fn a_block_of_a_shard_comes_to_the_same_in_the_execution_lab() {
    let (mut looked, mut refused) = (0, 0);
    for preset in shard::preset::all() {
        let scenario = preset.scenario();
        let mut eye = Shards::watch(&scenario).expect("sound");
        for part in 1..=6 {
            let at = Micros(part * 500_000);
            while !eye.advance_to(at, 1_000).expect("no fault") {}
            for shard in 0..scenario.shards.min(4) {
                let glance = Glance {
                    at,
                    shard: Some(shard),
                    ..Glance::default()
                };
                let Some(block) = eye.look(glance).expect("no fault").block else {
                    continue;
                };
                let context = format!("{} shard {shard} at {at:?}", preset.name);
                let origin = Origin::Shard(shard);
                let Some(scenario) = document(&block.lanes, origin, preset.name) else {
                    refused += usize::from(!block.entries.is_empty());
                    continue;
                };
                assert_eq!(check(&scenario), [], "{context}");
                let replay = replay(scenario);
                assert!(
                    replay
                        .transactions
                        .iter()
                        .all(|tx| tx.kind == TxKind::Cross)
                );
                let succeeded = replay.transactions.iter().map(|tx| tx.succeeded);
                let expected = block.lanes.transactions.iter().map(|tx| tx.succeeded);
                assert!(succeeded.eq(expected), "{context}");
                looked += 1;
            }
        }
    }
    assert!(
        looked > 50 && refused == 0,
        "{looked} looked at, {refused} too large"
    );
}

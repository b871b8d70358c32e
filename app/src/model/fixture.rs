//! Replays of toy blocks, for tests: recorded by the engine's own stepped crew.

use engine::executor::Executor;
use engine::executor::crew::stepped::StepSettings;
use engine::primitives::{Address, Digest, Seed};
use engine::scenario::Execution;
use engine::session::{HotKey, Replay, ReplaySummary, TxInfo, TxKind};
use engine::testing::toy::{MapStorage, ToyVm, block};

/// A block of `transactions` over `slots` × 16 slots on `lanes` lanes: the fewer slots, the more aborts.
pub(crate) fn replay(transactions: u32, lanes: u32, slots: u64) -> Replay {
    let seed = Seed::new(7);
    let txs = block(
        &mut seed.fork("block").stream(),
        transactions,
        slots * 16,
        12,
    );
    let run = |lanes| {
        let settings = StepSettings {
            lanes,
            validate_read_ticks: 5,
            dispatch_ticks: 5,
            seed: seed.fork("run"),
            is_recorded: true,
        };
        Executor::<ToyVm>::default()
            .stepped(&ToyVm, &mut MapStorage::default(), &txs, &settings)
            .expect("toy blocks execute")
    };
    let stepped = run(lanes);
    let one_lane = run(1);
    let kinds = [TxKind::Transfer, TxKind::Swap, TxKind::Supply];
    let infos = (0..transactions).map(|index| TxInfo {
        kind: kinds[index as usize % kinds.len()],
        sender: Address::account(index),
        to: Address::contract(index % 64),
        gas: 100,
        succeeded: true,
    });
    let keys: Vec<String> = stepped
        .keys
        .iter()
        .map(|key| format!("slot {key}"))
        .collect();
    let mut hot_keys: Vec<HotKey> = (0..keys.len() as u32)
        .map(|key| HotKey {
            key,
            aborts: 0,
            blocked: 0,
            writers: stepped.uses[key as usize].writers,
            readers: stepped.uses[key as usize].readers,
        })
        .collect();
    for task in &stepped.recording.tasks {
        match crate::model::history::culprit(&task.outcome) {
            Some((_, key, true)) => hot_keys[key as usize].aborts += 1,
            Some((_, key, false)) => hot_keys[key as usize].blocked += 1,
            None => {}
        }
    }
    hot_keys.sort_by_key(|key| std::cmp::Reverse(key.aborts + key.blocked));
    hot_keys.retain(|key| key.aborts + key.blocked > 0);
    hot_keys.truncate(32);
    let stats = stepped.stats;
    Replay {
        block: 0,
        execution: Execution {
            lanes,
            ..Execution::default()
        },
        summary: ReplaySummary {
            transactions,
            reverted: 0,
            executions: stats.executions as u32,
            aborts: stats.aborts as u32,
            blocked: stats.blocked as u32,
            validations: stats.validations as u32,
            keeps_block_order: true,
            breaches: 0,
            first_pass_ticks: 0,
            ticks: stepped.recording.end.0,
            ticks_one_lane: one_lane.recording.end.0,
            critical_path_ticks: stepped.critical_path.ticks,
            critical_path: stepped.critical_path.chain,
            utilisation_permille: 700,
            wasted_ticks: 0,
            hot_keys,
            state_root: Digest::default(),
            receipts_digest: Digest::default(),
            trace_digest: stepped.recording.digest(),
        },
        recording: stepped.recording,
        keys,
        transactions: infos.collect(),
    }
}

use super::*;
use crate::scenario::{Execution, Scenario, Scheduler, preset};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A preset cut down so that every one of them runs here.
fn small(name: &str) -> Scenario {
    let mut scenario = preset::named(name).unwrap().scenario();
    scenario.workload.transactions = scenario.workload.transactions.min(150);
    scenario.workload.accounts = scenario.workload.accounts.min(400);
    scenario.workload.work_rounds = scenario.workload.work_rounds.min(200);
    scenario
}

fn replay(session: &mut Session, block: u32, lanes: u32) -> Replay {
    let execution = Execution {
        lanes,
        ..session.scenario().execution.clone()
    };
    session
        .replay(block, &execution, &Unwatched)
        .unwrap()
        .unwrap()
}

/// Each call a second later.
#[derive(Default)]
pub(super) struct Counting(AtomicU32);

impl Clock for Counting {
    fn now_seconds(&self) -> f64 {
        f64::from(self.0.fetch_add(1, Relaxed))
    }
}

struct CancelAfter(AtomicU32);

impl Progress for CancelAfter {
    fn report(&self, _done: u32, _total: u32) {
        let _ = self
            .0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
    }
    fn is_cancelled(&self) -> bool {
        self.0.load(Relaxed) == 0
    }
}

#[test]
fn every_preset_ends_on_the_same_state_on_any_lanes_and_on_threads() {
    for preset in preset::all() {
        let mut scenario = small(preset.name);
        scenario.blocks = 3;
        let mut session = Session::open(scenario).unwrap();
        let one = replay(&mut session, 2, 1);
        assert_eq!(one.summary.aborts, 0, "{}", preset.name);
        for lanes in [3, 16] {
            let many = replay(&mut session, 2, lanes);
            assert_eq!(one.summary.state_root, many.summary.state_root);
            assert_eq!(one.summary.receipts_digest, many.summary.receipts_digest);
            assert_eq!(one.transactions, many.transactions);
            assert_eq!(one.summary.ticks, many.summary.ticks_one_lane);
            assert!(many.summary.utilisation_permille <= 1000);
        }
        let settings = LiveSettings {
            threads: 2,
            blocks: 3,
            method: [
                Method::Chosen,
                Method::Declared,
                Method::BlockStm,
                Method::BlockStm2,
            ][preset.id as usize % 4],
        };
        let live = session
            .live(&settings, &Counting::default(), &Unwatched)
            .unwrap()
            .unwrap();
        assert!(live.equals_serial, "{}", preset.name);
        assert_eq!(live.state_root, one.summary.state_root, "{}", preset.name);
        assert_eq!(live.transactions, 3 * one.transactions.len() as u64);
    }
}

#[test]
fn most_transactions_succeed_and_none_is_invalid() {
    for preset in preset::all() {
        let mut session = Session::open(small(preset.name)).unwrap();
        let replay = replay(&mut session, 1, 4);
        let (all, reverted) = (replay.summary.transactions, replay.summary.reverted);
        assert!(reverted * 4 <= all, "{}: {reverted} of {all}", preset.name);
        let outputs = session.executor.outputs();
        for receipt in outputs {
            assert!(
                !matches!(receipt.status, crate::vm::native::Status::Invalid(_)),
                "{}: {:?}",
                preset.name,
                receipt.status
            );
        }
    }
}

#[test]
fn presets_show_what_they_say() {
    let run = |name: &str, lanes| {
        let scenario = preset::named(name).unwrap().scenario();
        let mut session = Session::open(scenario).unwrap();
        replay(&mut session, 0, lanes).summary
    };
    let reverted = run("default", 8).reverted;
    assert!((1..500).contains(&reverted), "{reverted} reverted");
    let payments = run("payments", 16);
    assert_eq!(payments.aborts + payments.blocked, 0);
    assert!(payments.ticks * 10 < payments.ticks_one_lane);
    let ordered = run("token-drop", 8);
    assert!(ordered.aborts + ordered.blocked > ordered.transactions / 10);
    let repaired = run("token-drop-commutative", 8);
    assert_eq!(repaired.aborts + repaired.blocked, 0);
    assert!(repaired.ticks * 4 < ordered.ticks);
    let worst = run("one-key", 8);
    assert!(worst.critical_path.len() as u32 == worst.transactions);
}

#[test]
fn going_back_to_an_earlier_block_gives_the_same_replay() {
    let mut session = Session::open(small("default")).unwrap();
    let first = replay(&mut session, 0, 8);
    let third = replay(&mut session, 2, 8);
    assert!(replay(&mut session, 0, 8) == first);
    assert!(replay(&mut session, 2, 8) == third);
    assert_ne!(first.summary.trace_digest, third.summary.trace_digest);
}

#[test]
fn the_serial_scheduler_has_one_lane_and_no_validations() {
    let mut scenario = small("default");
    let mut session = Session::open(scenario.clone()).unwrap();
    let parallel = replay(&mut session, 0, 8);
    scenario.execution.scheduler = Scheduler::Serial;
    let mut session = Session::open(scenario).unwrap();
    let serial = replay(&mut session, 0, 8);
    assert_eq!(serial.recording.lanes, 1);
    assert_eq!(serial.summary.validations, 0);
    let gas: u64 = serial.transactions.iter().map(|tx| tx.gas).sum();
    assert_eq!(serial.summary.ticks, gas);
    assert_eq!(serial.summary.state_root, parallel.summary.state_root);
}

#[test]
fn cancelling_ends_without_an_answer_and_leaves_the_session_usable() {
    let mut session = Session::open(small("default")).unwrap();
    let whole = replay(&mut session, 3, 8);
    for reports in 0..4 {
        let cancel = CancelAfter(AtomicU32::new(reports));
        let mut session = Session::open(small("default")).unwrap();
        let execution = session.scenario().execution.clone();
        assert!(session.replay(3, &execution, &cancel) == Ok(None));
        assert!(replay(&mut session, 3, 8) == whole);
        let cancel = CancelAfter(AtomicU32::new(reports));
        let settings = LiveSettings {
            method: Method::default(),
            threads: 1,
            blocks: 4,
        };
        let live = session.live(&settings, &Counting::default(), &cancel);
        assert_eq!(live, Ok(None));
    }
}

#[test]
fn a_document_with_problems_does_not_open() {
    let mut scenario = small("default");
    scenario.workload.pools = 0;
    let problems = Session::open(scenario).err().unwrap();
    assert_eq!(problems[0].path, "workload.pools");
}

#[test]
fn the_trace_file_is_json_with_one_arrow_an_abort() {
    let mut session = Session::open(small("one-pool")).unwrap();
    let replay = replay(&mut session, 0, 8);
    let mut text = String::new();
    perfetto::write(&replay, &mut text).unwrap();
    let trace: serde_json::Value = serde_json::from_str(&text).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let count = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert_eq!(count("X"), replay.recording.tasks.len());
    assert_eq!(count("i"), replay.recording.commits.len());
    assert!(replay.summary.aborts > 0);
    assert_eq!(count("s"), count("f"));
    assert!(count("s") > 0 && count("s") <= replay.summary.aborts as usize);
}

/// From any preset to any other, with a few blocks done in between.
#[test]
fn a_session_opened_again_is_as_good_as_a_new_one() {
    let names = [
        "default",
        "payments",
        "liquidity",
        "lending-rush",
        "default",
    ];
    let mut session = Session::open(small("default")).unwrap();
    for name in names {
        for (seed, transactions) in [(1, 150), (7, 40)] {
            let mut scenario = small(name);
            scenario.seed = seed;
            scenario.workload.transactions = transactions;
            session = session.reopen(scenario.clone()).unwrap();
            let mut fresh = Session::open(scenario).unwrap();
            assert!(
                replay(&mut session, 2, 8) == replay(&mut fresh, 2, 8),
                "{name}"
            );
            assert!(
                replay(&mut session, 0, 8) == replay(&mut fresh, 0, 8),
                "{name}"
            );
        }
    }
    let mut wrong = small("default");
    wrong.blocks = 0;
    assert!(session.reopen(wrong).is_err());
}

/// A slot that all transactions of a block change within a bound: whom that costs a run.
#[test]
fn a_bound_far_away_costs_nobody_a_run_and_one_that_is_reached_costs_few() {
    let run = |name: &str, cap: u32, stock: u32, scheduler| {
        let mut scenario = preset::named(name).expect("a preset").scenario();
        let workload = &mut scenario.workload;
        (workload.transactions, workload.accounts) = (600, 1_200);
        (workload.drop_cap, workload.drop_stock) = (cap, stock);
        let execution = Execution {
            scheduler,
            lanes: 16,
            ..scenario.execution.clone()
        };
        let mut session = Session::open(scenario).expect("a sound scenario");
        let replay = session.replay(0, &execution, &Unwatched);
        replay.expect("no fault").expect("nobody cancels").summary
    };
    for scheduler in [Scheduler::BlockStm, Scheduler::BlockStm2] {
        for (name, bounded, cap, stock) in [
            ("capped-drop", "capped-drop-bounded", 300, 0),
            ("faucet", "faucet-bounded", 0, 300_000),
        ] {
            let far = run(bounded, cap * 10, stock * 10, scheduler);
            assert_eq!((far.aborts, far.blocked, far.reverted), (0, 0, 0), "{name}");
            assert!(far.critical_path_ticks < 1_000, "nobody waits: {far:?}");
            let ordered = run(name, cap, stock, scheduler);
            let near = run(bounded, cap, stock, scheduler);
            assert!((200..400).contains(&near.reverted), "{name}: {near:?}");
            assert_eq!(near.reverted, ordered.reverted, "{name}");
            assert_eq!(near.blocked, 0, "{name}: who asks waits for nobody");
            assert!((1..64).contains(&near.aborts), "{name}: {near:?}");
            let setbacks = ordered.aborts + ordered.blocked;
            assert!(setbacks > near.aborts * 8, "{name}: {ordered:?}");
            assert!(ordered.ticks > near.ticks * 4, "{name}: {near:?}");
        }
    }
}

//! Every crew against the oracle, through one check.

use super::crew::stepped::StepSettings;
use super::{Executor, Script};
use crate::primitives::Seed;
use crate::testing::toy::{self, MapStorage, Number, NumberedStorage, ToyTx, ToyVm};
use crate::trace::{Outcome, TaskKind};

mod bounds;

type Storage = MapStorage<u64, Number>;

/// Serial, stepped and threaded leave the same storage and outputs.
fn check_block(
    executor: &mut Executor<ToyVm>,
    before: &Storage,
    txs: &[ToyTx],
    seed: u64,
    lanes: u32,
) {
    let mut expected = before.clone();
    let mut oracle = Executor::<ToyVm>::default();
    oracle.serial(&ToyVm, &mut expected, txs).expect("serial");

    let mut stepped = before.clone();
    let settings = StepSettings {
        lanes,
        validate_read_ticks: (seed % 40) as u32,
        dispatch_ticks: (seed % 97) as u32,
        seed: Seed::new(seed),
        is_recorded: seed.is_multiple_of(2),
    };
    let run = executor
        .stepped(&ToyVm, &mut stepped, txs, &settings)
        .expect("stepped");
    let context = format!("seed {seed}, {lanes} lanes, {} transactions", txs.len());
    assert_eq!(stepped, expected, "stepped storage: {context}");
    assert_eq!(
        executor.outputs(),
        oracle.outputs(),
        "stepped outputs: {context}"
    );
    assert_eq!(executor.gas(), oracle.gas(), "stepped gas: {context}");
    assert_eq!(run.recording.commits.len(), txs.len(), "commits: {context}");
    assert!(
        run.recording.commits.is_sorted(),
        "commits in order: {context}"
    );
    check_reactive(
        executor,
        before,
        txs,
        (&settings, &context),
        (&expected, &oracle),
    );

    let mut declared = NumberedStorage::of(before);
    executor
        .declared(&ToyVm, &mut declared, txs, lanes.min(8))
        .expect("declared");
    assert_eq!(
        declared.map().held(),
        expected.held(),
        "declared storage: {context}"
    );
    assert_eq!(
        &executor.outputs()[..txs.len()],
        oracle.outputs(),
        "declared outputs: {context}"
    );

    let mut chosen = NumberedStorage::of(before);
    // A clock that favours now one way, now another.
    let moment = std::cell::Cell::new(seed);
    let clock = || {
        moment.set(crate::primitives::hash::mix(moment.get()) >> 8);
        moment.get() as f64
    };
    executor
        .chosen(&ToyVm, &mut chosen, txs, lanes.min(8), &clock)
        .expect("chosen");
    assert_eq!(
        chosen.map().held(),
        expected.held(),
        "chosen storage: {context}"
    );
    assert_eq!(
        &executor.outputs()[..txs.len()],
        oracle.outputs(),
        "chosen outputs: {context}"
    );

    #[cfg(feature = "threads")]
    {
        let mut threaded = before.clone();
        executor
            .threaded(&ToyVm, &mut threaded, txs, lanes.min(8))
            .expect("threaded");
        assert_eq!(threaded, expected, "threaded storage: {context}");
        assert_eq!(
            &executor.outputs()[..txs.len()],
            oracle.outputs(),
            "threaded outputs: {context}"
        );
    }
}

/// The second generation of Block-STM, stepped and threaded, leaves what the oracle left.
fn check_reactive(
    executor: &mut Executor<ToyVm>,
    before: &Storage,
    txs: &[ToyTx],
    (settings, context): (&StepSettings, &str),
    (expected, oracle): (&Storage, &Executor<ToyVm>),
) {
    let mut stepped = before.clone();
    let run = executor
        .reactive_stepped(&ToyVm, &mut stepped, txs, settings)
        .expect("reactive, stepped");
    let context = format!("reactive, {context}, {:?}", run.stats);
    assert_eq!(stepped, *expected, "storage: {context}");
    assert_eq!(executor.outputs(), oracle.outputs(), "outputs: {context}");
    assert_eq!(executor.gas(), oracle.gas(), "gas: {context}");
    let commits = &run.recording.commits;
    assert_eq!(commits.len(), txs.len(), "commits: {context}");
    assert!(commits.is_sorted(), "commits in order: {context}");
    #[cfg(feature = "threads")]
    {
        let mut threaded = before.clone();
        executor
            .reactive(&ToyVm, &mut threaded, txs, settings.lanes.min(8))
            .expect("reactive, threaded");
        assert_eq!(threaded, *expected, "threaded storage: {context}");
        assert_eq!(executor.outputs(), oracle.outputs(), "threaded: {context}");
    }
}

#[test]
fn every_crew_equals_serial_on_ten_thousand_blocks() {
    let mut executor = Executor::default();
    for seed in 0..10_000u64 {
        let mut stream = Seed::new(seed).fork("toy blocks").stream();
        let count = stream.between(0, 40) as u32;
        let slots = [1, 2, 5, 20, 200][stream.below(5) as usize];
        let lanes = [1, 2, 3, 4, 8, 16, 64, 1024][stream.below(8) as usize];
        let mut before = Storage::default();
        for slot in 0..stream.below(slots + 1) {
            before.0.insert(slot, Number(stream.below(9)));
        }
        let txs = toy::block(&mut stream, count, slots, 24);
        check_block(&mut executor, &before, &txs, seed, lanes);
    }
}

/// Every order in which three lanes can pick up three transactions on two slots and their validations.
#[test]
fn every_interleaving_of_small_blocks_equals_serial() {
    let mut executor = Executor::default();
    let mut runs = 0;
    for seed in 0..12u64 {
        let mut stream = Seed::new(seed).fork("small toy blocks").stream();
        let txs = toy::block(&mut stream, 3, 2, 8);
        let mut expected = Storage::default();
        let mut oracle = Executor::<ToyVm>::default();
        oracle.serial(&ToyVm, &mut expected, &txs).expect("serial");
        let settings = StepSettings {
            lanes: 3,
            validate_read_ticks: 15,
            dispatch_ticks: 0,
            seed: Seed::new(seed),
            is_recorded: true,
        };
        // Delays below, about and above the length of a run.
        let mut script = Script::new(&[0, 45, 400], 7);
        loop {
            let mut found = Storage::default();
            executor
                .stepped_by(&ToyVm, &mut found, &txs, &settings, Some(&mut script))
                .expect("stepped");
            assert_eq!(found, expected, "storage: seed {seed}, {script:?}");
            let outputs = executor.outputs();
            assert_eq!(outputs, oracle.outputs(), "outputs: seed {seed}");
            runs += 1;
            if !script.turn() {
                break;
            }
        }
    }
    assert!(runs >= 12 * 3_usize.pow(6), "{runs} interleavings");
}

#[test]
fn large_blocks_equal_serial() {
    let mut executor = Executor::default();
    for seed in 0..12u64 {
        let mut stream = Seed::new(seed).fork("large toy blocks").stream();
        let slots = [3, 100, 3_000, 100_000][(seed % 4) as usize];
        let txs = toy::block(&mut stream, 3_000, slots, 40);
        check_block(
            &mut executor,
            &Storage::default(),
            &txs,
            seed,
            [2, 16, 333][seed as usize % 3],
        );
    }
}

/// Eight threads on however few cores: lanes are stopped in the middle of anything.
#[cfg(feature = "threads")]
#[test]
fn more_threads_than_cores_equal_serial() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(8)
        .build()
        .expect("a pool");
    pool.install(|| {
        let mut executor = Executor::default();
        for seed in 0..60u64 {
            let mut stream = Seed::new(seed).fork("crowded toy blocks").stream();
            let slots = [2, 30, 1_000][seed as usize % 3];
            let txs = toy::block(&mut stream, 1_000, slots, 30);
            check_block(&mut executor, &Storage::default(), &txs, seed, 8);
        }
    });
}

fn stepped(seed: u64, lanes: u32) -> super::crew::stepped::Stepped<u64> {
    let txs = toy::block(&mut Seed::new(5).stream(), 300, 50, 20);
    let settings = StepSettings {
        lanes,
        validate_read_ticks: 20,
        dispatch_ticks: 20,
        seed: Seed::new(seed),
        is_recorded: true,
    };
    Executor::default()
        .stepped(&ToyVm, &mut Storage::default(), &txs, &settings)
        .expect("stepped")
}

#[test]
fn the_same_seed_gives_the_same_recording_and_another_seed_another() {
    let first = stepped(1, 8).recording.digest();
    assert_eq!(first, stepped(1, 8).recording.digest());
    assert_ne!(first, stepped(2, 8).recording.digest());
}

#[test]
fn one_lane_never_aborts() {
    let run = stepped(1, 1);
    assert_eq!(run.stats.aborts + run.stats.blocked, 0);
    assert_eq!(run.stats.executions, 300);
}

#[test]
fn a_recording_accounts_for_every_task() {
    let run = stepped(3, 16);
    assert!(run.stats.aborts > 0, "a contended block aborts");
    let tasks = &run.recording.tasks;
    assert!(tasks.is_sorted_by_key(|task| (task.start, task.lane)));
    let count =
        |f: &dyn Fn(&crate::trace::Task) -> bool| tasks.iter().filter(|t| f(t)).count() as u64;
    let aborted = count(&|task| matches!(task.outcome, Outcome::Aborted { .. }));
    let blocked = count(&|task| matches!(task.outcome, Outcome::Blocked { .. }));
    let executed = count(&|task| task.outcome == Outcome::Executed);
    assert_eq!(aborted, run.stats.aborts);
    assert_eq!(blocked, run.stats.blocked);
    assert_eq!(executed + blocked, run.stats.executions);
    // Lanes do one thing at a time.
    for lane in 0..16 {
        let mut at = crate::primitives::Tick(0);
        for task in tasks.iter().filter(|task| task.lane.0 == lane) {
            assert!(task.start >= at, "lane {lane} does two things at {at}");
            at = task.end;
        }
    }
    // A transaction is committed no earlier than a validation of it ends.
    for (tx, commit) in run.recording.commits.iter().enumerate() {
        assert!(tasks.iter().any(|task| {
            task.tx.as_usize() == tx && task.kind == TaskKind::Validate && task.end <= *commit
        }));
    }
}

#[test]
fn the_critical_path_is_a_chain_within_the_block() {
    let run = stepped(3, 16);
    let path = &run.critical_path;
    assert!(path.chain.is_sorted());
    assert!(path.ticks <= path.total_ticks);
    assert!(path.chain.len() > 1, "a contended block has dependencies");
}

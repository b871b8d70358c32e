//! Every crew against the serial one, on generated blocks of the real contracts.

use super::soak::{native_coin, world};
use crate::executor::Executor;
use crate::executor::crew::stepped::StepSettings;
use crate::executor::laboratory::Discipline;
use crate::primitives::{Seed, TxIndex};
use crate::scenario::{Generator, World, build};
use crate::state::Store;
use crate::state::commitment::Commitment;
use crate::vm::native::NativeVm;

const WORLDS: u64 = 160;
const BLOCKS: u32 = 12;

fn root(store: &Store) -> crate::primitives::Digest {
    let mut commitment = Commitment::default();
    commitment.update(&store.sorted());
    commitment.root()
}

/// Runs a world's blocks by every crew side by side, and audits what is left. How many transactions
/// there were, and how many of them broke their declaration or ran alone for another's breach.
fn check_world(seed: u64) -> (u64, u64) {
    let scenario = world(seed, 60);
    let World {
        mut vm,
        genesis,
        mut generator,
    } = build(&scenario);
    let coin = native_coin(&genesis);
    let (mut serial, mut stepped, mut threaded, mut declared) = (
        genesis.clone(),
        genesis.clone(),
        genesis.clone(),
        genesis.clone(),
    );
    let (mut reactive, mut reactive_stepped) = (genesis.clone(), genesis.clone());
    let (mut all, mut unplanned) = (0, 0);
    let mut executors: [Executor<NativeVm>; 6] = std::array::from_fn(|_| Executor::default());
    let mut stream = Seed::new(seed).fork("lanes").stream();
    for block in 0..BLOCKS {
        vm.timestamp = generator.seconds(block);
        let lanes = [1, 2, 3, 8, 16, 100][stream.below(6) as usize];
        let context = format!("seed {seed}, block {block}, {lanes} lanes");
        let transactions = Generator::block(&mut generator, block).transactions;
        executors[0]
            .serial(&vm, &mut serial, &transactions)
            .expect("serial");
        let settings = StepSettings {
            lanes,
            validate_read_ticks: 20,
            dispatch_ticks: stream.below(500) as u32,
            seed: Seed::new(seed).fork_index(u64::from(block)),
            is_recorded: block % 2 == 0,
        };
        executors[1]
            .stepped(&vm, &mut stepped, &transactions, &settings)
            .expect("stepped");
        #[cfg(feature = "threads")]
        executors[2]
            .threaded(&vm, &mut threaded, &transactions, lanes.min(6))
            .expect("threaded");
        #[cfg(not(feature = "threads"))]
        executors[2]
            .serial(&vm, &mut threaded, &transactions)
            .expect("serial");
        let stats = executors[3]
            .declared(&vm, &mut declared, &transactions, lanes.min(6))
            .expect("declared");
        unplanned += stats.in_order;
        all += stats.transactions;
        executors[4]
            .reactive_stepped(&vm, &mut reactive_stepped, &transactions, &settings)
            .expect("reactive, stepped");
        #[cfg(feature = "threads")]
        executors[5]
            .reactive(&vm, &mut reactive, &transactions, lanes.min(6))
            .expect("reactive, threaded");
        #[cfg(not(feature = "threads"))]
        executors[5]
            .serial(&vm, &mut reactive, &transactions)
            .expect("serial");
        let count = transactions.len();
        let outputs = executors
            .each_ref()
            .map(|executor| &executor.outputs()[..count]);
        assert_eq!(outputs[1], outputs[0], "stepped receipts: {context}");
        assert_eq!(outputs[2], outputs[0], "threaded receipts: {context}");
        assert_eq!(outputs[3], outputs[0], "declared receipts: {context}");
        let expected = serial.sorted();
        assert_eq!(stepped.sorted(), expected, "stepped state: {context}");
        assert_eq!(threaded.sorted(), expected, "threaded state: {context}");
        assert_eq!(declared.sorted(), expected, "declared state: {context}");
        assert_eq!(outputs[4], outputs[0], "reactive, stepped: {context}");
        assert_eq!(outputs[5], outputs[0], "reactive, threaded: {context}");
        assert_eq!(reactive_stepped.sorted(), expected, "{context}");
        assert_eq!(reactive.sorted(), expected, "{context}");
    }
    assert_eq!(root(&stepped), root(&serial), "root: seed {seed}");
    assert_eq!(
        native_coin(&serial),
        coin,
        "native coin is neither made nor lost: seed {seed}"
    );
    vm.registry
        .audit(&serial)
        .unwrap_or_else(|problem| panic!("seed {seed}: {problem}"));
    (all, unplanned)
}

/// Runs a world's blocks by every discipline, each on the state that the serial crew left, and compares
/// with the serial execution of the order committed.
fn check_laboratory(seed: u64, breaches: &mut u64) {
    let scenario = world(seed, 60);
    let World {
        mut vm,
        genesis: mut serial,
        mut generator,
    } = build(&scenario);
    let coin = native_coin(&serial);
    let mut executors: [Executor<NativeVm>; 2] = std::array::from_fn(|_| Executor::default());
    let mut stream = Seed::new(seed).fork("laboratory").stream();
    for block in 0..4 {
        vm.timestamp = generator.seconds(block);
        let transactions = Generator::block(&mut generator, block).transactions;
        let before = serial.clone();
        executors[0]
            .serial(&vm, &mut serial, &transactions)
            .expect("serial");
        let expected = serial.sorted();
        for discipline in Discipline::ALL {
            let lanes = [1, 2, 8, 100][stream.below(4) as usize];
            let context = format!("{discipline:?}, seed {seed}, block {block}, {lanes} lanes");
            let settings = StepSettings {
                lanes,
                validate_read_ticks: 20,
                dispatch_ticks: stream.below(500) as u32,
                seed: Seed::new(seed).fork_index(u64::from(block)),
                is_recorded: true,
            };
            let mut after = before.clone();
            let [oracle, executor] = &mut executors;
            let run = executor
                .laboratory(discipline, &vm, &mut after, &transactions, &settings)
                .expect("a discipline");
            *breaches += run.stats.breaches;
            let is_bounded = run.stats.aborts == 0 && discipline != Discipline::AccessList;
            assert!(
                !is_bounded || run.recording.end.0 >= run.critical_path.ticks,
                "faster than the longest chain: {context}"
            );
            let order = &run.recording.order;
            if order.is_empty() {
                oracle
                    .serial(&vm, &mut before.clone(), &transactions)
                    .expect("serial");
                assert_eq!(executor.outputs(), oracle.outputs(), "receipts: {context}");
                assert_eq!(after.sorted(), expected, "state: {context}");
            } else {
                let place = |tx: &TxIndex| transactions[tx.as_usize()];
                let in_order: Vec<_> = order.iter().map(place).collect();
                let mut expected = before.clone();
                oracle
                    .serial(&vm, &mut expected, &in_order)
                    .expect("serial");
                assert_eq!(after.sorted(), expected.sorted(), "state: {context}");
                for (place, tx) in order.iter().enumerate() {
                    let receipt = &executor.outputs()[tx.as_usize()];
                    assert_eq!(receipt, &oracle.outputs()[place], "receipts: {context}");
                }
            }
            assert_eq!(native_coin(&after), coin, "native coin: {context}");
            vm.registry
                .audit(&after)
                .unwrap_or_else(|problem| panic!("{context}: {problem}"));
        }
    }
}

#[test]
fn every_discipline_equals_serial_on_real_contracts() {
    let mut breaches = 0;
    (0..60).for_each(|seed| check_laboratory(seed, &mut breaches));
    assert!(
        breaches > 0,
        "some hint about a position goes stale within its block"
    );
}

#[test]
fn every_crew_equals_serial_on_real_contracts_and_every_contract_passes_its_audit() {
    let counts = (0..WORLDS).map(check_world);
    let (all, unplanned) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(
        unplanned * 20 < all,
        "contracts know what they touch: {unplanned} of {all} did not"
    );
}

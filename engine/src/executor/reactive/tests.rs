//! The second generation against the oracle.

#[cfg(feature = "threads")]
use crate::executor::BlockStats;
use crate::executor::Executor;
use crate::primitives::Seed;
use crate::testing::toy::{self, MapStorage, Number, ToyTx, ToyVm};

type Storage = MapStorage<u64, Number>;

/// Threads leave the same storage, outputs and gas as running in order.
#[cfg(feature = "threads")]
fn check_threads(
    executor: &mut Executor<ToyVm>,
    before: &Storage,
    txs: &[ToyTx],
    lanes: u32,
    context: &str,
) -> BlockStats {
    let mut expected = before.clone();
    let mut oracle = Executor::<ToyVm>::default();
    oracle.serial(&ToyVm, &mut expected, txs).expect("serial");
    let mut storage = before.clone();
    let stats = executor
        .reactive(&ToyVm, &mut storage, txs, lanes)
        .expect("reactive");
    assert_eq!(storage, expected, "storage: {context}");
    assert_eq!(executor.outputs(), oracle.outputs(), "outputs: {context}");
    assert_eq!(executor.gas(), oracle.gas(), "gas: {context}");
    stats
}

#[cfg(feature = "threads")]
#[test]
fn threads_equal_serial_on_ten_thousand_blocks() {
    let mut executor = Executor::default();
    for seed in 0..10_000u64 {
        let mut stream = Seed::new(seed).fork("reactive toy blocks").stream();
        let count = stream.between(0, 40) as u32;
        let slots = [1, 2, 5, 20, 200][stream.below(5) as usize];
        let lanes = [1, 2, 3, 4, 8][stream.below(5) as usize];
        let mut before = Storage::default();
        for slot in 0..stream.below(slots + 1) {
            before.0.insert(slot, Number(stream.below(9)));
        }
        let txs = toy::block(&mut stream, count, slots, 24);
        let context = format!("seed {seed}, {lanes} lanes, {count} transactions");
        check_threads(&mut executor, &before, &txs, lanes, &context);
    }
}

#[cfg(feature = "threads")]
#[test]
fn more_threads_than_cores_equal_serial() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(8)
        .build()
        .expect("a pool");
    pool.install(|| {
        let mut executor = Executor::default();
        for seed in 0..300u64 {
            let mut stream = Seed::new(seed).fork("crowded reactive blocks").stream();
            let slots = [2, 30, 1_000, 100_000][seed as usize % 4];
            let txs = toy::block(&mut stream, 1_000, slots, 30);
            let context = format!("seed {seed}, 8 lanes");
            let s = check_threads(&mut executor, &Storage::default(), &txs, 8, &context);
            if seed < 12 { eprintln!("{s:?}"); }
        }
    });
}

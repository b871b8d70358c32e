//! A fault in the middle of a block: what comes before it stands, nothing after it does.

use super::{BlockStats, Executor};
use crate::primitives::Seed;
use crate::state::{ReadView, Storage as _};
use crate::testing::toy::{self, MapStorage, Number, NumberedStorage, ToyTx, ToyVm};
use crate::vm::{Accesses, Effects, Fault, Foresight, Halt, Vm};

const FAULT: Fault = Fault::Invariant("made up");

/// The toy machine, which finds a fault with one transaction, by what that starts with. It has read and
/// written by then.
struct FaultyVm {
    start: Option<u64>,
}

impl Vm for FaultyVm {
    type Key = u64;
    type Value = Number;
    type Tx = ToyTx;
    type Output = (u64, bool);

    fn run(
        &self,
        tx: &ToyTx,
        view: &mut impl ReadView<u64, Number>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut inner = Effects::<ToyVm>::default();
        ToyVm.run(tx, view, &mut inner)?;
        effects.overlay = inner.overlay;
        effects.gas = inner.gas;
        effects.output = inner.output;
        match self.start {
            Some(start) if start == tx.start => Err(FAULT.into()),
            _ => Ok(()),
        }
    }

    fn declare(
        &self,
        tx: &ToyTx,
        before: &impl crate::state::Storage<u64, Number>,
        into: &mut dyn Accesses<u64>,
    ) -> bool {
        ToyVm.declare(tx, before, into)
    }

    fn foresee(&self, tx: &ToyTx, slots: &mut impl Foresight<u64, Number>) {
        ToyVm.foresee(tx, slots);
    }
}

type Outcome = (NumberedStorage<u64, Number>, Result<BlockStats, Fault>);

/// Executes the block, after another one that has left something in the executor.
fn execute(
    executor: &mut Executor<FaultyVm>,
    before: &MapStorage<u64, Number>,
    txs: &[ToyTx],
    faulty: Option<usize>,
    lanes: u32,
) -> Outcome {
    let start = faulty.map(|at| txs[at].start);
    let mut storage = NumberedStorage::of(before);
    let result = executor.declared(&FaultyVm { start }, &mut storage, txs, lanes);
    (storage, result)
}

#[test]
fn a_block_that_meets_a_fault_stands_up_to_there() {
    let mut stream = Seed::new(21).fork("faults").stream();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
    let pool = pool.expect("a pool");
    for slots in [3, 40, 4_000] {
        let mut before = MapStorage::default();
        (0..slots).for_each(|slot| before.set(slot, Number(slot % 16)));
        let mut executor = Executor::<FaultyVm>::default();
        for round in 0..60 {
            let txs = toy::block(&mut stream, 200, slots, 12);
            let faulty = stream.below(200) as usize;
            let lanes = 1 + round % 4;
            let mut expected = before.clone();
            let mut oracle = Executor::<ToyVm>::default();
            let prefix = oracle.serial(&ToyVm, &mut expected, &txs[..faulty]);
            prefix.expect("in order");
            let (storage, result) =
                pool.install(|| execute(&mut executor, &before, &txs, Some(faulty), lanes));
            let context = format!("{slots} slots, round {round}, fault at {faulty}");
            assert_eq!(result, Err(FAULT), "{context}");
            assert_eq!(storage.map().held(), expected.held(), "{context}");
            // What it left behind does not reach the next block.
            let mut expected = before.clone();
            oracle
                .serial(&ToyVm, &mut expected, &txs)
                .expect("in order");
            let (storage, result) =
                pool.install(|| execute(&mut executor, &before, &txs, None, lanes));
            assert!(result.is_ok(), "{context}");
            assert_eq!(storage.map().held(), expected.held(), "{context}");
        }
    }
}

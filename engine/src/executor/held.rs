//! Threads that the system stops in the middle of a transaction.
//!
//! One run is held for fifty milliseconds right after its first read, as if its thread had been
//! descheduled there, with as many lanes as cores and with many more. The other lanes go on, and what
//! the held run has read grows stale meanwhile. Asserted is what comes out and how many runs it took,
//! never how long.

use super::Executor;
use crate::primitives::Seed;
use crate::state::{ReadView, Storage as _};
use crate::testing::toy::{self, MapStorage, Number, NumberedStorage, ToyTx, ToyVm};
use crate::vm::{Accesses, Effects, Foresight, Halt, Vm};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

type Storage = MapStorage<u64, Number>;

const HELD: Duration = Duration::from_millis(50);

/// Most runs a transaction on average, held or not: lanes that found nothing to do but repeating
/// themselves would need many more.
const RUNS_MAX: u64 = 8;

/// The toy machine, in which one run is held.
struct HeldVm {
    /// The transaction that is held, by what it starts with.
    start: u64,
    /// Whether that is still to come.
    is_due: AtomicBool,
    runs: AtomicU64,
}

struct HeldView<'a, V> {
    view: &'a mut V,
    is_due: bool,
}

impl<V: ReadView<u64, Number>> ReadView<u64, Number> for HeldView<'_, V> {
    fn read(&mut self, key: &u64) -> Result<Option<Number>, Halt> {
        let value = self.view.read(key)?;
        if std::mem::take(&mut self.is_due) {
            std::thread::sleep(HELD);
        }
        Ok(value)
    }
}

impl Vm for HeldVm {
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
        self.runs.fetch_add(1, SeqCst);
        let is_due = tx.start == self.start && self.is_due.swap(false, SeqCst);
        let mut inner = Effects::<ToyVm>::default();
        ToyVm.run(tx, &mut HeldView { view, is_due }, &mut inner)?;
        effects.overlay = inner.overlay;
        effects.gas = inner.gas;
        effects.output = inner.output;
        Ok(())
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

#[derive(Clone, Copy, Debug)]
enum Crew {
    Threaded,
    Reactive,
    Declared,
    Chosen,
}

/// Executes the block by a crew with its transaction `held` held; the storage, and how often it ran.
fn hold(
    crew: Crew,
    before: &Storage,
    txs: &[ToyTx],
    held: usize,
    lanes: u32,
) -> (Storage, Executor<HeldVm>, u64) {
    let vm = HeldVm {
        start: txs[held].start,
        is_due: AtomicBool::new(true),
        runs: AtomicU64::new(0),
    };
    let mut executor = Executor::<HeldVm>::default();
    let (mut plain, mut numbered) = (before.clone(), NumberedStorage::of(before));
    let pool = rayon::ThreadPoolBuilder::new();
    let pool = pool.num_threads(lanes as usize).build().expect("a pool");
    let result = pool.install(|| match crew {
        Crew::Threaded => executor.threaded(&vm, &mut plain, txs, lanes),
        Crew::Reactive => executor.reactive(&vm, &mut plain, txs, lanes),
        Crew::Declared => executor.declared(&vm, &mut numbered, txs, lanes),
        Crew::Chosen => executor.chosen(&vm, &mut numbered, txs, lanes, &|| 0.0),
    });
    result.expect("a crew");
    let after = match crew {
        Crew::Threaded | Crew::Reactive => plain,
        Crew::Declared | Crew::Chosen => numbered.map(),
    };
    let runs = vm.runs.load(SeqCst);
    (after, executor, runs)
}

#[test]
fn a_lane_stopped_inside_a_transaction_costs_nothing_but_its_time() {
    let mut stream = Seed::new(20).fork("held").stream();
    for slots in [4, 40, 4_000] {
        let mut before = Storage::default();
        (0..slots).for_each(|slot| before.set(slot, Number(slot % 16)));
        let txs = toy::block(&mut stream, 300, slots, 12);
        let mut expected = before.clone();
        let mut oracle = Executor::<ToyVm>::default();
        oracle.serial(&ToyVm, &mut expected, &txs).expect("serial");
        for crew in [Crew::Threaded, Crew::Reactive, Crew::Declared, Crew::Chosen] {
            for (lanes, held) in [(2, 0), (2, 150), (16, 1), (16, 299)] {
                let (after, executor, runs) = hold(crew, &before, &txs, held, lanes);
                let context = format!("{crew:?}, {slots} slots, {lanes} lanes, {held} held");
                assert_eq!(after, expected, "storage: {context}");
                let outputs = &executor.outputs()[..txs.len()];
                assert_eq!(outputs, oracle.outputs(), "outputs: {context}");
                let most = RUNS_MAX * txs.len() as u64;
                assert!(runs <= most, "{runs} runs: {context}");
            }
        }
    }
}

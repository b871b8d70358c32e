//! Blocks made beforehand, so that only executing them is measured.

use super::BenchError;
use crate::executor::Executor;
use crate::scenario::{Scenario, World, build};
use crate::session::live::execute;
use crate::session::{Clock, Method};
use crate::state::Store;
use crate::vm::Fault;
use crate::vm::native::{NativeVm, Transaction};

/// A world and its first blocks.
pub(super) struct Course {
    vm: NativeVm,
    genesis: Store,
    /// Each with its time.
    blocks: Vec<(u64, Vec<Transaction>)>,
}

/// A method and the serial crew on the same blocks.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Compared {
    pub(super) transactions: u64,
    pub(super) aborts: u64,
    pub(super) declared: u64,
    pub(super) seconds: f64,
    pub(super) serial_seconds: f64,
}

impl Compared {
    /// How many times as quick as the serial crew.
    pub(super) fn speedup(&self) -> f64 {
        self.serial_seconds / self.seconds
    }
}

impl Course {
    /// A scenario's first blocks, with every transaction changed by `change`.
    pub(super) fn new(
        scenario: &Scenario,
        blocks: u32,
        mut change: impl FnMut(&mut Transaction),
    ) -> Self {
        let World {
            vm,
            genesis,
            mut generator,
        } = build(scenario);
        let mut make = |number| {
            let mut transactions = generator.block(number).transactions;
            transactions.iter_mut().for_each(&mut change);
            (generator.seconds(number), transactions)
        };
        Self {
            vm,
            genesis,
            blocks: (0..blocks).map(&mut make).collect(),
        }
    }

    /// Executes the blocks by the method and by the serial crew, in turns, after one block each to warm
    /// up.
    ///
    /// # Errors
    /// A fault of the executor, or [`Fault::Invariant`] when the two do not leave the same receipts.
    pub(super) fn compare(
        &mut self,
        method: Method,
        threads: u32,
        clock: &dyn Clock,
    ) -> Result<Compared, BenchError> {
        let Self {
            vm,
            genesis,
            blocks,
        } = self;
        let (mut executor, mut serial) = (Executor::default(), Executor::default());
        if let Some((seconds, first)) = blocks.first() {
            vm.timestamp = *seconds;
            let by = (method, threads);
            execute(vm, &mut executor, &mut genesis.clone(), first, by, clock)?;
            serial.serial(vm, &mut genesis.clone(), first)?;
        }
        let (mut store, mut serial_store) = (genesis.clone(), genesis.clone());
        let mut compared = Compared::default();
        for (number, (seconds, txs)) in blocks.iter().enumerate() {
            vm.timestamp = *seconds;
            // In turns, so that neither always finds what the other one has brought near.
            for is_serial in [number % 2 == 1, number % 2 == 0] {
                let start = clock.now_seconds();
                if is_serial {
                    serial.serial(vm, &mut serial_store, txs)?;
                    compared.serial_seconds += clock.now_seconds() - start;
                } else {
                    let by = (method, threads);
                    let stats = execute(vm, &mut executor, &mut store, txs, by, clock)?;
                    compared.seconds += clock.now_seconds() - start;
                    compared.transactions += stats.transactions;
                    compared.aborts += stats.aborts;
                    compared.declared += stats.declared;
                }
            }
            if executor.outputs() != serial.outputs() {
                return Err(Fault::Invariant("a method's receipts are those of the order").into());
            }
            // Nobody asks for a root.
            store.take_written();
            serial_store.take_written();
        }
        Ok(compared)
    }

    /// Processor time over time while the blocks are executed one right after the other; `None` where
    /// the host does not tell.
    ///
    /// # Errors
    /// A fault of the executor.
    pub(super) fn processor_share(
        &self,
        method: Method,
        threads: u32,
        clock: &dyn Clock,
    ) -> Result<Option<f64>, BenchError> {
        let (mut executor, mut store) = (Executor::default(), self.genesis.clone());
        let start = clock.now_seconds();
        let before = clock.cpu_seconds();
        for (_, txs) in &self.blocks {
            execute(
                &self.vm,
                &mut executor,
                &mut store,
                txs,
                (method, threads),
                clock,
            )?;
        }
        let after = clock.cpu_seconds();
        let seconds = clock.now_seconds() - start;
        Ok(before
            .zip(after)
            .map(|(before, after)| (after - before) / seconds))
    }

    /// What two threads can bring at most on this machine: each executes the blocks in order in a world of
    /// its own, which share nothing, against one of them alone; times as much work in the same time.
    ///
    /// # Errors
    /// A fault of the executor.
    #[cfg(feature = "threads")]
    pub(super) fn ceiling(&self, clock: &dyn Clock) -> Result<f64, Fault> {
        let world = || (Executor::default(), self.genesis.clone());
        let run = |(executor, store): &mut (Executor<NativeVm>, Store)| {
            let mut blocks = self.blocks.iter();
            blocks.try_for_each(|(_, txs)| executor.serial(&self.vm, store, txs).map(drop))
        };
        let (mut warm, mut one, mut both) = (world(), world(), (world(), world()));
        run(&mut warm)?;
        let start = clock.now_seconds();
        run(&mut one)?;
        let alone = clock.now_seconds() - start;
        let start = clock.now_seconds();
        let (first, second) = rayon::join(|| run(&mut both.0), || run(&mut both.1));
        let together = clock.now_seconds() - start;
        first.and(second)?;
        Ok(2.0 * alone / together)
    }
}

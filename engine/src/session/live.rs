//! The measured run on real threads.

use super::Session;
use super::pipeline::Rooted;
use super::replay::has_failed;
use super::report::{Live, LiveSettings, Method, Progress};
use crate::executor::{BlockStats, Executor};
use crate::state::Store;
use crate::vm::Fault;
use crate::vm::native::{NativeVm, Transaction};

/// A clock of the host: the engine has none.
pub trait Clock: Sync {
    /// Seconds since some fixed moment; never falls.
    fn now_seconds(&self) -> f64;

    /// Processor seconds that this program has used on all its threads, where that can be known.
    fn cpu_seconds(&self) -> Option<f64> {
        None
    }
}

impl Session {
    /// Executes the scenario's first blocks on real threads, block by block in three ways that take turns:
    /// by the method asked for, alone; by the same, while the root of the block before is computed beside
    /// it; and one transaction after the other, to compare times and results.
    ///
    /// Measured from a block's transactions in memory to its writes in the store (and, where roots are
    /// computed, to the root); the generator, one block of warming up and the receipts' digests are
    /// outside. `None` when cancelled, which is looked for between blocks.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn live(
        &mut self,
        settings: &LiveSettings,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Option<Live>, Fault> {
        let threads = if cfg!(feature = "threads") {
            settings.threads.max(1)
        } else {
            1
        };
        let blocks = settings.blocks.max(1);
        self.ground.commitment(threads as usize);
        let start = self.ground.clone();
        let by = (settings.method, threads);
        let (mut alone, mut beside) = (Executor::default(), Executor::default());
        let first = self.generator.block(0).transactions;
        self.vm.timestamp = self.generator.seconds(0);
        for executor in [&mut alone, &mut beside] {
            execute(
                &self.vm,
                executor,
                &mut start.clone().store,
                &first,
                by,
                clock,
            )?;
        }
        let (mut chain, mut rooted, mut serial) =
            (start.clone(), Rooted::new(start.clone()), start);
        let mut live = Live {
            threads,
            blocks,
            method: settings.method,
            equals_serial: true,
            ..Live::default()
        };
        for block in 0..blocks {
            if progress.is_cancelled() {
                return Ok(None);
            }
            let txs = self.generator.block(block).transactions;
            self.vm.timestamp = self.generator.seconds(block);
            let vm = &self.vm;
            let begin = clock.now_seconds();
            let stats = execute(vm, &mut alone, &mut chain.store, &txs, by, clock)?;
            let executed = clock.now_seconds();
            live.count(&stats);
            live.execute_seconds += executed - begin;
            live.root_seconds += rooted.advance(clock, threads, |store| {
                execute(vm, &mut beside, store, &txs, by, clock).map(drop)
            })?;
            if block + 1 == blocks {
                live.root_seconds += rooted.finish(clock, threads);
            }
            let pipelined = clock.now_seconds();
            live.pipelined_seconds += pipelined - executed;
            self.executor.serial(vm, &mut serial.store, &txs)?;
            live.serial_seconds += clock.now_seconds() - pipelined;
            let expected = &self.executor.outputs()[..txs.len()];
            live.reverted += expected.iter().filter(|r| has_failed(r)).count() as u64;
            for executor in [&alone, &beside] {
                live.equals_serial &= &executor.outputs()[..txs.len()] == expected;
            }
            progress.report(block + 1, blocks);
        }
        let threads = threads as usize;
        live.state_root = rooted.root();
        live.equals_serial &= serial.commitment(threads).root() == live.state_root;
        live.equals_serial &= chain.commitment(threads).root() == live.state_root;
        Ok(Some(live))
    }
}

/// Executes one block on a store.
pub(super) fn execute(
    vm: &NativeVm,
    executor: &mut Executor<NativeVm>,
    store: &mut Store,
    txs: &[Transaction],
    (method, threads): (Method, u32),
    clock: &dyn Clock,
) -> Result<BlockStats, Fault> {
    match method {
        Method::Chosen => executor.chosen(vm, store, txs, threads, &|| clock.now_seconds()),
        Method::Declared => executor.declared(vm, store, txs, threads),
        #[cfg(feature = "threads")]
        Method::BlockStm if threads > 1 => executor.threaded(vm, store, txs, threads),
        #[cfg(feature = "threads")]
        Method::BlockStm2 if threads > 1 => executor.reactive(vm, store, txs, threads),
        Method::BlockStm | Method::BlockStm2 | Method::Serial => executor.serial(vm, store, txs),
    }
}

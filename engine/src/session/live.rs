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

/// How long a run warms up, in rounds over its first block: a browser compiles what it executes a second time,
/// better, within the first tenths of a second, and until then whoever goes first looks slow.
const WARM_SECONDS: f64 = 0.25;
const WARM_ROUNDS_MAX: u32 = 32;

impl Session {
    /// Executes the scenario's first blocks on real threads, each in three ways: by the method asked for,
    /// alone, and one transaction after the other, to compare times and results, these two in turns; then by
    /// the method once more, while the root of the block before is computed beside it.
    ///
    /// Measured from a block's transactions in memory to its writes in the store (and, where roots are
    /// computed, to the root); the generator, a quarter of a second of warming up and the receipts' digests are
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
        let warming = clock.now_seconds();
        for _ in 0..WARM_ROUNDS_MAX {
            let (vm, store) = (&self.vm, || start.clone().store);
            execute(vm, &mut alone, &mut store(), &first, by, clock)?;
            execute(vm, &mut beside, &mut store(), &first, by, clock)?;
            self.executor.serial(vm, &mut store(), &first)?;
            if clock.now_seconds() - warming >= WARM_SECONDS {
                break;
            }
            if progress.is_cancelled() {
                return Ok(None);
            }
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
            // In turns, so that neither always finds what the other one has brought near.
            for is_serial in [block % 2 == 1, block % 2 == 0] {
                let begin = clock.now_seconds();
                if is_serial {
                    self.executor.serial(vm, &mut serial.store, &txs)?;
                    live.serial_seconds += clock.now_seconds() - begin;
                } else {
                    let stats = execute(vm, &mut alone, &mut chain.store, &txs, by, clock)?;
                    live.execute_seconds += clock.now_seconds() - begin;
                    live.count(&stats);
                }
            }
            let begin = clock.now_seconds();
            live.root_seconds += rooted.advance(clock, threads, |store| {
                execute(vm, &mut beside, store, &txs, by, clock).map(drop)
            })?;
            if block + 1 == blocks {
                live.root_seconds += rooted.finish(clock, threads);
            }
            live.pipelined_seconds += clock.now_seconds() - begin;
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

//! The measured run: this machine, now.

use super::Session;
use super::chain::Chain;
use super::report::{Live, LiveSettings, Progress};
use crate::executor::{BlockStats, Executor};
use crate::scenario::{Scenario, World};
use crate::vm::Fault;
use crate::vm::native::{NativeVm, Status};

/// Tells the time; the engine has no clock of its own.
pub trait Clock {
    /// Seconds since some moment.
    fn now_seconds(&self) -> f64;
}

/// One crew with its own copy of everything.
struct Crew {
    chain: Chain,
    executor: Executor<NativeVm>,
    threads: u32,
    execute_seconds: f64,
    root_seconds: f64,
    stats: BlockStats,
    reverted: u64,
}

impl Crew {
    fn new(chain: Chain, threads: u32) -> Self {
        Self {
            chain,
            executor: Executor::default(),
            threads,
            execute_seconds: 0.0,
            root_seconds: 0.0,
            stats: BlockStats::default(),
            reverted: 0,
        }
    }

    /// Draws and executes the next block, and its root. Drawing is not timed.
    fn execute(
        &mut self,
        scenario: &Scenario,
        world: &mut World,
        clock: &dyn Clock,
    ) -> Result<(), Fault> {
        let block = self.chain.draw(scenario, world);
        let store = &mut self.chain.store;
        let start = clock.now_seconds();
        let stats = match self.threads {
            #[cfg(feature = "threads")]
            threads @ 2.. => {
                self.executor
                    .threaded(&world.vm, store, &block.transactions, threads)?
            }
            _ => self
                .executor
                .serial(&world.vm, store, &block.transactions)?,
        };
        let executed = clock.now_seconds();
        self.chain.root();
        let committed = clock.now_seconds();
        self.execute_seconds += executed - start;
        self.root_seconds += committed - executed;
        self.stats.add(&stats);
        let receipts = &self.executor.outputs()[..block.transactions.len()];
        self.reverted += receipts
            .iter()
            .filter(|r| r.status != Status::Success)
            .count() as u64;
        Ok(())
    }
}

impl Session {
    /// Executes blocks on real threads and, block by block in turn, by the serial crew, and compares
    /// receipts and roots. A cancelled run answers with the blocks that it came to; `None` before the
    /// first.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a bound of ours.
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
        let mut crew = Crew::new(self.genesis.clone(), threads);
        let mut serial = Crew::new(self.genesis.clone(), 1);
        let mut equals_serial = true;
        let mut blocks = 0;
        while blocks < settings.blocks && !progress.is_cancelled() {
            progress.report(blocks, settings.blocks);
            // Take turns at going first, so that neither always finds the caches warm.
            let mut order = [&mut crew, &mut serial];
            if blocks % 2 == 1 {
                order.reverse();
            }
            for crew in order {
                crew.execute(&self.scenario, &mut self.world, clock)?;
            }
            let count = self.scenario.workload.transactions as usize;
            equals_serial &= crew.executor.outputs()[..count] == serial.executor.outputs()[..count]
                && crew.chain.commitment.root() == serial.chain.commitment.root();
            blocks += 1;
        }
        progress.report(blocks, settings.blocks);
        Ok((blocks > 0).then(|| Live {
            threads,
            blocks,
            transactions: crew.stats.transactions,
            reverted: crew.reverted,
            executions: crew.stats.executions,
            aborts: crew.stats.aborts,
            validations: crew.stats.validations,
            in_order: crew.stats.in_order,
            execute_seconds: crew.execute_seconds,
            root_seconds: crew.root_seconds,
            serial_seconds: serial.execute_seconds,
            state_root: crew.chain.commitment.root(),
            equals_serial,
        }))
    }
}

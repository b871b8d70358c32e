//! The measured run on real threads.

use super::chain::Chain;
use super::replay::has_failed;
use super::report::{Live, LiveSettings, Progress};
use super::{Session, receipts_digest};
use crate::executor::BlockStats;
use crate::primitives::Digest;
use crate::scenario::block_seconds;
use crate::vm::Fault;
use crate::vm::native::Transaction;

/// A clock of the host: the engine has none.
pub trait Clock: Sync {
    /// Seconds since some fixed moment; never falls.
    fn now_seconds(&self) -> f64;

    /// Processor seconds that this program has used on all its threads, where that can be known.
    fn cpu_seconds(&self) -> Option<f64> {
        None
    }
}

/// What one crew did with all blocks.
struct Course {
    stats: BlockStats,
    reverted: u64,
    execute_seconds: f64,
    root_seconds: f64,
    receipts: Vec<Digest>,
    root: Digest,
}

impl Session {
    /// Executes the scenario's first blocks on real threads from the state before the first, with a
    /// state root after each; then once more with the serial crew, to compare times and results.
    /// Measured from a block's transactions in memory to its writes in the store; the generator, one
    /// block of warming up and the receipts' digests are outside. `None` when cancelled, which is looked
    /// for between blocks.
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
        let total = 2 * blocks;
        let crew = Crew { clock, progress };
        let mut start = Chain::new(self.genesis.clone());
        start.commitment(threads as usize);
        let first = self.generator.block(0).transactions;
        self.execute(&mut start.clone(), 0, &first, threads)?;
        let Some(measured) = crew.run(self, start.clone(), blocks, threads, (0, total))? else {
            return Ok(None);
        };
        let Some(serial) = crew.run(self, start, blocks, 1, (blocks, total))? else {
            return Ok(None);
        };
        Ok(Some(Live {
            threads,
            blocks,
            transactions: measured.stats.transactions,
            reverted: measured.reverted,
            executions: measured.stats.executions,
            aborts: measured.stats.aborts,
            validations: measured.stats.validations,
            in_order: measured.stats.in_order,
            execute_seconds: measured.execute_seconds,
            root_seconds: measured.root_seconds,
            serial_seconds: serial.execute_seconds,
            state_root: measured.root,
            equals_serial: measured.root == serial.root && measured.receipts == serial.receipts,
        }))
    }

    /// Executes one block on the chain's store.
    fn execute(
        &mut self,
        chain: &mut Chain,
        block: u32,
        transactions: &[Transaction],
        threads: u32,
    ) -> Result<BlockStats, Fault> {
        self.vm.timestamp = block_seconds(block);
        let store = &mut chain.store;
        #[cfg(feature = "threads")]
        if threads > 1 {
            return self
                .executor
                .threaded(&self.vm, store, transactions, threads);
        }
        let _ = threads;
        self.executor.serial(&self.vm, store, transactions)
    }
}

struct Crew<'a> {
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
}

impl Crew<'_> {
    fn run(
        &self,
        session: &mut Session,
        mut chain: Chain,
        blocks: u32,
        threads: u32,
        (done, total): (u32, u32),
    ) -> Result<Option<Course>, Fault> {
        let mut course = Course {
            stats: BlockStats::default(),
            reverted: 0,
            execute_seconds: 0.0,
            root_seconds: 0.0,
            receipts: Vec::with_capacity(blocks as usize),
            root: Digest::default(),
        };
        for block in 0..blocks {
            if self.progress.is_cancelled() {
                return Ok(None);
            }
            let transactions = session.generator.block(block).transactions;
            let start = self.clock.now_seconds();
            let stats = session.execute(&mut chain, block, &transactions, threads)?;
            let executed = self.clock.now_seconds();
            course.root = chain.commitment(threads as usize).root();
            let rooted = self.clock.now_seconds();
            course.stats.add(&stats);
            course.execute_seconds += executed - start;
            course.root_seconds += rooted - executed;
            let receipts = &session.executor.outputs()[..transactions.len()];
            course.reverted += receipts.iter().filter(|r| has_failed(r)).count() as u64;
            course.receipts.push(receipts_digest(receipts));
            self.progress.report(done + block + 1, total);
        }
        Ok(Some(course))
    }
}

//! What one worker does with a run.
//!
//! A run has two halves, so that virtual time can pass between them: `begin` reads, `finish` publishes.

use super::history::Stale;
use super::scheduler::{Invalidated, Scheduler, Task};
use super::sync::{Mutex, MutexGuard, PoisonError};
use super::versions::Versions;
use super::view::LaneView;
use crate::executor::optimistic::KeyId;
use crate::executor::sorted::Version;
use crate::executor::written::Written;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::vm::{Effects, Fault, Halt, Vm};

pub use super::view::{Compared, Read};

/// One block being executed: what all lanes share.
pub struct BlockRun<'a, M: Vm, S> {
    /// What runs transactions.
    pub vm: &'a M,
    /// The block.
    pub txs: &'a [M::Tx],
    /// The state before the block.
    pub storage: &'a S,
    /// What the runs wrote, and who read it.
    pub versions: &'a Versions<M::Key, M::Value>,
    /// Who runs what next.
    pub scheduler: &'a Scheduler,
    /// What each transaction's last run left.
    pub records: &'a [Mutex<Record<M>>],
    /// The number of the block, other than that of the block before.
    pub block: u32,
    /// Whether records keep what was read, for whoever draws the block.
    pub keeps_reads: bool,
}

/// A transaction's last run; on cache lines of its own, since lanes work on neighbours.
#[repr(align(64))]
pub struct Record<M: Vm> {
    /// The block that it belongs to; a record of an older block is as good as none.
    pub block: u32,
    /// The slots it wrote, each once.
    pub written: Vec<Written>,
    /// The slots that it read, each once; empty unless reads are kept.
    pub reads: Vec<KeyId>,
    /// What it compared, each question once; empty unless reads are kept.
    pub compared: Vec<Compared<M::Key, M::Value>>,
    /// Its output.
    pub output: M::Output,
    /// Its gas.
    pub gas: u64,
}

impl<M: Vm> Default for Record<M> {
    fn default() -> Self {
        Self {
            block: 0,
            written: Vec::new(),
            reads: Vec::new(),
            compared: Vec::new(),
            output: M::Output::default(),
            gas: 0,
        }
    }
}

/// How the first half of a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Begun {
    /// The transaction ran; its effects wait to be published.
    Ran,
    /// The transaction met a version whose writer is to run again.
    Blocked {
        /// The writer.
        on: TxIndex,
        /// Where.
        id: KeyId,
    },
    /// Our own bug, or a bound of ours.
    Fault(Fault),
}

/// What the second half of a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finished {
    /// It was published, and stands as far as anybody knows.
    Published,
    /// It was published although it had been withdrawn on the way, so that others know where it
    /// writes; it runs again.
    Withdrawn,
    /// It waits, or will be started again at once.
    Waits,
}

/// One worker's memory.
pub struct Lane<M: Vm> {
    effects: Effects<M>,
    reads: Vec<Read<M::Key, M::Value>>,
    compared: Vec<Compared<M::Key, M::Value>>,
    written: Vec<Written>,
    stale: Vec<Stale>,
    /// Those of the withdrawn runs that had ended.
    ended: Vec<TxIndex>,
    withdrawn: u32,
}

impl<M: Vm> Default for Lane<M> {
    fn default() -> Self {
        Self {
            effects: Effects::default(),
            reads: Vec::new(),
            compared: Vec::new(),
            written: Vec::new(),
            stale: Vec::new(),
            ended: Vec::new(),
            withdrawn: 0,
        }
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> BlockRun<'_, M, S> {
    /// What the transaction's last run left.
    pub fn record(&self, tx: TxIndex) -> MutexGuard<'_, Record<M>> {
        let record = self.records[tx.as_usize()].lock();
        record.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Vm> Lane<M> {
    /// The slots that the run begun last has read.
    pub fn reads(&self) -> &[Read<M::Key, M::Value>] {
        &self.reads
    }

    /// What the run begun last has compared.
    pub fn compared(&self) -> &[Compared<M::Key, M::Value>] {
        &self.compared
    }

    /// The effects of the run begun last; published ones have lent their output to the record.
    pub fn effects(&self) -> &Effects<M> {
        &self.effects
    }

    /// The runs that read what the run published last has changed, or whose comparisons it has turned.
    pub fn stale(&self) -> &[Stale] {
        &self.stale
    }

    /// How many of them it has withdrawn.
    pub const fn withdrawn(&self) -> u32 {
        self.withdrawn
    }

    /// The slots that the run begun last has written, in the order of its effects; good until it is published.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// First half: runs the transaction on what stands there now.
    pub fn begin<S: Storage<M::Key, M::Value>>(
        &mut self,
        run: &BlockRun<'_, M, S>,
        task: Task,
    ) -> Begun {
        self.effects.clear();
        self.reads.clear();
        self.compared.clear();
        let mut view = LaneView {
            run,
            reader: reader(task),
            reads: &mut self.reads,
            compared: &mut self.compared,
            blocked_at: None,
        };
        let tx = &run.txs[task.tx.as_usize()];
        match run.vm.run(tx, &mut view, &mut self.effects) {
            Ok(()) => match self.note_written(run) {
                Ok(()) => Begun::Ran,
                Err(fault) => Begun::Fault(fault),
            },
            Err(Halt::Fault(fault)) => Begun::Fault(fault),
            Err(Halt::Blocked(on)) => match view.blocked_at {
                Some(id) if on < task.tx => Begun::Blocked { on, id },
                _ => Begun::Fault(Fault::Invariant("blocked by a later transaction")),
            },
        }
    }

    /// Gives the slots that the run has written their numbers.
    fn note_written<S>(&mut self, run: &BlockRun<'_, M, S>) -> Result<(), Fault> {
        self.written.clear();
        for (key, write) in self.effects.writes() {
            // It touches few: scanning their keys beats hashing one.
            let read = self.reads.iter().find(|read| read.key == *key);
            let compared = || self.compared.iter().find(|at| at.key == *key);
            let id = match read
                .map(|read| read.id)
                .or_else(|| compared().map(|at| at.id))
            {
                Some(id) => id,
                None => run.versions.intern(key)?,
            };
            let written = Written::of(id, write, read.map(|read| &read.value));
            self.written.push(written);
        }
        Ok(())
    }

    /// Second half: publishes what `begin` found, and withdraws whoever read otherwise. May hand back
    /// the next run. All at once what [`Lane::publish`], [`Lane::withdraw`] and [`Lane::conclude`] do.
    ///
    /// # Errors
    /// A [`Fault`]; the block must then be given up.
    pub fn finish<S: Storage<M::Key, M::Value>>(
        &mut self,
        run: &BlockRun<'_, M, S>,
        task: Task,
        begun: Begun,
    ) -> Result<(Finished, Option<Task>), Fault> {
        match begun {
            Begun::Fault(fault) => return Err(fault),
            Begun::Blocked { on, .. } => {
                return Ok((Finished::Waits, run.scheduler.wait_for(task, on)));
            }
            Begun::Ran => self.publish(run, task),
        }
        for index in 0..self.stale.len() {
            self.withdraw(run, task, index);
        }
        Ok((self.conclude(run, task), None))
    }

    /// Publishes the run's writes and record, noting whose reads and answers this changes. Until the run is
    /// concluded nobody reads what it wrote.
    pub fn publish<S: Storage<M::Key, M::Value>>(&mut self, run: &BlockRun<'_, M, S>, task: Task) {
        self.stale.clear();
        self.ended.clear();
        self.withdrawn = 0;
        let mut record = run.record(task.tx);
        if record.block != run.block {
            record.block = run.block;
            record.written.clear();
        }
        for (written, (key, write)) in self.written.iter().zip(self.effects.writes()) {
            let storage = || run.storage.get(key);
            let write = write.clone();
            run.versions
                .write(written.id, reader(task), write, storage, &mut self.stale);
        }
        let is_kept = |id| self.written.iter().any(|written| written.id == id);
        for gone in record.written.iter().filter(|gone| !is_kept(gone.id)) {
            let storage = || {
                let key = run.versions.key(gone.id);
                key.and_then(|key| run.storage.get(key))
            };
            run.versions
                .remove(gone.id, task.tx, storage, &mut self.stale);
        }
        std::mem::swap(&mut record.written, &mut self.written);
        std::mem::swap(&mut record.output, &mut self.effects.output);
        record.gas = self.effects.gas;
        if run.keeps_reads {
            record.reads.clear();
            record.reads.extend(self.reads.iter().map(|read| read.id));
            std::mem::swap(&mut record.compared, &mut self.compared);
        }
    }

    /// Withdraws one of the runs noted by the run published last. False if somebody had before.
    pub fn withdraw<S>(&mut self, run: &BlockRun<'_, M, S>, task: Task, index: usize) -> bool {
        let Some(stale) = self.stale.get(index) else {
            return false;
        };
        let withdrawn = Task {
            tx: stale.reader.tx,
            incarnation: stale.reader.incarnation,
        };
        let met = run.scheduler.invalidate(withdrawn, task.tx);
        if met == Some(Invalidated::Ended) {
            self.ended.push(withdrawn.tx);
        }
        self.withdrawn += u32::from(met.is_some());
        met.is_some()
    }

    /// The run published last has withdrawn whom it had to: it stands, if it was not withdrawn itself.
    pub fn conclude<S>(&mut self, run: &BlockRun<'_, M, S>, task: Task) -> Finished {
        if run.scheduler.finish_execution(task, self.ended.drain(..)) {
            Finished::Published
        } else {
            Finished::Withdrawn
        }
    }
}

fn reader(task: Task) -> Version {
    Version {
        tx: task.tx,
        incarnation: task.incarnation,
    }
}

//! What one worker does with a task.
//!
//! A task has two halves, so that virtual time can pass between them: `begin` reads, `finish` publishes.

use super::scheduler::{Scheduler, Task};
use super::versions::{Found, KeyId, Versions};
use super::view::LaneView;
use crate::executor::written::Written;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::Storage;
use crate::trace::Origin;
use crate::vm::{Effects, Fault, Halt, Vm};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use super::view::{Compared, Read};

/// One block being executed: what all lanes share.
pub struct BlockRun<'a, M: Vm, S> {
    /// What runs transactions.
    pub vm: &'a M,
    /// The block.
    pub txs: &'a [M::Tx],
    /// The state before the block.
    pub storage: &'a S,
    /// What the incarnations wrote.
    pub versions: &'a Versions<M::Key, M::Value>,
    /// Who does what next.
    pub scheduler: &'a Scheduler,
    /// What each transaction's last run read, wrote and left.
    pub records: &'a [Mutex<Record<M>>],
}

/// A transaction's last run; on cache lines of its own, since lanes work on neighbours.
#[repr(align(64))]
pub struct Record<M: Vm> {
    /// The block that it belongs to; a record of an older block is as good as none.
    pub block: u32,
    /// What it read, in order, each slot once.
    pub reads: Vec<Read<M::Value>>,
    /// What it compared, in order, each question once.
    pub compared: Vec<Compared<M::Value>>,
    /// The slots it wrote, each once.
    pub written: Vec<Written>,
    /// Its output.
    pub output: M::Output,
    /// Its gas.
    pub gas: u64,
}

impl<M: Vm> Default for Record<M> {
    fn default() -> Self {
        Self {
            block: 0,
            reads: Vec::new(),
            compared: Vec::new(),
            written: Vec::new(),
            output: M::Output::default(),
            gas: 0,
        }
    }
}

/// How the first half of a task ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begun {
    /// The transaction ran; its effects wait to be published.
    Ran,
    /// The transaction met an estimate.
    Blocked {
        /// Who is expected to write.
        on: TxIndex,
        /// Where.
        id: KeyId,
    },
    /// The run's reads were checked.
    Checked(Verdict),
    /// Our own bug, or a bound of ours.
    Fault(Fault),
}

/// Whether a run's reads still hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They do.
    Valid,
    /// One does not.
    Stale {
        /// The first slot whose value changed.
        id: KeyId,
        /// What the run had read.
        read: Origin,
        /// What stands there now.
        found: Origin,
    },
}

/// What the second half of a task did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finished {
    /// A run was published.
    Published,
    /// A run waits, or will be started again at once.
    Waits,
    /// A run was found valid.
    Validated,
    /// A run was withdrawn.
    Aborted,
    /// Somebody else had withdrawn the run before.
    TooLate,
}

/// One worker's memory.
pub struct Lane<M: Vm> {
    effects: Effects<M>,
    reads: Vec<Read<M::Value>>,
    compared: Vec<Compared<M::Value>>,
    written: Vec<Written>,
}

impl<M: Vm> Default for Lane<M> {
    fn default() -> Self {
        Self {
            effects: Effects::default(),
            reads: Vec::new(),
            compared: Vec::new(),
            written: Vec::new(),
        }
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> BlockRun<'_, M, S> {
    /// What the transaction's last run read, wrote and left.
    pub(in crate::executor) fn record(&self, tx: TxIndex) -> MutexGuard<'_, Record<M>> {
        self.records[tx.as_usize()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether every value that the transaction's last run read still stands there, and every comparison
    /// would be answered as it was.
    pub(in crate::executor) fn check(&self, tx: TxIndex) -> Verdict {
        let record = self.record(tx);
        for read in &record.reads {
            let found = self.versions.read(read.id, tx, || {
                self.versions
                    .key(read.id)
                    .and_then(|key| self.storage.get(key))
            });
            let stale = |found| Verdict::Stale {
                id: read.id,
                read: read.origin,
                found,
            };
            match found {
                Found::Estimate(tx) => return stale(Origin::Estimate { tx }),
                Found::Value {
                    value,
                    origin,
                    is_exact,
                } => {
                    let is_same = is_exact && read.is_exact && origin == read.origin;
                    if !is_same && value != read.value {
                        return stale(origin);
                    }
                }
            }
        }
        let committed = self.scheduler.committed();
        for compared in &record.compared {
            let storage = || {
                let key = self.versions.key(compared.id);
                key.and_then(|key| self.storage.get(key))
            };
            let asked = &compared.bound;
            let (holds, found) = self
                .versions
                .compare(compared.id, tx, asked, committed, storage);
            if holds != compared.holds {
                return Verdict::Stale {
                    id: compared.id,
                    read: compared.origin,
                    found,
                };
            }
        }
        Verdict::Valid
    }
}

impl<M: Vm> Lane<M> {
    /// The slots that the run begun last has read.
    pub fn reads(&self) -> &[Read<M::Value>] {
        &self.reads
    }

    /// What the run begun last has compared.
    pub fn compared(&self) -> &[Compared<M::Value>] {
        &self.compared
    }

    /// The slots that the run begun last has written, in the order of its effects.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// The effects of the run begun last.
    pub fn effects(&self) -> &Effects<M> {
        &self.effects
    }

    /// First half: runs the transaction on what stands there now, or checks its reads.
    pub fn begin<S: Storage<M::Key, M::Value>>(
        &mut self,
        run: &BlockRun<'_, M, S>,
        task: Task,
    ) -> Begun {
        match task {
            Task::Execute(tx, _) => {
                self.effects.clear();
                self.reads.clear();
                self.compared.clear();
                let mut view = LaneView {
                    run,
                    tx,
                    reads: &mut self.reads,
                    compared: &mut self.compared,
                    blocked_at: None,
                };
                let result = run
                    .vm
                    .run(&run.txs[tx.as_usize()], &mut view, &mut self.effects);
                let blocked_at = view.blocked_at;
                let result = match result {
                    Ok(()) => self.note_written(run).map_err(Halt::Fault),
                    halt => halt,
                };
                match result {
                    Ok(()) => Begun::Ran,
                    Err(Halt::Fault(fault)) => Begun::Fault(fault),
                    Err(Halt::Blocked(on)) => match blocked_at {
                        Some(id) if on < tx => Begun::Blocked { on, id },
                        _ => Begun::Fault(Fault::Invariant("blocked by a later transaction")),
                    },
                }
            }
            Task::Validate(tx, ..) => Begun::Checked(run.check(tx)),
        }
    }

    /// Second half: publishes what `begin` found. May hand back the next task.
    ///
    /// # Errors
    /// A [`Fault`]; the block must then be given up.
    pub fn finish<S: Storage<M::Key, M::Value>>(
        &mut self,
        run: &BlockRun<'_, M, S>,
        task: Task,
        begun: Begun,
    ) -> Result<(Finished, Option<Task>), Fault> {
        match (task, begun) {
            (_, Begun::Fault(fault)) => Err(fault),
            (Task::Execute(tx, incarnation), Begun::Ran) => {
                let concerns_others = self.publish(run, tx, incarnation);
                let next = run
                    .scheduler
                    .finish_execution(tx, incarnation, concerns_others);
                Ok((Finished::Published, next))
            }
            (Task::Execute(tx, _), Begun::Blocked { on, .. }) => {
                let again = (!run.scheduler.wait_for(tx, on)).then_some(task);
                Ok((Finished::Waits, again))
            }
            (Task::Validate(tx, incarnation, wave), Begun::Checked(Verdict::Valid)) => {
                run.scheduler.finish_validation(tx, incarnation, wave);
                Ok((Finished::Validated, None))
            }
            (Task::Validate(tx, incarnation, _), Begun::Checked(Verdict::Stale { .. })) => {
                if !run.scheduler.try_abort(tx, incarnation) {
                    return Ok((Finished::TooLate, None));
                }
                for written in &run.record(tx).written {
                    run.versions.estimate(written.id, tx);
                }
                Ok((Finished::Aborted, run.scheduler.finish_abort(tx)))
            }
            _ => Err(Fault::Invariant("a task ended as another kind of task")),
        }
    }

    /// Publishes the run's writes and record. True if those above have to look again: it wrote a slot that
    /// its predecessor had not, or something else where comparisons count it in.
    fn publish<S: Storage<M::Key, M::Value>>(
        &mut self,
        run: &BlockRun<'_, M, S>,
        tx: TxIndex,
        incarnation: Incarnation,
    ) -> bool {
        let mut record = run.record(tx);
        if record.block != run.versions.block() {
            record.block = run.versions.block();
            record.written.clear();
        }
        let mut concerns_others = false;
        for (written, (_, write)) in self.written.iter().zip(self.effects.writes()) {
            let write = write.clone();
            concerns_others |= run.versions.write(written.id, tx, incarnation, write);
        }
        let is_kept = |id| self.written.iter().any(|written| written.id == id);
        for gone in record.written.iter().filter(|written| !is_kept(written.id)) {
            concerns_others |= run.versions.remove(gone.id, tx);
        }
        std::mem::swap(&mut record.written, &mut self.written);
        std::mem::swap(&mut record.reads, &mut self.reads);
        std::mem::swap(&mut record.compared, &mut self.compared);
        std::mem::swap(&mut record.output, &mut self.effects.output);
        record.gas = self.effects.gas;
        concerns_others
    }

    /// Gives the slots that the run has written their numbers.
    fn note_written<S>(&mut self, run: &BlockRun<'_, M, S>) -> Result<(), Fault> {
        self.written.clear();
        for (key, write) in self.effects.writes() {
            let id = run.versions.intern(key)?;
            let read = self.reads.iter().find(|read| read.id == id);
            let written = Written::of(id, write, read.map(|read| &read.value));
            self.written.push(written);
        }
        Ok(())
    }
}

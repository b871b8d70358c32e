//! Virtual lanes in virtual time: the clockwork drives the second generation.
//!
//! A run takes its gas. A lane whose run has changed what others read then withdraws them one by one,
//! each as one check of a read, recorded as a validation that failed; only then does its run stand.

use super::arena::Arena;
use super::history::Stale;
use super::lane::{Begun, BlockRun, Finished, Lane, Read};
use super::scheduler::Task;
use super::sync::{MutexGuard, PoisonError};
use crate::executor::clockwork::{self, Clockwork, Moment, Protocol, Recorder, Script, Start};
use crate::executor::crew::stepped::{StepSettings, Stepped, access_kind, comparison};
use crate::executor::optimistic::{KeyId, lane as ledger};
use crate::executor::{BlockStats, Executor};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::{AccessKind, Outcome, TaskKind};
use crate::vm::{Fault, Vm};

/// What a lane does.
#[derive(Clone, Copy)]
enum Job {
    /// Runs a transaction.
    Run(Task),
    /// Withdraws one of the runs that the transaction it has run makes stale.
    Withdraw(Task, usize),
}

/// The second generation, driven by the clockwork.
struct Reactive<'a, M: Vm, S> {
    executor: &'a Executor<M>,
    arena: &'a Arena<M>,
    run: BlockRun<'a, M, S>,
    settings: &'a StepSettings,
    stats: BlockStats,
    /// What the first half of each lane's run found.
    begun: Vec<Option<Begun>>,
    /// By slot: its number in the ledger that reports are made from.
    filed: Vec<Option<KeyId>>,
}

impl<M: Vm> Executor<M> {
    /// Executes a block in virtual time by the second generation of Block-STM.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before.
    pub fn reactive_stepped<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
    ) -> Result<Stepped<M::Key>, Fault> {
        self.reactive_stepped_by(vm, storage, txs, settings, None)
    }

    /// The same, with the dispatch delays of a script in place of the seed's.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before.
    pub fn reactive_stepped_by<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
        mut script: Option<&mut Script>,
    ) -> Result<Stepped<M::Key>, Fault> {
        let lanes = settings.lanes.max(1);
        let stepped = self.with_room(txs, lanes, |executor| {
            let mut arena = std::mem::take(&mut executor.reactive);
            let result = arena.with_room(txs.len(), lanes, |arena| {
                let script = script.as_deref_mut();
                executor.drive_reactive(arena, (vm, &*storage, txs), settings, script)
            });
            arena.note_keys(txs.len());
            executor.reactive = arena;
            result
        })?;
        let count = txs.len();
        self.settle(storage, count);
        self.make_room(count);
        self.take_outputs(count);
        Ok(stepped)
    }

    fn drive_reactive<S: Storage<M::Key, M::Value>>(
        &self,
        arena: &Arena<M>,
        (vm, storage, txs): (&M, &S, &[M::Tx]),
        settings: &StepSettings,
        script: Option<&mut Script>,
    ) -> Result<Stepped<M::Key>, Fault> {
        let lanes = settings.lanes.max(1);
        let mut protocol = Reactive {
            executor: self,
            arena,
            run: arena.block_run(vm, storage, txs, true),
            settings,
            stats: BlockStats {
                transactions: txs.len() as u64,
                ..BlockStats::default()
            },
            begun: vec![None; lanes as usize],
            filed: Vec::new(),
        };
        let capacity = self.versions.capacity();
        let recorder = Recorder::new(lanes, txs.len(), capacity, settings.is_recorded);
        let mut clockwork = Clockwork::new(lanes, settings.dispatch(script), recorder);
        clockwork.drive(&mut protocol)?;
        protocol.file()?;
        let stats = protocol.stats;
        Ok(self.stepped_report(storage, stats, clockwork))
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for Reactive<'_, M, S> {
    type Job = Job;

    fn next(&mut self) -> Option<Job> {
        self.run.scheduler.next_task().map(Job::Run)
    }

    fn begin(
        &mut self,
        at: Moment,
        job: Job,
        recorder: &mut Recorder,
    ) -> Result<clockwork::Begun, Fault> {
        let mut lane = self.lane(at.lane);
        let (start, ticks, accesses) = match job {
            Job::Run(task) => {
                let begun = lane.begin(&self.run, task);
                let ticks = match begun {
                    Begun::Ran => lane.effects().gas.max(1),
                    Begun::Blocked { .. } | Begun::Fault(_) => {
                        let reads = lane.reads().len() + lane.compared().len();
                        self.settings.check_ticks(reads + 1)
                    }
                };
                let accesses = if recorder.is_recorded() {
                    self.accesses(&lane, begun == Begun::Ran)?
                } else {
                    Vec::new()
                };
                self.begun[at.lane as usize] = Some(begun);
                (start(task, TaskKind::Execute), ticks, accesses)
            }
            Job::Withdraw(_, index) => {
                let reader = self.stale(&lane, index)?.reader;
                let task = Task {
                    tx: reader.tx,
                    incarnation: reader.incarnation,
                };
                let start = start(task, TaskKind::Validate);
                (start, self.settings.check_ticks(1), Vec::new())
            }
        };
        let recorded = recorder.start(at, start, accesses);
        Ok(clockwork::Begun { ticks, recorded })
    }

    fn finish(
        &mut self,
        at: Moment,
        job: Job,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<Job>, Fault> {
        let mut lane = self.lane(at.lane);
        let (task, next, outcome) = match job {
            Job::Run(task) => {
                let begun = self.begun[at.lane as usize].take();
                self.stats.executions += 1;
                match begun.ok_or(Fault::Invariant("a run ended that had not begun"))? {
                    Begun::Fault(fault) => return Err(fault),
                    begun @ Begun::Blocked { on, id } => {
                        self.stats.blocked += 1;
                        let key = recorder.key(self.filed(id)?);
                        recorder.end(at.now, recorded, Outcome::Blocked { on, key });
                        let (_, again) = lane.finish(&self.run, task, begun)?;
                        return Ok(again.map(Job::Run));
                    }
                    Begun::Ran => lane.publish(&self.run, task)?,
                }
                (task, 0, Outcome::Executed)
            }
            Job::Withdraw(task, index) => {
                let stale = self.stale(&lane, index)?;
                let key = recorder.key(self.filed(stale.id)?);
                let is_first = lane.withdraw(&self.run, task, index);
                self.stats.validations += 1;
                self.stats.aborts += u64::from(is_first);
                let outcome = Outcome::Aborted {
                    key,
                    read: stale.read,
                    found: stale.found,
                };
                let outcome = if is_first {
                    outcome
                } else {
                    Outcome::Superseded
                };
                (task, index + 1, outcome)
            }
        };
        recorder.end(at.now, recorded, outcome);
        if next < lane.stale().len() {
            return Ok(Some(Job::Withdraw(task, next)));
        }
        if lane.conclude(&self.run, task) == Finished::Published {
            self.run.scheduler.commit();
            recorder.commit(at.now, self.run.scheduler.committed());
        }
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.run.scheduler.committed() as usize == self.run.txs.len()
    }
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> Reactive<'a, M, S> {
    fn lane(&self, lane: u32) -> MutexGuard<'a, Lane<M>> {
        let lane = self.arena.lanes[lane as usize].lock();
        lane.unwrap_or_else(PoisonError::into_inner)
    }

    fn stale(&self, lane: &Lane<M>, index: usize) -> Result<Stale, Fault> {
        let stale = lane.stale().get(index).copied();
        stale.ok_or(Fault::Invariant("a lane withdraws what it has noted"))
    }

    /// The slot's number in the ledger that reports are made from.
    fn filed(&mut self, id: KeyId) -> Result<KeyId, Fault> {
        let place = id.0 as usize;
        if let Some(Some(filed)) = self.filed.get(place) {
            return Ok(*filed);
        }
        let key = self.run.versions.key(id);
        let key = key.ok_or(Fault::Invariant("a slot has a key"))?;
        let filed = self.executor.versions.intern(key)?;
        if self.filed.len() <= place {
            self.filed.resize(place + 1, None);
        }
        self.filed[place] = Some(filed);
        Ok(filed)
    }

    fn accesses(
        &mut self,
        lane: &Lane<M>,
        has_run: bool,
    ) -> Result<Vec<(KeyId, AccessKind)>, Fault> {
        let mut accesses = Vec::with_capacity(16);
        for read in lane.reads() {
            accesses.push((self.filed(read.id)?, AccessKind::Read(read.origin)));
        }
        for at in lane.compared() {
            let kind = comparison(at.origin, &at.bound, at.holds);
            accesses.push((self.filed(at.id)?, kind));
        }
        for (key, write) in lane.effects().writes().iter().filter(|_| has_run) {
            let id = lane.id(&self.run, key)?;
            accesses.push((self.filed(id)?, access_kind(write)));
        }
        Ok(accesses)
    }

    /// Files what the block's last runs read, wrote and left where reports are made from.
    fn file(&mut self) -> Result<(), Fault> {
        let (ledger, records) = (&self.executor.versions, self.run.records);
        for (index, from) in records.iter().enumerate().take(self.run.txs.len()) {
            let tx = TxIndex(index as u32);
            let mut from = from.lock().unwrap_or_else(PoisonError::into_inner);
            let record = self.executor.records[index].lock();
            let mut record = record.unwrap_or_else(PoisonError::into_inner);
            record.block = ledger.block();
            record.written.clear();
            for written in &from.written {
                let Some(write) = self.run.versions.written(written.id, tx) else {
                    return Err(Fault::Invariant("a run's writes have versions"));
                };
                let id = self.filed(written.id)?;
                ledger.write(id, tx, from.incarnation, write);
                let is_addition = written.is_addition;
                record.written.push(ledger::Written { id, is_addition });
            }
            record.reads.clear();
            for Read {
                id, value, origin, ..
            } in from.reads.drain(..)
            {
                record.reads.push(ledger::Read {
                    id: self.filed(id)?,
                    value,
                    origin,
                    is_exact: false,
                });
            }
            record.compared.clear();
            for at in from.compared.drain(..) {
                record.compared.push(ledger::Compared {
                    id: self.filed(at.id)?,
                    bound: at.bound,
                    holds: at.holds,
                    origin: at.origin,
                });
            }
            std::mem::swap(&mut record.output, &mut from.output);
            record.gas = from.gas;
        }
        Ok(())
    }
}

fn start(task: Task, kind: TaskKind) -> Start {
    Start {
        tx: task.tx,
        incarnation: task.incarnation,
        kind,
    }
}

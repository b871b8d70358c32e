//! Virtual lanes in virtual time: the clockwork drives the second generation.
//!
//! A run takes its gas. A lane whose run has changed what others read then withdraws them one by one,
//! each as one check of a read, recorded as a validation that failed; only then does its run stand.

use super::arena::{Arena, move_some};
use super::history::Stale;
use super::lane::{Begun, BlockRun, Finished, Lane, Record};
use super::scheduler::Task;
use super::sync::{MutexGuard, PoisonError};
use super::versions::Versions;
use crate::executor::clockwork::{
    self, Clockwork, Dispatch, Moment, Protocol, Recorder, Script, Start, Touch,
};
use crate::executor::crew::stepped::{StepSettings, Stepped, comparison, touch};
use crate::executor::crew::told::report;
use crate::executor::critical_path::{Account, Ledger};
use crate::executor::optimistic::KeyId;
use crate::executor::written::Written;
use crate::executor::{BlockStats, Executor};
use crate::primitives::TxIndex;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound, Storage};
use crate::trace::{Outcome, TaskKind};
use crate::vm::{Fault, Vm};
use std::hash::Hash;

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
    arena: &'a Arena<M>,
    run: BlockRun<'a, M, S>,
    settings: &'a StepSettings,
    stats: BlockStats,
    /// What the first half of each lane's run found.
    begun: Vec<Option<Begun>>,
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
        let arena = &mut self.reactive;
        let stepped = arena.with_room(txs.len(), lanes, |arena| {
            let dispatch = settings.dispatch(script.as_deref_mut());
            arena.step_through((vm, &*storage, txs), (settings, dispatch))
        })?;
        let count = txs.len();
        self.make_room(count);
        let arena = &mut self.reactive;
        arena.note_keys(count);
        let (outputs, gas) = (&mut self.outputs[..count], &mut self.gas[..count]);
        move_some(&mut arena.records[..count], outputs, gas);
        let (end, before) = (TxIndex(count as u32), &*storage);
        let values = arena.versions.take_values_here(end, |key| before.get(key));
        for (key, value) in values {
            storage.set(key, value);
        }
        Ok(stepped)
    }
}

impl<M: Vm> Arena<M> {
    fn step_through<S: Storage<M::Key, M::Value>>(
        &self,
        (vm, storage, txs): (&M, &S, &[M::Tx]),
        (settings, dispatch): (&StepSettings, Dispatch<'_>),
    ) -> Result<Stepped<M::Key>, Fault> {
        let lanes = settings.lanes.max(1);
        let mut protocol = Reactive {
            arena: self,
            run: self.block_run(vm, storage, txs, true),
            settings,
            stats: BlockStats {
                transactions: txs.len() as u64,
                ..BlockStats::default()
            },
            begun: vec![None; lanes as usize],
        };
        let capacity = self.versions.capacity();
        let recorder = Recorder::new(lanes, txs.len(), capacity, settings.is_recorded);
        let mut clockwork = Clockwork::new(lanes, dispatch, recorder);
        clockwork.drive(&mut protocol)?;
        let (stats, records) = (protocol.stats, &self.records[..txs.len()]);
        Ok(report(records, &self.versions, storage, stats, clockwork))
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
        match job {
            Job::Run(task) => {
                let begun = lane.begin(&self.run, task);
                let ticks = match begun {
                    Begun::Ran => lane.effects().gas.max(1),
                    Begun::Blocked { .. } | Begun::Fault(_) => {
                        let reads = lane.reads().len() + lane.compared().len();
                        self.settings.check_ticks(reads + 1)
                    }
                };
                let written = match begun {
                    Begun::Ran => lane.written(),
                    Begun::Blocked { .. } | Begun::Fault(_) => &[],
                };
                let accesses = accesses(&lane, written);
                let recorded = recorder.start(at, start(task, TaskKind::Execute), accesses);
                self.begun[at.lane as usize] = Some(begun);
                Ok(clockwork::Begun { ticks, recorded })
            }
            Job::Withdraw(_, index) => {
                let reader = self.stale(&lane, index)?.reader;
                let task = Task {
                    tx: reader.tx,
                    incarnation: reader.incarnation,
                };
                let recorded = recorder.start(at, start(task, TaskKind::Validate), []);
                let ticks = self.settings.check_ticks(1);
                Ok(clockwork::Begun { ticks, recorded })
            }
        }
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
                        let key = recorder.key(id);
                        recorder.end(at.now, recorded, Outcome::Blocked { on, key });
                        let (_, again) = lane.finish(&self.run, task, begun)?;
                        return Ok(again.map(Job::Run));
                    }
                    Begun::Ran => lane.publish(&self.run, task),
                }
                (task, 0, Outcome::Executed)
            }
            Job::Withdraw(task, index) => {
                let stale = self.stale(&lane, index)?;
                let key = recorder.key(stale.id);
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
}

/// What the run begun last has touched, as the recording calls it.
fn accesses<M: Vm>(lane: &Lane<M>, written: &[Written]) -> impl Iterator<Item = (KeyId, Touch)> {
    let reads = lane.reads().iter();
    let reads = reads.map(|read| (read.id, Touch::Read(read.origin)));
    let compared = lane.compared().iter();
    let compared = compared.map(|at| (at.id, comparison(at.origin, &at.bound, at.holds)));
    let writes = written.iter().zip(lane.effects().writes());
    let writes = writes.map(|(written, (_, write))| (written.id, touch(write)));
    reads.chain(compared).chain(writes)
}

impl<M: Vm> Account<M::Value> for Record<M> {
    fn gas(&self) -> u64 {
        self.gas
    }

    fn reads(&self) -> impl Iterator<Item = KeyId> {
        self.reads.iter().copied()
    }

    fn compared<'a>(&'a self) -> impl Iterator<Item = (KeyId, &'a Bound<M::Value>)>
    where
        M::Value: 'a,
    {
        self.compared.iter().map(|at| (at.id, &at.bound))
    }

    fn written(&self) -> &[Written] {
        &self.written
    }
}

impl<K, V> Ledger<K, V> for Versions<K, V>
where
    K: Eq + Hash + Clone,
    V: Additive + Clone + PartialEq,
{
    fn used(&self) -> usize {
        self.used()
    }

    fn key(&self, id: KeyId) -> Option<&K> {
        self.key(id)
    }

    fn before(&self, id: KeyId, tx: TxIndex, storage: impl FnOnce() -> Option<V>) -> V {
        self.before(id, tx, storage)
    }

    fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>> {
        self.written(id, tx, from)
    }
}

fn start(task: Task, kind: TaskKind) -> Start {
    Start {
        tx: task.tx,
        incarnation: task.incarnation,
        kind,
    }
}

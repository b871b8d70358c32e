//! Virtual lanes in virtual time, on one thread: the run that lessons, links and golden files pin.
//!
//! A lane reads at the moment a task starts and publishes at the moment it ends; between the two, other
//! lanes do the same. The seed draws how long a lane takes to pick up its next task, and with it the
//! interleaving. Nothing else is random, so the same seed gives the same run everywhere.

use super::told::report;
use super::verdicts::Verdicts;
use crate::executor::clockwork::{
    self, Clockwork, Dispatch, Moment, Protocol, Recorder, Script, Start, Touch,
};
use crate::executor::critical_path::{CriticalPath, Use};
use crate::executor::optimistic::lane::{Begun, Finished, Verdict};
use crate::executor::optimistic::{BlockRun, KeyId, Lane, Task};
use crate::executor::{BlockStats, Executor};
use crate::primitives::{Incarnation, Seed, TxIndex};
use crate::state::overlay::Write;
use crate::state::{Bound, Storage};
use crate::trace::{Origin, Outcome, Recording, TaskKind};
use crate::vm::{Fault, Vm};
use std::sync::{Mutex, PoisonError};

/// How a stepped run goes.
#[derive(Clone, Copy, Debug)]
pub struct StepSettings {
    /// Virtual lanes.
    pub lanes: u32,
    /// Ticks to check one read.
    pub validate_read_ticks: u32,
    /// Most ticks between two tasks of a lane.
    pub dispatch_ticks: u32,
    /// Draws the interleaving.
    pub seed: Seed,
    /// Whether to keep what happened, or only how long it took.
    pub is_recorded: bool,
}

/// A stepped run.
#[derive(Clone, Debug)]
pub struct Stepped<K> {
    /// What it took.
    pub stats: BlockStats,
    /// What happened; without tasks and accesses if it was not to be kept.
    pub recording: Recording,
    /// The keys that the recording mentions by index.
    pub keys: Vec<K>,
    /// What the block's dependencies allow; empty if nothing was to be kept.
    pub critical_path: CriticalPath,
    /// How often each key was read and written in the end; in the order of `keys`.
    pub uses: Vec<Use>,
}

/// Block-STM, driven by the clockwork.
struct Optimistic<'a, M: Vm, S> {
    run: BlockRun<'a, M, S>,
    lanes: &'a mut [Mutex<Lane<M>>],
    settings: &'a StepSettings,
    stats: BlockStats,
    /// What the first half of each lane's task found.
    begun: Vec<Option<Begun>>,
    verdicts: Verdicts,
    /// The slots whose versions a task's end changes.
    touched: Vec<KeyId>,
}

impl<M: Vm> Executor<M> {
    /// Executes a block in virtual time.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before.
    pub fn stepped<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
    ) -> Result<Stepped<M::Key>, Fault> {
        self.stepped_by(vm, storage, txs, settings, None)
    }

    /// The same, with the dispatch delays of a script in place of the seed's.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before.
    pub fn stepped_by<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
        mut script: Option<&mut Script>,
    ) -> Result<Stepped<M::Key>, Fault> {
        let stepped = self.with_room(txs, settings.lanes.max(1), |executor| {
            let dispatch = settings.dispatch(script.as_deref_mut());
            let mut lanes = std::mem::take(&mut executor.lanes);
            let result =
                executor.step_through(vm, &*storage, txs, (settings, dispatch), &mut lanes);
            executor.lanes = lanes;
            result
        })?;
        self.settle(storage, txs.len());
        self.make_room(txs.len());
        self.take_outputs(txs.len());
        Ok(stepped)
    }

    /// How long the block that was executed last would take one lane, in ticks, by the first generation
    /// of Block-STM or, without validations, by the second: with nobody beside it, a lane runs every
    /// transaction once, in order, and finds it valid.
    pub fn ticks_alone(&self, settings: &StepSettings, has_validations: bool) -> u64 {
        let mut dispatch = settings.dispatch(None);
        let mut ticks = 0;
        for (index, gas) in self.gas().iter().enumerate() {
            ticks += dispatch.delay() + (*gas).max(1);
            if has_validations {
                let record = self.records[index]
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let checked = record.reads.len() + record.compared.len();
                ticks += dispatch.delay() + settings.check_ticks(checked);
            }
        }
        ticks
    }

    fn step_through<S: Storage<M::Key, M::Value>>(
        &self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        (settings, dispatch): (&StepSettings, Dispatch<'_>),
        lanes: &mut [Mutex<Lane<M>>],
    ) -> Result<Stepped<M::Key>, Fault> {
        let lane_count = settings.lanes.max(1);
        let capacity = self.versions.capacity();
        let mut protocol = Optimistic {
            run: self.block_run(vm, storage, txs),
            lanes,
            settings,
            stats: BlockStats {
                transactions: txs.len() as u64,
                ..BlockStats::default()
            },
            begun: vec![None; lane_count as usize],
            verdicts: Verdicts::new(txs.len()),
            touched: Vec::new(),
        };
        let recorder = Recorder::new(lane_count, txs.len(), capacity, settings.is_recorded);
        let mut clockwork = Clockwork::new(lane_count, dispatch, recorder);
        clockwork.drive(&mut protocol)?;
        let stats = protocol.stats;
        Ok(self.stepped_report(storage, stats, clockwork))
    }

    /// Puts together what a run in virtual time has to say, its records being those of the block.
    pub(in crate::executor) fn stepped_report<S: Storage<M::Key, M::Value>, J: Copy>(
        &self,
        storage: &S,
        stats: BlockStats,
        clockwork: Clockwork<'_, J>,
    ) -> Stepped<M::Key> {
        report(&self.records, &self.versions, storage, stats, clockwork)
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for Optimistic<'_, M, S> {
    type Job = Task;

    fn next(&mut self) -> Option<Task> {
        self.run.scheduler.next_task()
    }

    fn begin(
        &mut self,
        at: Moment,
        task: Task,
        recorder: &mut Recorder,
    ) -> Result<clockwork::Begun, Fault> {
        let (tx, incarnation) = match task {
            Task::Execute(tx, incarnation) => (tx, incarnation),
            Task::Validate(tx, incarnation, _) => {
                return Ok(self.begin_check(at, tx, incarnation, recorder));
            }
        };
        let lane = lane(self.lanes, at.lane);
        let begun = lane.begin(&self.run, task);
        let ticks = match begun {
            Begun::Ran => lane.effects().gas.max(1),
            _ => self
                .settings
                .check_ticks(lane.reads().len() + lane.compared().len() + 1),
        };
        let recorded = if recorder.is_recorded() {
            let start = Start {
                tx,
                incarnation,
                kind: TaskKind::Execute,
            };
            record(at, start, &begun, lane, recorder)
        } else {
            0
        };
        self.begun[at.lane as usize] = Some(begun);
        Ok(clockwork::Begun { ticks, recorded })
    }

    fn finish(
        &mut self,
        at: Moment,
        task: Task,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<Task>, Fault> {
        let begun = self.begun[at.lane as usize].take();
        let begun = begun.ok_or(Fault::Invariant("a task ended that had not begun"))?;
        self.stats.count(task, &begun);
        let outcome = outcome(&begun, recorder);
        let (Task::Execute(tx, _) | Task::Validate(tx, ..)) = task;
        // Only these two change what stands in a slot.
        let is_touching = !matches!(
            begun,
            Begun::Blocked { .. } | Begun::Checked(Verdict::Valid)
        );
        if is_touching {
            self.touched.clear();
            self.touch_written(tx);
        }
        let (finished, follow_up) = lane(self.lanes, at.lane).finish(&self.run, task, begun)?;
        match finished {
            Finished::Published => self.note_published(tx),
            Finished::Aborted => {
                self.stats.aborts += 1;
                self.note_touched(tx);
            }
            Finished::Waits | Finished::Validated | Finished::TooLate => {}
        }
        let outcome = match finished {
            Finished::TooLate => Outcome::Superseded,
            _ => outcome,
        };
        recorder.end(at.now, recorded, outcome);
        recorder.commit(at.now, self.run.scheduler.committed());
        Ok(follow_up)
    }

    fn is_done(&self) -> bool {
        self.run.scheduler.committed() as usize == self.run.txs.len()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Optimistic<'_, M, S> {
    fn begin_check(
        &mut self,
        at: Moment,
        tx: TxIndex,
        incarnation: Incarnation,
        recorder: &mut Recorder,
    ) -> clockwork::Begun {
        let verdict = match self.verdicts.is_valid(tx, incarnation) {
            true => Verdict::Valid,
            false => self.check(tx, incarnation),
        };
        self.begun[at.lane as usize] = Some(Begun::Checked(verdict));
        let start = Start {
            tx,
            incarnation,
            kind: TaskKind::Validate,
        };
        clockwork::Begun {
            ticks: self.settings.check_ticks(self.verdicts.reads(tx)),
            recorded: recorder.start(at, start, []),
        }
    }

    fn check(&mut self, tx: TxIndex, incarnation: Incarnation) -> Verdict {
        let verdict = self.run.check(tx);
        if verdict == Verdict::Valid {
            let record = self.run.record(tx);
            let reads = record.reads.iter().map(|read| read.id);
            let compared = record.compared.iter().map(|compared| compared.id);
            let reads = reads.chain(compared);
            self.verdicts.found_valid(tx, incarnation, reads);
        }
        verdict
    }

    /// Remembers the slots that the transaction's published run wrote.
    fn touch_written(&mut self, tx: TxIndex) {
        let record = self.run.record(tx);
        if record.block == self.run.versions.block() {
            let written = record.written.iter();
            self.touched.extend(written.map(|written| written.id));
        }
    }

    /// The transaction's versions in the slots remembered are others now, or gone.
    fn note_touched(&mut self, tx: TxIndex) {
        for id in &self.touched {
            self.verdicts.touched(*id, tx);
        }
    }

    fn note_published(&mut self, tx: TxIndex) {
        self.touch_written(tx);
        self.note_touched(tx);
        let record = self.run.record(tx);
        let count = record.reads.len() + record.compared.len();
        self.verdicts.published(tx, count);
    }
}

fn lane<M: Vm>(lanes: &mut [Mutex<Lane<M>>], lane: u32) -> &mut Lane<M> {
    let lane = lanes[lane as usize].get_mut();
    lane.unwrap_or_else(PoisonError::into_inner)
}

fn record<M: Vm>(
    at: Moment,
    start: Start,
    begun: &Begun,
    lane: &Lane<M>,
    recorder: &mut Recorder,
) -> usize {
    let reads = lane.reads().iter();
    let reads = reads.map(|read| (read.id, Touch::Read(read.origin)));
    let compared = lane.compared().iter();
    let compared = compared.map(|at| (at.id, comparison(at.origin, &at.bound, at.holds)));
    let reads = reads.chain(compared);
    let written = match begun {
        Begun::Ran => lane.written(),
        _ => &[],
    };
    let writes = written.iter().zip(lane.effects().writes());
    let writes = writes.map(|(written, (_, write))| (written.id, touch(write)));
    recorder.start(at, start, reads.chain(writes))
}

/// What a write did, for the recording.
pub(in crate::executor) const fn touch<V>(write: &Write<V>) -> Touch {
    match write {
        Write::Set(_) => Touch::Set,
        Write::Add(_) => Touch::Add,
    }
}

/// What a comparison did, for the recording.
pub(in crate::executor) const fn comparison<V>(
    from: Origin,
    bound: &Bound<V>,
    holds: bool,
) -> Touch {
    Touch::Compare {
        from,
        limit: bound.limit,
        holds,
    }
}

fn outcome(begun: &Begun, recorder: &mut Recorder) -> Outcome {
    match begun {
        Begun::Ran => Outcome::Executed,
        Begun::Blocked { on, id } => Outcome::Blocked {
            on: *on,
            key: recorder.key(*id),
        },
        Begun::Checked(Verdict::Valid) => Outcome::Valid,
        Begun::Checked(Verdict::Stale { id, read, found }) => Outcome::Aborted {
            key: recorder.key(*id),
            read: *read,
            found: *found,
        },
        Begun::Fault(_) => Outcome::Superseded,
    }
}

impl StepSettings {
    /// Where the delays of a run with these settings come from.
    pub(in crate::executor) fn dispatch<'a>(&self, script: Option<&'a mut Script>) -> Dispatch<'a> {
        match script {
            Some(script) => Dispatch::Scripted(script),
            None => Dispatch::drawn(&self.seed, self.dispatch_ticks),
        }
    }

    /// How long it takes to check so many reads: at least a tick.
    pub(in crate::executor) fn check_ticks(&self, reads: usize) -> u64 {
        (reads as u64 * u64::from(self.validate_read_ticks)).max(1)
    }
}

impl BlockStats {
    fn count(&mut self, task: Task, begun: &Begun) {
        match (task, begun) {
            (Task::Execute(..), Begun::Blocked { .. }) => {
                self.executions += 1;
                self.blocked += 1;
            }
            (Task::Execute(..), _) => self.executions += 1,
            (Task::Validate(..), _) => self.validations += 1,
        }
    }
}

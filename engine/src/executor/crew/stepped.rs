//! Virtual lanes in virtual time, on one thread: the run that lessons, links and golden files pin.
//!
//! A lane reads at the moment a task starts and publishes at the moment it ends; between the two, other
//! lanes do the same. The seed draws how long a lane takes to pick up its next task, and with it the
//! interleaving. Nothing else is random, so the same seed gives the same run everywhere.

use super::recorder::Recorder;
use crate::executor::critical_path::{CriticalPath, Use};
use crate::executor::optimistic::lane::{Begun, Finished};
use crate::executor::optimistic::{BlockRun, Lane, Task};
use crate::executor::{BlockStats, Executor};
use crate::primitives::Seed;
use crate::primitives::seed::Stream;
use crate::state::Storage;
use crate::trace::Recording;
use crate::vm::{Fault, Vm};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::PoisonError;

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

/// What happens to a lane: at one tick, ends come before starts, then the lower lane first.
type Event = Reverse<(u64, Happening, u32)>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    End,
    Start,
}

/// What a lane is at.
struct Busy {
    task: Task,
    begun: Option<Begun>,
    /// Index in the recording.
    recorded: usize,
}

struct Clockwork<'a> {
    settings: &'a StepSettings,
    stream: Stream,
    events: BinaryHeap<Event>,
    idle: BTreeSet<u32>,
    busy: Vec<Option<Busy>>,
    recorder: Recorder,
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
        let stepped = self.with_room(txs, settings.lanes.max(1), |executor| {
            executor.step_through(vm, &*storage, txs, settings)
        })?;
        for (key, value) in self.final_writes(storage, 0, txs.len(), txs.len() as u32) {
            storage.set(key, value);
        }
        self.outputs.truncate(txs.len());
        self.gas.truncate(txs.len());
        self.take_outputs(0, txs.len());
        Ok(stepped)
    }

    fn step_through<S: Storage<M::Key, M::Value>>(
        &self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        settings: &StepSettings,
    ) -> Result<Stepped<M::Key>, Fault> {
        let run = self.block_run(vm, storage, txs);
        let lanes = settings.lanes.max(1);
        let mut clockwork = Clockwork {
            settings,
            stream: settings.seed.fork("dispatch").stream(),
            events: BinaryHeap::new(),
            idle: (0..lanes).collect(),
            busy: (0..lanes).map(|_| None).collect(),
            recorder: Recorder::new(
                lanes,
                txs.len(),
                self.versions.capacity(),
                settings.is_recorded,
            ),
        };
        let mut stats = BlockStats {
            transactions: txs.len() as u64,
            ..BlockStats::default()
        };
        clockwork.hand_out(&run, 0);
        while let Some(Reverse((now, happening, index))) = clockwork.events.pop() {
            let mut lane = self.lanes[index as usize]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let Some(busy) = clockwork.busy[index as usize].as_mut() else {
                continue;
            };
            match happening {
                Happening::Start => {
                    let begun = lane.begin(&run, busy.task);
                    let ticks = clockwork.settings.cost(&run, &lane, busy.task, &begun);
                    busy.recorded = clockwork
                        .recorder
                        .start(now, index, busy.task, &begun, &lane, &run);
                    busy.begun = Some(begun);
                    clockwork
                        .events
                        .push(Reverse((now + ticks, Happening::End, index)));
                }
                Happening::End => {
                    let Some(Busy {
                        task,
                        begun: Some(begun),
                        recorded,
                    }) = clockwork.busy[index as usize].take()
                    else {
                        continue;
                    };
                    stats.count(task, &begun);
                    let outcome = clockwork.recorder.outcome(&begun);
                    let (finished, follow_up) = lane.finish(&run, task, begun)?;
                    drop(lane);
                    if finished == Finished::Aborted {
                        stats.aborts += 1;
                    }
                    clockwork.recorder.end(now, recorded, finished, outcome);
                    clockwork.recorder.commit(now, run.scheduler.committed());
                    if run.scheduler.is_stopped() {
                        break;
                    }
                    match follow_up {
                        Some(task) => clockwork.pick_up(index, task, now),
                        None => {
                            clockwork.idle.insert(index);
                        }
                    }
                    clockwork.hand_out(&run, now);
                }
            }
        }
        if run.scheduler.committed() as usize != txs.len() {
            return Err(Fault::Invariant(
                "lanes found no work before the block was done",
            ));
        }
        let critical_path = match settings.is_recorded {
            true => self.critical_path(storage),
            false => CriticalPath::default(),
        };
        let uses = self.uses(&clockwork.recorder.keys);
        let keys = clockwork
            .recorder
            .keys
            .iter()
            .filter_map(|id| run.versions.key(*id).cloned());
        let keys = keys.collect();
        Ok(Stepped {
            stats,
            keys,
            critical_path,
            uses,
            recording: clockwork.recorder.finish(),
        })
    }
}

impl Clockwork<'_> {
    /// Gives work to idle lanes, lowest first, for as long as there is any.
    fn hand_out<M: Vm, S>(&mut self, run: &BlockRun<'_, M, S>, now: u64) {
        while let Some(lane) = self.idle.first().copied() {
            let Some(task) = run.scheduler.next_task() else {
                break;
            };
            self.idle.remove(&lane);
            self.pick_up(lane, task, now);
        }
    }

    fn pick_up(&mut self, lane: u32, task: Task, now: u64) {
        let delay = self
            .stream
            .between(0, u64::from(self.settings.dispatch_ticks));
        self.busy[lane as usize] = Some(Busy {
            task,
            begun: None,
            recorded: 0,
        });
        self.events
            .push(Reverse((now + delay, Happening::Start, lane)));
    }
}

impl StepSettings {
    /// How long a task takes: an execution its gas, a check of reads by their number. At least a tick.
    fn cost<M: Vm, S>(
        &self,
        run: &BlockRun<'_, M, S>,
        lane: &Lane<M>,
        task: Task,
        begun: &Begun,
    ) -> u64 {
        let reads = match (task, begun) {
            (_, Begun::Ran) => return lane.effects().gas.max(1),
            (Task::Execute(..), _) => lane.reads().len() + 1,
            (Task::Validate(tx, ..), _) => {
                let record = run.records[tx.as_usize()].lock();
                record.unwrap_or_else(PoisonError::into_inner).reads.len()
            }
        };
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

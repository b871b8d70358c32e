//! Writes down what a stepped run does.

use crate::executor::optimistic::lane::{Begun, Finished, Verdict};
use crate::executor::optimistic::{BlockRun, KeyId, Lane, Task};
use crate::primitives::{LaneIndex, Tick};
use crate::state::overlay::Write;
use crate::trace::{self, Access, AccessKind, Outcome, Recording, TaskKind};
use crate::vm::Vm;

/// Writes the recording.
pub(super) struct Recorder {
    recording: Recording,
    is_recorded: bool,
    /// The slots mentioned, in the order of first mention.
    pub(super) keys: Vec<KeyId>,
    /// Where each slot stands in that list, plus one; 0 for those not mentioned.
    places: Vec<u32>,
}

impl Recorder {
    pub(super) fn new(lanes: u32, count: usize, capacity: usize, is_recorded: bool) -> Self {
        let capacity = if is_recorded { capacity } else { 0 };
        let recording = Recording {
            lanes,
            transactions: count as u32,
            commits: Vec::with_capacity(count),
            ..Recording::default()
        };
        Self {
            recording,
            is_recorded,
            keys: Vec::new(),
            places: vec![0; capacity],
        }
    }

    fn key(&mut self, id: KeyId) -> u32 {
        let place = &mut self.places[id.0 as usize];
        if *place == 0 {
            self.keys.push(id);
            *place = self.keys.len() as u32;
        }
        *place - 1
    }

    pub(super) fn start<M: Vm, S>(
        &mut self,
        now: u64,
        lane: u32,
        task: Task,
        begun: &Begun,
        worker: &Lane<M>,
        run: &BlockRun<'_, M, S>,
    ) -> usize {
        if !self.is_recorded {
            return 0;
        }
        let access_first = self.recording.accesses.len() as u32;
        let (kind, tx, incarnation) = match task {
            Task::Execute(tx, incarnation) => {
                for read in worker.reads() {
                    let key = self.key(read.id);
                    let kind = AccessKind::Read(read.origin);
                    self.recording.accesses.push(Access { key, kind });
                }
                if *begun == Begun::Ran {
                    for (key, write) in worker.effects().writes() {
                        // A full table is met again, and handled, when the writes are published.
                        let Ok(id) = run.versions.intern(key) else {
                            continue;
                        };
                        let kind = match write {
                            Write::Set(_) => AccessKind::Set,
                            Write::Add(_) => AccessKind::Add,
                        };
                        let key = self.key(id);
                        self.recording.accesses.push(Access { key, kind });
                    }
                }
                (TaskKind::Execute, tx, incarnation)
            }
            Task::Validate(tx, incarnation, _) => (TaskKind::Validate, tx, incarnation),
        };
        self.recording.tasks.push(trace::Task {
            start: Tick(now),
            end: Tick(now),
            lane: LaneIndex(lane),
            tx,
            incarnation,
            kind,
            // Stands for a task that the end of the block cut off.
            outcome: Outcome::Superseded,
            access_first,
            access_count: self.recording.accesses.len() as u32 - access_first,
        });
        self.recording.tasks.len() - 1
    }

    pub(super) fn outcome(&mut self, begun: &Begun) -> Outcome {
        match begun {
            _ if !self.is_recorded => Outcome::Superseded,
            Begun::Ran => Outcome::Executed,
            Begun::Blocked { on, id } => Outcome::Blocked {
                on: *on,
                key: self.key(*id),
            },
            Begun::Checked(Verdict::Valid) => Outcome::Valid,
            Begun::Checked(Verdict::Stale { id, read, found }) => Outcome::Aborted {
                key: self.key(*id),
                read: *read,
                found: *found,
            },
            Begun::Fault(_) => Outcome::Superseded,
        }
    }

    pub(super) fn end(&mut self, now: u64, recorded: usize, finished: Finished, outcome: Outcome) {
        if let Some(task) = self
            .recording
            .tasks
            .get_mut(recorded)
            .filter(|_| self.is_recorded)
        {
            task.end = Tick(now);
            task.outcome = if finished == Finished::TooLate {
                Outcome::Superseded
            } else {
                outcome
            };
        }
        self.recording.end = Tick(now);
    }

    pub(super) fn commit(&mut self, now: u64, committed: u32) {
        self.recording.commits.resize(committed as usize, Tick(now));
    }

    pub(super) fn finish(mut self) -> Recording {
        let end = self.recording.end;
        for task in &mut self.recording.tasks {
            // Cut off by the end of the block.
            if task.outcome == Outcome::Superseded && task.end == task.start {
                task.end = end.max(task.start);
            }
        }
        self.recording
    }
}

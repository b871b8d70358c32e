//! Writes down what a run in virtual time does.

use super::Moment;
use crate::executor::optimistic::KeyId;
use crate::primitives::{Incarnation, LaneIndex, Limit, Tick, TxIndex};
use crate::trace::{self, Access, AccessKind, Origin, Outcome, Recording, TaskKind};

/// Accesses of a transaction that a recording has room for from the start.
const ACCESSES_PER_TX: usize = 4;

/// Writes the recording.
pub(in crate::executor) struct Recorder {
    recording: Recording,
    is_recorded: bool,
    /// The slots mentioned, in the order of first mention.
    keys: Vec<KeyId>,
    /// Where each slot stands in that list, plus one; 0 for those not mentioned.
    places: Vec<u32>,
}

/// What begins.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Start {
    /// Which transaction.
    pub(in crate::executor) tx: TxIndex,
    /// Which run of it.
    pub(in crate::executor) incarnation: Incarnation,
    /// Execution or validation.
    pub(in crate::executor) kind: TaskKind,
}

/// What a run did to a slot.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) enum Touch {
    /// It read what came from there.
    Read(Origin),
    /// It replaced it.
    Set,
    /// It added to it, without reading.
    Add,
    /// It compared it.
    Compare {
        from: Origin,
        limit: Limit,
        holds: bool,
    },
}

impl Recorder {
    /// A recorder for so many lanes and transactions, and slots below `capacity`.
    pub(in crate::executor) fn new(
        lanes: u32,
        count: usize,
        capacity: usize,
        is_recorded: bool,
    ) -> Self {
        let capacity = if is_recorded { capacity } else { 0 };
        let room = if is_recorded { count } else { 0 };
        let recording = Recording {
            lanes,
            transactions: count as u32,
            // What every block needs: a run of each transaction, and some reads and writes of each run.
            tasks: Vec::with_capacity(room),
            accesses: Vec::with_capacity(room * ACCESSES_PER_TX),
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

    /// Whether tasks and accesses are kept, and not only how long it all took.
    pub(in crate::executor) const fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    /// The slots mentioned, in the order of first mention.
    pub(in crate::executor) fn keys(&self) -> &[KeyId] {
        &self.keys
    }

    /// How the recording names a slot; 0 if nothing is kept.
    pub(in crate::executor) fn key(&mut self, id: KeyId) -> u32 {
        let Some(place) = self.places.get_mut(id.0 as usize) else {
            return 0;
        };
        if *place == 0 {
            self.keys.push(id);
            *place = self.keys.len() as u32;
        }
        *place - 1
    }

    /// A task begins; its number.
    pub(in crate::executor) fn start(
        &mut self,
        at: Moment,
        start: Start,
        accesses: impl IntoIterator<Item = (KeyId, Touch)>,
    ) -> usize {
        if !self.is_recorded {
            return 0;
        }
        let access_first = self.recording.accesses.len() as u32;
        for (id, touch) in accesses {
            let key = self.key(id);
            let kind = match touch {
                Touch::Read(origin) => AccessKind::Read(origin),
                Touch::Set => AccessKind::Set,
                Touch::Add => AccessKind::Add,
                Touch::Compare { from, limit, holds } => {
                    self.recording.limits.push(limit);
                    let limit = self.recording.limits.len() as u32 - 1;
                    AccessKind::Compare { from, limit, holds }
                }
            };
            self.recording.accesses.push(Access { key, kind });
        }
        self.recording.tasks.push(trace::Task {
            start: Tick(at.now),
            end: Tick(at.now),
            lane: LaneIndex(at.lane),
            tx: start.tx,
            incarnation: start.incarnation,
            kind: start.kind,
            // Stands for a task that the end of the block cut off.
            outcome: Outcome::Superseded,
            access_first,
            access_count: self.recording.accesses.len() as u32 - access_first,
        });
        self.recording.tasks.len() - 1
    }

    /// A task ends.
    pub(in crate::executor) fn end(&mut self, now: u64, recorded: usize, outcome: Outcome) {
        if self.is_recorded
            && let Some(task) = self.recording.tasks.get_mut(recorded)
        {
            task.end = Tick(now);
            task.outcome = outcome;
        }
        self.recording.end = Tick(now);
    }

    /// A task that had ended is told another outcome.
    pub(in crate::executor) fn amend(&mut self, recorded: usize, outcome: Outcome) {
        if let Some(task) = self.recording.tasks.get_mut(recorded) {
            task.outcome = outcome;
        }
    }

    /// The block's first `committed` transactions are committed.
    pub(in crate::executor) fn commit(&mut self, now: u64, committed: u32) {
        let commits = &mut self.recording.commits;
        if commits.len() < committed as usize {
            commits.resize(committed as usize, Tick(now));
        }
    }

    /// This transaction is the next one to be committed, in an order that need not be the block's.
    pub(in crate::executor) fn commit_next(&mut self, now: u64, tx: TxIndex) {
        let commits = &mut self.recording.commits;
        commits.resize(self.recording.transactions as usize, Tick::default());
        commits[tx.as_usize()] = Tick(now);
        self.recording.order.push(tx);
    }

    /// A first pass over the block has ended.
    pub(in crate::executor) fn first_pass(&mut self, now: u64) {
        self.recording.first_pass = Tick(now);
    }

    /// The recording, once the block is done.
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

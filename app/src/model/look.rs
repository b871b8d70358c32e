//! What a task is at a moment. A task that will be withdrawn looks sound until it is: nobody knows yet.
//!
//! ```text
//! run:         Future → Executing → Executed → Committed
//!                            │          └────→ Withdrawn      (a validation failed)
//!                            └──────→ Waiting                 (met an estimate)
//! validation:  Future → Validating → Validated | Failed
//! both:                          └→ Superseded                (somebody else was faster)
//! first pass:  Future → Executing → Recorded                  (it made the list that the block runs along)
//! ```

use crate::model::history::History;
use engine::primitives::Tick;
use engine::trace::{Outcome, Recording, TaskKind};

/// What a task is at a moment; every value has a shape of its own in pictures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Look {
    /// Not begun.
    Future,
    /// A run under way.
    Executing,
    /// A run that ended and stands, so far.
    Executed,
    /// A run that counts: its transaction is committed.
    Committed,
    /// A run whose writes were withdrawn.
    Withdrawn,
    /// A run that had to stop and wait for another transaction.
    Waiting,
    /// A validation under way.
    Validating,
    /// A validation that held.
    Validated,
    /// A validation that failed: it withdrew a run.
    Failed,
    /// Work whose result came too late to matter.
    Superseded,
    /// A run of the first pass, which recorded what the second one needs.
    Recorded,
}

impl Look {
    /// What a task is at a tick.
    pub fn of(recording: &Recording, history: &History, task: u32, now: Tick) -> Self {
        let index = task;
        let Some(task) = recording.tasks.get(index as usize) else {
            return Self::Future;
        };
        let is_run = task.kind == TaskKind::Execute;
        if now < task.start {
            return Self::Future;
        }
        if now < task.end {
            return if is_run {
                Self::Executing
            } else {
                Self::Validating
            };
        }
        if task.end <= recording.first_pass {
            return Self::Recorded;
        }
        match task.outcome {
            Outcome::Blocked { .. } | Outcome::LockWait { .. } => Self::Waiting,
            Outcome::Valid => Self::Validated,
            Outcome::Aborted { .. } | Outcome::Lost { .. } => Self::Failed,
            Outcome::Wounded { .. } | Outcome::Breached { .. } => Self::Withdrawn,
            Outcome::Superseded => Self::Superseded,
            Outcome::Executed => match history.withdrawn_at(index) {
                Some(tick) if tick <= now => Self::Withdrawn,
                Some(_) => Self::Executed,
                None if is_committed(recording, task.tx.as_usize(), now) => Self::Committed,
                None => Self::Executed,
            },
        }
    }
}

fn is_committed(recording: &Recording, tx: usize, now: Tick) -> bool {
    recording.commits.get(tx).is_some_and(|tick| *tick <= now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_run_looks_sound_until_it_is_withdrawn() {
        let replay = fixture::replay(200, 8, 4);
        let recording = &replay.recording;
        let history = History::new(recording);
        let (index, tick) = (0..recording.tasks.len() as u32)
            .find_map(|index| history.withdrawn_at(index).map(|tick| (index, tick)))
            .expect("a contended block aborts");
        let end = recording.tasks[index as usize].end;
        let look = |now| Look::of(recording, &history, index, now);
        assert_eq!(look(tick), Look::Withdrawn);
        assert_eq!(look(Tick(end.0 - 1)), Look::Executing);
        if end < tick {
            assert_eq!(look(end), Look::Executed);
        }
    }

    #[test]
    fn runs_before_the_end_of_a_first_pass_only_record() {
        let mut replay = fixture::replay(50, 4, 4);
        let recording = &mut replay.recording;
        recording.first_pass = Tick(recording.end.0 / 2);
        let history = History::new(recording);
        for (index, task) in recording.tasks.iter().enumerate() {
            let look = Look::of(recording, &history, index as u32, recording.end);
            assert_eq!(look == Look::Recorded, task.end <= recording.first_pass);
        }
    }

    #[test]
    fn in_the_end_every_transaction_is_committed_once() {
        let replay = fixture::replay(200, 8, 4);
        let recording = &replay.recording;
        let history = History::new(recording);
        let committed = (0..recording.tasks.len() as u32)
            .filter(|task| Look::of(recording, &history, *task, recording.end) == Look::Committed)
            .count();
        assert_eq!(committed, 200);
    }
}

//! The steps of a replay, and what is going on after each.
//!
//! A *step number* counts steps that have happened: 0 is before the first, [`Timeline::len`] after the
//! last. Every 128 steps a checkpoint keeps the state, so that any step is at most 128 away from one.

use engine::primitives::Tick;
use engine::trace::{Outcome, Phase, Recording, Step, TaskKind, steps};

/// Steps from one checkpoint to the next.
const CHECKPOINT_STEPS: usize = 128;

/// What has happened so far.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Runs that ended, stood or not.
    pub executed: u32,
    /// Runs that met an estimate and had to wait.
    pub blocked: u32,
    /// Runs that were withdrawn.
    pub aborted: u32,
    /// Validations that ended, whatever the verdict.
    pub validated: u32,
    /// Transactions committed.
    pub committed: u32,
}

/// What is going on after a step.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Moment {
    /// The tick of the last step that happened; 0 before the first.
    pub tick: Tick,
    /// For each lane the task it is at, as an index into the recording.
    pub running: Vec<Option<u32>>,
    /// What has happened so far.
    pub counts: Counts,
}

/// All steps of a replay.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Timeline {
    steps: Vec<Step>,
    checkpoints: Vec<Moment>,
    /// Step numbers after which one more run has been withdrawn.
    aborts: Vec<u32>,
    end: Tick,
}

impl Timeline {
    /// Orders a recording's steps and keeps checkpoints.
    pub fn new(recording: &Recording) -> Self {
        let steps = steps(recording);
        let mut moment = Moment {
            running: vec![None; recording.lanes as usize],
            ..Moment::default()
        };
        let mut checkpoints = Vec::with_capacity(steps.len() / CHECKPOINT_STEPS + 1);
        let mut aborts = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            if index % CHECKPOINT_STEPS == 0 {
                checkpoints.push(moment.clone());
            }
            let before = moment.counts.aborted;
            moment.apply(recording, step);
            if moment.counts.aborted > before {
                aborts.push(index as u32 + 1);
            }
        }
        if steps.len().is_multiple_of(CHECKPOINT_STEPS) {
            checkpoints.push(moment);
        }
        Self {
            steps,
            checkpoints,
            aborts,
            end: recording.end,
        }
    }

    /// How many steps there are: the last step number.
    pub fn len(&self) -> u32 {
        self.steps.len() as u32
    }

    /// Whether nothing happens at all.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The tick of the last step.
    pub const fn end(&self) -> Tick {
        self.end
    }

    /// The step that happened last at a step number; none at 0.
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.steps.get((number as usize).checked_sub(1)?)
    }

    /// The tick of a step number; 0 before the first step, the end beyond the last.
    pub fn tick(&self, number: u32) -> Tick {
        match number {
            0 => Tick(0),
            _ => self.step(number).map_or(self.end, |step| step.tick),
        }
    }

    /// The last step number at or before a tick.
    pub fn at(&self, tick: Tick) -> u32 {
        self.steps.partition_point(|step| step.tick <= tick) as u32
    }

    /// The step number after which the next run has been withdrawn.
    pub fn next_abort(&self, number: u32) -> Option<u32> {
        let next = self.aborts.partition_point(|abort| *abort <= number);
        self.aborts.get(next).copied()
    }

    /// The step number after which the run before was withdrawn.
    pub fn previous_abort(&self, number: u32) -> Option<u32> {
        let next = self.aborts.partition_point(|abort| *abort < number);
        self.aborts.get(next.checked_sub(1)?).copied()
    }

    /// How many runs were withdrawn in each of `bins` equal stretches of time.
    pub fn abort_density(&self, bins: usize) -> Vec<u32> {
        let mut density = vec![0; bins];
        let span = self.end.0.max(1);
        for abort in &self.aborts {
            let tick = self.tick(*abort).0.min(span - 1);
            if let Some(count) =
                density.get_mut((tick as u128 * bins as u128 / span as u128) as usize)
            {
                *count += 1;
            }
        }
        density
    }

    /// What is going on at a step number, in `moment` so that scrubbing allocates nothing.
    pub fn moment_into(&self, recording: &Recording, number: u32, moment: &mut Moment) {
        let number = (number as usize).min(self.steps.len());
        let Some(checkpoint) = self.checkpoints.get(number / CHECKPOINT_STEPS) else {
            *moment = Moment::default();
            return;
        };
        moment.tick = checkpoint.tick;
        moment.counts = checkpoint.counts;
        moment.running.clone_from(&checkpoint.running);
        let first = number / CHECKPOINT_STEPS * CHECKPOINT_STEPS;
        for step in &self.steps[first..number] {
            moment.apply(recording, step);
        }
    }

    /// What is going on at a step number.
    pub fn moment(&self, recording: &Recording, number: u32) -> Moment {
        let mut moment = Moment::default();
        self.moment_into(recording, number, &mut moment);
        moment
    }
}

impl Moment {
    fn apply(&mut self, recording: &Recording, step: &Step) {
        self.tick = step.tick;
        if step.phase == Phase::Commit {
            self.counts.committed += 1;
            return;
        }
        let Some(task) = recording.tasks.get(step.index as usize) else {
            return;
        };
        let Some(running) = self.running.get_mut(task.lane.as_usize()) else {
            return;
        };
        if step.phase == Phase::Start {
            // A task cut off at the very tick it began has already ended.
            if task.end > task.start {
                *running = Some(step.index);
            }
            return;
        }
        if *running == Some(step.index) {
            *running = None;
        }
        match task.kind {
            TaskKind::Execute => self.counts.executed += 1,
            TaskKind::Validate => self.counts.validated += 1,
        }
        match task.outcome {
            Outcome::Blocked { .. } | Outcome::LockWait { .. } => self.counts.blocked += 1,
            Outcome::Aborted { .. }
            | Outcome::Wounded { .. }
            | Outcome::Lost { .. }
            | Outcome::Breached { .. } => self.counts.aborted += 1,
            Outcome::Executed | Outcome::Valid | Outcome::Superseded => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn any_step_is_what_walking_there_gives() {
        let replay = fixture::replay(300, 5, 4);
        let recording = &replay.recording;
        let timeline = Timeline::new(recording);
        let mut walked = Moment {
            running: vec![None; 5],
            ..Moment::default()
        };
        for number in 0..=timeline.len() {
            if let Some(step) = timeline.step(number) {
                walked.apply(recording, step);
            }
            assert_eq!(timeline.moment(recording, number), walked, "step {number}");
            for (lane, task) in walked.running.iter().enumerate() {
                if let Some(task) = task {
                    let task = &recording.tasks[*task as usize];
                    assert_eq!(task.lane.as_usize(), lane);
                    assert!(task.start <= walked.tick && walked.tick <= task.end);
                }
            }
        }
        assert_eq!(walked.counts.committed, 300);
        assert_eq!(walked.counts.aborted, replay.summary.aborts);
        assert_eq!(walked.counts.blocked, replay.summary.blocked);
    }

    #[test]
    fn aborts_are_found_both_ways() {
        let replay = fixture::replay(300, 5, 4);
        let timeline = Timeline::new(&replay.recording);
        let mut number = 0;
        let mut seen = Vec::new();
        while let Some(next) = timeline.next_abort(number) {
            assert!(next > number);
            seen.push(next);
            number = next;
        }
        assert_eq!(seen.len(), replay.summary.aborts as usize);
        number = timeline.len() + 1;
        while let Some(previous) = timeline.previous_abort(number) {
            assert_eq!(seen.pop(), Some(previous));
            number = previous;
        }
        assert!(seen.is_empty());
        assert_eq!(
            timeline.abort_density(40).iter().sum::<u32>(),
            replay.summary.aborts
        );
    }

    #[test]
    fn ticks_and_steps_agree() {
        let replay = fixture::replay(100, 3, 5);
        let timeline = Timeline::new(&replay.recording);
        assert_eq!(timeline.tick(0), Tick(0));
        assert_eq!(timeline.at(timeline.end()), timeline.len());
        for number in 1..=timeline.len() {
            let tick = timeline.tick(number);
            assert!(timeline.at(tick) >= number);
            assert_eq!(timeline.tick(timeline.at(tick)), tick);
        }
        assert!(
            Timeline::default()
                .moment(&Recording::default(), 3)
                .running
                .is_empty()
        );
    }

    #[test]
    fn a_step_among_fifty_thousand_events_takes_far_less_than_a_frame() {
        let replay = fixture::replay(12_000, 8, 200);
        let timeline = Timeline::new(&replay.recording);
        assert!(timeline.len() >= 50_000, "{}", timeline.len());
        let mut moment = Moment::default();
        let start = std::time::Instant::now();
        for number in (0..timeline.len()).step_by(97) {
            timeline.moment_into(&replay.recording, number, &mut moment);
        }
        let each = start.elapsed() / (timeline.len() / 97);
        assert!(each.as_millis() < 16, "{each:?}");
    }
}

//! Which tasks a lane did, and which of them a window shows.

use crate::model::Projection;
use crate::model::history::History;
use engine::trace::{Outcome, Recording, TaskKind};

/// The tasks of every lane, in the order of time. A lane does one thing at a time.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Lanes {
    /// Task indices, lane after lane.
    tasks: Vec<u32>,
    /// Where each lane's tasks begin in `tasks`; one more entry than lanes.
    firsts: Vec<u32>,
}

/// What a lane did in one pixel column, as shares of the column's time. Their sum is at most 1.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Column {
    /// Runs that stood.
    pub executed: f32,
    /// Validations.
    pub validated: f32,
    /// Runs that were withdrawn or had to wait.
    pub wasted: f32,
}

impl Lanes {
    /// Sorts a recording's tasks by lane.
    pub fn new(recording: &Recording) -> Self {
        let lanes = recording.lanes as usize;
        let mut firsts = vec![0_u32; lanes + 1];
        for task in &recording.tasks {
            if let Some(count) = firsts.get_mut(task.lane.as_usize() + 1) {
                *count += 1;
            }
        }
        for lane in 0..lanes {
            firsts[lane + 1] += firsts[lane];
        }
        let mut next = firsts.clone();
        let mut tasks = vec![0; *firsts.last().unwrap_or(&0) as usize];
        for (index, task) in recording.tasks.iter().enumerate() {
            if task.lane.as_usize() < lanes {
                let place = &mut next[task.lane.as_usize()];
                tasks[*place as usize] = index as u32;
                *place += 1;
            }
        }
        Self { tasks, firsts }
    }

    /// How many lanes.
    pub fn count(&self) -> u32 {
        self.firsts.len().saturating_sub(1) as u32
    }

    /// All tasks of a lane, as indices into the recording, in the order of time.
    pub fn of(&self, lane: u32) -> &[u32] {
        let lane = lane as usize;
        match (self.firsts.get(lane), self.firsts.get(lane + 1)) {
            (Some(first), Some(end)) => &self.tasks[*first as usize..*end as usize],
            _ => &[],
        }
    }

    /// The tasks of a lane that overlap `from` to `to`, by binary search.
    pub fn visible(&self, recording: &Recording, lane: u32, from: u64, to: u64) -> &[u32] {
        let tasks = self.of(lane);
        let first = tasks.partition_point(|task| recording.tasks[*task as usize].end.0 < from);
        let end = tasks.partition_point(|task| recording.tasks[*task as usize].start.0 <= to);
        &tasks[first..end.max(first)]
    }

    /// How many tasks of all lanes a window shows.
    pub fn visible_count(&self, recording: &Recording, projection: &Projection) -> usize {
        let (from, to) = projection.range();
        (0..self.count())
            .map(|lane| self.visible(recording, lane, from, to).len())
            .sum()
    }

    /// The task that a lane is at, or was last at, at a tick: the one under a pointer.
    pub fn at(&self, recording: &Recording, lane: u32, tick: u64, slack: u64) -> Option<u32> {
        let nearby = self.visible(recording, lane, tick.saturating_sub(slack), tick + slack);
        nearby.iter().copied().min_by_key(|index| {
            let task = &recording.tasks[*index as usize];
            task.start
                .0
                .saturating_sub(tick)
                .max(tick.saturating_sub(task.end.0))
        })
    }

    /// Adds what a lane did to one share a pixel column; `columns` has one entry a pixel of the window.
    ///
    /// Takes one pass over the visible tasks, however narrow they are.
    pub fn add_columns(
        &self,
        recording: &Recording,
        history: &History,
        lane: u32,
        projection: &Projection,
        columns: &mut [Column],
    ) {
        let (from, to) = projection.range();
        let last = columns.len() as f64;
        for index in self.visible(recording, lane, from, to) {
            let task = &recording.tasks[*index as usize];
            let left = projection.x(task.start.0).max(0.0);
            let right = projection.x(task.end.0).min(last);
            let is_wasted = task.kind == TaskKind::Execute
                && (matches!(
                    task.outcome,
                    Outcome::Blocked { .. }
                        | Outcome::LockWait { .. }
                        | Outcome::Wounded { .. }
                        | Outcome::Breached { .. }
                ) || history.withdrawn_at(*index).is_some());
            let mut column = left as usize;
            while (column as f64) < right && column < columns.len() {
                let share = (right.min(column as f64 + 1.0) - left.max(column as f64)) as f32;
                let entry = &mut columns[column];
                match task.kind {
                    TaskKind::Validate => entry.validated += share,
                    TaskKind::Execute if is_wasted => entry.wasted += share,
                    TaskKind::Execute => entry.executed += share,
                }
                column += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn visible_is_what_a_scan_finds() {
        let replay = fixture::replay(300, 4, 6);
        let recording = &replay.recording;
        let lanes = Lanes::new(recording);
        let end = recording.end.0;
        for lane in 0..4 {
            for (from, to) in [
                (0, end),
                (end / 3, end / 2),
                (end / 2, end / 2),
                (end, end + 9),
            ] {
                let scanned: Vec<u32> = (0..recording.tasks.len() as u32)
                    .filter(|index| {
                        let task = &recording.tasks[*index as usize];
                        task.lane.0 == lane && task.end.0 >= from && task.start.0 <= to
                    })
                    .collect();
                assert_eq!(lanes.visible(recording, lane, from, to), scanned);
            }
        }
        assert!(lanes.of(99).is_empty());
    }

    #[test]
    fn columns_account_for_every_tick() {
        let replay = fixture::replay(500, 3, 5);
        let recording = &replay.recording;
        let lanes = Lanes::new(recording);
        let history = History::new(recording);
        let projection = Projection::fit(recording.end.0, 97.0);
        for lane in 0..3 {
            let mut columns = vec![Column::default(); 97];
            lanes.add_columns(recording, &history, lane, &projection, &mut columns);
            let drawn: f32 = columns
                .iter()
                .map(|column| column.executed + column.validated + column.wasted)
                .sum();
            let busy: u64 = lanes
                .of(lane)
                .iter()
                .map(|index| &recording.tasks[*index as usize])
                .map(|task| task.end.0 - task.start.0)
                .sum();
            let expected = busy as f64 / projection.ticks_per_pixel;
            assert!(
                (f64::from(drawn) - expected).abs() < 0.1,
                "{drawn} {expected}"
            );
            assert!(
                columns
                    .iter()
                    .all(|column| { column.executed + column.validated + column.wasted < 1.001 })
            );
        }
    }

    #[test]
    fn the_task_under_the_pointer() {
        let replay = fixture::replay(50, 2, 5);
        let recording = &replay.recording;
        let lanes = Lanes::new(recording);
        let index = lanes.of(1)[3];
        let task = recording.tasks[index as usize];
        assert_eq!(
            lanes.at(recording, 1, (task.start.0 + task.end.0) / 2, 0),
            Some(index)
        );
    }
}

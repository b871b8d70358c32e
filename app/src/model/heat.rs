//! Keys against time: when the hottest slots were used, and when somebody suffered for it.

use crate::model::history::culprit;
use crate::model::index::ReplayIndex;
use engine::trace::Outcome;

/// A slot's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The slot, as an index into the replay's names.
    pub key: u32,
    /// By interval: reads and writes by runs that began in it.
    pub accesses: Vec<u32>,
    /// By interval: aborts and waits over the slot that ended in it.
    pub conflicts: Vec<u32>,
}

/// The hottest slots over a window of time, in intervals of equal length.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Heat {
    /// First tick of the window.
    pub from: u64,
    /// The tick after its last one.
    pub to: u64,
    /// How many intervals.
    pub intervals: u32,
    /// One a slot: those that made most transactions wait or run again first, then those used most.
    pub rows: Vec<Row>,
    /// Most accesses in one interval of one slot.
    pub most_accesses: u32,
    /// Most conflicts in one interval of one slot.
    pub most_conflicts: u32,
}

impl Heat {
    /// Counts the tasks of a window: one pass over tasks and accesses. At least one interval.
    pub fn new(index: &ReplayIndex, rows: usize, (from, to): (u64, u64), intervals: u32) -> Self {
        let intervals = intervals.max(1);
        let to = to.max(from + 1);
        let recording = index.recording();
        let keys = hottest(index, rows);
        let mut places = vec![None; index.replay.keys.len()];
        for (place, key) in keys.iter().enumerate() {
            if let Some(slot) = places.get_mut(*key as usize) {
                *slot = Some(place);
            }
        }
        let place_of = |key: u32| places.get(key as usize).copied().flatten();
        let empty = vec![0; intervals as usize];
        let mut heat = Self {
            from,
            to,
            intervals,
            rows: keys
                .into_iter()
                .map(|key| Row {
                    key,
                    accesses: empty.clone(),
                    conflicts: empty.clone(),
                })
                .collect(),
            most_accesses: 0,
            most_conflicts: 0,
        };
        for task in &recording.tasks {
            if let Some(interval) = heat.interval_at(task.start.0) {
                for access in recording.accesses_of(task) {
                    if let Some(place) = place_of(access.key) {
                        let count = &mut heat.rows[place].accesses[interval as usize];
                        *count += 1;
                        heat.most_accesses = heat.most_accesses.max(*count);
                    }
                }
            }
            let conflict = match (culprit(&task.outcome), task.outcome) {
                (Some((_, key, _)), _) | (None, Outcome::Breached { key }) => place_of(key),
                (None, _) => None,
            };
            if let (Some(place), Some(interval)) = (conflict, heat.interval_at(task.end.0)) {
                let count = &mut heat.rows[place].conflicts[interval as usize];
                *count += 1;
                heat.most_conflicts = heat.most_conflicts.max(*count);
            }
        }
        heat
    }

    /// The interval in which a tick lies; none outside the window. The window's end is in the last one.
    pub fn interval_at(&self, tick: u64) -> Option<u32> {
        if !(self.from..=self.to).contains(&tick) {
            return None;
        }
        let share = u128::from(tick - self.from) * u128::from(self.intervals)
            / u128::from(self.to - self.from);
        Some((share as u32).min(self.intervals - 1))
    }

    /// First and last tick of an interval.
    pub fn span(&self, interval: u32) -> (u64, u64) {
        let edge = |place: u32| {
            let length = u128::from(self.to - self.from);
            self.from + (length * u128::from(place)).div_ceil(u128::from(self.intervals)) as u64
        };
        let first = edge(interval);
        (first, edge(interval + 1).saturating_sub(1).max(first))
    }
}

/// Slots that conflicted, worst first, and then those used most.
fn hottest(index: &ReplayIndex, rows: usize) -> Vec<u32> {
    let hot = index.replay.summary.hot_keys.iter().map(|hot| hot.key);
    let mut keys: Vec<u32> = hot.take(rows).collect();
    if keys.len() < rows {
        let mut uses = vec![0_u32; index.replay.keys.len()];
        for access in &index.recording().accesses {
            if let Some(count) = uses.get_mut(access.key as usize) {
                *count += 1;
            }
        }
        let mut others: Vec<u32> = (0..uses.len() as u32)
            .filter(|key| uses[*key as usize] > 0 && !keys.contains(key))
            .collect();
        others.sort_by_key(|key| (std::cmp::Reverse(uses[*key as usize]), *key));
        keys.extend(others.into_iter().take(rows - keys.len()));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use std::sync::Arc;

    fn index() -> ReplayIndex {
        ReplayIndex::new(Arc::new(fixture::replay(300, 8, 4)))
    }

    #[test]
    fn over_the_whole_block_every_access_and_conflict_of_a_slot_is_in_one_interval() {
        let index = index();
        let end = index.recording().end.0;
        let heat = Heat::new(&index, 6, (0, end), 37);
        assert_eq!(heat.rows.len(), 6);
        for row in &heat.rows {
            let accesses = index.recording().accesses.iter();
            let expected = accesses.filter(|access| access.key == row.key).count() as u32;
            assert_eq!(row.accesses.iter().sum::<u32>(), expected);
            let hops = index.history.hops().iter();
            let expected = hops.filter(|hop| hop.key == row.key).count() as u32;
            assert_eq!(row.conflicts.iter().sum::<u32>(), expected);
        }
        let first = &index.replay.summary.hot_keys[0];
        assert_eq!(heat.rows[0].key, first.key);
        assert!(heat.most_conflicts > 0 && heat.most_accesses > 0);
    }

    #[test]
    fn intervals_tile_the_window() {
        let index = index();
        let heat = Heat::new(&index, 3, (100, 1_103), 10);
        let mut next = 100;
        for interval in 0..10 {
            let (first, last) = heat.span(interval);
            assert_eq!(first, next);
            assert_eq!(heat.interval_at(first), Some(interval));
            assert_eq!(heat.interval_at(last), Some(interval));
            next = last + 1;
        }
        assert_eq!(
            (heat.interval_at(99), heat.interval_at(1_104)),
            (None, None)
        );
        assert_eq!(next, 1_103);
    }
}

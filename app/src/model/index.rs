//! Everything a picture asks of one replay, prepared once.

use crate::model::conflict::{Kinds, Matrix};
use crate::model::history::History;
use crate::model::lane::Lanes;
use crate::model::look::Look;
use crate::model::selection::Selection;
use crate::model::timeline::Timeline;
use engine::primitives::{Tick, TxIndex};
use engine::session::Replay;
use engine::trace::{Recording, Task};
use std::sync::Arc;

/// Rows and columns of the conflict matrix, at most.
const MATRIX_BINS: u32 = 24;

/// A replay with its indices.
#[derive(Clone, PartialEq, Debug)]
pub struct ReplayIndex {
    /// The replay itself.
    pub replay: Arc<Replay>,
    /// Tasks by lane.
    pub lanes: Lanes,
    /// Runs by transaction, and who made whom run again.
    pub history: History,
    /// Steps and what goes on after each.
    pub timeline: Timeline,
    /// Who conflicts with whom, by place in the block.
    pub matrix: Matrix,
    /// Who conflicts with whom, by what they do.
    pub kinds: Kinds,
    /// By transaction: whether it lies on the critical path.
    critical: Vec<bool>,
}

impl ReplayIndex {
    /// Prepares a replay: some passes over its tasks, and one sort.
    pub fn new(replay: Arc<Replay>) -> Self {
        let recording = &replay.recording;
        let history = History::new(recording);
        let mut critical = vec![false; recording.transactions as usize];
        for tx in &replay.summary.critical_path {
            if let Some(mark) = critical.get_mut(tx.as_usize()) {
                *mark = true;
            }
        }
        Self {
            lanes: Lanes::new(recording),
            timeline: Timeline::new(recording),
            matrix: Matrix::new(recording.transactions, MATRIX_BINS, history.hops()),
            kinds: Kinds::new(&replay.transactions, history.hops()),
            history,
            critical,
            replay,
        }
    }

    /// The recording.
    pub fn recording(&self) -> &Recording {
        &self.replay.recording
    }

    /// A task of the recording.
    pub fn task(&self, index: u32) -> Option<&Task> {
        self.replay.recording.tasks.get(index as usize)
    }

    /// What a task is at a tick.
    pub fn look(&self, task: u32, now: Tick) -> Look {
        Look::of(&self.replay.recording, &self.history, task, now)
    }

    /// Whether a transaction lies on the critical path.
    pub fn is_critical(&self, tx: TxIndex) -> bool {
        self.critical.get(tx.as_usize()).copied().unwrap_or(false)
    }

    /// The name of a slot; empty if the replay names none.
    pub fn key_name(&self, key: u32) -> &str {
        self.replay
            .keys
            .get(key as usize)
            .map_or("", String::as_str)
    }

    /// The transaction that a selection lights up.
    pub fn selected_transaction(&self, selection: Selection) -> Option<TxIndex> {
        match selection {
            Selection::Transaction(tx) => Some(tx),
            Selection::Task(task) => self.task(task).map(|task| task.tx),
            Selection::None | Selection::Key(_) => None,
        }
    }

    /// First and last tick of what is selected: of all tasks of a transaction (a task alone would be shown
    /// without what came of it), of all tasks that a slot made wait or run again.
    pub fn span(&self, selection: Selection) -> Option<(u64, u64)> {
        let mut span: Option<(u64, u64)> = None;
        let mut add = |index: u32| {
            if let Some(task) = self.task(index) {
                let (from, to) = span.unwrap_or((task.start.0, task.end.0));
                span = Some((from.min(task.start.0), to.max(task.end.0)));
            }
        };
        match selection {
            Selection::None => {}
            Selection::Task(_) | Selection::Transaction(_) => {
                let tx = self.selected_transaction(selection);
                let tasks = tx.map(|tx| self.history.tasks_of(tx)).unwrap_or_default();
                tasks.iter().copied().for_each(add);
            }
            Selection::Key(key) => {
                let hops = self.history.hops().iter();
                hops.filter(|hop| hop.key == key)
                    .for_each(|hop| add(hop.task));
            }
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn selections_have_spans() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(100, 4, 4)));
        let task = *index.task(7).expect("a hundred transactions have tasks");
        assert_eq!(
            index.span(Selection::Task(7)),
            index.span(Selection::Transaction(task.tx))
        );
        let (from, to) = index.span(Selection::Transaction(task.tx)).expect("it ran");
        assert!(from <= task.start.0 && to >= task.end.0);
        assert_eq!(index.span(Selection::None), None);
        assert_eq!(index.span(Selection::Task(u32::MAX)), None);
        assert_eq!(
            index.selected_transaction(Selection::Task(7)),
            Some(task.tx)
        );
    }

    #[test]
    fn the_critical_path_is_marked() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(100, 4, 4)));
        let marked: Vec<_> = (0..100)
            .map(TxIndex)
            .filter(|tx| index.is_critical(*tx))
            .collect();
        assert_eq!(marked, index.replay.summary.critical_path);
        assert!(!marked.is_empty());
    }
}

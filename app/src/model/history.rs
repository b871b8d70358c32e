//! The runs of every transaction, and who made whom run again.

use engine::primitives::{Tick, TxIndex};
use engine::trace::{Origin, Outcome, Recording, Task};

/// One link from the transaction that wrote to the task that suffered for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hop {
    /// The transaction whose write, or expected write, was the cause.
    pub culprit: TxIndex,
    /// The transaction that had to wait or to run again.
    pub victim: TxIndex,
    /// The victim's task: the failed validation, or the run that was blocked.
    pub task: u32,
    /// The slot, as an index into the replay's names.
    pub key: u32,
    /// Whether it cost a run (an abort) or only a wait.
    pub is_abort: bool,
}

/// The runs of every transaction, and the links between them.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct History {
    tasks: Grouped,
    /// For each task, when its run was withdrawn; `u64::MAX` if never.
    withdrawn: Vec<u64>,
    /// In the order of the tasks.
    hops: Vec<Hop>,
    /// Hops by culprit.
    caused: Grouped,
    /// Hops by victim.
    suffered: Grouped,
}

/// Indices grouped by transaction.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Grouped {
    items: Vec<u32>,
    firsts: Vec<u32>,
}

impl Grouped {
    fn new(groups: usize, group_of: impl Iterator<Item = TxIndex> + Clone) -> Self {
        let mut firsts = vec![0_u32; groups + 1];
        for group in group_of.clone() {
            if let Some(count) = firsts.get_mut(group.as_usize() + 1) {
                *count += 1;
            }
        }
        for group in 0..groups {
            firsts[group + 1] += firsts[group];
        }
        let mut next = firsts.clone();
        let mut items = vec![0; *firsts.last().unwrap_or(&0) as usize];
        for (index, group) in group_of.enumerate() {
            if group.as_usize() < groups {
                let place = &mut next[group.as_usize()];
                items[*place as usize] = index as u32;
                *place += 1;
            }
        }
        Self { items, firsts }
    }

    fn of(&self, group: TxIndex) -> &[u32] {
        let group = group.as_usize();
        match (self.firsts.get(group), self.firsts.get(group + 1)) {
            (Some(first), Some(end)) => &self.items[*first as usize..*end as usize],
            _ => &[],
        }
    }
}

/// The transaction behind a wait or an abort: the one that wrote what stands there now, or, if nothing
/// stands there any more, the one whose write was read and then withdrawn.
pub fn culprit(outcome: &Outcome) -> Option<(TxIndex, u32, bool)> {
    match outcome {
        Outcome::Blocked { on, key } => Some((*on, *key, false)),
        Outcome::Aborted { key, read, found } => writer(found)
            .or_else(|| writer(read))
            .map(|tx| (tx, *key, true)),
        Outcome::LockWait { holder, key } => Some((*holder, *key, false)),
        Outcome::Wounded { by, key } => Some((*by, *key, true)),
        Outcome::Lost { winner, key } => Some((*winner, *key, true)),
        Outcome::Executed | Outcome::Valid | Outcome::Superseded | Outcome::Breached { .. } => None,
    }
}

/// The transaction that an origin names.
pub const fn writer(origin: &Origin) -> Option<TxIndex> {
    match origin {
        Origin::Storage => None,
        Origin::Version { tx, .. } | Origin::Estimate { tx } => Some(*tx),
    }
}

impl History {
    /// Reads a recording once.
    pub fn new(recording: &Recording) -> Self {
        let count = recording.transactions as usize;
        let tasks = Grouped::new(count, recording.tasks.iter().map(|task| task.tx));
        let mut hops = Vec::new();
        let mut withdrawn = vec![u64::MAX; recording.tasks.len()];
        for (index, task) in recording.tasks.iter().enumerate() {
            if let Some((culprit, key, is_abort)) = culprit(&task.outcome) {
                hops.push(Hop {
                    culprit,
                    victim: task.tx,
                    task: index as u32,
                    key,
                    is_abort,
                });
            }
            if matches!(task.outcome, Outcome::Aborted { .. } | Outcome::Lost { .. }) {
                let runs = tasks.of(task.tx).iter().copied();
                for run in runs.filter(|run| is_run_of(&recording.tasks[*run as usize], task)) {
                    withdrawn[run as usize] = task.end.0;
                }
            }
        }
        let caused = Grouped::new(count, hops.iter().map(|hop| hop.culprit));
        let suffered = Grouped::new(count, hops.iter().map(|hop| hop.victim));
        Self {
            tasks,
            withdrawn,
            hops,
            caused,
            suffered,
        }
    }

    /// All tasks of a transaction, as indices into the recording, in the order of their starts.
    pub fn tasks_of(&self, tx: TxIndex) -> &[u32] {
        self.tasks.of(tx)
    }

    /// When a run was withdrawn; `None` if it stood, or is no run.
    pub fn withdrawn_at(&self, task: u32) -> Option<Tick> {
        match self.withdrawn.get(task as usize) {
            Some(&u64::MAX) | None => None,
            Some(tick) => Some(Tick(*tick)),
        }
    }

    /// Every link, in the order of the victims' tasks.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// Whom a transaction made wait or run again.
    pub fn caused_by(&self, culprit: TxIndex) -> impl Iterator<Item = &Hop> {
        let hops = self.caused.of(culprit).iter();
        hops.filter_map(|index| self.hops.get(*index as usize))
    }

    /// Who made a transaction wait or run again.
    pub fn suffered_by(&self, victim: TxIndex) -> impl Iterator<Item = &Hop> {
        let hops = self.suffered.of(victim).iter();
        hops.filter_map(|index| self.hops.get(*index as usize))
    }
}

/// A blocked run leaves no writes, and is tried again under the same number: it is not the one.
fn is_run_of(run: &Task, validation: &Task) -> bool {
    run.outcome == Outcome::Executed && run.incarnation == validation.incarnation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn every_abort_withdraws_one_run_and_names_a_culprit() {
        let replay = fixture::replay(400, 8, 4);
        let recording = &replay.recording;
        let history = History::new(recording);
        let aborts = recording
            .tasks
            .iter()
            .filter(|task| matches!(task.outcome, Outcome::Aborted { .. }))
            .count();
        assert!(aborts > 0);
        let withdrawn = (0..recording.tasks.len() as u32)
            .filter(|index| history.withdrawn_at(*index).is_some())
            .count();
        assert_eq!(aborts, withdrawn);
        assert_eq!(
            history.hops().iter().filter(|hop| hop.is_abort).count(),
            aborts
        );
        assert!(history.hops().iter().all(|hop| hop.culprit < hop.victim));
    }

    #[test]
    fn both_ends_of_a_hop_know_it() {
        let replay = fixture::replay(200, 4, 4);
        let history = History::new(&replay.recording);
        for hop in history.hops() {
            assert!(history.caused_by(hop.culprit).any(|other| other == hop));
            assert!(history.suffered_by(hop.victim).any(|other| other == hop));
        }
        assert_eq!(history.caused_by(TxIndex(9_999)).count(), 0);
    }

    #[test]
    fn the_last_run_of_every_transaction_stands() {
        let replay = fixture::replay(200, 4, 4);
        let history = History::new(&replay.recording);
        for tx in 0..200 {
            let mut tasks = history.tasks_of(TxIndex(tx)).iter();
            let last = tasks
                .rfind(|task| replay.recording.tasks[**task as usize].outcome == Outcome::Executed);
            assert!(last.is_some_and(|task| history.withdrawn_at(*task).is_none()));
        }
    }
}

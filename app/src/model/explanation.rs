//! Why something happened, as facts: who, which slot, which versions. The views put them into a sentence.

use crate::model::history::History;
use crate::model::index::ReplayIndex;
use engine::primitives::{Incarnation, Limit, Tick, TxIndex};
use engine::session::TxKind;
use engine::trace::{Access, AccessKind, Origin, Outcome, Phase, TaskKind};

/// A transaction as people meet it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Party {
    /// Its place in the block.
    pub tx: TxIndex,
    /// What it does; none if the replay does not say.
    pub kind: Option<TxKind>,
}

/// What became of a value between reading and checking it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// A transaction between writer and reader wrote the slot.
    Overtaken(Party),
    /// The writer ran again and wrote anew.
    Rewritten(Party),
    /// A withdrawn run of this transaction is expected to write the slot again.
    Expected(Party),
    /// The writer ran again and left the slot alone this time.
    Retracted(Party),
    /// The recording shows no change; said so rather than guessed at.
    Unknown,
}

/// Why a task ended as it did, or a transaction was committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Explanation {
    /// A validation failed.
    Aborted {
        /// Whose.
        victim: Party,
        /// Which run of it.
        run: Incarnation,
        /// The slot's name.
        key: String,
        /// Who had written what was read; none for the state before the block.
        read_from: Option<Party>,
        /// What became of it.
        change: Change,
    },
    /// A comparison was answered otherwise when it was looked at again.
    Turned {
        /// Whose.
        victim: Party,
        /// The slot's name.
        key: String,
        /// What it was compared with.
        limit: Limit,
        /// The answer that the run was given.
        was: bool,
        /// The last one, of those before, to have changed the slot by now; none if nobody of the block has.
        last: Option<Party>,
    },
    /// A run met an estimate.
    Blocked {
        /// Whose.
        victim: Party,
        /// Whom it waits for.
        on: Party,
        /// The slot's name.
        key: String,
    },
    /// A run needed a lock that an earlier transaction holds.
    LockWait {
        /// Whose.
        victim: Party,
        /// Who holds it.
        holder: Party,
        /// The slot's name.
        key: String,
    },
    /// An earlier transaction took a lock that a run held.
    Wounded {
        /// Whose.
        victim: Party,
        /// Who took it.
        by: Party,
        /// The slot's name.
        key: String,
    },
    /// Another transaction of the batch had reserved a slot first.
    Lost {
        /// Whose.
        victim: Party,
        /// Who had.
        winner: Party,
        /// The slot's name.
        key: String,
    },
    /// A run touched what its transaction had not declared.
    Breached {
        /// Whose.
        victim: Party,
        /// The slot's name.
        key: String,
    },
    /// A run ended.
    Executed {
        /// Whose.
        party: Party,
        /// Which run.
        run: Incarnation,
        /// How long it took.
        ticks: u64,
        /// Slots read or compared.
        reads: u32,
        /// Slots replaced or added to.
        writes: u32,
        /// When its writes were withdrawn, if they were.
        withdrawn: Option<Tick>,
    },
    /// A validation held.
    Valid {
        /// Whose.
        party: Party,
        /// Which run.
        run: Incarnation,
        /// Slots that were checked.
        reads: u32,
        /// Whether some of them had only been compared.
        has_compared: bool,
    },
    /// Work whose result came too late.
    Superseded {
        /// Whose.
        party: Party,
        /// A run or a validation.
        kind: TaskKind,
    },
    /// A transaction was committed.
    Committed {
        /// Which.
        party: Party,
        /// When.
        tick: Tick,
        /// How many runs it took, waits included.
        runs: u32,
    },
    /// A task began.
    Started {
        /// Whose.
        party: Party,
        /// Which run.
        run: Incarnation,
        /// A run or a validation.
        kind: TaskKind,
        /// On which lane.
        lane: u32,
    },
}

impl ReplayIndex {
    /// A transaction as people meet it.
    pub fn party(&self, tx: TxIndex) -> Party {
        let info = self.replay.transactions.get(tx.as_usize());
        Party {
            tx,
            kind: info.map(|info| info.kind),
        }
    }

    /// Why a task ended as it did; none if there is no such task.
    pub fn explain_task(&self, index: u32) -> Option<Explanation> {
        let task = *self.task(index)?;
        let party = self.party(task.tx);
        let run = task.incarnation;
        Some(match task.outcome {
            Outcome::Aborted { key, read, found } => match self.compared(task.tx, run, key) {
                Some((limit, was)) => Explanation::Turned {
                    victim: party,
                    key: self.key_name(key).to_owned(),
                    limit,
                    was,
                    last: crate::model::history::writer(&found).map(|tx| self.party(tx)),
                },
                None => Explanation::Aborted {
                    victim: party,
                    run,
                    key: self.key_name(key).to_owned(),
                    read_from: crate::model::history::writer(&read).map(|tx| self.party(tx)),
                    change: self.change(&read, &found),
                },
            },
            Outcome::Blocked { on, key } => Explanation::Blocked {
                victim: party,
                on: self.party(on),
                key: self.key_name(key).to_owned(),
            },
            Outcome::LockWait { holder, key } => Explanation::LockWait {
                victim: party,
                holder: self.party(holder),
                key: self.key_name(key).to_owned(),
            },
            Outcome::Wounded { by, key } => Explanation::Wounded {
                victim: party,
                by: self.party(by),
                key: self.key_name(key).to_owned(),
            },
            Outcome::Lost { winner, key } => Explanation::Lost {
                victim: party,
                winner: self.party(winner),
                key: self.key_name(key).to_owned(),
            },
            Outcome::Breached { key } => Explanation::Breached {
                victim: party,
                key: self.key_name(key).to_owned(),
            },
            Outcome::Executed => {
                let (reads, writes) = self.count_accesses(index);
                Explanation::Executed {
                    party,
                    run,
                    ticks: task.end.0 - task.start.0,
                    reads,
                    writes,
                    withdrawn: self.history.withdrawn_at(index),
                }
            }
            Outcome::Valid => Explanation::Valid {
                party,
                run,
                reads: run_of(self, &self.history, task.tx, run)
                    .map_or(0, |run| self.count_accesses(run).0),
                has_compared: self.run_accesses(task.tx, run).iter().any(is_comparison),
            },
            Outcome::Superseded => Explanation::Superseded {
                party,
                kind: task.kind,
            },
        })
    }

    /// How a transaction came to be committed; none if it was not.
    pub fn explain_commit(&self, tx: TxIndex) -> Option<Explanation> {
        let tick = *self.recording().commits.get(tx.as_usize())?;
        let runs = self.history.tasks_of(tx).iter();
        let runs = runs.filter(|task| {
            self.task(**task)
                .is_some_and(|task| task.kind == TaskKind::Execute)
        });
        Some(Explanation::Committed {
            party: self.party(tx),
            tick,
            runs: runs.count() as u32,
        })
    }

    /// What the last step before a step number was; none at 0.
    pub fn explain_step(&self, number: u32) -> Option<Explanation> {
        let step = *self.timeline.step(number)?;
        match step.phase {
            Phase::Commit => self.explain_commit(TxIndex(step.index)),
            Phase::End => self.explain_task(step.index),
            Phase::Start => self.task(step.index).map(|task| Explanation::Started {
                party: self.party(task.tx),
                run: task.incarnation,
                kind: task.kind,
                lane: task.lane.0,
            }),
        }
    }

    /// Slots read or compared, and slots written, by a task.
    pub fn count_accesses(&self, task: u32) -> (u32, u32) {
        let Some(task) = self.task(task) else {
            return (0, 0);
        };
        let accesses = self.recording().accesses_of(task);
        let reads = accesses
            .iter()
            .filter(|access| matches!(access.kind, AccessKind::Read(_)) || is_comparison(access))
            .count();
        (reads as u32, (accesses.len() - reads) as u32)
    }

    /// What a run did to slots.
    fn run_accesses(&self, tx: TxIndex, run: Incarnation) -> &[Access] {
        let run = run_of(self, &self.history, tx, run).and_then(|run| self.task(run));
        run.map_or(&[], |run| self.recording().accesses_of(run))
    }

    /// What a run compared a slot with, and the answer it got; none if it read the slot.
    fn compared(&self, tx: TxIndex, run: Incarnation, key: u32) -> Option<(Limit, bool)> {
        let accesses = self.run_accesses(tx, run).iter();
        let mut of_key = accesses.filter(|access| access.key == key);
        of_key.find_map(|access| match access.kind {
            AccessKind::Read(_) => Some(None),
            AccessKind::Compare { limit, holds, .. } => {
                let limit = self.recording().limit(limit)?;
                Some(Some((limit, holds)))
            }
            AccessKind::Set | AccessKind::Add => None,
        })?
    }

    fn change(&self, read: &Origin, found: &Origin) -> Change {
        let writer = crate::model::history::writer;
        match (*read, *found) {
            (_, Origin::Estimate { tx }) => Change::Expected(self.party(tx)),
            (Origin::Version { tx: before, .. }, Origin::Version { tx: now, .. })
                if before == now =>
            {
                Change::Rewritten(self.party(now))
            }
            // What stands there now is older than what was read: the newer version is gone.
            (Origin::Version { tx, .. } | Origin::Estimate { tx }, _)
                if writer(found).is_none_or(|now| now < tx) =>
            {
                Change::Retracted(self.party(tx))
            }
            (_, Origin::Version { tx, .. }) => Change::Overtaken(self.party(tx)),
            (_, Origin::Storage) => Change::Unknown,
        }
    }
}

const fn is_comparison(access: &Access) -> bool {
    matches!(access.kind, AccessKind::Compare { .. })
}

/// The run that a validation of this incarnation checks.
fn run_of(index: &ReplayIndex, history: &History, tx: TxIndex, run: Incarnation) -> Option<u32> {
    history.tasks_of(tx).iter().copied().find(|task| {
        index
            .task(*task)
            .is_some_and(|task| task.outcome == Outcome::Executed && task.incarnation == run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use std::sync::Arc;

    #[test]
    fn every_task_and_step_has_an_explanation() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(400, 8, 3)));
        let mut aborts = 0;
        for task in 0..index.recording().tasks.len() as u32 {
            match index.explain_task(task) {
                Some(Explanation::Aborted {
                    victim,
                    key,
                    change,
                    ..
                }) => {
                    aborts += 1;
                    assert!(!key.is_empty());
                    assert_ne!(change, Change::Unknown);
                    let (Change::Overtaken(other)
                    | Change::Rewritten(other)
                    | Change::Expected(other)
                    | Change::Retracted(other)) = change
                    else {
                        continue;
                    };
                    assert!(other.tx < victim.tx);
                }
                Some(Explanation::Turned { victim, last, .. }) => {
                    aborts += 1;
                    assert!(last.is_none_or(|last| last.tx < victim.tx));
                }
                explanation => assert!(explanation.is_some()),
            }
        }
        assert_eq!(aborts, index.replay.summary.aborts);
        assert!((1..=index.timeline.len()).all(|number| index.explain_step(number).is_some()));
        assert_eq!(index.explain_step(0), None);
    }

    #[test]
    fn changes_are_told_apart() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(50, 2, 4)));
        let version = |tx, run| Origin::Version {
            tx: TxIndex(tx),
            incarnation: Incarnation(run),
        };
        let estimate = Origin::Estimate { tx: TxIndex(4) };
        let of = |read, found| index.change(&read, &found);
        let party = |tx| index.party(TxIndex(tx));
        assert_eq!(
            of(version(3, 0), version(7, 0)),
            Change::Overtaken(party(7))
        );
        assert_eq!(
            of(Origin::Storage, version(7, 0)),
            Change::Overtaken(party(7))
        );
        assert_eq!(
            of(version(3, 0), version(3, 1)),
            Change::Rewritten(party(3))
        );
        assert_eq!(of(version(3, 0), estimate), Change::Expected(party(4)));
        assert_eq!(
            of(version(3, 0), version(2, 0)),
            Change::Retracted(party(3))
        );
        assert_eq!(
            of(version(3, 0), Origin::Storage),
            Change::Retracted(party(3))
        );
    }

    #[test]
    fn a_commit_counts_runs() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(300, 8, 3)));
        let total: u32 = (0..300)
            .filter_map(|tx| index.explain_commit(TxIndex(tx)))
            .map(|explanation| match explanation {
                Explanation::Committed { runs, .. } => runs,
                _ => 0,
            })
            .sum();
        assert_eq!(total, index.replay.summary.executions);
        assert_eq!(index.explain_commit(TxIndex(300)), None);
    }
}

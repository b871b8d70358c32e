//! The causal difference of two runs of one block: which abort or wait happened in one and not in the
//! other, and what the transaction did there instead.
//!
//! Two setbacks are the same if the same transaction suffered them over the same slot from the same
//! transaction, in the same way; slots are matched by name, since every run numbers them anew.

use crate::model::explanation::Party;
use crate::model::history::culprit;
use crate::model::index::ReplayIndex;
use engine::primitives::{Tick, TxIndex};
use engine::trace::{Access, AccessKind, Outcome, Task, TaskKind};
use std::collections::BTreeMap;

/// An abort or a wait that only one of two runs has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setback {
    /// Which run has it: 0 or 1.
    pub side: usize,
    /// The task that suffered it, as an index into that run's recording.
    pub task: u32,
    /// Whose task it is.
    pub tx: TxIndex,
    /// The slot's name.
    pub key: String,
    /// What the transaction did in the other run.
    pub instead: Instead,
}

/// What a transaction did with a slot in the run that has no such setback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instead {
    /// It was set back over the same slot too, but by another transaction or in another way.
    Met {
        /// Who was in its way there.
        other: Party,
        /// Whether it ran again there, rather than waited.
        is_abort: bool,
    },
    /// The run that stood read the slot, and that held.
    Read {
        /// When this run began.
        start: Tick,
        /// Who had written what it read; none for the state before the block.
        from: Option<Party>,
        /// When the run of the writer that stood had ended, if it had ended before this one began.
        written: Option<Tick>,
    },
    /// The run that stood wrote the slot without reading it.
    Wrote,
    /// The run that stood did not touch the slot.
    Untouched,
}

/// What makes two setbacks the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cause<'a> {
    tx: TxIndex,
    key: &'a str,
    culprit: Option<TxIndex>,
    is_abort: bool,
}

/// The setbacks that only one of two runs of the same block has: those of the first run, then those of the
/// second, each in the order of the tasks.
pub fn setbacks(first: &ReplayIndex, second: &ReplayIndex) -> [Vec<Setback>; 2] {
    let sides = [first, second];
    [0, 1].map(|side: usize| {
        let (here, there) = (sides[side], sides[1 - side]);
        let mut known: BTreeMap<Cause<'_>, u32> = BTreeMap::new();
        for (_, cause) in causes(there) {
            *known.entry(cause).or_default() += 1;
        }
        let only_here = causes(here).filter(|(_, cause)| match known.get_mut(cause) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        only_here
            .map(|(task, cause)| Setback {
                side,
                task,
                tx: cause.tx,
                key: cause.key.to_owned(),
                instead: instead(there, &cause),
            })
            .collect()
    })
}

/// All setbacks of a run with their tasks.
fn causes(index: &ReplayIndex) -> impl Iterator<Item = (u32, Cause<'_>)> {
    let tasks = index.recording().tasks.iter().enumerate();
    tasks.filter_map(|(place, task)| {
        let (culprit, key, is_abort) = match (culprit(&task.outcome), task.outcome) {
            (Some((culprit, key, is_abort)), _) => (Some(culprit), key, is_abort),
            (None, Outcome::Breached { key }) => (None, key, true),
            (None, _) => return None,
        };
        let cause = Cause {
            tx: task.tx,
            key: index.key_name(key),
            culprit,
            is_abort,
        };
        Some((place as u32, cause))
    })
}

fn instead(there: &ReplayIndex, cause: &Cause<'_>) -> Instead {
    let mut suffered = there.history.suffered_by(cause.tx);
    let other = suffered.find(|hop| {
        there.key_name(hop.key) == cause.key
            && (Some(hop.culprit) != cause.culprit || hop.is_abort != cause.is_abort)
    });
    if let Some(hop) = other {
        return Instead::Met {
            other: there.party(hop.culprit),
            is_abort: hop.is_abort,
        };
    }
    let Some(run) = standing(there, cause.tx) else {
        return Instead::Untouched;
    };
    let accesses = there.recording().accesses_of(run);
    let of_key = |access: &&Access| there.key_name(access.key) == cause.key;
    let mut touched = false;
    for access in accesses.iter().filter(of_key) {
        touched = true;
        if let AccessKind::Read(origin) | AccessKind::Compare { from: origin, .. } = access.kind {
            let from = crate::model::history::writer(&origin);
            let written = from
                .and_then(|tx| standing(there, tx))
                .map(|writer| writer.end)
                .filter(|end| *end <= run.start);
            return Instead::Read {
                start: run.start,
                from: from.map(|tx| there.party(tx)),
                written,
            };
        }
    }
    match touched {
        true => Instead::Wrote,
        false => Instead::Untouched,
    }
}

/// The run of a transaction that counted.
fn standing(index: &ReplayIndex, tx: TxIndex) -> Option<&Task> {
    let runs = index.history.tasks_of(tx).iter().rev();
    runs.filter(|task| index.history.withdrawn_at(**task).is_none())
        .filter_map(|task| index.task(*task))
        .find(|task| task.kind == TaskKind::Execute && task.outcome == Outcome::Executed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use std::sync::Arc;

    fn index(lanes: u32) -> ReplayIndex {
        ReplayIndex::new(Arc::new(fixture::replay(300, lanes, 4)))
    }

    #[test]
    fn a_run_has_no_setback_that_it_does_not_have_itself() {
        let run = index(8);
        assert_eq!(setbacks(&run, &run), [vec![], vec![]]);
    }

    #[test]
    fn against_one_lane_every_setback_is_told_with_what_was_done_instead() {
        let (alone, crowd) = (index(1), index(8));
        let [first, second] = setbacks(&alone, &crowd);
        assert!(first.is_empty());
        assert_eq!(second.len(), crowd.history.hops().len());
        assert!(!second.is_empty());
        for setback in &second {
            assert_eq!(setback.side, 1);
            assert_eq!(
                crowd.task(setback.task).map(|task| task.tx),
                Some(setback.tx)
            );
            // One lane runs in order: whatever it read was written before it began.
            if let Instead::Read {
                start,
                from,
                written,
            } = setback.instead
            {
                assert_eq!(from.is_some(), written.is_some());
                assert!(written.is_none_or(|end| end <= start));
                assert!(from.is_none_or(|writer| writer.tx < setback.tx));
            }
        }
        let has = |wanted: fn(&Instead) -> bool| second.iter().any(|one| wanted(&one.instead));
        assert!(has(|instead| matches!(
            instead,
            Instead::Read { from: Some(_), .. }
        )));
        assert!(!has(|instead| matches!(instead, Instead::Met { .. })));
    }

    #[test]
    fn the_sides_change_places_with_the_runs() {
        let (few, many) = (index(2), index(8));
        let [first, second] = setbacks(&few, &many);
        let [second_again, first_again] = setbacks(&many, &few);
        let tasks = |list: &[Setback]| list.iter().map(|one| one.task).collect::<Vec<_>>();
        assert_eq!(tasks(&first), tasks(&first_again));
        assert_eq!(tasks(&second), tasks(&second_again));
        assert!(
            second
                .iter()
                .any(|one| matches!(one.instead, Instead::Met { .. }))
        );
    }
}

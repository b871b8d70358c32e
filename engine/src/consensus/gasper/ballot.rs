//! What one validator has voted for, and whether a vote breaks the slashing rules with one before.

use super::ffg::{Link, Mark, offence};
use crate::consensus::block::BlockId;
use crate::trace::consensus::Offence;
use std::collections::VecDeque;

/// Votes of a validator that are remembered to prove that a later one breaks the rules.
const RECORD_MAX: usize = 64;

/// One validator's votes.
#[derive(Clone, Default, Debug)]
pub(super) struct Ballot {
    /// Its latest vote for a head: the target's epoch, and the block.
    pub(super) latest: Option<(u64, BlockId)>,
    /// The mark that ends last, and whether it is the greatest as well; here, since it answers for most votes
    /// without a look at the others, which lie elsewhere.
    last: Option<(Mark, bool)>,
    /// Of its last votes for links, in order; no two of them break the rules.
    marks: VecDeque<Mark>,
}

impl Ballot {
    /// Takes a vote for a link. How it breaks the rules with one before, if it does; it is then not kept.
    pub(super) fn take(&mut self, link: Link) -> Option<Offence> {
        let mark = link.mark();
        // Most votes are heard more than once.
        if self.last.is_some_and(|(last, _)| last == mark) {
            return None;
        }
        // Most new ones begin no earlier than any before and end later than all: they break the rules with none.
        let is_later = self.last.is_none_or(|(last, is_greatest)| {
            let is_after = || self.marks.back().is_none_or(|greatest| *greatest < mark);
            last.target < mark.target && if is_greatest { last < mark } else { is_after() }
        });
        let mut place = self.marks.len();
        if !is_later {
            let Err(between) = self.marks.binary_search(&mark) else {
                return None;
            };
            let broken = self.marks.iter().find_map(|other| offence(*other, mark));
            if broken.is_some() {
                return broken;
            }
            place = between;
        }
        if self.marks.len() >= RECORD_MAX {
            // Of one more than there may be, the least goes.
            if place == 0 {
                return None;
            }
            self.marks.pop_front();
            place -= 1;
        }
        self.marks.insert(place, mark);
        self.last = if is_later {
            Some((mark, true))
        } else {
            let ends_last = self.marks.iter().max_by_key(|mark| mark.target);
            ends_last.map(|last| (*last, self.marks.back() == Some(last)))
        };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::ffg::Checkpoint;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Every vote against every one before.
    fn naive(record: &mut BTreeSet<Mark>, mark: Mark) -> Option<Offence> {
        let broken = record.iter().find_map(|other| offence(*other, mark));
        if broken.is_none() && record.insert(mark) && record.len() > RECORD_MAX {
            record.pop_first();
        }
        broken
    }

    fn link(source: (u64, u64), target: (u64, u64), head: u64) -> Link {
        let checkpoint = |(epoch, block)| Checkpoint {
            epoch,
            block: BlockId(block),
        };
        Link {
            source: checkpoint(source),
            target: checkpoint(target),
            head: (0, BlockId(head)),
        }
    }

    proptest! {
        #[test]
        fn finds_what_comparing_all_finds(
            votes in prop::collection::vec(((0_u64..4, 0_u64..3), (0_u64..5, 0_u64..2), 0_u64..2, any::<bool>()), 0..300),
        ) {
            let (mut ballot, mut record) = (Ballot::default(), BTreeSet::new());
            for (at, (source, target, head, is_onward)) in votes.into_iter().enumerate() {
                // Votes that go on as honest ones do, and votes about where they are.
                let on = if is_onward { at as u64 } else { at as u64 / 2 };
                let vote = link((source.0 + on, source.1), (target.0 + on + 1, target.1), head);
                prop_assert_eq!(ballot.take(vote), naive(&mut record, vote.mark()));
                prop_assert!(ballot.marks.iter().eq(&record));
            }
        }
    }

    #[test]
    fn a_second_vote_for_a_target_is_caught_from_another_source_of_one_epoch() {
        let mut ballot = Ballot::default();
        assert_eq!(ballot.take(link((0, 1), (2, 1), 0)), None);
        // Greater by its source, and ends earlier.
        assert_eq!(ballot.take(link((0, 2), (1, 1), 0)), None);
        let second = ballot.take(link((0, 2), (2, 1), 1));
        assert_eq!(second, Some(Offence::DoubleVote));
    }
}

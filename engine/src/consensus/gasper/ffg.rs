//! Casper FFG as rules: what is justified, what is final, what is slashable. Pure.

use crate::consensus::block::BlockId;
use crate::consensus::signers::Signers;
use crate::primitives::hash::mix;
use crate::trace::consensus::Offence;

/// An epoch with the block that its first slot finds as head.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Checkpoint {
    /// The epoch.
    pub epoch: u64,
    /// The block; [`BlockId::NONE`] for the start.
    pub block: BlockId,
}

/// A vote for a link between checkpoints, with the head that the same attestation votes for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Link {
    /// From here, a justified checkpoint.
    pub source: Checkpoint,
    /// To here.
    pub target: Checkpoint,
    /// The rest of what was signed: one who signs two heads for one target votes twice.
    pub head: (u64, BlockId),
}

/// What the slashing rules ask of a vote for a link: between which epochs it goes, and which it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Mark {
    source: u64,
    /// The epoch that it ends with.
    pub target: u64,
    /// Stands for everything that was signed.
    name: u64,
}

impl Link {
    /// What the slashing rules ask of it.
    pub fn mark(&self) -> Mark {
        let (slot, head) = self.head;
        let parts = [self.target.block.0, slot, head.0];
        let fold = |name: u64, part: u64| mix(name.rotate_left(17) ^ part);
        Mark {
            source: self.source.epoch,
            target: self.target.epoch,
            name: parts.into_iter().fold(mix(self.source.block.0), fold),
        }
    }
}

/// How two votes of one validator break the rules, if they do (`is_slashable_attestation_data`): two
/// different ones for one target epoch, or one whose span surrounds the other's.
pub fn offence(a: Mark, b: Mark) -> Option<Offence> {
    if a == b {
        return None;
    }
    if a.target == b.target {
        return Some(Offence::DoubleVote);
    }
    let surrounds =
        |outer: Mark, inner: Mark| outer.source < inner.source && inner.target < outer.target;
    (surrounds(a, b) || surrounds(b, a)).then_some(Offence::SurroundVote)
}

/// What a chain's state says of justification and finality.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Justification {
    /// Whether the epoch, the one before it, and so on are justified (`justification_bits`).
    pub bits: [bool; 4],
    /// `previous_justified_checkpoint`.
    pub previous: Checkpoint,
    /// `current_justified_checkpoint`.
    pub current: Checkpoint,
    /// `finalized_checkpoint`.
    pub finalized: Checkpoint,
    /// Who voted for the link that made it final.
    pub finalized_by: Signers,
}

impl Justification {
    /// The end of an epoch (`weigh_justification_and_finalization`): the checkpoints of the epoch before
    /// and of this one, each with its voters if they are a quorum.
    pub fn weigh(
        &mut self,
        epoch: u64,
        previous_target: Option<(Checkpoint, &Signers)>,
        current_target: Option<(Checkpoint, &Signers)>,
    ) {
        let (old_previous, old_current) = (self.previous, self.current);
        self.previous = self.current;
        self.bits = [false, self.bits[0], self.bits[1], self.bits[2]];
        let mut voters = None;
        if let Some((target, signers)) = previous_target {
            (self.current, self.bits[1]) = (target, true);
            voters = Some(signers);
        }
        if let Some((target, signers)) = current_target {
            (self.current, self.bits[0]) = (target, true);
            voters = Some(signers);
        }
        let [first, second, third, fourth] = self.bits;
        let mut last = self.finalized;
        // The second, third and fourth latest epochs are justified, the second from the fourth.
        if second && third && fourth && old_previous.epoch + 3 == epoch {
            last = old_previous;
        }
        // The second and third, the second from the third.
        if second && third && old_previous.epoch + 2 == epoch {
            last = old_previous;
        }
        // The first, second and third, the first from the third.
        if first && second && third && old_current.epoch + 2 == epoch {
            last = old_current;
        }
        // The first and second, the first from the second.
        if first && second && old_current.epoch + 1 == epoch {
            last = old_current;
        }
        if last != self.finalized {
            self.finalized = last;
            self.finalized_by = voters.cloned().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(epoch: u64) -> Checkpoint {
        Checkpoint {
            epoch,
            block: BlockId(100 + epoch),
        }
    }

    fn link(source: u64, target: u64) -> Link {
        Link {
            source: at(source),
            target: at(target),
            head: (target, BlockId(1)),
        }
    }

    #[test]
    fn the_slashing_rules_case_by_case() {
        assert_eq!(offence(link(1, 2).mark(), link(1, 2).mark()), None);
        // Two votes for one target epoch: another source, another target block, another head.
        assert_eq!(
            offence(link(0, 2).mark(), link(1, 2).mark()),
            Some(Offence::DoubleVote)
        );
        let mut other = link(1, 2);
        other.target.block = BlockId(9);
        assert_eq!(
            offence(link(1, 2).mark(), other.mark()),
            Some(Offence::DoubleVote)
        );
        other = link(1, 2);
        other.head.1 = BlockId(9);
        assert_eq!(
            offence(link(1, 2).mark(), other.mark()),
            Some(Offence::DoubleVote)
        );
        // 0 to 4 surrounds 1 to 3, in whichever order they are seen.
        assert_eq!(
            offence(link(0, 4).mark(), link(1, 3).mark()),
            Some(Offence::SurroundVote)
        );
        assert_eq!(
            offence(link(1, 3).mark(), link(0, 4).mark()),
            Some(Offence::SurroundVote)
        );
        // One after the other, the same source, or one within reach of the other: nothing wrong.
        assert_eq!(offence(link(1, 2).mark(), link(2, 3).mark()), None);
        assert_eq!(offence(link(1, 2).mark(), link(1, 4).mark()), None);
        assert_eq!(offence(link(0, 2).mark(), link(1, 3).mark()), None);
    }

    /// A chain's state before the end of epoch 10.
    fn before(previous: u64, current: u64, bits: [bool; 4]) -> Justification {
        Justification {
            bits,
            previous: at(previous),
            current: at(current),
            finalized: at(0),
            ..Justification::default()
        }
    }

    /// Who is justified and final after the end of epoch 10, with quorums for epochs 9 and 10 or without.
    fn after(state: &Justification, nine: bool, ten: bool) -> (u64, u64) {
        let mut state = state.clone();
        let signers = Signers::default();
        let quorum = |is_there: bool, epoch| is_there.then(|| (at(epoch), &signers));
        state.weigh(10, quorum(nine, 9), quorum(ten, 10));
        (state.current.epoch, state.finalized.epoch)
    }

    #[test]
    fn the_four_rules_of_finality_case_by_case() {
        let (yes, no) = (true, false);
        // 1st and 2nd latest, the 1st from the 2nd: 9 was justified, 10 is now.
        let state = before(8, 9, [yes, yes, yes, no]);
        assert_eq!(after(&state, no, yes), (10, 9));
        assert_eq!(after(&state, yes, yes), (10, 9));
        // 9 was not justified in its time, but is with 10: 1st, 2nd and 3rd, the 1st from the 3rd.
        let state = before(7, 8, [no, yes, yes, no]);
        assert_eq!(after(&state, yes, yes), (10, 8));
        // 10 has no quorum, 9 has one late: the 2nd and 3rd, the 2nd from the 3rd.
        let state = before(8, 8, [no, yes, no, no]);
        assert_eq!(after(&state, yes, no), (9, 8));
        // The 2nd, 3rd and 4th, the 2nd from the 4th: 8 was late as well and nobody knew it as a source.
        let state = before(7, 8, [no, yes, yes, no]);
        assert_eq!(after(&state, yes, no), (9, 7));
        // None of them: a gap, or a source that is too old.
        assert_eq!(after(&before(8, 8, [no, yes, no, no]), no, yes), (10, 0));
        assert_eq!(after(&before(6, 7, [no, no, yes, yes]), yes, no), (9, 0));
        assert_eq!(after(&before(5, 6, [no, no, no, yes]), no, no), (6, 0));
        // Without any quorum nothing moves but what was justified before.
        let mut state = before(8, 9, [yes, yes, no, no]);
        state.finalized = at(8);
        state.weigh(10, None, None);
        assert_eq!(state.bits, [no, yes, yes, no]);
        assert_eq!(
            (state.previous, state.current, state.finalized),
            (at(9), at(9), at(8))
        );
    }
}

//! Snowball (§2.4, figure 3): which of several rivals a node prefers, and when it is sure. Pure.

use crate::consensus::block::BlockId;
use std::collections::BTreeMap;

/// One decision among rivals.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Snowball {
    /// Successful polls of each rival (d).
    confidence: BTreeMap<BlockId, u64>,
    /// What is preferred; nothing before the first rival.
    preference: Option<BlockId>,
    /// The rival of the last successful poll, and how many it has won in a row (cnt).
    last: Option<BlockId>,
    count: u64,
}

impl Snowball {
    /// A rival is known now. The first is preferred.
    pub fn add(&mut self, rival: BlockId) {
        self.confidence.entry(rival).or_default();
        self.preference.get_or_insert(rival);
    }

    /// What is preferred.
    pub fn preference(&self) -> Option<BlockId> {
        self.preference
    }

    /// Successful polls in a row.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many rivals there are.
    pub fn rivals(&self) -> usize {
        self.confidence.len()
    }

    /// A poll succeeded for this rival; whether it is decided with so many in a row (β).
    pub fn succeed(&mut self, rival: BlockId, beta: u64) -> bool {
        self.add(rival);
        let won = self.confidence.entry(rival).or_default();
        *won += 1;
        let won = *won;
        let best = self.preference.and_then(|best| self.confidence.get(&best));
        if best.is_none_or(|best| won > *best) {
            self.preference = Some(rival);
        }
        if self.last == Some(rival) {
            self.count += 1;
        } else {
            (self.last, self.count) = (Some(rival), 1);
        }
        self.count >= beta
    }

    /// A poll succeeded for none.
    pub fn fail(&mut self) {
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preference_follows_the_sum_and_decisions_the_run() {
        let (a, b) = (BlockId(1), BlockId(2));
        let mut snowball = Snowball::default();
        snowball.add(a);
        snowball.add(b);
        assert_eq!(snowball.preference(), Some(a));
        assert!(!snowball.succeed(b, 3));
        assert_eq!(snowball.preference(), Some(b));
        // As many as the other is not enough to be preferred.
        assert!(!snowball.succeed(a, 3));
        assert_eq!((snowball.preference(), snowball.count()), (Some(b), 1));
        assert!(!snowball.succeed(a, 3));
        assert_eq!(snowball.preference(), Some(a));
        // A failed poll ends the run, and leaves the preference.
        snowball.fail();
        assert_eq!((snowball.preference(), snowball.count()), (Some(a), 0));
        assert!(!snowball.succeed(a, 3) && !snowball.succeed(a, 3) && snowball.succeed(a, 3));
        assert_eq!(snowball.rivals(), 2);
    }
}

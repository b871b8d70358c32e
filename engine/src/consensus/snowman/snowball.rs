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

    /// What is decided with so many successful polls in a row (β).
    pub fn decided(&self, beta: u64) -> Option<BlockId> {
        self.last.filter(|_| self.count >= beta)
    }

    /// A poll succeeded for this rival.
    pub fn succeed(&mut self, rival: BlockId) {
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
        snowball.succeed(b);
        assert_eq!(snowball.preference(), Some(b));
        // As many as the other is not enough to be preferred.
        snowball.succeed(a);
        assert_eq!((snowball.preference(), snowball.count()), (Some(b), 1));
        snowball.succeed(a);
        assert_eq!((snowball.preference(), snowball.count()), (Some(a), 2));
        assert_eq!((snowball.decided(2), snowball.decided(3)), (Some(a), None));
        // A failed poll ends the run, and leaves the preference.
        snowball.fail();
        assert_eq!((snowball.preference(), snowball.count()), (Some(a), 0));
        (0..3).for_each(|_| snowball.succeed(a));
        assert_eq!(snowball.decided(3), Some(a));
        assert_eq!(snowball.rivals(), 2);
    }
}

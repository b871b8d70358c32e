//! One block under two settings: where the two runs differ.

use crate::model::index::ReplayIndex;
use engine::primitives::TxIndex;

/// A transaction that fared differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Which.
    pub tx: TxIndex,
    /// How often it was withdrawn or had to wait: in the first run, in the second.
    pub setbacks: [u32; 2],
}

/// Two runs of one block side by side.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Comparison {
    /// The later of the two ends: the common axis.
    pub end: u64,
    /// Transactions that were withdrawn or waited in one run more often than in the other; the widest
    /// difference first, then block order.
    pub differences: Vec<Difference>,
    /// By transaction: whether it is among the differences.
    differs: Vec<bool>,
}

impl Comparison {
    /// Compares two runs.
    pub fn new(first: &ReplayIndex, second: &ReplayIndex) -> Self {
        let count = first
            .recording()
            .transactions
            .max(second.recording().transactions);
        let mut differs = vec![false; count as usize];
        let mut differences = Vec::new();
        for tx in (0..count).map(TxIndex) {
            let setbacks =
                [first, second].map(|index| index.history.suffered_by(tx).count() as u32);
            if setbacks[0] != setbacks[1] {
                differs[tx.as_usize()] = true;
                differences.push(Difference { tx, setbacks });
            }
        }
        differences.sort_by_key(|difference| {
            let [first, second] = difference.setbacks;
            (std::cmp::Reverse(first.abs_diff(second)), difference.tx)
        });
        Self {
            end: first.recording().end.0.max(second.recording().end.0),
            differences,
            differs,
        }
    }

    /// Whether a transaction fared differently.
    pub fn is_different(&self, tx: TxIndex) -> bool {
        self.differs.get(tx.as_usize()).copied().unwrap_or(false)
    }

    /// How many transactions had setbacks only in the first run, and only in the second.
    pub fn only_one(&self) -> [usize; 2] {
        [0, 1].map(|side: usize| {
            let differences = self.differences.iter();
            differences
                .filter(|difference| difference.setbacks[1 - side] == 0)
                .count()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use std::sync::Arc;

    #[test]
    fn a_run_does_not_differ_from_itself() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(200, 4, 4)));
        let comparison = Comparison::new(&index, &index);
        assert!(comparison.differences.is_empty());
        assert_eq!(comparison.end, index.recording().end.0);
    }

    #[test]
    fn one_lane_has_no_setbacks_so_every_difference_is_on_the_other_side() {
        let alone = ReplayIndex::new(Arc::new(fixture::replay(200, 1, 4)));
        let crowd = ReplayIndex::new(Arc::new(fixture::replay(200, 8, 4)));
        let comparison = Comparison::new(&alone, &crowd);
        assert_eq!(comparison.only_one(), [0, comparison.differences.len()]);
        assert!(!comparison.differences.is_empty());
        let first = comparison.differences[0];
        assert!(comparison.is_different(first.tx));
        assert!(comparison.differences.iter().all(|other| {
            other.setbacks[1].abs_diff(other.setbacks[0])
                <= first.setbacks[1].abs_diff(first.setbacks[0])
        }));
        assert_eq!(
            comparison.end,
            alone.recording().end.0.max(crowd.recording().end.0)
        );
    }
}

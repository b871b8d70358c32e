//! How many are enough.

use serde::{Deserialize, Serialize};

/// The sizes that a protocol counts up to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Quorum {
    /// How many nodes there are.
    pub nodes: u32,
    /// How many of them may be Byzantine.
    pub faults: u32,
    /// How many votes make a certificate.
    pub size: u32,
}

impl Quorum {
    /// Most Byzantine nodes that any protocol of this kind withstands among so many: the largest f with
    /// `divisor`·f < n (3 for most, 5 for those that decide in one round).
    pub const fn faults_max(nodes: u32, divisor: u32) -> u32 {
        nodes.saturating_sub(1) / divisor
    }

    /// The right quorum for n nodes of which f may be Byzantine: the least q of which any two share an
    /// honest node, ⌊(n+f)/2⌋+1. It is 2f+1 for n = 3f+1 and for no other n: with n = 6 and f = 1, two
    /// quorums of 3 need not even meet.
    pub const fn right(nodes: u32, faults: u32) -> Self {
        Self {
            nodes,
            faults,
            size: (nodes + faults) / 2 + 1,
        }
    }

    /// So many that one of them is honest: f+1.
    pub const fn weak(&self) -> u32 {
        self.faults + 1
    }

    /// How many Byzantine nodes certify two values at once: 2q-n, the least that two quorums share.
    pub const fn overlap(&self) -> u32 {
        (2 * self.size).saturating_sub(self.nodes)
    }

    /// Whether f Byzantine nodes can neither certify two values nor stop the others.
    pub const fn is_safe_and_live(&self) -> bool {
        self.overlap() > self.faults && self.size + self.faults <= self.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_quorums_and_overlaps() {
        // n, f, q, 2q-n
        for (n, f, q, overlap) in [
            (1, 0, 1, 1),
            (2, 0, 2, 2),
            (3, 0, 2, 1),
            (4, 1, 3, 2),
            (5, 1, 4, 3),
            (6, 1, 4, 2),
            (7, 2, 5, 3),
            (10, 3, 7, 4),
            (13, 4, 9, 5),
            (31, 10, 21, 11),
        ] {
            assert_eq!(Quorum::faults_max(n, 3), f, "n={n}");
            let right = Quorum::right(n, f);
            assert_eq!((right.size, right.overlap()), (q, overlap), "n={n}");
            assert!(right.is_safe_and_live(), "n={n}");
        }
        let wrong = Quorum {
            nodes: 6,
            faults: 1,
            size: 3,
        };
        assert_eq!(wrong.overlap(), 0);
        assert!(!wrong.is_safe_and_live());
    }

    #[test]
    fn the_right_quorum_is_the_least_that_is_safe_and_it_is_live_for_every_size() {
        for n in 1..=200 {
            let f = Quorum::faults_max(n, 3);
            let right = Quorum::right(n, f);
            assert!(right.is_safe_and_live(), "n={n}");
            let smaller = Quorum {
                size: right.size - 1,
                ..right
            };
            assert!(!smaller.is_safe_and_live(), "n={n}");
        }
    }
}

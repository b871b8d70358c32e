//! Who sends and who receives: by turns, by Zipf's law, with hot accounts, or in chains.

use super::format::Workload;
use super::zipf::Zipf;
use crate::primitives::Address;
use crate::primitives::seed::Stream;

/// The accounts of a workload, and how they are chosen.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    count: u32,
    choice: Choice,
    zipf: Zipf,
}

#[derive(Clone, Copy, Debug)]
enum Choice {
    /// One after the other: the skew is 0.
    Turns,
    /// By Zipf's law.
    Skewed,
    /// The first accounts get a share of all choices, evenly among them; the others get the rest.
    Hot { accounts: u32, permille: u32 },
    /// So many senders take turns, and so each transaction has the sender of the one so many before.
    Chains(u32),
}

impl Crowd {
    /// `count` accounts, at least 2.
    pub(super) fn new(count: u32, workload: &Workload) -> Self {
        let choice = if workload.dependency_distance > 0 {
            Choice::Chains(workload.dependency_distance.min(count / 2))
        } else if workload.hot_permille > 0 {
            let share = u64::from(count) * u64::from(workload.hot_accounts_permille);
            Choice::Hot {
                accounts: (share.div_ceil(1_000) as u32).clamp(1, count),
                permille: workload.hot_permille,
            }
        } else if workload.skew_permille == 0 {
            Choice::Turns
        } else {
            Choice::Skewed
        };
        let exponent = match choice {
            Choice::Skewed => workload.skew_permille,
            _ => 0,
        };
        Self {
            count,
            choice,
            zipf: Zipf::new(count, exponent),
        }
    }

    /// One account, as often as it is used.
    pub(super) fn draw(&self, stream: &mut Stream) -> u32 {
        match self.choice {
            Choice::Hot { accounts, permille } => {
                let is_hot = stream.below(1_000) < u64::from(permille) || accounts == self.count;
                if is_hot {
                    stream.below(u64::from(accounts)) as u32
                } else {
                    accounts + stream.below(u64::from(self.count - accounts)) as u32
                }
            }
            _ => self.zipf.draw(stream),
        }
    }

    /// Sender and another account of a block's `index`th transaction. By turns the other is half a round
    /// away: a block of at most half as many transactions as accounts then names every account at most
    /// once. In chains the others take turns behind the senders, so that they add no dependency before
    /// they come round.
    pub(super) fn pair(&self, stream: &mut Stream, first: u64, index: u32) -> (Address, Address) {
        let count = u64::from(self.count);
        let turn = first + u64::from(index);
        let (sender, other) = match self.choice {
            Choice::Turns => {
                let sender = turn % count;
                (sender, (sender + count / 2) % count)
            }
            Choice::Chains(distance) => {
                let distance = u64::from(distance);
                let sender = u64::from(index) % distance;
                (sender, distance + turn % (count - distance))
            }
            Choice::Skewed | Choice::Hot { .. } => {
                let sender = u64::from(self.draw(stream));
                let other = u64::from(self.draw(stream));
                let is_same = u64::from(sender == other);
                (sender, (other + is_same) % count)
            }
        };
        (
            Address::account(sender as u32),
            Address::account(other as u32),
        )
    }

    /// Whether whoever sends is fixed by the place in the block.
    pub(super) const fn is_chained(&self) -> bool {
        matches!(self.choice, Choice::Chains(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Seed;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hot_accounts_get_their_share(
            count in 2u32..5_000, hot_permille in 1u32..=1_000, hot_accounts_permille in 1u32..=1_000, seed: u64,
        ) {
            let workload = Workload { hot_permille, hot_accounts_permille, ..Workload::default() };
            let crowd = Crowd::new(count, &workload);
            let hot = (u64::from(count) * u64::from(hot_accounts_permille)).div_ceil(1_000);
            let mut stream = Seed::new(seed).stream();
            let draws = 20_000;
            let mut found = 0;
            for _ in 0..draws {
                let account = crowd.draw(&mut stream);
                prop_assert!(account < count);
                found += i64::from(u64::from(account) < hot);
            }
            let expected = if hot >= u64::from(count) { 1_000 } else { hot_permille };
            let expected = i64::from(expected) * draws / 1_000;
            // Five standard deviations of a fair coin, more than of any other.
            prop_assert!((found - expected).abs() <= 354, "{found} of {draws}, expected {expected}");
        }

        #[test]
        fn the_sender_comes_back_at_the_distance_and_not_before(
            distance in 1u32..200, spare in 0u32..500, first in 0u64..1_000,
        ) {
            let count = 2 * distance + spare;
            let workload = Workload { dependency_distance: distance, ..Workload::default() };
            let crowd = Crowd::new(count, &workload);
            prop_assert!(crowd.is_chained());
            let mut stream = Seed::new(1).stream();
            let pairs: Vec<_> = (0..600).map(|index| crowd.pair(&mut stream, first, index)).collect();
            for (index, (sender, other)) in pairs.iter().enumerate() {
                let before = &pairs[index.saturating_sub(distance as usize)..index];
                let is_first = index < distance as usize;
                prop_assert_eq!(before.iter().position(|(one, _)| one == sender), (!is_first).then_some(0));
                // No sender is paid, and nobody twice within a round.
                let round = &before[usize::from(!is_first)..];
                prop_assert!(before.iter().all(|(one, _)| one != other));
                prop_assert!(round.iter().all(|(_, paid)| paid != other));
            }
        }
    }
}

//! What is asked for, from the document's seed.

use super::format::ShardScenario;
use crate::primitives::{Micros, Seed, seed::Stream};
use crate::scenario::zipf::Zipf;
use crate::shard::Wish;
use crate::sim::sample::exponential;

/// Draws a document's wishes, in order.
#[derive(Clone, Debug)]
pub struct Traffic {
    scenario: ShardScenario,
    who: Zipf,
    wishes: Stream,
    arrivals: Stream,
    left: u32,
    clock_ns: u64,
}

impl Traffic {
    /// Of a document that has no problems.
    pub fn new(scenario: &ShardScenario) -> Self {
        let seed = Seed::new(scenario.seed);
        Self {
            who: Zipf::new(scenario.accounts, scenario.traffic.skew),
            wishes: seed.fork("shard wishes").stream(),
            arrivals: seed.fork("shard arrivals").stream(),
            left: scenario.traffic.transactions,
            clock_ns: 0,
            scenario: scenario.clone(),
        }
    }

    /// Somebody that another one has to do with: of the same community, or anybody.
    fn partner(&mut self, of: u32) -> u32 {
        let accounts = self.scenario.accounts;
        let communities = self.scenario.traffic.communities;
        let is_inside =
            communities > 1 && self.wishes.below(1_000) < u64::from(self.scenario.traffic.inside);
        let drawn = if is_inside {
            let own = of % communities;
            let size = (accounts - own).div_ceil(communities);
            own + communities * self.wishes.below(u64::from(size)) as u32
        } else {
            self.who.draw(&mut self.wishes)
        };
        if drawn != of {
            return drawn;
        }
        // Nobody deals with himself: the next one of the community, or from its start.
        let step = if is_inside { communities } else { 1 };
        let next = of + step;
        let next = if next < accounts { next } else { of % step };
        if next == of {
            (of + 1) % accounts
        } else {
            next
        }
    }

    /// A pool: those of one's community first.
    fn pool(&mut self, of: u32) -> u8 {
        let traffic = &self.scenario.traffic;
        let (pools, communities) = (u64::from(traffic.pools), traffic.communities);
        let is_inside = communities > 1 && self.wishes.below(1_000) < u64::from(traffic.inside);
        if is_inside {
            (u64::from(of % communities) % pools) as u8
        } else {
            self.wishes.below(pools) as u8
        }
    }

    fn draw(&mut self) -> Wish {
        let weights = self.scenario.traffic.weights;
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let mut at = self.wishes.below(total);
        let kind = weights.iter().position(|weight| {
            let is_it = at < u64::from(*weight);
            at = at.saturating_sub(u64::from(*weight));
            is_it
        });
        let from = self.who.draw(&mut self.wishes);
        let amount = 1 + self.wishes.below(self.scenario.traffic.amount.into());
        match kind {
            Some(1) => {
                let second = self.partner(from);
                Wish::Gather {
                    from: [from, second],
                    to: self.partner(from),
                    token: 0,
                    amount,
                }
            }
            Some(2) => Wish::Swap {
                trader: from,
                pool: self.pool(from),
                zero_for_one: self.wishes.below(2) == 0,
                amount: amount + 10,
                least: 1,
            },
            Some(3) => Wish::Route {
                trader: from,
                pools: self.two_pools(from),
                zero_for_one: [true, true],
                amount: amount + 10,
                least: 1,
            },
            Some(4) => {
                let guard = self.partner(from);
                Wish::Withdraw {
                    from,
                    to: self.partner(from),
                    guard,
                    token: 0,
                    amount,
                    least: 900_000,
                }
            }
            _ => Wish::Pay {
                from,
                to: self.partner(from),
                token: 0,
                amount,
            },
        }
    }

    /// Two pools of which the first brings what the second takes: pool n has tokens n and n + 1 modulo 3.
    fn two_pools(&mut self, of: u32) -> [u8; 2] {
        let first = self.pool(of);
        let pools = self.scenario.traffic.pools;
        let mut second = (first + 1) % pools;
        // The last pool is followed by the first one that takes what it brings.
        if second % 3 != (first + 1) % 3 {
            second = (first + 1) % 3 % pools;
        }
        [first, second]
    }
}

impl Iterator for Traffic {
    type Item = (Micros, Wish);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let mean = 1_000_000_000 / u64::from(self.scenario.traffic.per_second.max(1));
        self.clock_ns += exponential(&mut self.arrivals, Micros(mean)).0;
        Some((Micros(self.clock_ns / 1_000), self.draw()))
    }
}

/// The pairs of accounts, and of accounts with the shard-bound pools they use, of all wishes: what placements
/// by traffic go by. Gives each wish's first two accounts.
pub fn pairs(scenario: &ShardScenario) -> Vec<(u32, u32)> {
    Traffic::new(scenario)
        .filter_map(|(_, wish)| {
            let mut named = wish.accounts();
            Some((named.next()?, named.next()?))
        })
        .collect()
}

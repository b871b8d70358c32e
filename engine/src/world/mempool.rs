//! Transactions that have arrived and are not decided yet.

use crate::primitives::{Micros, Seed};
use crate::sim::sample::exponential;
use std::collections::{BTreeMap, BTreeSet};

/// Most transactions that wait; later ones are turned away.
const PENDING_MAX: usize = 1_000_000;

/// Arrivals in order, and what of them waits.
#[derive(Debug)]
pub struct Mempool {
    /// When each transaction arrived, as far as has been drawn.
    arrivals: Vec<Micros>,
    /// How many of them have been let in or turned away.
    seen: usize,
    pending: BTreeSet<u32>,
    /// What proposals that are not decided hold, by tag: they are not proposed again at another height.
    proposed: BTreeMap<u64, (u64, Vec<u32>)>,
    draws: crate::primitives::seed::Stream,
    mean_gap_ns: u64,
    turned_away: u64,
    /// The last arrival in nanoseconds, so that many in one microsecond do not drift.
    clock_ns: u64,
}

impl Mempool {
    /// Transactions arrive independently of each other (exponential gaps), so many a second; at least 1.
    pub fn new(rate_per_second: u32, seed: &Seed) -> Self {
        Self {
            arrivals: Vec::new(),
            seen: 0,
            pending: BTreeSet::new(),
            proposed: BTreeMap::new(),
            draws: seed.fork("arrivals").stream(),
            mean_gap_ns: 1_000_000_000 / u64::from(rate_per_second.max(1)),
            turned_away: 0,
            clock_ns: 0,
        }
    }

    /// When a transaction arrived.
    pub fn arrived(&self, number: u32) -> Micros {
        self.arrivals
            .get(number as usize)
            .copied()
            .unwrap_or_default()
    }

    /// How many wait that no proposal holds.
    pub fn waiting(&self) -> usize {
        let held = |number: &&u32| !self.is_proposed(**number, u64::MAX);
        self.pending.iter().filter(held).count()
    }

    /// How many were turned away.
    pub fn turned_away(&self) -> u64 {
        self.turned_away
    }

    fn draw(&mut self) -> Micros {
        let gap = exponential(&mut self.draws, Micros(self.mean_gap_ns)).0;
        self.clock_ns += gap;
        let at = Micros(self.clock_ns / 1_000);
        self.arrivals.push(at);
        at
    }

    /// Lets everything in that has arrived by now.
    pub fn advance(&mut self, now: Micros) {
        loop {
            let next = match self.arrivals.get(self.seen) {
                Some(at) => *at,
                None => self.draw(),
            };
            if next > now {
                return;
            }
            if self.pending.len() < PENDING_MAX {
                self.pending.insert(self.seen as u32);
            } else {
                self.turned_away += 1;
            }
            self.seen += 1;
        }
    }

    /// When the next transaction arrives.
    pub fn next_arrival(&mut self) -> Micros {
        match self.arrivals.get(self.seen) {
            Some(at) => *at,
            None => self.draw(),
        }
    }

    fn is_proposed(&self, number: u32, height: u64) -> bool {
        let others = self.proposed.values().filter(|(at, _)| *at != height);
        others
            .into_iter()
            .any(|(_, body)| body.binary_search(&number).is_ok())
    }

    /// The first so many that wait, in the order of arrival, leaving out what proposals for other heights
    /// hold.
    pub fn choose(&self, height: u64, count: u32) -> Vec<u32> {
        self.choose_but(height, count, |_| false)
    }

    /// Likewise, leaving out those of which somebody wants nothing to know: what a censor proposes.
    pub fn choose_but(
        &self,
        height: u64,
        count: u32,
        mut is_unwanted: impl FnMut(u32) -> bool,
    ) -> Vec<u32> {
        let free = |number: &u32| !self.is_proposed(*number, height) && !is_unwanted(*number);
        let pending = self.pending.iter().copied();
        pending.filter(free).take(count as usize).collect()
    }

    /// Those that wait, in the order of arrival, whether a proposal holds them or not.
    pub fn pending(&self) -> impl Iterator<Item = u32> {
        self.pending.iter().copied()
    }

    /// The last so many, likewise: what one who wants to undo a payment proposes to others.
    pub fn choose_newest(&self, height: u64, count: u32) -> Vec<u32> {
        let free = |number: &u32| !self.is_proposed(*number, height);
        let pending = self.pending.iter().rev().copied();
        let mut chosen: Vec<u32> = pending.filter(free).take(count as usize).collect();
        chosen.sort_unstable();
        chosen
    }

    /// A proposal holds these.
    pub fn propose(&mut self, tag: u64, height: u64, body: Vec<u32>) {
        self.proposed.insert(tag, (height, body));
    }

    /// A height is decided: its transactions no longer wait, and other proposals for it or below hold
    /// nothing any more.
    pub fn decide(&mut self, height: u64, body: &[u32]) {
        for number in body {
            self.pending.remove(number);
        }
        self.proposed.retain(|_, (at, _)| *at > height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proposal_holds_is_not_proposed_at_another_height_and_waits_if_it_is_not_decided() {
        let mut mempool = Mempool::new(1_000, &Seed::new(1));
        mempool.advance(Micros(100_000));
        let waiting = mempool.waiting();
        assert!((60..140).contains(&waiting), "{waiting}");
        let first = mempool.choose(1, 10);
        assert_eq!(first, (0..10).collect::<Vec<_>>());
        mempool.propose(7, 1, first.clone());
        assert_eq!(mempool.choose(1, 10), first);
        assert_eq!(mempool.choose(2, 3), [10, 11, 12]);
        mempool.decide(1, &[0, 1]);
        assert_eq!(mempool.choose(2, 3), [2, 3, 4]);
        assert!(mempool.arrived(1) >= mempool.arrived(0));
        assert!(mempool.next_arrival() > Micros(100_000));
    }
}

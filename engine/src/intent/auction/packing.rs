//! The best set of bids with no directed pair in common: exact, by branch and bound.
//!
//! Greedy selection can block: one bid of 30 over three pairs beats two of 25 that would fit together.

use super::select::{Bid, greedy};
use crate::intent::order::Token;
use std::collections::BTreeSet;

/// Most bids that are packed; more are cut off at the low end, and said to be.
pub const PACKING_BIDS_MAX: usize = 40;

/// Most branches looked at.
const BRANCHES_MAX: u32 = 2_000_000;

/// The best packing found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Packing {
    /// Places of the chosen bids, by falling score.
    pub places: Vec<u32>,
    /// Their scores together.
    pub total: u128,
    /// Whether nothing better exists. Otherwise a bound of ours was reached.
    pub is_optimal: bool,
}

/// Packs fair bids, by falling score.
pub fn pack(bids: &[&Bid], max_winners: u32) -> Packing {
    let kept = &bids[..bids.len().min(PACKING_BIDS_MAX)];
    let mut pairs: Vec<(Token, Token)> = Vec::new();
    for bid in kept {
        for (pair, _) in &bid.by_pair {
            if let Err(at) = pairs.binary_search(pair) {
                pairs.insert(at, *pair);
            }
        }
    }
    let sets: Vec<BTreeSet<usize>> = kept
        .iter()
        .map(|bid| {
            let places = bid
                .by_pair
                .iter()
                .filter_map(|(pair, _)| pairs.binary_search(pair).ok());
            places.collect()
        })
        .collect();
    let mut rest = vec![0u128; kept.len() + 1];
    for at in (0..kept.len()).rev() {
        rest[at] = kept[at].score.saturating_add(rest[at + 1]);
    }
    let first = greedy(bids.iter().copied(), max_winners);
    let mut search = Search {
        bids: kept,
        sets,
        rest,
        free: vec![true; pairs.len()],
        chosen: Vec::new(),
        // The greedy choice among all of them is the one to beat.
        best: Packing {
            places: first.iter().map(|bid| bid.place).collect(),
            total: first
                .iter()
                .fold(0, |sum, bid| sum.saturating_add(bid.score)),
            is_optimal: bids.len() == kept.len(),
        },
        branches: 0,
        max_winners: max_winners as usize,
    };
    search.branch(0, 0);
    search.best
}

struct Search<'b> {
    bids: &'b [&'b Bid],
    sets: Vec<BTreeSet<usize>>,
    /// Scores of this bid and all after it.
    rest: Vec<u128>,
    free: Vec<bool>,
    chosen: Vec<u32>,
    best: Packing,
    branches: u32,
    max_winners: usize,
}

impl Search<'_> {
    fn branch(&mut self, at: usize, total: u128) {
        self.branches += 1;
        if self.branches > BRANCHES_MAX {
            self.best.is_optimal = false;
            return;
        }
        if total > self.best.total {
            self.best.total = total;
            self.best.places = self.chosen.clone();
        }
        let left = self.max_winners.saturating_sub(self.chosen.len());
        // Scores fall, so `left` more bids bring at most `left` times the next one's.
        let bound = self.rest[at].min(
            self.bids
                .get(at)
                .map_or(0, |bid| bid.score.saturating_mul(left as u128)),
        );
        if left == 0 || total.saturating_add(bound) <= self.best.total {
            return;
        }
        let fits = self.sets[at].iter().all(|pair| self.free[*pair]);
        if fits {
            self.mark(at, false);
            self.chosen.push(self.bids[at].place);
            self.branch(at + 1, total.saturating_add(self.bids[at].score));
            self.chosen.pop();
            self.mark(at, true);
        }
        self.branch(at + 1, total);
    }

    fn mark(&mut self, at: usize, free: bool) {
        for pair in &self.sets[at] {
            self.free[*pair] = free;
        }
    }
}

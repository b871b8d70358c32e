//! Winners of a batch: the fair combinatorial auction as CoW runs it.
//!
//! 1. The best score of a bid on one directed pair alone is that pair's reference.
//! 2. A bid over several pairs is unfair, and dropped, if it brings any of them less than its reference.
//! 3. By falling score, every bid whose pairs are all still free wins, up to a number of winners.

use super::score::{Scored, score};
use crate::intent::order::{Batch, Solution, Token};
use std::collections::{BTreeMap, BTreeSet};

/// A solution with its score.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bid {
    /// Its place among the solutions that were handed in.
    pub place: u32,
    /// Who.
    pub solver: String,
    /// Its score.
    pub score: u128,
    /// Its score by directed pair, in their order.
    pub by_pair: Vec<((Token, Token), u128)>,
}

impl Bid {
    /// Whether the two have no directed pair in common.
    fn is_apart(&self, taken: &BTreeSet<(Token, Token)>) -> bool {
        self.by_pair.iter().all(|(pair, _)| !taken.contains(pair))
    }
}

/// What an auction came to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Selection {
    /// Bids by falling score; those of one score in the order in which they came.
    pub bids: Vec<Bid>,
    /// Solutions that are no bids: place and why.
    pub refused: Vec<(u32, String)>,
    /// Bids dropped as unfair: place, and the first pair that gets less than its reference.
    pub unfair: Vec<(u32, (Token, Token))>,
    /// Places of the fair bids, by falling score.
    pub fair: Vec<u32>,
    /// Places of the winners, by falling score.
    pub winners: Vec<u32>,
}

impl Selection {
    /// The bid of this place.
    pub fn bid(&self, place: u32) -> Option<&Bid> {
        self.bids.iter().find(|bid| bid.place == place)
    }

    /// Scores of the winners together.
    pub fn total(&self) -> u128 {
        let scores = self.winners.iter().filter_map(|place| self.bid(*place));
        scores.fold(0, |sum, bid| sum.saturating_add(bid.score))
    }

    /// The fair bids, by falling score.
    pub fn fair_bids(&self) -> impl Iterator<Item = &Bid> {
        self.bids
            .iter()
            .filter(|bid| self.fair.contains(&bid.place))
    }
}

/// Runs an auction over solutions.
pub fn select(batch: &Batch, solutions: &[Solution], max_winners: u32) -> Selection {
    let mut found = Selection::default();
    for (place, solution) in solutions.iter().enumerate() {
        let place = place as u32;
        match score(batch, solution) {
            Ok(Scored { total, by_pair }) => found.bids.push(Bid {
                place,
                solver: solution.solver.clone(),
                score: total,
                by_pair,
            }),
            Err(error) => found.refused.push((place, error.to_string())),
        }
    }
    found
        .bids
        .sort_by_key(|bid| (std::cmp::Reverse(bid.score), bid.place));
    let references = references(&found.bids);
    for bid in &found.bids {
        let below = |((pair, score), several): (&((Token, Token), u128), bool)| {
            let reference = references.get(pair).copied().unwrap_or(0);
            (several && *score < reference).then_some(*pair)
        };
        let several = bid.by_pair.len() > 1;
        match bid
            .by_pair
            .iter()
            .map(|part| (part, several))
            .find_map(below)
        {
            Some(pair) => found.unfair.push((bid.place, pair)),
            None => found.fair.push(bid.place),
        }
    }
    found.winners = greedy(found.fair_bids(), max_winners)
        .iter()
        .map(|bid| bid.place)
        .collect();
    found
}

fn references(bids: &[Bid]) -> BTreeMap<(Token, Token), u128> {
    let mut best = BTreeMap::new();
    for bid in bids {
        if let [(pair, score)] = bid.by_pair[..] {
            let known = best.entry(pair).or_insert(0);
            *known = score.max(*known);
        }
    }
    best
}

/// Bids by falling score, each taken if its pairs are still free.
pub(super) fn greedy<'b>(bids: impl Iterator<Item = &'b Bid>, max_winners: u32) -> Vec<&'b Bid> {
    let mut taken = BTreeSet::new();
    let mut winners = Vec::new();
    for bid in bids {
        if winners.len() < max_winners as usize && bid.is_apart(&taken) {
            taken.extend(bid.by_pair.iter().map(|(pair, _)| *pair));
            winners.push(bid);
        }
    }
    winners
}

/// What the fair bids of the others would have reached together.
pub fn reference_score(selection: &Selection, solver: &str, max_winners: u32) -> u128 {
    let others = selection.fair_bids().filter(|bid| bid.solver != solver);
    let winners = greedy(others, max_winners);
    winners
        .iter()
        .fold(0, |sum, bid| sum.saturating_add(bid.score))
}

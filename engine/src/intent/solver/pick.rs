//! Which indivisible orders of a pair to fill together: branch and bound over in and out.
//!
//! Leaving a large order out can leave a better price for the others; taking the easiest limits first, as
//! [`super::clear`] does, does not see that.

use super::clear::clear;
use super::route::Routing;
use crate::intent::auction::score;
use crate::intent::order::{Batch, Order, Solution};

/// Most orders that are decided on, and most sets tried.
const ORDERS_MAX: usize = 12;
const SETS_MAX: u32 = 256;

/// The best set of a flow, with its solution.
pub(super) fn pick(batch: &Batch, orders: &[&Order]) -> Option<Solution> {
    let orders = &orders[..orders.len().min(ORDERS_MAX)];
    // What each could bring alone, on untouched pools: more than it brings beside others.
    let alone: Vec<u128> = orders
        .iter()
        .map(|order| value(batch, &[*order]).map_or(0, |(score, _)| score))
        .collect();
    let mut search = Search {
        batch,
        orders,
        alone: &alone,
        best: None,
        sets: 0,
    };
    search.branch(0, &mut Vec::new());
    search.best.map(|(_, solution)| solution)
}

fn value(batch: &Batch, set: &[&Order]) -> Option<(u128, Solution)> {
    let solution = clear(batch, Routing::Split, set)?;
    let score = score(batch, &solution).ok()?.total;
    Some((score, solution))
}

struct Search<'s> {
    batch: &'s Batch,
    orders: &'s [&'s Order],
    alone: &'s [u128],
    best: Option<(u128, Solution)>,
    sets: u32,
}

impl<'s> Search<'s> {
    fn branch(&mut self, at: usize, set: &mut Vec<(&'s Order, u128)>) {
        let known = self.best.as_ref().map_or(0, |(score, _)| *score);
        let bound = set
            .iter()
            .map(|(_, alone)| *alone)
            .chain(self.alone[at..].iter().copied());
        let bound = bound.fold(0u128, u128::saturating_add);
        if self.sets >= SETS_MAX || self.best.is_some() && bound <= known {
            return;
        }
        if at == self.orders.len() {
            self.sets += 1;
            let chosen: Vec<&Order> = set.iter().map(|(order, _)| *order).collect();
            if let Some((score, solution)) = value(self.batch, &chosen)
                && (self.best.is_none() || score > known)
            {
                self.best = Some((score, solution));
            }
            return;
        }
        set.push((self.orders[at], self.alone[at]));
        self.branch(at + 1, set);
        set.pop();
        self.branch(at + 1, set);
    }
}

//! Coincidence of wants: the two directions of a pair meet, and only what is left goes to the pools.
//!
//! The short side gets the pools' mid price, which is better than any pool gives it; the long side gets
//! what the short side gave and what the pools give for the rest, in proportion.

use super::clear::{at_price, flow, whole};
use super::route::{Routing, route};
use crate::intent::order::{Batch, Order, PairPrice, PoolState, Solution, Token};
use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;

/// Meets the orders of both directions of a pair.
pub(super) fn cross(batch: &Batch, a: Token, b: Token) -> Option<Solution> {
    // At the pools' price if that suits both, else at one between their limits.
    meet(batch, a, b, true).or_else(|| meet(batch, a, b, false))
}

fn meet(batch: &Batch, a: Token, b: Token, by_pools: bool) -> Option<Solution> {
    let mut sides = [flow(batch, a, b), flow(batch, b, a)];
    while sides.iter().all(|side| !side.is_empty()) {
        match attempt(batch, &sides, by_pools) {
            Ok(solution) => return Some(solution),
            Err(side) => {
                sides[side].pop();
            }
        }
    }
    None
}

/// So much of `b` for so much of `a`: the mid of the deepest pool, else between the easiest limits.
fn middle(batch: &Batch, sides: &[Vec<&Order>; 2], by_pools: bool) -> Option<(u128, u128)> {
    let (a, b) = (sides[0][0].give, sides[0][0].get);
    let depth = |pool: &PoolState| pool.side(a).map(|side| pool.reserves[side]);
    let deepest = batch
        .pools
        .iter()
        .filter(|pool| by_pools && pool.side(a).is_some() && pool.side(b).is_some())
        .max_by_key(|pool| depth(pool))
        .and_then(|pool| {
            pool.side(a)
                .map(|side| (pool.reserves[1 - side], pool.reserves[side]))
        });
    deepest.or_else(|| {
        let (first, second) = (sides[0][0], sides[1][0]);
        // Limits are get ÷ give of the one and give ÷ get of the other; the mean of the two over one base.
        let one = mul_div(
            first.get_amount,
            second.get_amount,
            first.give_amount,
            Rounding::Up,
        )?;
        let sum = one.checked_add(second.give_amount)?;
        Some((sum, second.get_amount.checked_mul(2)?))
    })
}

/// A solution, or the side whose hardest order has to go.
fn attempt(batch: &Batch, sides: &[Vec<&Order>; 2], by_pools: bool) -> Result<Solution, usize> {
    let (n, d) = middle(batch, sides, by_pools).ok_or(0usize)?;
    let total = |side: usize| {
        let mut all = sides[side].iter().map(|order| whole(order).unwrap_or(0));
        all.try_fold(0u128, |sum, give| sum.checked_add(give))
            .ok_or(side)
    };
    let (x, y) = (total(0)?, total(1)?);
    let worth = mul_div(x, n, d, Rounding::Down).ok_or(0usize)?;
    // The long side, and the price of the other: of what it gets for what it gives.
    let (long, rate) = if worth >= y { (0, (d, n)) } else { (1, (n, d)) };
    let short = 1 - long;
    let price = |side: usize, numerator: u128, denominator: u128| PairPrice {
        give: sides[side][0].give,
        get: sides[side][0].get,
        numerator,
        denominator,
    };
    let short_price = price(short, rate.0, rate.1);
    let short_fills = at_price(&sides[short], &short_price).map_err(|_| short)?;
    let taken = sum(short_fills.iter().map(|fill| fill.get)).ok_or(short)?;
    let given = sum(short_fills.iter().map(|fill| fill.give)).ok_or(short)?;
    let offered = if long == 0 { x } else { y };
    let net = offered.checked_sub(taken).ok_or(short)?;
    let mut pools = batch.pools.clone();
    let (token_in, token_out) = (sides[long][0].give, sides[long][0].get);
    let (swaps, out) = if net == 0 {
        (Vec::new(), 0)
    } else {
        route(Routing::Split, &mut pools, token_in, token_out, net).ok_or(long)?
    };
    let long_price = price(long, given.checked_add(out).ok_or(long)?, offered);
    let long_fills = at_price(&sides[long], &long_price).map_err(|_| long)?;
    let needed = sum(long_fills.iter().map(|fill| fill.give)).ok_or(long)?;
    // A buyer on the long side gives less than its worst case: the sums no longer meet.
    if needed != offered {
        return Err(long);
    }
    let mut fills = short_fills;
    fills.extend(long_fills);
    fills.sort_by_key(|fill| fill.order);
    Ok(Solution {
        solver: String::new(),
        fills,
        swaps,
        prices: vec![short_price, long_price],
    })
}

fn sum(mut amounts: impl Iterator<Item = u128>) -> Option<u128> {
    amounts.try_fold(0u128, |sum, amount| sum.checked_add(amount))
}

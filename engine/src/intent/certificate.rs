//! How good a fill is: beside a reference route through the pools as they were before.
//!
//! CoW asks its solvers for the best exchange rate of a few base protocols (EBBO) and looks into it when
//! somebody complains. Here every fill has its certificate.

use super::order::{Batch, Fill, PoolState, Token};
use serde::{Deserialize, Serialize};

/// Most pools of a reference route.
const HOPS_MAX: usize = 3;

/// A route and what it gives.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Route {
    /// Pools with the side that goes in, in turn.
    pub hops: Vec<(u32, u8)>,
    /// What comes out in the end.
    pub out: u128,
}

/// A fill beside its reference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Certificate {
    /// Which order.
    pub order: u64,
    /// The best route of at most three pools for what it gave.
    pub reference: Route,
    /// What it got.
    pub actual: u128,
    /// How much more than the reference, in basis points of it; ends at ± a million.
    pub better_bps: i32,
}

/// The best route of at most three pools that touches no pool and no token twice; `None` without any.
pub fn best_route(pools: &[PoolState], give: Token, get: Token, amount: u128) -> Option<Route> {
    let mut best = None;
    let mut path = Vec::new();
    explore(
        pools,
        give,
        get,
        amount,
        &mut vec![give],
        &mut path,
        &mut best,
    );
    best
}

fn explore(
    pools: &[PoolState],
    at: Token,
    get: Token,
    amount: u128,
    seen: &mut Vec<Token>,
    path: &mut Vec<(u32, u8)>,
    best: &mut Option<Route>,
) {
    for (number, pool) in pools.iter().enumerate() {
        let Some(side) = pool.side(at) else { continue };
        let next = pool.tokens[1 - side];
        let is_last = path.len() + 1 == HOPS_MAX;
        if seen.contains(&next) || is_last && next != get {
            continue;
        }
        let Some(out) = pool.out(side, amount) else {
            continue;
        };
        path.push((number as u32, side as u8));
        if next == get {
            if best.as_ref().is_none_or(|best| out > best.out) {
                *best = Some(Route {
                    hops: path.clone(),
                    out,
                });
            }
        } else {
            seen.push(next);
            explore(pools, next, get, out, seen, path, best);
            seen.pop();
        }
        path.pop();
    }
}

/// The certificate of a fill on the pools before it; `None` where there is no route to compare with.
pub fn certify(before: &Batch, fill: &Fill) -> Option<Certificate> {
    let order = before.order(fill.order)?;
    let reference = best_route(&before.pools, order.give, order.get, fill.give)?;
    let more = i128::try_from(fill.get).ok()? - i128::try_from(reference.out).ok()?;
    let bps = more.checked_mul(10_000)? / i128::try_from(reference.out).ok()?.max(1);
    Some(Certificate {
        order: order.id,
        reference,
        actual: fill.get,
        better_bps: bps.clamp(-1_000_000, 1_000_000) as i32,
    })
}

/// Orders that nobody fills although the pools would fill them at their limit: the mark of censorship.
pub fn passed_over(batch: &Batch, filled: &[u64]) -> Vec<u64> {
    let valid = batch.orders.iter().filter(|order| {
        order.valid[0] <= batch.now_s
            && batch.now_s <= order.valid[1]
            && !filled.contains(&order.id)
    });
    let could = valid.filter(|order| {
        // All that remains, at the limit of a sell order, or what a buyer would give at most.
        let give = match order.side {
            super::order::Side::Sell => Some(order.remaining()),
            super::order::Side::Buy => order.most_given(order.remaining()),
        };
        give.filter(|give| *give > 0).is_some_and(|give| {
            best_route(&batch.pools, order.give, order.get, give).is_some_and(|route| {
                order
                    .least_got(give)
                    .is_some_and(|least| route.out >= least)
            })
        })
    });
    could.map(|order| order.id).collect()
}

//! One directed pair at one price: give everything to a route, share what comes back in proportion, drop
//! whoever would be below the limit, and again.

use super::route::{Routing, route};
use crate::intent::order::{Batch, Fill, Order, PairPrice, Side, Solution, Token};
use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;

/// Most orders of one flow.
pub(super) const FLOW_MAX: usize = 256;

/// What a seller gives, or what a buyer gives at most: the whole remaining order.
pub(super) fn whole(order: &Order) -> Option<u128> {
    match order.side {
        Side::Sell => Some(order.remaining()),
        Side::Buy => order.most_given(order.remaining()),
    }
    .filter(|give| *give > 0)
}

/// Orders of a directed pair that could be filled now, those with the easiest limits first.
pub(super) fn flow(batch: &Batch, give: Token, get: Token) -> Vec<&Order> {
    let mut orders: Vec<&Order> = batch
        .orders
        .iter()
        .filter(|order| (order.give, order.get) == (give, get))
        .filter(|order| order.valid[0] <= batch.now_s && batch.now_s <= order.valid[1])
        .filter(|order| whole(order).is_some())
        .collect();
    orders.sort_by(|a, b| compare_limits(a, b).then(a.id.cmp(&b.id)));
    orders.truncate(FLOW_MAX);
    orders
}

/// The one that asks for less of `get` per `give` first.
fn compare_limits(a: &Order, b: &Order) -> std::cmp::Ordering {
    use ruint::aliases::U256;
    let left = U256::from(a.get_amount) * U256::from(b.give_amount);
    let right = U256::from(b.get_amount) * U256::from(a.give_amount);
    left.cmp(&right)
}

/// The directed pairs of a batch, in order.
pub(super) fn pairs(batch: &Batch) -> Vec<(Token, Token)> {
    let mut pairs: Vec<_> = batch
        .orders
        .iter()
        .map(|order| (order.give, order.get))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Fills of orders that all have `numerator ÷ denominator`; `None` if one would be below its limit, or an
/// amount does not come out. A buyer gets exactly what it wants and gives what that costs, rounded up.
pub(super) fn at_price(orders: &[&Order], price: &PairPrice) -> Result<Vec<Fill>, usize> {
    let mut fills = Vec::new();
    for (at, order) in orders.iter().enumerate() {
        let (n, d) = (price.numerator, price.denominator);
        let fill = match order.side {
            Side::Sell => mul_div(order.remaining(), n, d, Rounding::Down).map(|get| Fill {
                order: order.id,
                give: order.remaining(),
                get,
            }),
            Side::Buy => mul_div(order.remaining(), d, n, Rounding::Up).map(|give| Fill {
                order: order.id,
                give,
                get: order.remaining(),
            }),
        };
        match fill
            .filter(|fill| fill.give > 0 && fill.get > 0 && order.accepts(fill.give, fill.get))
        {
            Some(fill) => fills.push(fill),
            None => return Err(at),
        }
    }
    Ok(fills)
}

/// Clears one directed pair through pools. Sellers only: a buyer's price is found with them, and it then
/// gives what it needs, the rest of its worst case staying with it.
pub(super) fn clear(batch: &Batch, routing: Routing, orders: &[&Order]) -> Option<Solution> {
    let mut orders: Vec<&Order> = orders.to_vec();
    while !orders.is_empty() {
        match attempt(batch, routing, &orders) {
            Ok(solution) => return Some(solution),
            // The hardest limit of those that cannot be met goes.
            Err(at) => {
                orders.remove(at.min(orders.len() - 1));
            }
        }
    }
    None
}

fn attempt(batch: &Batch, routing: Routing, orders: &[&Order]) -> Result<Solution, usize> {
    let last = orders.len() - 1;
    let (give, get) = (orders[last].give, orders[last].get);
    // What is given depends on the price where there are buyers: from their most downward.
    let mut amounts: Vec<u128> = orders
        .iter()
        .map(|order| whole(order).unwrap_or(0))
        .collect();
    for _ in 0..8 {
        let total = amounts
            .iter()
            .try_fold(0u128, |sum, a| sum.checked_add(*a))
            .ok_or(last)?;
        let mut pools = batch.pools.clone();
        let (swaps, out) = route(routing, &mut pools, give, get, total).ok_or(last)?;
        let price = PairPrice {
            give,
            get,
            numerator: out,
            denominator: total,
        };
        let fills = at_price(orders, &price).map_err(|_| last)?;
        let needed = fills
            .iter()
            .try_fold(0u128, |sum, f| sum.checked_add(f.give))
            .ok_or(last)?;
        let handed = fills
            .iter()
            .try_fold(0u128, |sum, f| sum.checked_add(f.get))
            .ok_or(last)?;
        if needed == total && handed <= out {
            return Ok(Solution {
                solver: String::new(),
                fills,
                swaps,
                prices: vec![price],
            });
        }
        amounts = fills.iter().map(|fill| fill.give).collect();
    }
    // Buyers whose price does not settle: without the last of them.
    Err(orders
        .iter()
        .rposition(|order| order.side == Side::Buy)
        .unwrap_or(last))
}

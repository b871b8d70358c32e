//! Ring trades: A for B, B for C, C for A, without a pool.
//!
//! At fixed prices the question is a linear programme: how much of each order to fill, in worth, so that
//! every token balances and the surplus is largest. Its constraint matrix is that of a network, so it is a
//! circulation of largest weight, found exactly by cancelling cycles (Klein, Management Science 1967):
//! while the residual network has a cycle of positive weight (Bellman and Ford), push along it. The optimal
//! circulation is taken apart into rings, and every ring becomes a solution of its own in whole units.

use super::clear::whole;
use crate::intent::order::{Batch, Fill, Order, PairPrice, Side, Solution, Token};
use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;

/// Most orders looked at.
const ORDERS_MAX: usize = 256;
/// Most tokens.
const TOKENS_MAX: usize = 64;
/// Most cycles cancelled, and most rings taken.
const CYCLES_MAX: usize = 512;

struct Arc<'o> {
    order: &'o Order,
    from: usize,
    to: usize,
    cap: i128,
    /// Surplus in millionths of worth, at the batch's prices.
    weight: i64,
    flow: i128,
}

/// Rings of the best circulation, the most worth first.
pub(super) fn rings(batch: &Batch) -> Vec<Solution> {
    let mut arcs = arcs(batch);
    cancel(&mut arcs, batch.prices.len().min(TOKENS_MAX));
    let mut solutions = Vec::new();
    for _ in 0..CYCLES_MAX {
        let Some(cycle) = take_cycle(&mut arcs) else {
            break;
        };
        let orders: Vec<&Order> = cycle.iter().map(|at| arcs[*at].order).collect();
        let worth = cycle.iter().map(|at| arcs[*at].flow).min().unwrap_or(0);
        for at in &cycle {
            arcs[*at].flow -= worth;
        }
        solutions.extend(in_units(batch, &orders, worth.unsigned_abs()));
    }
    solutions
}

/// Orders that are at their limit or better at the batch's prices.
fn arcs(batch: &Batch) -> Vec<Arc<'_>> {
    let price = |token: Token| {
        batch
            .prices
            .get(token.0 as usize)
            .copied()
            .filter(|p| *p > 0)
    };
    let valid = batch.orders.iter().filter(|order| {
        order.valid[0] <= batch.now_s
            && batch.now_s <= order.valid[1]
            && (order.give.0 as usize) < TOKENS_MAX
            && (order.get.0 as usize) < TOKENS_MAX
    });
    valid
        .filter_map(|order| {
            let give = whole(order)?;
            let worth = batch.worth(order.give, give)?;
            let get = mul_div(give, price(order.give)?, price(order.get)?, Rounding::Down)?;
            let surplus = get.checked_sub(order.least_got(give)?)?;
            let weight = mul_div(surplus, 1_000_000, get.max(1), Rounding::Down)?;
            (worth > 0 && worth < 1 << 100).then_some(Arc {
                order,
                from: order.give.0 as usize,
                to: order.get.0 as usize,
                cap: worth as i128,
                // A millionth more than nothing, so that fair trades are done too.
                weight: weight as i64 + 1,
                flow: 0,
            })
        })
        .take(ORDERS_MAX)
        .collect()
}

/// Pushes along cycles of positive weight until there is none.
fn cancel(arcs: &mut [Arc<'_>], tokens: usize) {
    for _ in 0..CYCLES_MAX {
        let Some(cycle) = positive_cycle(arcs, tokens) else {
            return;
        };
        let room = |(at, forward): &(usize, bool)| {
            let arc = &arcs[*at];
            if *forward {
                arc.cap - arc.flow
            } else {
                arc.flow
            }
        };
        let push = cycle.iter().map(room).min().unwrap_or(0);
        for (at, forward) in cycle {
            arcs[at].flow += if forward { push } else { -push };
        }
    }
}

/// A cycle of the residual network with positive weight: arcs, and whether they are gone along forward.
fn positive_cycle(arcs: &[Arc<'_>], tokens: usize) -> Option<Vec<(usize, bool)>> {
    let mut best = vec![0i64; tokens];
    let mut by: Vec<Option<(usize, bool)>> = vec![None; tokens];
    let mut changed = None;
    for _ in 0..=tokens {
        changed = None;
        for (at, arc) in arcs.iter().enumerate() {
            for (forward, from, to, gain, room) in [
                (true, arc.from, arc.to, arc.weight, arc.cap - arc.flow),
                (false, arc.to, arc.from, -arc.weight, arc.flow),
            ] {
                if room > 0 && best[from] + gain > best[to] {
                    best[to] = best[from] + gain;
                    by[to] = Some((at, forward));
                    changed = Some(to);
                }
            }
        }
        changed?;
    }
    // Something still improves after as many rounds as there are tokens: a cycle leads there.
    let before = |node: usize| -> Option<usize> {
        let (at, forward) = by[node]?;
        Some(if forward { arcs[at].from } else { arcs[at].to })
    };
    let mut node = changed?;
    for _ in 0..tokens {
        node = before(node)?;
    }
    let start = node;
    let mut cycle = Vec::new();
    loop {
        cycle.push(by[node]?);
        node = before(node)?;
        if node == start || cycle.len() > tokens {
            break;
        }
    }
    cycle.reverse();
    (node == start).then_some(cycle)
}

/// Arcs with flow that form one ring.
fn take_cycle(arcs: &mut [Arc<'_>]) -> Option<Vec<usize>> {
    let first = (0..arcs.len())
        .filter(|at| arcs[*at].flow > 0)
        .max_by_key(|at| (arcs[*at].flow, std::cmp::Reverse(*at)))?;
    let mut path = vec![first];
    let mut seen = vec![arcs[first].from];
    loop {
        let at = arcs[*path.last()?].to;
        if let Some(place) = seen.iter().position(|node| *node == at) {
            return Some(path.split_off(place));
        }
        seen.push(at);
        // What flows in flows out.
        path.push((0..arcs.len()).find(|next| arcs[*next].from == at && arcs[*next].flow > 0)?);
    }
}

/// A ring in whole units: it begins with an order that is all or nothing if there is one, and everybody
/// gives on exactly what came. What rounding leaves is at most a few units of the first token.
fn in_units(batch: &Batch, ring: &[&Order], worth: u128) -> Option<Solution> {
    let price = |token: Token| batch.prices[token.0 as usize];
    let first = ring.iter().position(|order| !order.partial).unwrap_or(0);
    let mut give = mul_div(
        worth,
        batch.price_unit,
        price(ring[first].give),
        Rounding::Down,
    )?;
    if !ring[first].partial {
        give = whole(ring[first])?;
    }
    let mut fills = Vec::new();
    let mut prices = Vec::new();
    for step in 0..ring.len() {
        let order = ring[(first + step) % ring.len()];
        let (numerator, denominator) = (price(order.give), price(order.get));
        let get = mul_div(give, numerator, denominator, Rounding::Down)?;
        let fixed = match order.side {
            Side::Sell => give,
            Side::Buy => get,
        };
        let left = order.remaining();
        let fits = fixed == left || order.partial && fixed < left;
        if !fits || give == 0 || get == 0 || !order.accepts(give, get) {
            return None;
        }
        fills.push(Fill {
            order: order.id,
            give,
            get,
        });
        prices.push(PairPrice {
            give: order.give,
            get: order.get,
            numerator,
            denominator,
        });
        give = get;
    }
    // Coarse units can leave more than the verifier takes for rounding.
    let started = fills.first()?.give;
    if started.checked_sub(give)? > 2 + started / 1_000_000 {
        return None;
    }
    fills.sort_by_key(|fill| fill.order);
    Some(Solution {
        solver: String::new(),
        fills,
        swaps: Vec::new(),
        prices,
    })
}

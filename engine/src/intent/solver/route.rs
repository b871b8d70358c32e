//! Ways through the pools for an amount of one token.

use crate::intent::certificate::best_route;
use crate::intent::order::{PoolState, Swap, Token};

/// How an amount is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Routing {
    /// Through the one best pool.
    Direct,
    /// Over all pools of the pair, in pieces, each to the pool that gives most for it.
    Split,
    /// Along the best path of at most three pools.
    Hops,
}

/// Pieces of a split.
const PIECES: u128 = 32;

/// Swaps and what they give in the end; `None` where there is no way. The pools are moved along.
pub(super) fn route(
    routing: Routing,
    pools: &mut [PoolState],
    give: Token,
    get: Token,
    amount: u128,
) -> Option<(Vec<Swap>, u128)> {
    match routing {
        Routing::Direct => {
            let best = of_pair(pools, give, get)
                .filter_map(|(at, side)| pools[at].out(side, amount).map(|out| (out, at, side)))
                .max_by_key(|(out, at, _)| (*out, std::cmp::Reverse(*at)))?;
            let (out, at, side) = best;
            do_swaps(pools, vec![swap(at, side, amount, out)])
        }
        Routing::Split => split(pools, give, get, amount),
        Routing::Hops => {
            let best = best_route(pools, give, get, amount)?;
            let mut carried = amount;
            let mut swaps = Vec::new();
            for (at, side) in best.hops {
                let out = pools[at as usize].out(side.into(), carried)?;
                swaps.push(swap(at as usize, side.into(), carried, out));
                carried = out;
            }
            do_swaps(pools, swaps)
        }
    }
}

fn of_pair(pools: &[PoolState], give: Token, get: Token) -> impl Iterator<Item = (usize, usize)> {
    pools.iter().enumerate().filter_map(move |(at, pool)| {
        let side = pool.side(give)?;
        (pool.tokens[1 - side] == get).then_some((at, side))
    })
}

const fn swap(at: usize, side: usize, amount_in: u128, amount_out: u128) -> Swap {
    Swap {
        pool: at as u32,
        side: side as u8,
        amount_in,
        amount_out,
    }
}

fn do_swaps(pools: &mut [PoolState], swaps: Vec<Swap>) -> Option<(Vec<Swap>, u128)> {
    let mut out = 0;
    for swap in &swaps {
        if !pools[swap.pool as usize].swap(swap.side.into(), swap.amount_in, swap.amount_out) {
            return None;
        }
        out = swap.amount_out;
    }
    Some((swaps, out))
}

/// Water-filling in pieces: every piece goes where it brings most, then each pool is asked once for its
/// whole share, since several swaps would round several times.
fn split(
    pools: &mut [PoolState],
    give: Token,
    get: Token,
    amount: u128,
) -> Option<(Vec<Swap>, u128)> {
    let places: Vec<_> = of_pair(pools, give, get).collect();
    let mut shares = vec![0u128; places.len()];
    let piece = (amount / PIECES).max(1);
    let mut left = amount;
    while left > 0 {
        let next = if left < 2 * piece { left } else { piece };
        let gain = |at: usize| -> Option<u128> {
            let (pool, side) = places[at];
            let before = if shares[at] == 0 {
                0
            } else {
                pools[pool].out(side, shares[at])?
            };
            pools[pool]
                .out(side, shares[at] + next)?
                .checked_sub(before)
        };
        let best = (0..places.len())
            .filter_map(|at| gain(at).map(|gain| (gain, std::cmp::Reverse(at))))
            .max()?;
        shares[best.1.0] += next;
        left -= next;
    }
    let mut swaps = Vec::new();
    let mut sum = 0u128;
    for ((pool, side), share) in places.into_iter().zip(shares) {
        if share > 0 {
            let out = pools[pool].out(side, share)?;
            swaps.push(swap(pool, side, share, out));
            sum = sum.checked_add(out)?;
        }
    }
    let (swaps, _) = do_swaps(pools, swaps)?;
    Some((swaps, sum))
}

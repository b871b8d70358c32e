//! A solution's score: the surplus of its orders and the protocol's part of it, in native units.
//!
//! Rounding as published: a seller's limit rounds up, a buyer's down; a buyer's surplus is brought to the
//! bought token by multiplying first; then every order's worth rounds down.

use crate::intent::order::{Batch, Order, Side, Solution, Token};
use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;
use thiserror::Error;

/// Why a solution has no score.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ScoreError {
    /// It fills nothing.
    #[error("it fills nothing")]
    Empty,
    /// It fills what is not in the batch.
    #[error("order {0} is not in the batch")]
    Unknown(u64),
    /// An order would be worse off than its limit.
    #[error("order {0} would be below its limit")]
    BelowLimit(u64),
    /// A number does not fit, or a price is missing.
    #[error("order {0} has no worth")]
    NoWorth(u64),
}

/// A score with its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scored {
    /// All of it.
    pub total: u128,
    /// By directed pair, in their order.
    pub by_pair: Vec<((Token, Token), u128)>,
}

/// The score of a solution.
///
/// # Errors
/// [`ScoreError`]; such a solution is no bid.
pub fn score(batch: &Batch, solution: &Solution) -> Result<Scored, ScoreError> {
    if solution.fills.is_empty() {
        return Err(ScoreError::Empty);
    }
    let mut total = 0u128;
    let mut by_pair: Vec<((Token, Token), u128)> = Vec::new();
    for fill in &solution.fills {
        let order = batch
            .order(fill.order)
            .ok_or(ScoreError::Unknown(fill.order))?;
        let surplus =
            surplus(order, fill.give, fill.get).ok_or(ScoreError::BelowLimit(order.id))?;
        let worth = gross(order, surplus)
            .and_then(|gross| batch.worth(order.get, gross))
            .ok_or(ScoreError::NoWorth(order.id))?;
        total = total
            .checked_add(worth)
            .ok_or(ScoreError::NoWorth(order.id))?;
        let pair = (order.give, order.get);
        match by_pair.binary_search_by_key(&pair, |(pair, _)| *pair) {
            // Below the total, which fits.
            Ok(at) => by_pair[at].1 += worth,
            Err(at) => by_pair.insert(at, (pair, worth)),
        }
    }
    Ok(Scored { total, by_pair })
}

/// An order's surplus in the bought token; `None` below its limit.
pub(super) fn surplus(order: &Order, give: u128, get: u128) -> Option<u128> {
    match order.side {
        Side::Sell => get.checked_sub(order.least_got(give)?),
        Side::Buy => {
            let saved = order.most_given(get)?.checked_sub(give)?;
            mul_div(saved, order.get_amount, order.give_amount, Rounding::Down)
        }
    }
}

/// The surplus before the protocol took its part.
fn gross(order: &Order, surplus: u128) -> Option<u128> {
    let kept = 10_000u128.checked_sub(order.surplus_fee_bps.into())?;
    let fee = mul_div(surplus, order.surplus_fee_bps.into(), kept, Rounding::Down)?;
    surplus.checked_add(fee)
}

//! What always holds for a drop.

use super::contract::Terms;
use super::storage::{UNITS, claims_key, stock_key};
use crate::primitives::Address;
use crate::state::Store;

/// Checks that the units held are the claims times the units of one claim, and no more claims than the cap
/// allows; or, for a faucet, that they are what is missing from its stock.
///
/// # Errors
/// A sentence that says which drop is off, and by how much.
pub fn check(store: &Store, drop: Address, terms: Terms) -> Result<(), String> {
    let held = store
        .entries()
        .filter(|(key, _)| key.owner == drop && key.field == UNITS)
        .try_fold(0u128, |sum, (_, word)| sum.checked_add(word.low()));
    let claims = store.word(&claims_key(drop)).low();
    let left = store.word(&stock_key(drop)).low();
    let due = match terms {
        Terms::PerClaim { units, .. } => claims.checked_mul(u128::from(units)),
        Terms::Stock(stock) => u128::from(stock).checked_sub(left),
    };
    let is_within = match terms {
        Terms::PerClaim { cap, .. } => cap.is_none_or(|cap| claims <= u128::from(cap)),
        Terms::Stock(_) => true,
    };
    if held.is_some() && held == due && is_within {
        Ok(())
    } else {
        Err(format!(
            "drop {drop}: {claims} claims, {left} units left, {held:?} held, on {terms:?}"
        ))
    }
}

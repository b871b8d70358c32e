//! What always holds for a drop.

use super::storage::{UNITS, claims_key};
use crate::primitives::Address;
use crate::state::Store;

/// Checks that the units held are the claims times the units of one claim.
///
/// # Errors
/// A sentence that says which drop is off, and by how much.
pub fn check(store: &Store, drop: Address, units_per_claim: u64) -> Result<(), String> {
    let claims = store.word(&claims_key(drop)).low();
    let held = store
        .entries()
        .filter(|(key, _)| key.owner == drop && key.field == UNITS)
        .try_fold(0u128, |sum, (_, word)| sum.checked_add(word.low()));
    let due = claims.checked_mul(u128::from(units_per_claim));
    if held.is_some() && held == due {
        Ok(())
    } else {
        Err(format!(
            "drop {drop}: {claims} claims of {units_per_claim} units, but {held:?} are held"
        ))
    }
}

//! What always holds for a token.

use super::storage::{BALANCE, supply_key};
use crate::primitives::Address;
use crate::state::Store;

/// Checks that the balances add up to the total supply.
///
/// # Errors
/// A sentence that says which token is off, and by how much.
pub fn check(store: &Store, token: Address) -> Result<(), String> {
    let supply = store.word(&supply_key(token)).low();
    let mut sum = 0u128;
    for (key, word) in store.entries() {
        if key.owner != token || key.field != BALANCE {
            continue;
        }
        if word.high() != 0 {
            return Err(format!("token {token}: {key:?} uses its high half"));
        }
        sum = sum
            .checked_add(word.low())
            .ok_or_else(|| format!("token {token}: balances exceed 2^128"))?;
    }
    if sum == supply {
        Ok(())
    } else {
        Err(format!(
            "token {token}: balances add up to {sum}, supply {supply}"
        ))
    }
}

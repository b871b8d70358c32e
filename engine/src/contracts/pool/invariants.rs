//! What always holds for a pool.

use super::storage::{LIQUIDITY, Reserves, reserves_key, supply_key};
use crate::contracts::token::balance_key;
use crate::primitives::Address;
use crate::state::Store;

/// Checks that the reserves do not exceed the pool's balances and that the liquidity balances add up
/// to the supply.
///
/// # Errors
/// A sentence that says which pool is off, and by how much.
pub fn check(store: &Store, pool: Address, tokens: [Address; 2]) -> Result<(), String> {
    let reserves = Reserves::unpack(&store.word(&reserves_key(pool)));
    for (token, reserve) in tokens
        .into_iter()
        .zip([reserves.reserve0, reserves.reserve1])
    {
        let balance = store.word(&balance_key(token, pool)).low();
        if reserve > balance {
            return Err(format!(
                "pool {pool}: reserve {reserve} of token {token} exceeds its balance {balance}"
            ));
        }
    }
    let supply = store.word(&supply_key(pool)).low();
    let sum = store
        .entries()
        .filter(|(key, _)| key.owner == pool && key.field == LIQUIDITY)
        .try_fold(0u128, |sum, (_, word)| sum.checked_add(word.low()))
        .ok_or_else(|| format!("pool {pool}: liquidity exceeds 2^128"))?;
    if sum != supply {
        return Err(format!(
            "pool {pool}: liquidity adds up to {sum}, supply {supply}"
        ));
    }
    Ok(())
}

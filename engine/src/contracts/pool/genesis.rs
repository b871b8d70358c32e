//! A pool's state before the first block.

use super::math::{MINIMUM_LIQUIDITY, RESERVE_MAX, product, sqrt};
use super::storage::{Reserves, liquidity_key, reserves_key, supply_key};
use crate::contracts::token::{self, NOBODY};
use crate::primitives::{Address, Amount};
use crate::state::{Storage, Store, Word};

/// Fills an empty pool as its first provider's mint at time 0 would: reserves, the pool's units of both
/// tokens (which raise their supplies), liquidity for the provider and the locked minimum.
///
/// # Panics
/// When the pool has reserves already, a reserve exceeds 112 bits, or the liquidity would not exceed
/// [`MINIMUM_LIQUIDITY`].
pub fn seed(
    store: &mut Store,
    pool: Address,
    tokens: [Address; 2],
    reserves: [Amount; 2],
    provider: Address,
) {
    let [reserve0, reserve1] = reserves.map(|amount| amount.0);
    assert!(
        store.word(&reserves_key(pool)).is_zero(),
        "{pool} has reserves"
    );
    assert!(
        reserve0.max(reserve1) <= RESERVE_MAX,
        "reserve beyond 112 bits"
    );
    let liquidity = sqrt(product(reserve0, reserve1));
    assert!(
        liquidity > MINIMUM_LIQUIDITY,
        "{pool}: too little liquidity"
    );
    for (token, amount) in tokens.into_iter().zip(reserves) {
        token::seed_balance(store, token, pool, amount);
    }
    let packed = Reserves {
        reserve0,
        reserve1,
        timestamp: 0,
    };
    store.set(reserves_key(pool), packed.pack());
    store.set(supply_key(pool), Word::from_low(liquidity));
    store.set(
        liquidity_key(pool, NOBODY),
        Word::from_low(MINIMUM_LIQUIDITY),
    );
    store.set(
        liquidity_key(pool, provider),
        Word::from_low(liquidity - MINIMUM_LIQUIDITY),
    );
}

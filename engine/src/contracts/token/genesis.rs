//! A token's state before the first block, and when a chain is divided.

use super::storage::{balance_key, supply_key};
use crate::primitives::{Address, Amount};
use crate::state::{Storage, Store, Word};

/// Gives a holder more units, and raises the total supply with it.
///
/// # Panics
/// When the total supply would exceed 2^128 − 1: the scenario's amounts are bounded far below.
pub fn seed_balance(store: &mut Store, token: Address, holder: Address, amount: Amount) {
    let supply = store.word(&supply_key(token)).low();
    let raised = supply.checked_add(amount.0);
    assert!(raised.is_some(), "total supply of {token} overflows");
    store.set(
        supply_key(token),
        Word::from_low(raised.unwrap_or_default()),
    );
    let balance = store.word(&balance_key(token, holder)).low();
    store.set(
        balance_key(token, holder),
        Word::from_low(balance + amount.0),
    );
}

/// Takes units of a holder, and the supply that they are, from one chain's state to another's.
///
/// # Panics
/// When the holder has less than that: whoever divides a state has read what it holds.
pub fn move_balance(
    from: &mut Store,
    to: &mut Store,
    token: Address,
    holder: Address,
    amount: Amount,
) {
    for key in [balance_key(token, holder), supply_key(token)] {
        let left = from.word(&key).low().checked_sub(amount.0);
        assert!(left.is_some(), "{holder} has less of {token} than it moves");
        from.set(key, Word::from_low(left.unwrap_or_default()));
    }
    seed_balance(to, token, holder, amount);
}

//! A market's state before the first block.

use super::config::Market;
use super::reserve::Reserve;
use super::storage::{
    FLAGS, Flags, cash_key, flags_key, indices_key, position_key, price_key, rates_key, totals_key,
};
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::state::{Key, Storage, Store, Word};

/// Opens a reserve at a time (seconds) with a price of a whole token (8 decimals): indices of 1, the
/// rates of no usage.
///
/// # Panics
/// When the market has no such reserve.
pub fn seed_reserve(
    store: &mut Store,
    market: Address,
    config: &Market,
    reserve: u32,
    price: u128,
    timestamp: u32,
) {
    let mut state = load(store, market, reserve);
    state.rates.timestamp = timestamp;
    save(store, market, config, reserve, state);
    store.set(price_key(market, reserve), Word::from_low(price));
}

/// Gives a user a supplied amount, which raises the token's supply, and a debt, whose units leave the
/// market's cash for the user; whether the collateral covers the debt is the caller's business. The
/// reserve must be open and its time that of the first block or earlier.
///
/// # Panics
/// When the market has no such reserve, when amounts overflow, or when the debt exceeds the cash.
pub fn seed_position(
    store: &mut Store,
    market: Address,
    config: &Market,
    user: Address,
    reserve: u32,
    supplied: Amount,
    borrowed: Amount,
) {
    let reserve_config = &config.reserves[reserve as usize];
    let mut state = load(store, market, reserve);
    let sums = (
        state.scaled_supply.checked_add(supplied.0),
        state.scaled_debt.checked_add(borrowed.0),
        state
            .cash
            .checked_add(supplied.0)
            .and_then(|cash| cash.checked_sub(borrowed.0)),
    );
    let (Some(supply), Some(debt), Some(cash)) = sums else {
        panic!(
            "{} of {market}: amounts out of range",
            reserve_config.symbol
        );
    };
    token::seed_balance(store, reserve_config.token, market, supplied);
    move_balance(store, reserve_config.token, market, user, borrowed.0);
    (state.scaled_supply, state.scaled_debt, state.cash) = (supply, debt, cash);
    save(store, market, config, reserve, state);

    let key = position_key(market, user, reserve);
    let before = store.word(&key);
    let (supply, debt) = (before.low() + supplied.0, before.high() + borrowed.0);
    store.set(key, Word::pair(supply, debt));
    let index = reserve as usize;
    let flags = Flags(store.word(&flags_key(market, user)).low())
        .with_collateral(index, supply > 0 && reserve_config.ltv_bps > 0)
        .with_debt(index, debt > 0);
    store.set(Key::of(market, FLAGS, user), Word::from_low(flags.0));
}

fn keys(market: Address, reserve: u32) -> [Key; 4] {
    [
        indices_key(market, reserve),
        rates_key(market, reserve),
        totals_key(market, reserve),
        cash_key(market, reserve),
    ]
}

fn load(store: &Store, market: Address, reserve: u32) -> Reserve {
    let words = keys(market, reserve).map(|key| store.word(&key));
    Reserve::unpack(reserve as usize, words)
}

fn save(store: &mut Store, market: Address, config: &Market, reserve: u32, mut state: Reserve) {
    let rates = state.update_rates(&config.reserves[reserve as usize]);
    assert!(rates.is_ok(), "reserve {reserve} of {market}: {rates:?}");
    for (key, word) in keys(market, reserve).into_iter().zip(state.pack()) {
        store.set(key, word);
    }
}

fn move_balance(store: &mut Store, token: Address, from: Address, to: Address, amount: u128) {
    let taken = store.word(&token::balance_key(token, from)).low() - amount;
    store.set(token::balance_key(token, from), token::balance_word(taken));
    let given = store.word(&token::balance_key(token, to)).low() + amount;
    store.set(token::balance_key(token, to), token::balance_word(given));
}

//! What always holds for a market.

use super::config::Market;
use super::storage::{FLAGS, Flags, POSITION, cash_key, flags_key, indices_key, totals_key};
use crate::contracts::token::balance_key;
use crate::primitives::Address;
use crate::state::Store;

/// Checks that positions add up to the totals, that cash does not exceed the market's balance, that
/// no index is below one, and that every user's flags say where it has debt and collateral.
///
/// # Errors
/// A sentence that says which reserve is off, and by how much.
pub fn check(store: &Store, market: Address, config: &Market) -> Result<(), String> {
    let reserves = config.reserves();
    let mut sums = vec![(0u128, 0u128); reserves.len()];
    for (key, word) in store.entries() {
        if key.owner != market || key.field != POSITION {
            continue;
        }
        let index = key.subject as u32 as usize;
        let user = Address((key.subject >> 32) as u32);
        let sum = sums
            .get_mut(index)
            .ok_or_else(|| format!("market {market}: a position in reserve {index}"))?;
        let overflow = || format!("market {market}: positions in reserve {index} exceed 2^128");
        sum.0 = sum.0.checked_add(word.low()).ok_or_else(overflow)?;
        sum.1 = sum.1.checked_add(word.high()).ok_or_else(overflow)?;
        let flags = Flags(store.word(&flags_key(market, user)).low());
        if flags.borrows(index) != (word.high() > 0)
            || (flags.is_collateral(index) && word.low() == 0)
        {
            return Err(format!(
                "market {market}: flags of {user} do not match its position in reserve {index}"
            ));
        }
    }
    for (index, (config, sum)) in reserves.iter().zip(sums).enumerate() {
        let name = format!("{} of {market}", config.symbol);
        let index = index as u32;
        let totals = store.word(&totals_key(market, index));
        if (totals.low(), totals.high()) != sum {
            return Err(format!(
                "{name}: positions add up to {sum:?}, totals {totals:?}"
            ));
        }
        let cash = store.word(&cash_key(market, index)).low();
        let balance = store.word(&balance_key(config.token, market)).low();
        if cash > balance {
            return Err(format!("{name}: cash {cash} exceeds the balance {balance}"));
        }
        let indices = store.word(&indices_key(market, index));
        let one = super::math::scaled::RAY_ONE;
        if [indices.low(), indices.high()]
            .iter()
            .any(|at| (1..one).contains(at))
        {
            return Err(format!("{name}: an index is below one: {indices:?}"));
        }
    }
    let known = (1u128 << (2 * reserves.len())) - 1;
    let stray = store
        .entries()
        .find(|(key, word)| key.owner == market && key.field == FLAGS && word.low() > known);
    match stray {
        Some((key, _)) => Err(format!("market {market}: stray flags at {key:?}")),
        None => Ok(()),
    }
}

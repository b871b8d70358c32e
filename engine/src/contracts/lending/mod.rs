//! A lending market over several reserves, in the manner of Aave v3.
//!
//! Vocabulary: a *reserve* is one token's supply and debt; the *liquidity index* and the *borrow index*
//! (ray: 10^27 = 1) grow with interest, and a *scaled* amount times its index is an amount of units;
//! *cash* is what the market holds of a token by its own books; *ltv* bounds borrowing, the
//! *liquidation threshold* bounds how far it may fall; the *health factor* (wad: 10^18 = 1) is
//! collateral weighed by thresholds over debt; the *deficit* is debt written off; prices are in a base
//! currency with 8 decimals, set by the owner.
//! Invariants: positions add up to the totals; cash never exceeds the market's balance; every rounding
//! favours the market (supplies and payments round down, debts and burnt supplies up); indices never
//! fall; a user is in at most [`RESERVES_MAX`] reserves.
//! Absent on purpose: an oracle (a later protocol), stable rates, isolation and efficiency modes, caps,
//! flash loans, transfers of supplied positions, dust rules of liquidation.
//! Start at [`Market`], then [`math`].

mod account;
mod action;
mod call;
mod config;
mod contract;
mod declare;
mod genesis;
pub mod invariants;
mod liquidation;
pub mod math;
#[cfg(test)]
mod properties;
mod reserve;
mod storage;
#[cfg(test)]
mod tests;

pub use account::AccountData;
pub use call::{
    account_data, borrow, cover_deficit, liquidate, method, mint_to_treasury, repay,
    set_collateral, set_price, supply, withdraw,
};
pub use config::{Market, RESERVES_MAX, ReserveConfig};
pub use contract::{
    BORROW, COLLATERAL_SET, DEFICIT_COVERED, DEFICIT_CREATED, LIQUIDATION, MINTED_TO_TREASURY,
    PRICE_SET, REPAY, SUPPLY, WITHDRAW,
};
pub use genesis::{seed_position, seed_reserve};
pub use storage::{
    accrued_key, cash_key, flags_key, indices_key, position_key, price_key, rates_key, totals_key,
};

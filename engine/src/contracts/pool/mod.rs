//! A constant-product pair: the rules of Uniswap v2 (core and periphery of 2020), to the last unit.
//!
//! Vocabulary: the *reserves* are the balances as of the last update, the *liquidity* is the pool's own
//! token, `k` is the product of the reserves, the *protocol fee* is a sixth of the growth of √k minted
//! to `fee_to`, a *skim* pays out balances beyond the reserves, a *sync* takes them in, the *cumulative
//! prices* add up UQ112x112 price × seconds, modulo 2^256.
//! Two layers: the core entries ([`mint`], [`burn`], [`swap`], [`skim`], [`sync`]) expect the units to
//! be in the pool already and measure what came; the router's entries ([`swap_exact_in`],
//! [`swap_exact_out`], [`add_liquidity`], [`remove_liquidity`]) do it all in one call, moving the
//! caller's units as an operator of both tokens.
//! Invariants: reserves fit 112 bits and never exceed the pool's balances; the fee-adjusted product
//! never falls in a swap; the liquidity balances add up to the supply, of which [`MINIMUM_LIQUIDITY`]
//! is locked for ever.
//! Absent on purpose: flash calls to the receiver and so the re-entrancy lock, multi-pool paths,
//! deadlines, tokens that take a fee on transfer. Start at [`Pool`], then [`math`].

mod call;
mod contract;
mod declare;
mod genesis;
pub mod invariants;
mod kernel;
mod liquidity;
pub mod math;
#[cfg(test)]
mod properties;
mod storage;
mod swap;
#[cfg(test)]
mod tests;

pub use call::{
    add_liquidity, burn, method, mint, quote_exact_in, remove_liquidity, set_fee_to, skim, swap,
    swap_exact_in, swap_exact_out, sync, transfer,
};
pub use contract::{BURN, MINT, Pool, SWAP, TRANSFER};
pub use genesis::seed;
pub use math::MINIMUM_LIQUIDITY;
pub use storage::{
    Reserves, k_last_key, liquidity_key, price0_cumulative_key, price1_cumulative_key,
    reserves_key, supply_key,
};

//! The document that fixes a market with people and their strategies on it.
//!
//! Apart from the other documents, since it needs neither: assets and their laws, pools, lending markets, the
//! crowd, people with purses and texts in the strategy language, solvers, keepers, days, seed.
//! Invariants: (document, seed) fixes the run. Everything is bounded before anything is allocated; amounts
//! are decimals, written as texts (`"0.5"`), packed as whole numbers.
//! From document to run: [`parse()`] reads it, [`check()`] finds every problem, [`build()`] makes the settings
//! of [`crate::world::exchange`]; [`link`] packs it for an address. [`preset`] has those that we ship.
//! Start at [`format::StrategyScenario`].

pub mod build;
pub mod check;
pub mod format;
pub mod link;
pub mod parse;
pub mod preset;
#[cfg(test)]
mod tests;

pub use build::build;
pub use check::check;
pub use format::{Plain, STRATEGY_VERSION, StrategyScenario};
pub use parse::{parse, print};
pub use preset::Preset;

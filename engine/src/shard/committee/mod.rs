//! Who guards a shard: drawing committees, how likely one falls, and what corrupting one costs.
//!
//! Words: of `nodes`, `corrupt` belong to an adversary; a committee of `members` *falls* with
//! `threshold` or more corrupt ones. Whether the bound itself counts moves results twofold, so
//! the threshold is always given. Invariants: exact integers, and randomness only from a seed.

pub mod adversary;
pub mod draw;
pub mod takeover;
#[cfg(test)]
mod tests;

pub use draw::{Draw, draw};
pub use takeover::Odds;

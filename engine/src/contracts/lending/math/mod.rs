//! The market's arithmetic, pure: Aave v3.7's fixed point, interest and rates, and Compound v2's rates.
//!
//! Vocabulary: a *wad* is 10^18 = 1, a *ray* is 10^27 = 1, a *percentage* is in basis points.
//! Invariants: every division names its rounding; whatever leaves 256 bits refuses with `OVERFLOW`, a
//! zero denominator with `DIVISION_BY_ZERO`. Versions are not mixed: v3.0 compounds by another formula.

pub mod fixed;
pub mod interest;
pub mod jump;
pub mod liquidation;
pub mod rates;
pub mod scaled;

pub use fixed::{PERCENTAGE, RAY, Round, WAD, mul_div};
pub use rates::{RateStrategy, Usage, interest_rates};

#[cfg(test)]
mod tests;

//! Scaled amounts and units, on the 128 bits that slots hold; rounding as Aave v3.5 and later.

use super::fixed::{Round, narrow, ray_div, ray_mul};
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// An index of 1: 10^27.
pub const RAY_ONE: u128 = 10u128.pow(27);

/// Units of a scaled amount at an index (ray).
///
/// # Errors
/// `OVERFLOW` beyond 128 bits.
pub fn to_units(scaled: u128, index: u128, round: Round) -> Result<u128, Revert> {
    narrow(ray_mul(U256::from(scaled), U256::from(index), round)?)
}

/// Scaled amount of units at an index (ray).
///
/// # Errors
/// `DIVISION_BY_ZERO`; `OVERFLOW` beyond 128 bits.
pub fn to_scaled(units: u128, index: u128, round: Round) -> Result<u128, Revert> {
    narrow(ray_div(U256::from(units), U256::from(index), round)?)
}

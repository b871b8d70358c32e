//! Growth factors over time (Aave v3.7, `MathUtils`).

use super::fixed::{OVERFLOW, RAY, Round, ray_mul};
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// Seconds of a year of 365 days.
pub const SECONDS_PER_YEAR: U256 = U256::from_limbs([31_536_000, 0, 0, 0]);

/// `1 + rate × time`: rate in ray a year, result in ray; rounds down.
///
/// # Errors
/// `OVERFLOW`.
pub fn linear_interest(rate: U256, seconds: U256) -> Result<U256, Revert> {
    let accrued = rate.checked_mul(seconds).ok_or(OVERFLOW)? / SECONDS_PER_YEAR;
    RAY.checked_add(accrued).ok_or(OVERFLOW)
}

/// e^(rate × time) by its series up to the third power, nested: `1 + x + x·(x/2 + x·(x/6))` with x
/// rounded down and both products half up. Rate in ray a year, result in ray.
///
/// # Errors
/// `OVERFLOW`.
pub fn compounded_interest(rate: U256, seconds: U256) -> Result<U256, Revert> {
    let x = rate.checked_mul(seconds).ok_or(OVERFLOW)? / SECONDS_PER_YEAR;
    let third = ray_mul(x, x / U256::from(6), Round::HalfUp)?;
    let half: U256 = x >> 1;
    let inner = half.checked_add(third).ok_or(OVERFLOW)?;
    let higher = ray_mul(x, inner, Round::HalfUp)?;
    RAY.checked_add(x)
        .and_then(|sum| sum.checked_add(higher))
        .ok_or(OVERFLOW)
}

//! Wads, rays and percentages (Aave v3.7, `WadRayMath`, `PercentageMath`, `MathUtils.mulDivCeil`).

use crate::primitives::wide;
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// 10^18.
pub const WAD: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
/// 10^27.
pub const RAY: U256 = U256::from_limbs([0x9fd0_803c_e800_0000, 0x33b_2e3c, 0, 0]);
/// 100 % in basis points.
pub const PERCENTAGE: U256 = U256::from_limbs([10_000, 0, 0, 0]);
/// Rays in a wad.
const WAD_RAY_RATIO: U256 = U256::from_limbs([1_000_000_000, 0, 0, 0]);

/// Beyond 256 bits, or beyond the 128 that a slot holds.
pub const OVERFLOW: Revert = Revert("OVERFLOW");
/// A zero denominator.
pub const DIVISION_BY_ZERO: Revert = Revert("DIVISION_BY_ZERO");

/// Where a division that leaves a remainder goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Round {
    /// Toward zero.
    Floor,
    /// To the nearest, halves away from zero.
    HalfUp,
    /// Away from zero.
    Ceil,
}

/// `a × b ÷ c`. The product, and with [`Round::HalfUp`] the product plus half of `c`, must fit 256
/// bits: the protocol refuses there, although the quotient might fit.
///
/// # Errors
/// `DIVISION_BY_ZERO`, `OVERFLOW`.
pub fn mul_div(a: U256, b: U256, c: U256, round: Round) -> Result<U256, Revert> {
    if c.is_zero() {
        return Err(DIVISION_BY_ZERO);
    }
    // Nearly every call has three 128-bit operands and a 128-bit quotient: several times faster.
    if let (Some(a), Some(b), Some(c)) = (small(a), small(b), small(c))
        && let Some(quotient) = div_small(wide::mul(a, b), c, round)
    {
        return Ok(U256::from(quotient));
    }
    let product = a.checked_mul(b).ok_or(OVERFLOW)?;
    match round {
        Round::Floor => Ok(product / c),
        Round::HalfUp => Ok(product.checked_add(c >> 1).ok_or(OVERFLOW)? / c),
        Round::Ceil => {
            let (quotient, remainder) = product.div_rem(c);
            // No overflow: a remainder needs a denominator above one, so the quotient is below half.
            Ok(if remainder.is_zero() {
                quotient
            } else {
                quotient + U256::from(1)
            })
        }
    }
}

/// The value where it fits 128 bits.
fn small(value: U256) -> Option<u128> {
    let [a, b, c, d] = *value.as_limbs();
    (c | d == 0).then_some(u128::from(a) | u128::from(b) << 64)
}

/// The rounded quotient of a 256-bit product; `None` where it exceeds 128 bits.
fn div_small((high, low): (u128, u128), c: u128, round: Round) -> Option<u128> {
    let (low, carries) = match round {
        Round::HalfUp => low.overflowing_add(c >> 1),
        Round::Floor | Round::Ceil => (low, false),
    };
    // No overflow: a product of two 128-bit numbers leaves room for a third.
    let (quotient, rest) = wide::div_rem(high + u128::from(carries), low, c)?;
    quotient.checked_add(u128::from(round == Round::Ceil && rest > 0))
}

/// The product of two wads.
///
/// # Errors
/// `OVERFLOW`.
pub fn wad_mul(a: U256, b: U256, round: Round) -> Result<U256, Revert> {
    mul_div(a, b, WAD, round)
}

/// The quotient of two wads.
///
/// # Errors
/// `DIVISION_BY_ZERO`, `OVERFLOW`.
pub fn wad_div(a: U256, b: U256, round: Round) -> Result<U256, Revert> {
    mul_div(a, WAD, b, round)
}

/// The product of two rays.
///
/// # Errors
/// `OVERFLOW`.
pub fn ray_mul(a: U256, b: U256, round: Round) -> Result<U256, Revert> {
    mul_div(a, b, RAY, round)
}

/// The quotient of two rays.
///
/// # Errors
/// `DIVISION_BY_ZERO`, `OVERFLOW`.
pub fn ray_div(a: U256, b: U256, round: Round) -> Result<U256, Revert> {
    mul_div(a, RAY, b, round)
}

/// A percentage of a value.
///
/// # Errors
/// `OVERFLOW`.
pub fn percent_mul(value: U256, percentage: U256, round: Round) -> Result<U256, Revert> {
    mul_div(value, percentage, PERCENTAGE, round)
}

/// The value of which this is the percentage.
///
/// # Errors
/// `DIVISION_BY_ZERO`, `OVERFLOW`.
pub fn percent_div(value: U256, percentage: U256, round: Round) -> Result<U256, Revert> {
    mul_div(value, PERCENTAGE, percentage, round)
}

/// A wad as a ray; exact.
///
/// # Errors
/// `OVERFLOW`.
pub fn wad_to_ray(a: U256) -> Result<U256, Revert> {
    a.checked_mul(WAD_RAY_RATIO).ok_or(OVERFLOW)
}

/// A ray as a wad. Unlike the products, rounding up here cannot overflow.
pub fn ray_to_wad(a: U256, round: Round) -> U256 {
    let (quotient, remainder) = a.div_rem(WAD_RAY_RATIO);
    let up = match round {
        Round::Floor => false,
        Round::HalfUp => remainder >= WAD_RAY_RATIO >> 1,
        Round::Ceil => !remainder.is_zero(),
    };
    quotient + U256::from(up)
}

/// As the 128 bits that a slot holds.
///
/// # Errors
/// `OVERFLOW`.
pub fn narrow(value: U256) -> Result<u128, Revert> {
    u128::try_from(value).map_err(|_| OVERFLOW)
}

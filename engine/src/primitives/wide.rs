//! Products and quotients of 128-bit numbers, without calls into a library.
//!
//! Wasm multiplies 64 bits into 64. What is wider is a call that returns through memory, and a quotient is one
//! that goes on bit by bit for as long as the hardware's own division does not fit; a swap has a dozen of the
//! one and one of the other. Here products are made of what the machine has, and quotients are estimated in
//! floating point from below and made exact by what is left: the operations used are exact or rounded by
//! IEEE 754, so that they are the same everywhere, and the result does not depend on the estimate.
//! What a swap goes through is put in place wherever it is called: a call hands wide numbers over in memory.

use ruint::aliases::U256;

/// A half of a number.
const HALF: u32 = 64;

/// By so much an estimate is lowered: it is off by less than 2^-50, having been rounded five times by 2^-53 at
/// most.
const BELOW: f64 = 1.0 - 1.0 / (1_u64 << 49) as f64;

/// Quotients below are estimated in one go.
const ESTIMATED_MAX: f64 = (1_u64 << 63) as f64;

const fn halves(number: u128) -> (u64, u64) {
    ((number >> HALF) as u64, number as u64)
}

const fn join(high: u64, low: u64) -> u128 {
    (high as u128) << HALF | low as u128
}

/// The product of two halves.
#[inline(always)]
const fn product(a: u64, b: u64) -> u128 {
    if cfg!(target_arch = "wasm32") {
        of_quarters(a, b)
    } else {
        a as u128 * b as u128
    }
}

/// The same, from products of 32 bits each.
#[inline(always)]
const fn of_quarters(a: u64, b: u64) -> u128 {
    const LOW: u64 = u32::MAX as u64;
    let (a1, a0) = (a >> 32, a & LOW);
    let (b1, b0) = (b >> 32, b & LOW);
    let low = a0 * b0;
    // Neither sum overflows: (2^32 − 1)² + 2^32 − 1 is below 2^64.
    let middle = a1 * b0 + (low >> 32);
    let other = a0 * b1 + (middle & LOW);
    join(
        a1 * b1 + (middle >> 32) + (other >> 32),
        other << 32 | low & LOW,
    )
}

/// The 256-bit product as (high, low).
#[inline]
pub const fn mul(a: u128, b: u128) -> (u128, u128) {
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let (low_high, low) = halves(product(a0, b0));
    let (middle_high, middle) = halves(product(a1, b0) + low_high as u128);
    let (other_high, other) = halves(product(a0, b1) + middle as u128);
    (
        product(a1, b1) + middle_high as u128 + other_high as u128,
        join(other, low),
    )
}

/// The product, where it fits 128 bits.
#[inline]
pub const fn checked_mul(a: u128, b: u128) -> Option<u128> {
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let low = product(a0, b0);
    // One of the cross products is nothing, or the product is too large.
    let cross = match (a1, b1) {
        (0, 0) => return Some(low),
        (a1, 0) => product(a1, b0),
        (0, b1) => product(a0, b1),
        _ => return None,
    };
    match halves(cross) {
        (0, cross) => low.checked_add(join(cross, 0)),
        _ => None,
    }
}

/// The quotient and the remainder of a 256-bit number, high half and low half; `None` where the quotient
/// exceeds 128 bits or there is none.
#[inline(always)]
pub fn div_rem(high: u128, low: u128, divisor: u128) -> Option<(u128, u128)> {
    if high >= divisor {
        return None;
    }
    if high == 0 {
        return Some(div_rem_128(low, divisor));
    }
    let rest = float(high) * TWO_128 + float(low);
    if rest / float(divisor) >= ESTIMATED_MAX {
        let number: U256 = (U256::from(high) << 128) | U256::from(low);
        let (quotient, rest) = number.div_rem(U256::from(divisor));
        return Some((quotient.to(), rest.to()));
    }
    Some(estimated((high, low), divisor))
}

/// The quotient and the remainder; the divisor is not zero.
#[inline]
fn div_rem_128(number: u128, divisor: u128) -> (u128, u128) {
    if !cfg!(target_arch = "wasm32") {
        let quotient = number / divisor;
        return (quotient, number - quotient * divisor);
    }
    of_estimates(number, divisor)
}

/// The same by estimates.
fn of_estimates(number: u128, divisor: u128) -> (u128, u128) {
    let ((number1, number0), (divisor1, divisor0)) = (halves(number), halves(divisor));
    if divisor1 > 0 {
        return estimated((0, number), divisor);
    }
    // The first digit of two; what is left of it is below the divisor, so that the second fits a half.
    let (first, rest) = (number1 / divisor0, number1 % divisor0);
    let (second, rest) = match rest {
        0 => (
            u128::from(number0 / divisor0),
            u128::from(number0 % divisor0),
        ),
        rest => estimated((0, join(rest, number0)), divisor),
    };
    (join(first, 0) + second, rest)
}

const TWO_64: f64 = 18_446_744_073_709_551_616.0;
const TWO_128: f64 = TWO_64 * TWO_64;

fn float(number: u128) -> f64 {
    let (high, low) = halves(number);
    high as f64 * TWO_64 + low as f64
}

/// The quotient, which fits a half, and the remainder.
#[inline(always)]
fn estimated((mut high, mut low): (u128, u128), divisor: u128) -> (u128, u128) {
    let scale = float(divisor);
    let mut quotient = 0;
    while high > 0 || low >= divisor {
        let estimate = (float(high) * TWO_128 + float(low)) / scale;
        // Never above the quotient of what is left, which is one at least.
        let digits = ((estimate * BELOW) as u64).max(1);
        let (taken_high, taken) = mul(divisor, digits.into());
        let (rest, borrows) = low.overflowing_sub(taken);
        high -= taken_high + u128::from(borrows);
        low = rest;
        quotient += u128::from(digits);
    }
    (quotient, low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers of every length.
    fn number() -> impl Strategy<Value = u128> {
        let shifted = (any::<u128>(), 0_u32..128).prop_map(|(number, by)| number >> by);
        let near = (0_u32..128, -2_i128..3).prop_map(|(bit, off)| {
            let power = 1_u128 << bit;
            power.wrapping_add_signed(off)
        });
        prop_oneof![3 => shifted, 1 => near]
    }

    fn wide(high: u128, low: u128) -> U256 {
        (U256::from(high) << 128) | U256::from(low)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn products_are_exact(a in number(), b in number(), c: u64, d: u64) {
            let (high, low) = mul(a, b);
            prop_assert_eq!(wide(high, low), U256::from(a) * U256::from(b));
            prop_assert_eq!(checked_mul(a, b), a.checked_mul(b));
            prop_assert_eq!(of_quarters(c, d), u128::from(c) * u128::from(d));
        }

        #[test]
        fn quotients_are_exact(a in number(), b in number(), c in number()) {
            let (high, low) = mul(a, b);
            let found = div_rem(high, low, c);
            let is_in_range = c > 0 && high < c;
            prop_assert_eq!(found.is_some(), is_in_range);
            if let Some((quotient, rest)) = found {
                let (expected, left) = (U256::from(a) * U256::from(b)).div_rem(U256::from(c));
                prop_assert_eq!((U256::from(quotient), U256::from(rest)), (expected, left));
            }
            if c > 0 {
                prop_assert_eq!(of_estimates(a, c), (a / c, a % c));
                // One below and one above a whole number of times.
                if let Some(times) = b.checked_mul(c) {
                    for near in [times.saturating_sub(1), times, times.saturating_add(1)] {
                        prop_assert_eq!(of_estimates(near, c), (near / c, near % c));
                    }
                }
            }
        }
    }
}

//! Checked money: 128-bit amounts and 256-bit products.

use super::wide;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which way a division that leaves a remainder goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

/// A quantity of one token, in its smallest unit.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Amount(pub u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount there is.
    pub const MAX: Self = Self(u128::MAX);

    /// The sum, or `None` past [`Amount::MAX`].
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// `self × numerator ÷ denominator` with a 256-bit product; `None` when the denominator is zero
    /// or the quotient exceeds 128 bits.
    pub fn mul_div(self, numerator: Self, denominator: Self, rounding: Rounding) -> Option<Self> {
        mul_div(self.0, numerator.0, denominator.0, rounding).map(Self)
    }

    /// Whether this is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `a × b ÷ c` exactly; `None` when `c` is zero or the quotient exceeds 128 bits.
#[inline(always)]
pub fn mul_div(a: u128, b: u128, c: u128, rounding: Rounding) -> Option<u128> {
    let (high, low) = wide::mul(a, b);
    let (quotient, rest) = wide::div_rem(high, low, c)?;
    quotient.checked_add(u128::from(rounding == Rounding::Up && rest > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruint::aliases::U256;

    proptest! {
        #[test]
        fn mul_div_is_the_exact_quotient(a: u128, b: u128, c in 1u128.., up: bool) {
            let rounding = if up { Rounding::Up } else { Rounding::Down };
            let product = U256::from(a) * U256::from(b);
            let mut expected = product / U256::from(c);
            if up && expected * U256::from(c) != product {
                expected += U256::from(1);
            }
            prop_assert_eq!(mul_div(a, b, c, rounding), u128::try_from(expected).ok());
        }
    }

    #[test]
    fn mul_div_refuses_a_zero_denominator() {
        assert_eq!(mul_div(1, 1, 0, Rounding::Down), None);
    }
}

//! Decimal numbers of eight places: prices, shares and rates without floats.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A signed number in hundred-millionths: `Decimal(150_000_000)` is 1.5. A share of 80 % is 0.8.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Decimal(pub i64);

impl Decimal {
    /// Places after the point.
    pub const PLACES: usize = 8;
    /// One.
    pub const ONE: Self = Self(100_000_000);
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest number there is: about 92 thousand million.
    pub const MAX: Self = Self(i64::MAX);

    /// A whole number; the largest there is where it does not fit.
    pub const fn whole(number: i64) -> Self {
        Self(number.saturating_mul(Self::ONE.0))
    }

    /// So many basis points.
    pub const fn bps(points: i64) -> Self {
        Self(points.saturating_mul(10_000))
    }

    /// The product, rounded toward zero; stays at the ends of the range.
    pub fn times(self, other: Self) -> Self {
        clamp(i128::from(self.0) * i128::from(other.0) / i128::from(Self::ONE.0))
    }

    /// The quotient, rounded toward zero; `None` by zero. Stays at the ends of the range.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            return None;
        }
        Some(clamp(
            i128::from(self.0) * i128::from(Self::ONE.0) / i128::from(other.0),
        ))
    }

    /// The sum; stays at the ends of the range.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference; stays at the ends of the range.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads `12`, `-0.5` or `12.5`; `None` for anything else, more than eight places, or out of range.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_scaled(text, Self::PLACES)
    }

    /// Reads a percentage without its sign: `80` is 0.8. Six places.
    pub fn parse_percent(text: &str) -> Option<Self> {
        Self::parse_scaled(text, Self::PLACES - 2)
    }

    fn parse_scaled(text: &str, places: usize) -> Option<Self> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let is_plain = !whole.is_empty()
            && whole.len() <= 18
            && fraction.len() <= places
            && (fraction.is_empty() != magnitude.contains('.'))
            && whole
                .bytes()
                .chain(fraction.bytes())
                .all(|b| b.is_ascii_digit());
        if !is_plain {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction:0<places$}").parse().ok()?;
        i64::try_from(if negative { -digits } else { digits })
            .ok()
            .map(Self)
    }

    /// As a percentage without its sign: 0.8 is `80`.
    pub fn percent(self) -> String {
        print(self.0, Self::PLACES - 2)
    }
}

fn clamp(value: i128) -> Decimal {
    Decimal(value.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

fn print(value: i64, places: usize) -> String {
    let one = 10u64.pow(places as u32);
    let magnitude = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let fraction = format!("{:0places$}", magnitude % one);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", magnitude / one)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self.0, Self::PLACES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(value: i64) {
            let value = Decimal(value);
            prop_assert_eq!(Decimal::parse(&value.to_string()), Some(value));
            prop_assert_eq!(Decimal::parse_percent(&value.percent()), Some(value));
        }
    }

    #[test]
    fn numbers_are_plain_or_refused() {
        assert_eq!(Decimal::parse("0.5"), Some(Decimal(50_000_000)));
        assert_eq!(Decimal::parse_percent("0.5"), Some(Decimal::bps(50)));
        for text in [
            "",
            ".5",
            "1.",
            "1e3",
            "1.123456789",
            "--1",
            "99999999999999",
            "١",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}

//! Decimal numbers as the vector files write them, compared without floats.

use ruint::aliases::U256;

/// Most digits after the point: bounds the powers of ten below.
const SCALE_MAX: usize = 40;

/// `digits ÷ 10^scale`, with a sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Decimal {
    negative: bool,
    digits: U256,
    scale: usize,
}

impl Decimal {
    /// Reads `-12.50`; `None` for anything that is not plain decimal notation or does not fit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let all_digits = whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits || fraction.len() > SCALE_MAX {
            return None;
        }
        Some(Self {
            negative,
            digits: format!("{whole}{fraction}").parse().ok()?,
            scale: fraction.len(),
        })
    }

    fn at_scale(self, scale: usize) -> Option<U256> {
        let power = U256::from(10).checked_pow(U256::from(scale.checked_sub(self.scale)?))?;
        self.digits.checked_mul(power)
    }

    /// Both magnitudes at one scale, and the distance between the numbers there.
    fn aligned(self, other: Self) -> Option<(U256, U256, U256, usize)> {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.at_scale(scale)?, other.at_scale(scale)?);
        let distance = if self.negative == other.negative {
            a.abs_diff(b)
        } else {
            a.checked_add(b)?
        };
        Some((a, b, distance, scale))
    }

    /// Whether both are the same number; `None` where that cannot be said within 256 bits.
    pub(super) fn equals(self, other: Self) -> Option<bool> {
        Some(self.aligned(other)?.2.is_zero())
    }

    /// Whether the distance is at most `limit`.
    pub(super) fn is_within(self, other: Self, limit: Self) -> Option<bool> {
        let (.., distance, scale) = self.aligned(other)?;
        let common = scale.max(limit.scale);
        let distance = Self {
            negative: false,
            digits: distance,
            scale,
        };
        Some(distance.at_scale(common)? <= limit.at_scale(common)?)
    }

    /// Whether the distance to `expected` is at most this part of it.
    pub(super) fn is_within_part(self, expected: Self, part: Self) -> Option<bool> {
        let (_, magnitude, distance, _) = self.aligned(expected)?;
        let power = U256::from(10).checked_pow(U256::from(part.scale))?;
        Some(distance.checked_mul(power)? <= magnitude.checked_mul(part.digits)?)
    }

    /// Whether both, floored to whole `unit`s, differ by at most `steps` of them. Whole numbers from
    /// zero only.
    pub(super) fn is_within_steps(self, other: Self, unit: Self, steps: Self) -> Option<bool> {
        let numbers = [self, other, unit, steps];
        if numbers.iter().any(|n| n.scale != 0 || n.negative) {
            return None;
        }
        let floor = |n: Self| n.digits.checked_div(unit.digits);
        Some(floor(self)?.abs_diff(floor(other)?) <= steps.digits)
    }
}

//! The 256-bit value of a slot.

use super::bound::Half;
use super::view::Additive;
use serde::{Deserialize, Serialize};

/// A slot's value: two 128-bit halves, `low` and `high`.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Word {
    limbs: [u64; 4],
}

impl Word {
    /// The value of a slot that was never written.
    pub const ZERO: Self = Self { limbs: [0; 4] };

    /// Two halves.
    pub const fn pair(low: u128, high: u128) -> Self {
        Self {
            limbs: [
                low as u64,
                (low >> 64) as u64,
                high as u64,
                (high >> 64) as u64,
            ],
        }
    }

    /// The low half; the high half is zero.
    pub const fn from_low(low: u128) -> Self {
        Self::pair(low, 0)
    }

    /// The low half.
    pub const fn low(&self) -> u128 {
        self.limbs[0] as u128 | (self.limbs[1] as u128) << 64
    }

    /// The high half.
    pub const fn high(&self) -> u128 {
        self.limbs[2] as u128 | (self.limbs[3] as u128) << 64
    }

    /// Whether every bit is zero.
    pub const fn is_zero(&self) -> bool {
        self.limbs[0] | self.limbs[1] | self.limbs[2] | self.limbs[3] == 0
    }

    /// Four 64-bit limbs, least significant first.
    pub const fn limbs(&self) -> [u64; 4] {
        self.limbs
    }

    /// From four 64-bit limbs, least significant first.
    pub const fn from_limbs(limbs: [u64; 4]) -> Self {
        Self { limbs }
    }

    /// Thirty-two bytes, little-endian.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.limbs) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }
}

impl Additive for Word {
    /// Adds the halves on their own, each modulo 2^128: a slot may count two things at once.
    fn plus(&self, delta: &Self) -> Self {
        Self::pair(
            self.low().wrapping_add(delta.low()),
            self.high().wrapping_add(delta.high()),
        )
    }

    fn half(&self, half: Half) -> i128 {
        match half {
            Half::Low => self.low() as i128,
            Half::High => self.high() as i128,
        }
    }
}

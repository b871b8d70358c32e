//! The pool's fields, and the reserves' packing.

use crate::primitives::Address;
use crate::state::{Key, Word};

/// Both reserves and the time of the last update; one entry.
pub(super) const RESERVES: u32 = 0;
/// Price of token 0 in token 1, cumulated; one entry of 256 bits.
pub(super) const PRICE0_CUMULATIVE: u32 = 1;
/// Price of token 1 in token 0, cumulated; one entry of 256 bits.
pub(super) const PRICE1_CUMULATIVE: u32 = 2;
/// Supply of the liquidity token in the low half; one entry.
pub(super) const SUPPLY: u32 = 3;
/// Product of the reserves after the last change of liquidity; one entry of 256 bits, 0 = fee off.
pub(super) const K_LAST: u32 = 4;
/// Liquidity in the low half; one entry a holder.
pub(super) const LIQUIDITY: u32 = 5;
/// Receiver of the protocol fee, plus one, in the low half; 0 = fee off; one entry.
pub(super) const FEE_TO: u32 = 6;

/// Bits of a reserve.
const RESERVE_BITS: u32 = 112;
const RESERVE_MASK: u128 = (1 << RESERVE_BITS) - 1;

/// The reserves and when they were last updated.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Reserves {
    /// Units of token 0; 112 bits.
    pub reserve0: u128,
    /// Units of token 1; 112 bits.
    pub reserve1: u128,
    /// Seconds, modulo 2^32.
    pub timestamp: u32,
}

impl Reserves {
    /// From one word: a reserve in each half's lower 112 bits, the timestamp's halves above them.
    pub const fn unpack(word: &Word) -> Self {
        let (low, high) = (word.low(), word.high());
        Self {
            reserve0: low & RESERVE_MASK,
            reserve1: high & RESERVE_MASK,
            timestamp: (low >> RESERVE_BITS) as u32 | ((high >> RESERVE_BITS) as u32) << 16,
        }
    }

    /// Into one word; see [`Reserves::unpack`]. Reserves beyond 112 bits are cut.
    pub const fn pack(&self) -> Word {
        let low_time = (self.timestamp & 0xffff) as u128;
        let high_time = (self.timestamp >> 16) as u128;
        Word::pair(
            self.reserve0 & RESERVE_MASK | low_time << RESERVE_BITS,
            self.reserve1 & RESERVE_MASK | high_time << RESERVE_BITS,
        )
    }
}

/// The slot of a pool's reserves.
pub const fn reserves_key(pool: Address) -> Key {
    Key::single(pool, RESERVES)
}

/// The slot of a pool's cumulative price of token 0.
pub const fn price0_cumulative_key(pool: Address) -> Key {
    Key::single(pool, PRICE0_CUMULATIVE)
}

/// The slot of a pool's cumulative price of token 1.
pub const fn price1_cumulative_key(pool: Address) -> Key {
    Key::single(pool, PRICE1_CUMULATIVE)
}

/// The slot of a pool's supply of liquidity.
pub const fn supply_key(pool: Address) -> Key {
    Key::single(pool, SUPPLY)
}

/// The slot of a pool's product after the last change of liquidity.
pub const fn k_last_key(pool: Address) -> Key {
    Key::single(pool, K_LAST)
}

/// The slot of a holder's liquidity.
pub const fn liquidity_key(pool: Address, holder: Address) -> Key {
    Key::of(pool, LIQUIDITY, holder)
}

//! The market's fields, and their packing.

use crate::primitives::Address;
use crate::state::{Key, Word};

/// Liquidity index in the low half, borrow index in the high half (ray; 0 = 1); one entry a reserve.
pub(super) const INDICES: u32 = 0;
/// Rates and the time they hold from, see [`Rates`]; one entry a reserve.
pub(super) const RATES: u32 = 1;
/// Scaled supply in the low half, scaled debt in the high half; one entry a reserve.
pub(super) const TOTALS: u32 = 2;
/// Cash in the low half, deficit in the high half (units); one entry a reserve.
pub(super) const CASH: u32 = 3;
/// The treasury's share not minted yet, scaled, in the low half; one entry a reserve.
pub(super) const ACCRUED: u32 = 4;
/// Price of a whole token in the low half, 8 decimals; one entry a reserve.
pub(super) const PRICE: u32 = 5;
/// Scaled supply in the low half, scaled debt in the high half; one entry a user and reserve.
pub(super) const POSITION: u32 = 6;
/// Two bits a reserve in the low half, see [`Flags`]; one entry a user.
pub(super) const FLAGS: u32 = 7;

/// Bits of a rate beside the timestamp.
const RATE_BITS: u32 = 96;

/// A reserve's rates (ray a year) and the time since which they hold.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Rates {
    pub(super) liquidity: u128,
    /// At most 96 bits: [`super::Market::new`] bounds it.
    pub(super) borrow: u128,
    /// Seconds, modulo 2^32.
    pub(super) timestamp: u32,
}

impl Rates {
    pub(super) const fn unpack(word: &Word) -> Self {
        let high = word.high();
        Self {
            liquidity: word.low(),
            borrow: high & ((1 << RATE_BITS) - 1),
            timestamp: (high >> RATE_BITS) as u32,
        }
    }

    pub(super) const fn pack(&self) -> Word {
        let borrow = self.borrow & ((1 << RATE_BITS) - 1);
        Word::pair(
            self.liquidity,
            borrow | (self.timestamp as u128) << RATE_BITS,
        )
    }
}

/// In which reserves a user has debt (bit 2i) and collateral (bit 2i + 1).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Flags(pub(super) u128);

impl Flags {
    /// Bits of all reserves' debts.
    const DEBTS: u128 = 0x5555;

    pub(super) const fn borrows(self, reserve: usize) -> bool {
        self.0 >> (2 * reserve) & 1 == 1
    }

    pub(super) const fn is_collateral(self, reserve: usize) -> bool {
        self.0 >> (2 * reserve + 1) & 1 == 1
    }

    pub(super) const fn has_debt(self) -> bool {
        self.0 & Self::DEBTS != 0
    }

    pub(super) const fn has_collateral(self) -> bool {
        self.0 & (Self::DEBTS << 1) != 0
    }

    #[must_use]
    pub(super) const fn with_debt(self, reserve: usize, on: bool) -> Self {
        self.with(2 * reserve, on)
    }

    #[must_use]
    pub(super) const fn with_collateral(self, reserve: usize, on: bool) -> Self {
        self.with(2 * reserve + 1, on)
    }

    const fn with(self, bit: usize, on: bool) -> Self {
        let cleared = self.0 & !(1 << bit);
        Self(cleared | (on as u128) << bit)
    }
}

/// The entry of a user's position in a reserve.
pub(super) const fn position_subject(user: Address, reserve: usize) -> u64 {
    (user.0 as u64) << 32 | reserve as u64
}

const fn of_reserve(market: Address, field: u32, reserve: u32) -> Key {
    Key {
        owner: market,
        field,
        subject: reserve as u64,
    }
}

/// The slot of a reserve's indices.
pub const fn indices_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, INDICES, reserve)
}

/// The slot of a reserve's rates.
pub const fn rates_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, RATES, reserve)
}

/// The slot of a reserve's scaled totals.
pub const fn totals_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, TOTALS, reserve)
}

/// The slot of a reserve's cash and deficit.
pub const fn cash_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, CASH, reserve)
}

/// The slot of the treasury's share of a reserve that is not minted yet.
pub const fn accrued_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, ACCRUED, reserve)
}

/// The slot of a reserve's price.
pub const fn price_key(market: Address, reserve: u32) -> Key {
    of_reserve(market, PRICE, reserve)
}

/// The slot of a user's position in a reserve.
pub const fn position_key(market: Address, user: Address, reserve: u32) -> Key {
    Key::of_pair(market, POSITION, user, Address(reserve))
}

/// The slot of a user's flags.
pub const fn flags_key(market: Address, user: Address) -> Key {
    Key::of(market, FLAGS, user)
}

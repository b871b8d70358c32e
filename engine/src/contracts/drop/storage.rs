//! The drop's fields.

use crate::primitives::Address;
use crate::state::{Key, Storage, Store, Word};

/// How many claims there were, in the low half; one entry.
pub(super) const CLAIMS: u32 = 0;
/// Units held, in the low half; one entry a holder.
pub(super) const UNITS: u32 = 1;
/// Units that a faucet has left, in the low half; one entry.
pub(super) const STOCK: u32 = 2;

/// The slot of a drop's counter.
pub const fn claims_key(drop: Address) -> Key {
    Key::single(drop, CLAIMS)
}

/// The slot of a holder's units.
pub const fn units_key(drop: Address, holder: Address) -> Key {
    Key::of(drop, UNITS, holder)
}

/// The slot of what a faucet has left.
pub const fn stock_key(drop: Address) -> Key {
    Key::single(drop, STOCK)
}

/// Fills a faucet before the first block.
pub fn seed_stock(store: &mut Store, drop: Address, units: u64) {
    store.set(stock_key(drop), Word::from_low(u128::from(units)));
}

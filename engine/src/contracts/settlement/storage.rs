//! The settlement's fields.

use crate::primitives::Address;
use crate::state::Key;

/// Owner, given and wanted token in the low half; last second in the high half; one entry an order.
pub(super) const ORDER: u32 = 0;
/// What is given at most, and what is got at least for all of it; one entry an order.
pub(super) const TERMS: u32 = 1;
/// What has been given and got; one entry an order.
pub(super) const FILLED: u32 = 2;
/// The order of a fill's row in the low half.
pub(super) const FILL: u32 = 3;
/// What a fill's row gives and gets.
pub(super) const FILL_AMOUNTS: u32 = 4;
/// Pool and direction of a swap's row in the low half.
pub(super) const SWAP: u32 = 5;
/// What goes into and comes out of a swap's row.
pub(super) const SWAP_AMOUNTS: u32 = 6;

const fn of(settlement: Address, field: u32, order: u64) -> Key {
    Key {
        owner: settlement,
        field,
        subject: order,
    }
}

/// The slot of an order's owner, tokens and last second.
pub const fn order_key(settlement: Address, order: u64) -> Key {
    of(settlement, ORDER, order)
}

/// The slot of an order's amounts.
pub const fn terms_key(settlement: Address, order: u64) -> Key {
    of(settlement, TERMS, order)
}

/// The slot of what an order has given and got.
pub const fn filled_key(settlement: Address, order: u64) -> Key {
    of(settlement, FILLED, order)
}

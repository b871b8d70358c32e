//! The drop's fields.

use crate::primitives::Address;
use crate::state::Key;

/// How many claims there were, in the low half; one entry.
pub(super) const CLAIMS: u32 = 0;
/// Units held, in the low half; one entry a holder.
pub(super) const UNITS: u32 = 1;

/// The slot of a drop's counter.
pub const fn claims_key(drop: Address) -> Key {
    Key::single(drop, CLAIMS)
}

/// The slot of a holder's units.
pub const fn units_key(drop: Address, holder: Address) -> Key {
    Key::of(drop, UNITS, holder)
}

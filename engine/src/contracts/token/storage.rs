//! The token's fields.

use crate::primitives::Address;
use crate::state::{Key, Word};

/// Total supply in the low half; one entry.
pub(super) const SUPPLY: u32 = 0;
/// Balance in the low half; one entry a holder.
pub(super) const BALANCE: u32 = 1;
/// Allowance in the low half; one entry a pair of holder and spender.
pub(super) const ALLOWANCE: u32 = 2;

/// The slot of a token's total supply.
pub const fn supply_key(token: Address) -> Key {
    Key::single(token, SUPPLY)
}

/// The slot of a holder's balance.
pub const fn balance_key(token: Address, holder: Address) -> Key {
    Key::of(token, BALANCE, holder)
}

/// The slot of what a spender may move of a holder's units.
pub const fn allowance_key(token: Address, holder: Address, spender: Address) -> Key {
    Key::of_pair(token, ALLOWANCE, holder, spender)
}

/// The word that holds this balance.
pub const fn balance_word(amount: u128) -> Word {
    Word::from_low(amount)
}

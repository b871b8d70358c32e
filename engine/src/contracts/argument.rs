//! Reading a call's words.

use crate::primitives::Address;
use crate::vm::native::Revert;

/// The refusal of a method number that the contract does not have.
pub(super) const UNKNOWN_METHOD: Revert = Revert("UNKNOWN_METHOD");

/// The address in an argument word.
///
/// # Errors
/// `BAD_ADDRESS` when the word is wider than an address: two words must not name one holder.
pub(super) fn address(word: u128) -> Result<Address, Revert> {
    u32::try_from(word)
        .map(Address)
        .map_err(|_| Revert("BAD_ADDRESS"))
}

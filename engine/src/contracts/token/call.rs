//! Calls of a token, typed.

use crate::primitives::{Address, Amount};
use crate::vm::native::Call;

/// Method numbers.
pub mod method {
    /// Moves the caller's units.
    pub const TRANSFER: u16 = 1;
    /// Lets a spender move the caller's units.
    pub const APPROVE: u16 = 2;
    /// Moves a holder's units within the caller's allowance.
    pub const TRANSFER_FROM: u16 = 3;
    /// Moves a holder's units as a default operator.
    pub const OPERATE_TRANSFER: u16 = 4;
    /// Moves a holder's units to the calling operator.
    pub const OPERATE_PULL: u16 = 5;
    /// Creates units.
    pub const MINT: u16 = 6;
    /// Destroys the caller's units.
    pub const BURN: u16 = 7;
    /// Reads a balance.
    pub const BALANCE_OF: u16 = 8;
    /// Reads the total supply.
    pub const TOTAL_SUPPLY: u16 = 9;
    /// Reads an allowance.
    pub const ALLOWANCE: u16 = 10;
}

const fn call(method: u16, args: [u128; 4]) -> Call {
    Call { method, args }
}

const fn word(address: Address) -> u128 {
    address.0 as u128
}

/// Moves the caller's units to a holder. Returns the caller's balance afterwards.
pub const fn transfer(to: Address, amount: Amount) -> Call {
    call(method::TRANSFER, [word(to), amount.0, 0, 0])
}

/// Sets what a spender may move of the caller's units; [`Amount::MAX`] is infinite.
pub const fn approve(spender: Address, amount: Amount) -> Call {
    call(method::APPROVE, [word(spender), amount.0, 0, 0])
}

/// Moves a holder's units within the caller's allowance. Returns the holder's balance afterwards.
pub const fn transfer_from(from: Address, to: Address, amount: Amount) -> Call {
    call(method::TRANSFER_FROM, [word(from), word(to), amount.0, 0])
}

/// Moves a holder's units; for operators. Returns the holder's balance afterwards.
pub const fn operate_transfer(from: Address, to: Address, amount: Amount) -> Call {
    call(
        method::OPERATE_TRANSFER,
        [word(from), word(to), amount.0, 0],
    )
}

/// Moves a holder's units to the calling operator. Returns the operator's balance afterwards, which
/// is read for that: whoever does not need it uses [`operate_transfer`], which conflicts less.
pub const fn operate_pull(from: Address, amount: Amount) -> Call {
    call(method::OPERATE_PULL, [word(from), amount.0, 0, 0])
}

/// Creates units for a holder; for the owner. Returns the total supply afterwards.
pub const fn mint(to: Address, amount: Amount) -> Call {
    call(method::MINT, [word(to), amount.0, 0, 0])
}

/// Destroys the caller's units. Returns the total supply afterwards.
pub const fn burn(amount: Amount) -> Call {
    call(method::BURN, [amount.0, 0, 0, 0])
}

/// Returns a holder's balance.
pub const fn balance_of(holder: Address) -> Call {
    call(method::BALANCE_OF, [word(holder), 0, 0, 0])
}

/// Returns the total supply.
pub const fn total_supply() -> Call {
    call(method::TOTAL_SUPPLY, [0; 4])
}

/// Returns what a spender may move of a holder's units.
pub const fn allowance(holder: Address, spender: Address) -> Call {
    call(method::ALLOWANCE, [word(holder), word(spender), 0, 0])
}

//! Calls of a market, typed. Reserves are named by their index in the market.

use crate::primitives::{Address, Amount};
use crate::vm::native::Call;

/// Method numbers.
pub mod method {
    /// Supplies a token.
    pub const SUPPLY: u16 = 1;
    /// Takes supply back.
    pub const WITHDRAW: u16 = 2;
    /// Borrows a token.
    pub const BORROW: u16 = 3;
    /// Pays a debt back.
    pub const REPAY: u16 = 4;
    /// Pays the debt of an unhealthy user for its collateral.
    pub const LIQUIDATE: u16 = 5;
    /// Says whether a supply backs the caller's debt.
    pub const SET_COLLATERAL: u16 = 6;
    /// States a price.
    pub const SET_PRICE: u16 = 7;
    /// Mints the treasury's share.
    pub const MINT_TO_TREASURY: u16 = 8;
    /// Pays for debt written off.
    pub const COVER_DEFICIT: u16 = 9;
    /// Reads a user's health factor and debt.
    pub const ACCOUNT_DATA: u16 = 10;
}

const fn call(method: u16, args: [u128; 4]) -> Call {
    Call { method, args }
}

/// Supplies an amount of a reserve's token. The first supply of a token that can be collateral is
/// used as such. Returns the scaled amount minted.
pub const fn supply(reserve: u32, amount: Amount) -> Call {
    call(method::SUPPLY, [reserve as u128, amount.0, 0, 0])
}

/// Takes back an amount of supply, [`Amount::MAX`] for all of it. Returns the amount.
pub const fn withdraw(reserve: u32, amount: Amount) -> Call {
    call(method::WITHDRAW, [reserve as u128, amount.0, 0, 0])
}

/// Borrows an amount against the caller's collateral. Returns the scaled debt.
pub const fn borrow(reserve: u32, amount: Amount) -> Call {
    call(method::BORROW, [reserve as u128, amount.0, 0, 0])
}

/// Pays back up to an amount of a user's debt, [`Amount::MAX`] for all of it. Returns the amount.
pub const fn repay(reserve: u32, amount: Amount, on_behalf_of: Address) -> Call {
    call(
        method::REPAY,
        [reserve as u128, amount.0, on_behalf_of.0 as u128, 0],
    )
}

/// Pays up to an amount of an unhealthy user's debt and takes collateral with a bonus, in units.
/// Returns the debt paid and the collateral received.
pub const fn liquidate(
    collateral_reserve: u32,
    debt_reserve: u32,
    user: Address,
    debt_to_cover: Amount,
) -> Call {
    call(
        method::LIQUIDATE,
        [
            collateral_reserve as u128,
            debt_reserve as u128,
            user.0 as u128,
            debt_to_cover.0,
        ],
    )
}

/// Says whether the caller's supply of a reserve backs its debt.
pub const fn set_collateral(reserve: u32, on: bool) -> Call {
    call(method::SET_COLLATERAL, [reserve as u128, on as u128, 0, 0])
}

/// States the price of a whole token in the base currency (8 decimals); for the owner.
pub const fn set_price(reserve: u32, price: u128) -> Call {
    call(method::SET_PRICE, [reserve as u128, price, 0, 0])
}

/// Turns the treasury's share of a reserve's interest into a supplied position. Returns it, scaled.
pub const fn mint_to_treasury(reserve: u32) -> Call {
    call(method::MINT_TO_TREASURY, [reserve as u128, 0, 0, 0])
}

/// Pays up to an amount for debt that was written off. Returns the amount.
pub const fn cover_deficit(reserve: u32, amount: Amount) -> Call {
    call(method::COVER_DEFICIT, [reserve as u128, amount.0, 0, 0])
}

/// Returns a user's health factor (wad, at most 2^128 − 1) and the value of its debt.
pub const fn account_data(user: Address) -> Call {
    call(method::ACCOUNT_DATA, [user.0 as u128, 0, 0, 0])
}

//! How much debt a liquidation may pay and how much collateral it takes (Aave v3, `LiquidationLogic`).

use super::fixed::{PERCENTAGE, Round, WAD, mul_div, narrow, percent_div, percent_mul};
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// Part of a debt that one liquidation may pay while the user is not far under water, in basis points.
pub const CLOSE_FACTOR_BPS: u32 = 5_000;

/// Health factor below which a liquidation may pay the whole debt: 0.95 wad.
pub const CLOSE_FACTOR_THRESHOLD: U256 = U256::from_limbs([950_000_000_000_000_000, 0, 0, 0]);

/// Most of a debt that may be paid at this health factor (wad); rounds half up.
///
/// # Errors
/// `HEALTH_FACTOR_NOT_BELOW_THRESHOLD` for a healthy user.
pub fn debt_coverable(debt: u128, health_factor: U256) -> Result<u128, Revert> {
    if health_factor >= WAD {
        return Err(Revert("HEALTH_FACTOR_NOT_BELOW_THRESHOLD"));
    }
    if health_factor < CLOSE_FACTOR_THRESHOLD {
        return Ok(debt);
    }
    narrow(percent_mul(
        U256::from(debt),
        U256::from(CLOSE_FACTOR_BPS),
        Round::HalfUp,
    )?)
}

/// One side of a liquidation: the price of a whole token and the units in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Base currency, 8 decimals.
    pub price: u128,
    /// Units in a whole token.
    pub unit: u128,
}

/// What a liquidation moves, in units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seizure {
    /// Collateral that the user loses, the fee included.
    pub collateral: u128,
    /// Debt that the liquidator pays.
    pub debt: u128,
    /// Part of the collateral that the treasury keeps.
    pub fee: u128,
}

/// Collateral for a debt to cover, with the bonus; where the user has less, all of it, for as much
/// debt as it is worth. Collateral rounds down, debt up.
///
/// # Errors
/// `OVERFLOW`, `DIVISION_BY_ZERO`.
pub fn seizure(
    debt_to_cover: u128,
    collateral_balance: u128,
    debt: Quote,
    collateral: Quote,
    bonus_bps: u32,
    protocol_fee_bps: u32,
) -> Result<Seizure, Revert> {
    let bonus = U256::from(bonus_bps);
    let base = convert(debt_to_cover, debt, collateral, Round::Floor)?;
    let wanted = percent_mul(base, bonus, Round::Floor)?;
    let (taken, paid) = if wanted > U256::from(collateral_balance) {
        let worth = convert(collateral_balance, collateral, debt, Round::Ceil)?;
        let needed = percent_div(worth, bonus, Round::Ceil)?;
        // Both roundings up could pass by a unit what the liquidator offered.
        let paid = needed.min(U256::from(debt_to_cover));
        (collateral_balance, narrow(paid)?)
    } else {
        (narrow(wanted)?, debt_to_cover)
    };
    let without_bonus = narrow(percent_div(U256::from(taken), bonus, Round::Ceil)?)?;
    let gain = U256::from(taken.saturating_sub(without_bonus));
    let fee = mul_div(gain, U256::from(protocol_fee_bps), PERCENTAGE, Round::Floor)?;
    Ok(Seizure {
        collateral: taken,
        debt: paid,
        fee: narrow(fee)?,
    })
}

/// The amount of another token with the same value.
fn convert(amount: u128, from: Quote, to: Quote, round: Round) -> Result<U256, Revert> {
    let price = U256::from(from.price)
        .checked_mul(U256::from(to.unit))
        .ok_or(super::fixed::OVERFLOW)?;
    let divisor = U256::from(to.price)
        .checked_mul(U256::from(from.unit))
        .ok_or(super::fixed::OVERFLOW)?;
    mul_div(U256::from(amount), price, divisor, round)
}

//! A user's whole position: what it is worth, owes, and how healthy it is.

use super::config::Market;
use super::math::{PERCENTAGE, Round, WAD, fixed, mul_div};
use super::reserve::Reserve;
use super::storage::{FLAGS, Flags, POSITION, PRICE, position_subject};
use crate::primitives::Address;
use crate::state::Word;
use crate::vm::native::{Context, Revert, Stop, schedule};
use ruint::aliases::U256;

/// A user's position in one reserve, scaled.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Position {
    pub(super) supply: u128,
    pub(super) debt: u128,
}

/// Values in the base currency (8 decimals): collateral rounded down, debt up, reserve by reserve
/// (`GenericLogic.calculateUserAccountData`). The weights are kept whole and not averaged first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct AccountData {
    /// Value of the collateral.
    pub collateral: u128,
    /// Value of the debt.
    pub debt: u128,
    /// Collateral times loan-to-value, in basis points of value.
    pub ltv_weight: U256,
    /// Collateral times liquidation threshold, in basis points of value.
    pub threshold_weight: U256,
}

impl AccountData {
    /// Weighed collateral over debt in wad, rounded down; the largest number where there is no debt.
    ///
    /// # Errors
    /// `OVERFLOW`.
    pub fn health_factor(&self) -> Result<U256, Revert> {
        if self.debt == 0 {
            return Ok(U256::MAX);
        }
        let debt = U256::from(self.debt) * PERCENTAGE;
        mul_div(self.threshold_weight, WAD, debt, Round::Floor)
    }

    /// Whether the debt is within the collateral's loan-to-value.
    pub fn is_covered(&self) -> bool {
        U256::from(self.debt) * PERCENTAGE <= self.ltv_weight
    }
}

impl Market {
    /// Values a user's positions at the indices and prices of now.
    pub(super) fn account_data(
        &self,
        context: &mut Context<'_>,
        user: Address,
    ) -> Result<AccountData, Stop> {
        let flags = load_flags(context, user)?;
        let mut data = AccountData::default();
        for (index, config) in self.reserves.iter().enumerate() {
            if !flags.borrows(index) && !flags.is_collateral(index) {
                continue;
            }
            let reserve = Reserve::load(context, index, config)?;
            let position = load_position(context, user, index)?;
            let price = load_price(context, index)?;
            context.charge(4 * schedule::WIDE_ARITHMETIC)?;
            if flags.is_collateral(index) {
                let units = reserve.supplied(position.supply)?;
                let value = worth(units, price, config.unit, Round::Floor)?;
                data.collateral = data.collateral.checked_add(value).ok_or(fixed::OVERFLOW)?;
                data.ltv_weight += weigh(value, config.ltv_bps);
                data.threshold_weight += weigh(value, config.liquidation_threshold_bps);
            }
            if flags.borrows(index) {
                let units = reserve.owed(position.debt)?;
                let value = worth(units, price, config.unit, Round::Ceil)?;
                data.debt = data.debt.checked_add(value).ok_or(fixed::OVERFLOW)?;
            }
        }
        Ok(data)
    }
}

/// Value of an amount at a price a whole token.
pub(super) fn worth(amount: u128, price: u128, unit: u128, round: Round) -> Result<u128, Revert> {
    let value = mul_div(
        U256::from(amount),
        U256::from(price),
        U256::from(unit),
        round,
    )?;
    fixed::narrow(value)
}

/// At most 8 × 2^128 × 2^14: never overflows.
fn weigh(value: u128, weight_bps: u32) -> U256 {
    U256::from(value) * U256::from(weight_bps)
}

/// The reserve's price.
///
/// # Errors
/// `NO_PRICE` where none was set.
pub(super) fn load_price(context: &mut Context<'_>, reserve: usize) -> Result<u128, Stop> {
    match context.get(PRICE, reserve as u64)?.low() {
        0 => Err(Revert("NO_PRICE").into()),
        price => Ok(price),
    }
}

pub(super) fn load_flags(context: &mut Context<'_>, user: Address) -> Result<Flags, Stop> {
    Ok(Flags(context.get(FLAGS, u64::from(user.0))?.low()))
}

pub(super) fn save_flags(
    context: &mut Context<'_>,
    user: Address,
    before: Flags,
    after: Flags,
) -> Result<(), Stop> {
    if before == after {
        return Ok(());
    }
    context.set(FLAGS, u64::from(user.0), Word::from_low(after.0))
}

pub(super) fn load_position(
    context: &mut Context<'_>,
    user: Address,
    reserve: usize,
) -> Result<Position, Stop> {
    let word = context.get(POSITION, position_subject(user, reserve))?;
    Ok(Position {
        supply: word.low(),
        debt: word.high(),
    })
}

pub(super) fn save_position(
    context: &mut Context<'_>,
    user: Address,
    reserve: usize,
    position: Position,
) -> Result<(), Stop> {
    let word = Word::pair(position.supply, position.debt);
    context.set(POSITION, position_subject(user, reserve), word)
}

//! Liquidation, and writing off what no collateral backs any more.

use super::account::{load_flags, load_position, load_price, save_flags, save_position};
use super::action::{NO_LIQUIDITY, raise};
use super::config::Market;
use super::contract::{DEFICIT_CREATED, LIQUIDATION};
use super::math::Round;
use super::math::liquidation::{Quote, Seizure, debt_coverable, seizure};
use super::math::scaled::to_scaled;
use super::reserve::Reserve;
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::vm::native::{Context, Revert, Stop, schedule};

impl Market {
    /// Pays an unhealthy user's debt and takes collateral; see [`super::liquidate`]. Both sides are
    /// loaded and saved one after the other, since they may be the same reserve.
    pub(super) fn liquidate(
        &self,
        context: &mut Context<'_>,
        collateral_reserve: u128,
        debt_reserve: u128,
        user: Address,
        debt_to_cover: Amount,
    ) -> Result<[u128; 2], Stop> {
        let (collateral_index, collateral_config) = self.reserve_config(collateral_reserve)?;
        let (debt_index, debt_config) = self.reserve_config(debt_reserve)?;
        let liquidator = context.caller();
        if liquidator == user {
            return Err(Revert("SELF_LIQUIDATION").into());
        }
        let health = self.account_data(context, user)?.health_factor()?;
        let flags = load_flags(context, user)?;
        let debt_side = Reserve::load(context, debt_index, debt_config)?;
        let owed = debt_side.owed(load_position(context, user, debt_index)?.debt)?;
        let coverable = debt_coverable(owed, health)?;
        if !flags.is_collateral(collateral_index) {
            return Err(Revert("COLLATERAL_CANNOT_BE_LIQUIDATED").into());
        }
        if owed == 0 {
            return Err(Revert("SPECIFIED_CURRENCY_NOT_BORROWED_BY_USER").into());
        }
        if debt_to_cover.is_zero() {
            return Err(Revert("INVALID_AMOUNT").into());
        }
        let collateral_side = Reserve::load(context, collateral_index, collateral_config)?;
        let held = load_position(context, user, collateral_index)?.supply;
        context.charge(8 * schedule::WIDE_ARITHMETIC)?;
        let moved = seizure(
            debt_to_cover.0.min(coverable),
            collateral_side.supplied(held)?,
            Quote {
                price: load_price(context, debt_index)?,
                unit: debt_config.unit,
            },
            Quote {
                price: load_price(context, collateral_index)?,
                unit: collateral_config.unit,
            },
            collateral_config.liquidation_bonus_bps,
            collateral_config.liquidation_protocol_fee_bps,
        )?;
        self.burn_debt(context, debt_index, user, moved.debt)?;
        self.burn_collateral(context, collateral_index, user, moved)?;
        let received = moved.collateral - moved.fee;
        let this = context.this();
        let pull = token::operate_transfer(liquidator, this, Amount(moved.debt));
        context.call(debt_config.token, Amount::ZERO, &pull)?;
        let push = token::transfer(liquidator, Amount(received));
        context.call(collateral_config.token, Amount::ZERO, &push)?;
        self.write_off(context, user)?;
        context.emit(
            LIQUIDATION,
            [
                (collateral_index as u128) << 32 | debt_index as u128,
                u128::from(user.0),
                moved.debt,
                moved.collateral,
            ],
        )?;
        Ok([moved.debt, received])
    }

    fn burn_debt(
        &self,
        context: &mut Context<'_>,
        index: usize,
        user: Address,
        paid: u128,
    ) -> Result<(), Stop> {
        let config = &self.reserves[index];
        let mut reserve = Reserve::load(context, index, config)?;
        let mut position = load_position(context, user, index)?;
        let scaled = to_scaled(paid, reserve.borrow_index, Round::Floor)?.min(position.debt);
        if scaled == 0 {
            return Err(Revert("INVALID_BURN_AMOUNT").into());
        }
        position.debt -= scaled;
        reserve.scaled_debt = reserve.scaled_debt.wrapping_sub(scaled);
        reserve.cash = raise(reserve.cash, paid)?;
        save_position(context, user, index, position)?;
        reserve.save(context, config)?;
        if position.debt == 0 {
            let flags = load_flags(context, user)?;
            save_flags(context, user, flags, flags.with_debt(index, false))?;
        }
        Ok(())
    }

    fn burn_collateral(
        &self,
        context: &mut Context<'_>,
        index: usize,
        user: Address,
        moved: Seizure,
    ) -> Result<(), Stop> {
        let config = &self.reserves[index];
        let mut reserve = Reserve::load(context, index, config)?;
        let mut position = load_position(context, user, index)?;
        let scaled =
            to_scaled(moved.collateral, reserve.liquidity_index, Round::Ceil)?.min(position.supply);
        let fee = to_scaled(moved.fee, reserve.liquidity_index, Round::Floor)?;
        position.supply -= scaled;
        reserve.scaled_supply = reserve.scaled_supply.wrapping_sub(scaled);
        reserve.accrued = raise(reserve.accrued, fee)?;
        reserve.cash = reserve
            .cash
            .checked_sub(moved.collateral - moved.fee)
            .ok_or(NO_LIQUIDITY)?;
        save_position(context, user, index, position)?;
        reserve.save(context, config)?;
        if position.supply == 0 {
            let flags = load_flags(context, user)?;
            save_flags(context, user, flags, flags.with_collateral(index, false))?;
        }
        Ok(())
    }

    /// Turns the debts of a user without collateral into deficit (Aave v3.3): nobody would pay them.
    fn write_off(&self, context: &mut Context<'_>, user: Address) -> Result<(), Stop> {
        let flags = load_flags(context, user)?;
        if flags.has_collateral() || !flags.has_debt() {
            return Ok(());
        }
        let mut left = flags;
        for (index, config) in self.reserves.iter().enumerate() {
            if !flags.borrows(index) {
                continue;
            }
            let mut reserve = Reserve::load(context, index, config)?;
            let mut position = load_position(context, user, index)?;
            let lost = reserve.owed(position.debt)?;
            reserve.scaled_debt = reserve.scaled_debt.wrapping_sub(position.debt);
            reserve.deficit = raise(reserve.deficit, lost)?;
            position.debt = 0;
            save_position(context, user, index, position)?;
            reserve.save(context, config)?;
            left = left.with_debt(index, false);
            context.emit(
                DEFICIT_CREATED,
                [index as u128, u128::from(user.0), lost, 0],
            )?;
        }
        save_flags(context, user, flags, left)
    }
}

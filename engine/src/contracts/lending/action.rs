//! What users do: supply, withdraw, borrow, repay, and the smaller entries.
//!
//! Checks that need the whole position run after the change and on what it left; a refusal undoes the
//! call, so this is as strict as checking before and spares reading the reserve twice.

use super::account::{load_flags, load_position, save_flags, save_position};
use super::config::Market;
use super::contract::{
    BORROW, COLLATERAL_SET, DEFICIT_COVERED, MINTED_TO_TREASURY, REPAY, SUPPLY, WITHDRAW,
};
use super::math::scaled::to_scaled;
use super::math::{Round, WAD, fixed};
use super::reserve::Reserve;
use super::storage::ACCRUED;
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::state::Word;
use crate::vm::native::{Context, Revert, Stop};

impl Market {
    pub(super) fn supply(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        amount: u128,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        require_amount(amount)?;
        let user = context.caller();
        let mut reserve = Reserve::load(context, index, config)?;
        let scaled = to_scaled(amount, reserve.liquidity_index, Round::Floor)?;
        if scaled == 0 {
            return Err(Revert("INVALID_MINT_AMOUNT").into());
        }
        let mut position = load_position(context, user, index)?;
        if position.supply == 0 && config.ltv_bps > 0 {
            let flags = load_flags(context, user)?;
            save_flags(context, user, flags, flags.with_collateral(index, true))?;
        }
        position.supply = raise(position.supply, scaled)?;
        reserve.scaled_supply = raise(reserve.scaled_supply, scaled)?;
        reserve.cash = raise(reserve.cash, amount)?;
        save_position(context, user, index, position)?;
        reserve.save(context, config)?;
        let this = context.this();
        let pull = token::operate_transfer(user, this, Amount(amount));
        context.call(config.token, Amount::ZERO, &pull)?;
        emit(context, SUPPLY, index, user, amount, scaled)?;
        Ok([scaled, 0])
    }

    pub(super) fn withdraw(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        amount: u128,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        let user = context.caller();
        let mut reserve = Reserve::load(context, index, config)?;
        let mut position = load_position(context, user, index)?;
        let balance = reserve.supplied(position.supply)?;
        let amount = if amount == u128::MAX { balance } else { amount };
        require_amount(amount)?;
        if amount > balance {
            return Err(Revert("NOT_ENOUGH_AVAILABLE_USER_BALANCE").into());
        }
        let scaled = to_scaled(amount, reserve.liquidity_index, Round::Ceil)?.min(position.supply);
        position.supply -= scaled;
        reserve.scaled_supply = reserve.scaled_supply.wrapping_sub(scaled);
        reserve.cash = reserve.cash.checked_sub(amount).ok_or(NO_LIQUIDITY)?;
        save_position(context, user, index, position)?;
        reserve.save(context, config)?;
        let flags = load_flags(context, user)?;
        if position.supply == 0 {
            save_flags(context, user, flags, flags.with_collateral(index, false))?;
        }
        let push = token::transfer(user, Amount(amount));
        context.call(config.token, Amount::ZERO, &push)?;
        if flags.is_collateral(index) && flags.has_debt() {
            self.require_health(context, user)?;
        }
        emit(context, WITHDRAW, index, user, amount, scaled)?;
        Ok([amount, 0])
    }

    pub(super) fn borrow(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        amount: u128,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        require_amount(amount)?;
        let user = context.caller();
        let mut reserve = Reserve::load(context, index, config)?;
        let scaled = to_scaled(amount, reserve.borrow_index, Round::Ceil)?;
        let mut position = load_position(context, user, index)?;
        position.debt = raise(position.debt, scaled)?;
        reserve.scaled_debt = raise(reserve.scaled_debt, scaled)?;
        reserve.cash = reserve.cash.checked_sub(amount).ok_or(NO_LIQUIDITY)?;
        save_position(context, user, index, position)?;
        reserve.save(context, config)?;
        let flags = load_flags(context, user)?;
        save_flags(context, user, flags, flags.with_debt(index, true))?;
        let data = self.account_data(context, user)?;
        if data.collateral == 0 {
            return Err(Revert("COLLATERAL_BALANCE_IS_ZERO").into());
        }
        if !data.is_covered() {
            return Err(Revert("COLLATERAL_CANNOT_COVER_NEW_BORROW").into());
        }
        let push = token::transfer(user, Amount(amount));
        context.call(config.token, Amount::ZERO, &push)?;
        emit(context, BORROW, index, user, amount, scaled)?;
        Ok([scaled, 0])
    }

    pub(super) fn repay(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        amount: u128,
        user: Address,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        require_amount(amount)?;
        let mut reserve = Reserve::load(context, index, config)?;
        let mut position = load_position(context, user, index)?;
        if position.debt == 0 {
            return Err(Revert("NO_DEBT_OF_SELECTED_TYPE").into());
        }
        let paid = amount.min(reserve.owed(position.debt)?);
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
        let (payer, this) = (context.caller(), context.this());
        let pull = token::operate_transfer(payer, this, Amount(paid));
        context.call(config.token, Amount::ZERO, &pull)?;
        emit(context, REPAY, index, user, paid, scaled)?;
        Ok([paid, 0])
    }

    pub(super) fn set_collateral(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        on: bool,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        let user = context.caller();
        if load_position(context, user, index)?.supply == 0 {
            return Err(Revert("UNDERLYING_BALANCE_ZERO").into());
        }
        if on && config.ltv_bps == 0 {
            return Err(Revert("USER_IN_ISOLATION_MODE_OR_LTV_ZERO").into());
        }
        let flags = load_flags(context, user)?;
        save_flags(context, user, flags, flags.with_collateral(index, on))?;
        if !on && flags.has_debt() {
            self.require_health(context, user)?;
        }
        emit(context, COLLATERAL_SET, index, user, u128::from(on), 0)?;
        Ok([0; 2])
    }

    pub(super) fn mint_to_treasury(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        let mut reserve = Reserve::load(context, index, config)?;
        let scaled = raise(
            context.get(ACCRUED, index as u64)?.low(),
            std::mem::take(&mut reserve.accrued),
        )?;
        context.set(ACCRUED, index as u64, Word::ZERO)?;
        let mut position = load_position(context, self.treasury, index)?;
        position.supply = raise(position.supply, scaled)?;
        reserve.scaled_supply = raise(reserve.scaled_supply, scaled)?;
        save_position(context, self.treasury, index, position)?;
        reserve.save(context, config)?;
        context.emit(MINTED_TO_TREASURY, [index as u128, scaled, 0, 0])?;
        Ok([scaled, 0])
    }

    pub(super) fn cover_deficit(
        &self,
        context: &mut Context<'_>,
        reserve: u128,
        amount: u128,
    ) -> Result<[u128; 2], Stop> {
        let (index, config) = self.reserve_config(reserve)?;
        let mut reserve = Reserve::load(context, index, config)?;
        let paid = amount.min(reserve.deficit);
        require_amount(paid)?;
        reserve.deficit -= paid;
        reserve.cash = raise(reserve.cash, paid)?;
        reserve.save(context, config)?;
        let (payer, this) = (context.caller(), context.this());
        let pull = token::operate_transfer(payer, this, Amount(paid));
        context.call(config.token, Amount::ZERO, &pull)?;
        emit(context, DEFICIT_COVERED, index, payer, paid, 0)?;
        Ok([paid, 0])
    }

    /// Refuses a change that leaves the user open to liquidation.
    fn require_health(&self, context: &mut Context<'_>, user: Address) -> Result<(), Stop> {
        let data = self.account_data(context, user)?;
        if data.health_factor()? < WAD {
            return Err(Revert("HEALTH_FACTOR_LOWER_THAN_LIQUIDATION_THRESHOLD").into());
        }
        Ok(())
    }
}

/// Less cash than is asked for.
pub(super) const NO_LIQUIDITY: Revert = Revert("NOT_ENOUGH_LIQUIDITY");

/// The sum, within the 128 bits of a slot.
pub(super) fn raise(value: u128, by: u128) -> Result<u128, Revert> {
    value.checked_add(by).ok_or(fixed::OVERFLOW)
}

fn require_amount(amount: u128) -> Result<(), Revert> {
    if amount == 0 {
        return Err(Revert("INVALID_AMOUNT"));
    }
    Ok(())
}

fn emit(
    context: &mut Context<'_>,
    kind: u16,
    reserve: usize,
    user: Address,
    amount: u128,
    scaled: u128,
) -> Result<(), Stop> {
    context.emit(kind, [reserve as u128, u128::from(user.0), amount, scaled])
}

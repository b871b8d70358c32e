//! Providing and taking out liquidity.

use super::contract::{BURN, MINT, Pool, TRANSFER, load_reserves, move_liquidity};
use super::math::{self, MINIMUM_LIQUIDITY};
use super::storage::{FEE_TO, K_LAST, LIQUIDITY, Reserves, SUPPLY};
use crate::contracts::token::{self, NOBODY};
use crate::primitives::amount::mul_div;
use crate::primitives::{Address, Amount, Rounding};
use crate::state::Word;
use crate::vm::native::{Context, Revert, Stop, schedule};
use ruint::aliases::U256;

impl Pool {
    /// Router's `addLiquidity`.
    pub(super) fn add_liquidity(
        &self,
        context: &mut Context<'_>,
        desired: [u128; 2],
        minimum: [u128; 2],
    ) -> Result<[u128; 2], Stop> {
        let reserves = load_reserves(context)?;
        let amounts = choose_amounts(desired, minimum, reserves)?;
        let caller = context.caller();
        let mut balances = [0; 2];
        for ((token, amount), balance) in self.tokens().into_iter().zip(amounts).zip(&mut balances)
        {
            let pull = token::operate_pull(caller, Amount(amount));
            *balance = context.call(token, Amount::ZERO, &pull)?[0];
        }
        let liquidity = self.mint(context, caller, balances)?;
        Ok([liquidity, amounts[0]])
    }

    /// Router's `removeLiquidity`.
    pub(super) fn remove_liquidity(
        &self,
        context: &mut Context<'_>,
        liquidity: u128,
        minimum: [u128; 2],
    ) -> Result<[u128; 2], Stop> {
        let (caller, this) = (context.caller(), context.this());
        move_liquidity(context, caller, this, liquidity)?;
        let amounts = self.burn(context, caller)?;
        if amounts[0] < minimum[0] {
            return Err(Revert("INSUFFICIENT_A_AMOUNT").into());
        }
        if amounts[1] < minimum[1] {
            return Err(Revert("INSUFFICIENT_B_AMOUNT").into());
        }
        Ok(amounts)
    }

    /// Core's `mint`: liquidity for what the balances exceed the reserves by.
    pub(super) fn mint(
        &self,
        context: &mut Context<'_>,
        to: Address,
        balances: [u128; 2],
    ) -> Result<u128, Stop> {
        let reserves = load_reserves(context)?;
        let held = [reserves.reserve0, reserves.reserve1];
        let overflow = Revert("OVERFLOW");
        let amounts = [
            balances[0].checked_sub(held[0]).ok_or(overflow)?,
            balances[1].checked_sub(held[1]).ok_or(overflow)?,
        ];
        let fee_on = mint_protocol_fee(context, held)?;
        let supply = context.get(SUPPLY, 0)?.low();
        context.charge(2 * schedule::WIDE_ARITHMETIC)?;
        let liquidity = math::liquidity_minted(amounts, held, supply)?;
        if supply == 0 {
            issue(context, NOBODY, MINIMUM_LIQUIDITY)?;
        }
        issue(context, to, liquidity)?;
        self.update(context, balances, reserves)?;
        if fee_on {
            remember_product(context, balances)?;
        }
        context.emit(MINT, [u128::from(to.0), amounts[0], amounts[1], liquidity])?;
        Ok(liquidity)
    }

    /// Core's `burn`: pays out the share of the liquidity that the pool itself holds.
    pub(super) fn burn(&self, context: &mut Context<'_>, to: Address) -> Result<[u128; 2], Stop> {
        let reserves = load_reserves(context)?;
        let balances = self.balances(context)?;
        let this = u64::from(context.this().0);
        let liquidity = context.get(LIQUIDITY, this)?.low();
        let fee_on = mint_protocol_fee(context, [reserves.reserve0, reserves.reserve1])?;
        let supply = context.get(SUPPLY, 0)?.low();
        context.charge(2 * schedule::WIDE_ARITHMETIC)?;
        let share = |balance| mul_div(liquidity, balance, supply, Rounding::Down).unwrap_or(0);
        let amounts = balances.map(share);
        if amounts[0] == 0 || amounts[1] == 0 {
            return Err(Revert("INSUFFICIENT_LIQUIDITY_BURNED").into());
        }
        // The pool may have been the receiver of the protocol fee minted just now: subtract, not zero.
        let kept = context.get(LIQUIDITY, this)?.low().wrapping_sub(liquidity);
        context.set(LIQUIDITY, this, Word::from_low(kept))?;
        context.set(SUPPLY, 0, Word::from_low(supply.wrapping_sub(liquidity)))?;
        let mut left = [0; 2];
        for ((token, amount), balance) in self.tokens().into_iter().zip(amounts).zip(&mut left) {
            let push = token::transfer(to, Amount(amount));
            *balance = context.call(token, Amount::ZERO, &push)?[0];
        }
        self.update(context, left, reserves)?;
        if fee_on {
            remember_product(context, left)?;
        }
        context.emit(BURN, [u128::from(to.0), amounts[0], amounts[1], liquidity])?;
        Ok(amounts)
    }
}

/// Router's `_addLiquidity`: both amounts at the pool's ratio, one of them as desired.
fn choose_amounts(
    desired: [u128; 2],
    minimum: [u128; 2],
    reserves: Reserves,
) -> Result<[u128; 2], Revert> {
    let (r0, r1) = (reserves.reserve0, reserves.reserve1);
    if r0 == 0 && r1 == 0 {
        return Ok(desired);
    }
    let optimal1 = math::quote(desired[0], r0, r1)?;
    if optimal1 <= desired[1] {
        return if optimal1 < minimum[1] {
            Err(Revert("INSUFFICIENT_B_AMOUNT"))
        } else {
            Ok([desired[0], optimal1])
        };
    }
    let optimal0 = math::quote(desired[1], r1, r0)?;
    if optimal0 < minimum[0] {
        Err(Revert("INSUFFICIENT_A_AMOUNT"))
    } else {
        Ok([optimal0, desired[1]])
    }
}

/// Mints the protocol's share of the growth since the last change of liquidity, if the fee is on
/// (`_mintFee`). Gives whether it is.
fn mint_protocol_fee(context: &mut Context<'_>, reserves: [u128; 2]) -> Result<bool, Stop> {
    let receiver = context.get(FEE_TO, 0)?.low();
    let k_last = U256::from_limbs(context.get(K_LAST, 0)?.limbs());
    if receiver == 0 {
        if !k_last.is_zero() {
            context.set(K_LAST, 0, Word::ZERO)?;
        }
        return Ok(false);
    }
    if !k_last.is_zero() {
        context.charge(16 * schedule::WIDE_ARITHMETIC)?;
        let supply = context.get(SUPPLY, 0)?.low();
        let liquidity = math::protocol_fee(reserves, k_last, supply)?;
        if liquidity > 0 {
            issue(context, Address((receiver - 1) as u32), liquidity)?;
        }
    }
    Ok(true)
}

fn remember_product(context: &mut Context<'_>, balances: [u128; 2]) -> Result<(), Stop> {
    let product = math::product(balances[0], balances[1]);
    context.set(K_LAST, 0, Word::from_limbs(product.into_limbs()))
}

/// Creates liquidity for a holder.
fn issue(context: &mut Context<'_>, to: Address, amount: u128) -> Result<(), Stop> {
    let supply = context
        .get(SUPPLY, 0)?
        .low()
        .checked_add(amount)
        .ok_or(Revert("OVERFLOW"))?;
    context.set(SUPPLY, 0, Word::from_low(supply))?;
    context.add(LIQUIDITY, u64::from(to.0), Word::from_low(amount))?;
    context.emit(
        TRANSFER,
        [u128::from(NOBODY.0), u128::from(to.0), amount, 0],
    )
}

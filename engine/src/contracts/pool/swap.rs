//! Swaps.

use super::contract::{Pool, SWAP, load_reserves};
use super::math;
use super::storage::Reserves;
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::vm::native::{Context, Revert, Stop, schedule};

impl Pool {
    /// Router's `swapExactTokensForTokens` over one pair.
    pub(super) fn swap_exact_in(
        &self,
        context: &mut Context<'_>,
        zero_for_one: bool,
        amount_in: u128,
        amount_out_min: u128,
    ) -> Result<[u128; 2], Stop> {
        let reserves = load_reserves(context)?;
        let (reserve_in, reserve_out) = reserves.directed(zero_for_one);
        let amount_out = math::get_amount_out(amount_in, reserve_in, reserve_out, self.fee_bps)?;
        if amount_out < amount_out_min {
            return Err(Revert("INSUFFICIENT_OUTPUT_AMOUNT").into());
        }
        self.exchange(context, reserves, zero_for_one, amount_in, amount_out)?;
        Ok([amount_out, 0])
    }

    /// Router's `swapTokensForExactTokens` over one pair.
    pub(super) fn swap_exact_out(
        &self,
        context: &mut Context<'_>,
        zero_for_one: bool,
        amount_out: u128,
        amount_in_max: u128,
    ) -> Result<[u128; 2], Stop> {
        let reserves = load_reserves(context)?;
        let (reserve_in, reserve_out) = reserves.directed(zero_for_one);
        let amount_in = math::get_amount_in(amount_out, reserve_in, reserve_out, self.fee_bps)?;
        if amount_in > amount_in_max {
            return Err(Revert("EXCESSIVE_INPUT_AMOUNT").into());
        }
        self.exchange(context, reserves, zero_for_one, amount_in, amount_out)?;
        Ok([amount_in, 0])
    }

    /// Pulls the amount in from the caller, then does what the core's swap does. The tokens answer
    /// with the pool's balances, which spares asking for them.
    fn exchange(
        &self,
        context: &mut Context<'_>,
        reserves: Reserves,
        zero_for_one: bool,
        amount_in: u128,
        amount_out: u128,
    ) -> Result<(), Stop> {
        if amount_out == 0 {
            return Err(Revert("INSUFFICIENT_OUTPUT_AMOUNT").into());
        }
        context.charge(schedule::WIDE_ARITHMETIC)?;
        let caller = context.caller();
        let (token_in, token_out) = if zero_for_one {
            (self.token0, self.token1)
        } else {
            (self.token1, self.token0)
        };
        let pull = token::operate_pull(caller, Amount(amount_in));
        let balance_in = context.call(token_in, Amount::ZERO, &pull)?[0];
        let push = token::transfer(caller, Amount(amount_out));
        let balance_out = context.call(token_out, Amount::ZERO, &push)?[0];
        let (balances, amounts_out) = if zero_for_one {
            ([balance_in, balance_out], [0, amount_out])
        } else {
            ([balance_out, balance_in], [amount_out, 0])
        };
        self.settle(context, reserves, balances, amounts_out)
    }

    /// Core's `swap`: pays out first and then measures what came in.
    pub(super) fn swap(
        &self,
        context: &mut Context<'_>,
        amounts_out: [u128; 2],
        to: Address,
    ) -> Result<[u128; 2], Stop> {
        if amounts_out == [0, 0] {
            return Err(Revert("INSUFFICIENT_OUTPUT_AMOUNT").into());
        }
        let reserves = load_reserves(context)?;
        if amounts_out[0] >= reserves.reserve0 || amounts_out[1] >= reserves.reserve1 {
            return Err(Revert("INSUFFICIENT_LIQUIDITY").into());
        }
        if to == self.token0 || to == self.token1 {
            return Err(Revert("INVALID_TO").into());
        }
        for (token, amount) in self.tokens().into_iter().zip(amounts_out) {
            if amount > 0 {
                let call = token::transfer(to, Amount(amount));
                context.call(token, Amount::ZERO, &call)?;
            }
        }
        let balances = self.balances(context)?;
        self.settle(context, reserves, balances, amounts_out)?;
        Ok([0; 2])
    }

    /// Second half of the core's `swap`: finds what came in, checks the product, updates.
    fn settle(
        &self,
        context: &mut Context<'_>,
        reserves: Reserves,
        balances: [u128; 2],
        amounts_out: [u128; 2],
    ) -> Result<(), Stop> {
        let held = [reserves.reserve0, reserves.reserve1];
        // Amounts out are below the reserves: both ways here have refused otherwise.
        let amounts_in =
            [0, 1].map(|side: usize| balances[side].saturating_sub(held[side] - amounts_out[side]));
        if amounts_in == [0, 0] {
            return Err(Revert("INSUFFICIENT_INPUT_AMOUNT").into());
        }
        if balances[0] > math::RESERVE_MAX || balances[1] > math::RESERVE_MAX {
            return Err(Revert("OVERFLOW").into());
        }
        context.charge(2 * schedule::WIDE_ARITHMETIC)?;
        if !math::k_holds(balances, amounts_in, held, self.fee_bps) {
            return Err(Revert("K").into());
        }
        self.update(context, balances, reserves)?;
        context.emit(
            SWAP,
            [amounts_in[0], amounts_in[1], amounts_out[0], amounts_out[1]],
        )
    }
}

impl Reserves {
    /// The reserve that grows and the one that shrinks.
    pub(super) const fn directed(&self, zero_for_one: bool) -> (u128, u128) {
        if zero_for_one {
            (self.reserve0, self.reserve1)
        } else {
            (self.reserve1, self.reserve0)
        }
    }
}

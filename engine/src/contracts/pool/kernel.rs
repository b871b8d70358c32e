//! The ordered kernel of a swap: what it does to the pool, apart from who swaps.
//!
//! Nonce, fee, balances of the trader, limits and events are the shell, which runs beside other shells;
//! only this is done in order, in some tens of nanoseconds. It supposes that the trader can pay; when that
//! is wrong, the run of the swap shows it, and what comes after is worked out again.

use super::call::method;
use super::contract::Pool;
use super::math;
use super::storage::{Reserves, price0_cumulative_key, price1_cumulative_key, reserves_key};
use crate::contracts::token::{balance_key, balance_word};
use crate::state::{Key, Word};
use crate::vm::native::{Call, Outlook};
use ruint::aliases::U256;

pub(super) fn foresee(pool: &Pool, outlook: &mut Outlook<'_>, call: &Call) {
    // Nothing is set unless everything is known: `None` only ends the foresight.
    let _ = swap(pool, outlook, call);
}

fn swap(pool: &Pool, outlook: &mut Outlook<'_>, call: &Call) -> Option<()> {
    let this = outlook.this();
    let [zero_for_one, first, second, _] = call.args;
    let zero_for_one = zero_for_one != 0;
    let before = Reserves::unpack(&outlook.get(&reserves_key(this))?);
    let (reserve_in, reserve_out) = before.directed(zero_for_one);
    let (amount_in, amount_out) = match call.method {
        method::SWAP_EXACT_IN => {
            let out = math::get_amount_out(first, reserve_in, reserve_out, pool.fee_bps).ok()?;
            (out >= second).then_some((first, out))?
        }
        method::SWAP_EXACT_OUT => {
            let paid = math::get_amount_in(first, reserve_in, reserve_out, pool.fee_bps).ok()?;
            (paid <= second).then_some((paid, first))?
        }
        _ => return None,
    };
    if amount_out == 0 {
        return None;
    }
    let keys = pool.tokens().map(|token| balance_key(token, this));
    let held = [outlook.get(&keys[0])?.low(), outlook.get(&keys[1])?.low()];
    let (came, went) = if zero_for_one {
        ([amount_in, 0], [0, amount_out])
    } else {
        ([0, amount_in], [amount_out, 0])
    };
    let balance = |side: usize| held[side].checked_add(came[side])?.checked_sub(went[side]);
    let balances = [balance(0)?, balance(1)?];
    if balances[0] > math::RESERVE_MAX || balances[1] > math::RESERVE_MAX {
        return None;
    }
    let timestamp = outlook.timestamp() as u32;
    let elapsed = timestamp.wrapping_sub(before.timestamp);
    let (r0, r1) = (before.reserve0, before.reserve1);
    if elapsed > 0 && r0 != 0 && r1 != 0 {
        accumulate(
            outlook,
            &price0_cumulative_key(this),
            math::price_seconds(r1, r0, elapsed),
        )?;
        accumulate(
            outlook,
            &price1_cumulative_key(this),
            math::price_seconds(r0, r1, elapsed),
        )?;
    }
    for (key, balance) in keys.iter().zip(balances) {
        outlook.set(key, balance_word(balance));
    }
    let after = Reserves {
        reserve0: balances[0],
        reserve1: balances[1],
        timestamp,
    };
    outlook.set(&reserves_key(this), after.pack());
    Some(())
}

fn accumulate(outlook: &mut Outlook<'_>, key: &Key, delta: U256) -> Option<()> {
    let sum = U256::from_limbs(outlook.get(key)?.limbs()).wrapping_add(delta);
    outlook.set(key, Word::from_limbs(sum.into_limbs()));
    Some(())
}

//! What each method may touch.

use super::call::method;
use super::contract::Pool;
use super::storage::{
    FEE_TO, K_LAST, LIQUIDITY, PRICE0_CUMULATIVE, PRICE1_CUMULATIVE, RESERVES, SUPPLY,
};
use crate::contracts::argument::address;
use crate::contracts::token::{self, NOBODY, balance_key};
use crate::primitives::{Address, Amount};
use crate::vm::native::{Call, Footprint};

pub(super) fn declare(pool: &Pool, footprint: &mut Footprint<'_>, call: &Call) -> bool {
    let [a, b, c, _] = call.args;
    let (this, caller) = (footprint.this(), footprint.caller());
    match call.method {
        method::SWAP_EXACT_IN | method::SWAP_EXACT_OUT => {
            footprint.foresee(RESERVES, 0);
            footprint.foresee(PRICE0_CUMULATIVE, 0);
            footprint.foresee(PRICE1_CUMULATIVE, 0);
            for token in pool.tokens() {
                footprint.foresee_at(balance_key(token, this));
            }
            let [token_in, token_out] = if a != 0 {
                pool.tokens()
            } else {
                [pool.token1, pool.token0]
            };
            ask(footprint, token_in, &token::operate_pull(caller, AMOUNT))
                && ask(footprint, token_out, &token::transfer(caller, AMOUNT))
        }
        method::ADD_LIQUIDITY => {
            update(footprint);
            mint(footprint, caller);
            both(pool, footprint, &token::operate_pull(caller, AMOUNT))
        }
        method::REMOVE_LIQUIDITY => {
            footprint.write(LIQUIDITY, u64::from(caller.0));
            burn(pool, footprint, caller)
        }
        method::MINT => {
            update(footprint);
            if let Ok(to) = address(a) {
                mint(footprint, to);
            }
            both(pool, footprint, &token::balance_of(this))
        }
        method::BURN => address(a).is_err() || burn(pool, footprint, Address(a as u32)),
        method::SWAP => {
            update(footprint);
            let pays = |amount: u128, token, footprint: &mut Footprint<'_>| {
                let Ok(to) = address(c) else { return true };
                amount == 0 || ask(footprint, token, &token::transfer(to, AMOUNT))
            };
            pays(a, pool.token0, footprint)
                && pays(b, pool.token1, footprint)
                && both(pool, footprint, &token::balance_of(this))
        }
        method::QUOTE_EXACT_IN => {
            footprint.read(RESERVES, 0);
            true
        }
        method::SKIM => {
            footprint.read(RESERVES, 0);
            address(a).is_err() || pay_both(pool, footprint, Address(a as u32))
        }
        method::SYNC => {
            update(footprint);
            both(pool, footprint, &token::balance_of(this))
        }
        method::TRANSFER => {
            footprint.write(LIQUIDITY, u64::from(caller.0));
            if let Ok(to) = address(a) {
                footprint.add(LIQUIDITY, u64::from(to.0));
            }
            true
        }
        method::SET_FEE_TO => {
            footprint.write(FEE_TO, 0);
            true
        }
        _ => true,
    }
}

/// Stands for any amount: what a token touches does not depend on it.
const AMOUNT: Amount = Amount(1);

/// Reserves, and the cumulative prices, which the first update in a second changes.
fn update(footprint: &mut Footprint<'_>) {
    footprint.write(RESERVES, 0);
    footprint.write(PRICE0_CUMULATIVE, 0);
    footprint.write(PRICE1_CUMULATIVE, 0);
}

/// The protocol fee goes to whom the state before the block names.
fn protocol_fee(footprint: &mut Footprint<'_>) {
    footprint.read(FEE_TO, 0);
    footprint.write(K_LAST, 0);
    footprint.write(SUPPLY, 0);
    if let Some(receiver) = footprint.hint(FEE_TO, 0).low().checked_sub(1) {
        footprint.add(LIQUIDITY, u64::from(receiver as u32));
    }
}

fn mint(footprint: &mut Footprint<'_>, to: Address) {
    protocol_fee(footprint);
    footprint.add(LIQUIDITY, u64::from(to.0));
    if footprint.hint(SUPPLY, 0).is_zero() {
        footprint.add(LIQUIDITY, u64::from(NOBODY.0));
    }
}

fn burn(pool: &Pool, footprint: &mut Footprint<'_>, to: Address) -> bool {
    let this = footprint.this();
    update(footprint);
    protocol_fee(footprint);
    footprint.write(LIQUIDITY, u64::from(this.0));
    pay_both(pool, footprint, to) && both(pool, footprint, &token::balance_of(this))
}

fn pay_both(pool: &Pool, footprint: &mut Footprint<'_>, to: Address) -> bool {
    both(pool, footprint, &token::transfer(to, AMOUNT))
}

fn both(pool: &Pool, footprint: &mut Footprint<'_>, call: &Call) -> bool {
    ask(footprint, pool.token0, call) && ask(footprint, pool.token1, call)
}

fn ask(footprint: &mut Footprint<'_>, token: Address, call: &Call) -> bool {
    footprint.call(token, Amount::ZERO, call)
}

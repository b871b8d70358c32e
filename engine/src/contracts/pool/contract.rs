//! The pool's entry, and what its methods share.

use super::call::method;
use super::math;
use super::storage::{
    FEE_TO, K_LAST, LIQUIDITY, PRICE0_CUMULATIVE, PRICE1_CUMULATIVE, RESERVES, Reserves, SUPPLY,
};
use crate::contracts::argument::{UNKNOWN_METHOD, address};
use crate::contracts::code;
use crate::contracts::token::{self, balance_key};
use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};
use crate::vm::native::{
    Call, Context, Contract, Deployed, Footprint, Outlook, Revert, Share, Stop, schedule,
};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

/// Event: a swap. Arguments: amount 0 in, amount 1 in, amount 0 out, amount 1 out.
pub const SWAP: u16 = 1;
/// Event: liquidity was provided. Arguments: receiver, amount 0, amount 1, liquidity.
pub const MINT: u16 = 2;
/// Event: liquidity was taken out. Arguments: receiver, amount 0, amount 1, liquidity.
pub const BURN: u16 = 3;
/// Event: liquidity moved. Arguments: from, to, liquidity.
pub const TRANSFER: u16 = 4;

/// A constant-product pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pool {
    name: String,
    owner: Address,
    pub(super) token0: Address,
    pub(super) token1: Address,
    pub(super) fee_bps: u32,
}

impl Pool {
    /// A pool of two tokens; `pair` is its name for people, for example "ETH/USDC". The owner may turn
    /// the protocol fee on. The pool must be an operator of both tokens.
    ///
    /// # Panics
    /// When both tokens are the same, or the fee is the whole or more: the builder checks scenarios.
    pub fn new(pair: &str, owner: Address, tokens: [Address; 2], fee_bps: u32) -> Self {
        let pool = Self {
            name: format!("pool {pair}"),
            owner,
            token0: tokens[0],
            token1: tokens[1],
            fee_bps,
        };
        assert!(pool.is_sound(), "{pool:?}");
        pool
    }

    /// Whether it has two tokens, and a fee below the whole.
    pub(in crate::contracts) fn is_sound(&self) -> bool {
        self.token0 != self.token1 && u128::from(self.fee_bps) < math::FEE_DENOMINATOR
    }

    /// Both tokens, in the pool's order.
    pub const fn tokens(&self) -> [Address; 2] {
        [self.token0, self.token1]
    }

    /// The fee on what comes in, in basis points.
    pub const fn fee_bps(&self) -> u32 {
        self.fee_bps
    }

    /// What the pool holds of both tokens.
    pub(super) fn balances(&self, context: &mut Context<'_>) -> Result<[u128; 2], Stop> {
        let call = token::balance_of(context.this());
        let balance0 = context.call(self.token0, Amount::ZERO, &call)?[0];
        let balance1 = context.call(self.token1, Amount::ZERO, &call)?[0];
        Ok([balance0, balance1])
    }

    /// Sets the reserves to the balances. The first time in a second, adds up the prices that held
    /// since the last update (`UniswapV2Pair._update`).
    pub(super) fn update(
        &self,
        context: &mut Context<'_>,
        balances: [u128; 2],
        before: Reserves,
    ) -> Result<(), Stop> {
        if balances[0] > math::RESERVE_MAX || balances[1] > math::RESERVE_MAX {
            return Err(Revert("OVERFLOW").into());
        }
        let timestamp = context.timestamp() as u32;
        let elapsed = timestamp.wrapping_sub(before.timestamp);
        if elapsed > 0 && before.reserve0 != 0 && before.reserve1 != 0 {
            let (r0, r1) = (before.reserve0, before.reserve1);
            accumulate(
                context,
                PRICE0_CUMULATIVE,
                math::price_seconds(r1, r0, elapsed),
            )?;
            accumulate(
                context,
                PRICE1_CUMULATIVE,
                math::price_seconds(r0, r1, elapsed),
            )?;
        }
        let after = Reserves {
            reserve0: balances[0],
            reserve1: balances[1],
            timestamp,
        };
        context.set(RESERVES, 0, after.pack())
    }

    fn skim(&self, context: &mut Context<'_>, to: Address) -> Result<(), Stop> {
        let reserves = load_reserves(context)?;
        let balances = self.balances(context)?;
        for (token, balance, reserve) in [
            (self.token0, balances[0], reserves.reserve0),
            (self.token1, balances[1], reserves.reserve1),
        ] {
            let surplus = balance.checked_sub(reserve).ok_or(Revert("OVERFLOW"))?;
            let call = token::transfer(to, Amount(surplus));
            context.call(token, Amount::ZERO, &call)?;
        }
        Ok(())
    }

    fn set_fee_to(&self, context: &mut Context<'_>, word: u128) -> Result<(), Stop> {
        if context.caller() != self.owner {
            return Err(Revert("FORBIDDEN").into());
        }
        if word != 0 {
            address(word - 1)?;
        }
        context.set(FEE_TO, 0, Word::from_low(word))
    }
}

impl Contract for Pool {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        let [a, b, c, d] = call.args;
        match call.method {
            method::SWAP_EXACT_IN => self.swap_exact_in(context, a != 0, b, c),
            method::QUOTE_EXACT_IN => {
                let reserves = load_reserves(context)?;
                let (reserve_in, reserve_out) = reserves.directed(a != 0);
                let amount_out = math::get_amount_out(b, reserve_in, reserve_out, self.fee_bps)?;
                Ok([amount_out, 0])
            }
            method::SWAP_EXACT_OUT => self.swap_exact_out(context, a != 0, b, c),
            method::ADD_LIQUIDITY => self.add_liquidity(context, [a, b], [c, d]),
            method::REMOVE_LIQUIDITY => self.remove_liquidity(context, a, [b, c]),
            method::MINT => {
                let to = address(a)?;
                let balances = self.balances(context)?;
                Ok([self.mint(context, to, balances)?, 0])
            }
            method::BURN => self.burn(context, address(a)?),
            method::SWAP => self.swap(context, [a, b], address(c)?),
            method::SKIM => self.skim(context, address(a)?).map(|()| [0; 2]),
            method::SYNC => {
                let reserves = load_reserves(context)?;
                let balances = self.balances(context)?;
                self.update(context, balances, reserves).map(|()| [0; 2])
            }
            method::TRANSFER => {
                let caller = context.caller();
                move_liquidity(context, caller, address(a)?, b).map(|()| [0; 2])
            }
            method::SET_FEE_TO => self.set_fee_to(context, a).map(|()| [0; 2]),
            _ => Err(UNKNOWN_METHOD.into()),
        }
    }

    fn near(&self, _: Address, caller: Address, _: &Call, look: &mut dyn FnMut(&Key)) {
        for token in self.tokens() {
            look(&balance_key(token, caller));
        }
    }

    fn share(&self, field: u32) -> Share {
        match field {
            LIQUIDITY => Share::Subject,
            _ => Share::Contract,
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        super::declare::declare(self, footprint, call)
    }

    fn foresee(&self, outlook: &mut Outlook<'_>, call: &Call) {
        super::kernel::foresee(self, outlook, call);
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::POOL, self)
    }

    fn label(&self, key: &Key) -> String {
        let field = match key.field {
            RESERVES => "reserves".to_owned(),
            PRICE0_CUMULATIVE => "cumulative price 0".to_owned(),
            PRICE1_CUMULATIVE => "cumulative price 1".to_owned(),
            SUPPLY => "liquidity supply".to_owned(),
            K_LAST => "last product".to_owned(),
            LIQUIDITY => format!("liquidity of {}", Address(key.subject as u32)),
            FEE_TO => "fee receiver".to_owned(),
            field => format!("field {field}"),
        };
        format!("{} · {field}", self.name)
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        super::invariants::check(store, this, [self.token0, self.token1])
    }
}

pub(super) fn load_reserves(context: &mut Context<'_>) -> Result<Reserves, Stop> {
    Ok(Reserves::unpack(&context.get(RESERVES, 0)?))
}

/// Moves liquidity between holders.
pub(super) fn move_liquidity(
    context: &mut Context<'_>,
    from: Address,
    to: Address,
    amount: u128,
) -> Result<(), Stop> {
    let left = context
        .get(LIQUIDITY, u64::from(from.0))?
        .low()
        .checked_sub(amount)
        .ok_or(Revert("INSUFFICIENT_BALANCE"))?;
    context.set(LIQUIDITY, u64::from(from.0), Word::from_low(left))?;
    context.add(LIQUIDITY, u64::from(to.0), Word::from_low(amount))?;
    context.emit(TRANSFER, [u128::from(from.0), u128::from(to.0), amount, 0])
}

fn accumulate(context: &mut Context<'_>, field: u32, delta: U256) -> Result<(), Stop> {
    context.charge(2 * schedule::WIDE_ARITHMETIC)?;
    let sum = U256::from_limbs(context.get(field, 0)?.limbs()).wrapping_add(delta);
    context.set(field, 0, Word::from_limbs(sum.into_limbs()))
}

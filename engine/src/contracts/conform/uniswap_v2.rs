//! Uniswap v2 (2020): the library's quotes directly, everything else through the deployed pair.

use super::input::{Input, Outcome, Refusal, unknown_operation};
use crate::contracts::chain::Chain;
use crate::contracts::pool::{self, Pool, Reserves, math};
use crate::contracts::token::{self, Token};
use crate::primitives::{Address, Amount};
use crate::state::{Key, Storage};
use crate::vm::native::{Registry, Revert};
use ruint::aliases::U256;
use serde_json::{Value, json};

const OWNER: Address = Address::account(1);
const TRADER: Address = Address::account(2);
const FEE_RECEIVER: Address = Address::account(3);

/// The fee of the published pair, in basis points.
const FEE_BPS: u32 = 30;

/// Most units that a case may move at once: the supply of a token must stay within 128 bits.
const UNITS_MAX: u128 = 1 << 120;

pub(super) fn operate(input: Input<'_>) -> Outcome {
    match input.text("op")? {
        "quote" => {
            let [a, reserve_a, reserve_b] = amounts(input, ["amount_a", "reserve_a", "reserve_b"])?;
            let amount_b = math::quote(a, reserve_a, reserve_b)?;
            Ok(json!({ "amount_b": amount_b.to_string() }))
        }
        "get_amount_out" => {
            let [amount_in, reserve_in, reserve_out] =
                amounts(input, ["amount_in", "reserve_in", "reserve_out"])?;
            let out = math::get_amount_out(amount_in, reserve_in, reserve_out, FEE_BPS)?;
            Ok(json!({ "amount_out": out.to_string() }))
        }
        "get_amount_in" => {
            let [amount_out, reserve_in, reserve_out] =
                amounts(input, ["amount_out", "reserve_in", "reserve_out"])?;
            let amount_in = math::get_amount_in(amount_out, reserve_in, reserve_out, FEE_BPS)?;
            Ok(json!({ "amount_in": amount_in.to_string() }))
        }
        "swap" => {
            let mut pair = Pair::deploy();
            let reserves = amounts(input, ["reserve0", "reserve1"])?;
            pair.set_balances(reserves)?;
            pair.sync()?;
            pair.swap(input)?;
            Ok(pair.state())
        }
        "sequence" => sequence(input),
        "cumulative" => cumulative(input),
        other => Err(unknown_operation(other)),
    }
}

fn amounts<const N: usize>(input: Input<'_>, names: [&str; N]) -> Result<[u128; N], Refusal> {
    let mut values = [0; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = input.amount(name)?;
    }
    Ok(values)
}

/// Steps on one pair from empty. A refused step leaves nothing and the next one goes on.
fn sequence(input: Input<'_>) -> Outcome {
    let mut pair = Pair::deploy();
    if input.flag("fee_on") {
        pair.call(OWNER, pool::set_fee_to(Some(FEE_RECEIVER)))?;
    }
    let mut results = Vec::new();
    let mut refused = None;
    for step in input.list("steps")? {
        refused = None;
        results.push(match pair.step(step) {
            Ok(result) => result,
            Err(Refusal::Revert(revert)) => {
                refused = Some(revert.0);
                json!({ "revert": revert.0 })
            }
            Err(shape) => return Err(shape),
        });
    }
    let mut output = pair.state();
    output["results"] = Value::Array(results);
    if let Some(name) = refused {
        output["revert"] = json!(name);
    }
    Ok(output)
}

/// Reserves that each hold for some seconds.
fn cumulative(input: Input<'_>) -> Outcome {
    let mut pair = Pair::deploy();
    pair.chain.vm.timestamp = 1;
    for spell in input.list("spells")? {
        pair.set_balances(amounts(spell, ["reserve0", "reserve1"])?)?;
        pair.sync()?;
        pair.chain.vm.timestamp += u64::from(spell.small("seconds")?);
    }
    pair.sync()?;
    Ok(pair.state())
}

/// A deployed pair with its tokens.
struct Pair {
    chain: Chain,
    pool: Address,
    tokens: [Address; 2],
}

impl Pair {
    fn deploy() -> Self {
        let mut registry = Registry::default();
        let tokens = ["A", "B"].map(|symbol| registry.deploy(Box::new(Token::new(symbol, OWNER))));
        let pool = registry.deploy(Box::new(Pool::new("A/B", OWNER, tokens, FEE_BPS)));
        Self {
            chain: Chain::new(registry),
            pool,
            tokens,
        }
    }

    fn call(
        &mut self,
        sender: Address,
        call: crate::vm::native::Call,
    ) -> Result<[u128; 2], Refusal> {
        Ok(self.chain.call(sender, self.pool, call)?)
    }

    fn sync(&mut self) -> Result<(), Refusal> {
        self.call(TRADER, pool::sync()).map(|_| ())
    }

    /// Sends units to the pair from outside.
    fn pay(&mut self, amounts: [u128; 2]) -> Result<(), Refusal> {
        for (token, amount) in self.tokens.into_iter().zip(amounts) {
            require_units(amount)?;
            let call = token::mint(self.pool, Amount(amount));
            self.chain.call(OWNER, token, call)?;
        }
        Ok(())
    }

    /// Makes the pair hold these amounts, from wherever they are.
    fn set_balances(&mut self, amounts: [u128; 2]) -> Result<(), Refusal> {
        for (token, amount) in self.tokens.into_iter().zip(amounts) {
            require_units(amount)?;
            let held = self.chain.store.word(&token::balance_key(token, self.pool));
            let supply = self.chain.store.word(&token::supply_key(token));
            let others = supply.low() - held.low();
            self.chain.store.set(
                token::supply_key(token),
                token::balance_word(others + amount),
            );
            self.chain.store.set(
                token::balance_key(token, self.pool),
                token::balance_word(amount),
            );
        }
        Ok(())
    }

    fn step(&mut self, step: Input<'_>) -> Outcome {
        match step.text("do")? {
            "mint" => {
                self.pay(amounts(step, ["amount0", "amount1"])?)?;
                let [liquidity, _] = self.call(TRADER, pool::mint(TRADER))?;
                Ok(json!({ "liquidity": liquidity.to_string() }))
            }
            "burn" => {
                let liquidity = Amount(step.amount("liquidity")?);
                self.call(TRADER, pool::transfer(self.pool, liquidity))?;
                let [amount0, amount1] = self.call(TRADER, pool::burn(TRADER))?;
                Ok(json!({
                    "amount0": amount0.to_string(),
                    "amount1": amount1.to_string(),
                }))
            }
            "swap" => {
                self.swap(step)?;
                Ok(self.state())
            }
            "sync" => {
                self.sync()?;
                Ok(self.state())
            }
            "skim" => {
                self.call(TRADER, pool::skim(TRADER))?;
                Ok(self.state())
            }
            "transfer" => {
                self.pay([
                    step.amount_or_zero("amount0")?,
                    step.amount_or_zero("amount1")?,
                ])?;
                Ok(self.state())
            }
            other => Err(unknown_operation(other)),
        }
    }

    /// Pays in and swaps in one breath: where the swap is refused, nothing was paid.
    fn swap(&mut self, input: Input<'_>) -> Result<(), Refusal> {
        let before = self.chain.store.clone();
        let paid = self.pay([
            input.amount_or_zero("amount0_in")?,
            input.amount_or_zero("amount1_in")?,
        ]);
        let outs = [
            input.amount_or_zero("amount0_out")?,
            input.amount_or_zero("amount1_out")?,
        ];
        let call = pool::swap(Amount(outs[0]), Amount(outs[1]), TRADER);
        let outcome = paid.and_then(|()| self.call(TRADER, call));
        if outcome.is_err() {
            self.chain.store = before;
        }
        outcome.map(|_| ())
    }

    fn state(&self) -> Value {
        let word = |key: Key| self.chain.store.word(&key);
        let wide = |key: Key| U256::from_limbs(word(key).limbs()).to_string();
        let reserves = Reserves::unpack(&word(pool::reserves_key(self.pool)));
        let fee_liquidity = word(pool::liquidity_key(self.pool, FEE_RECEIVER)).low();
        let liquidity = word(pool::liquidity_key(self.pool, TRADER)).low();
        json!({
            "reserve0": reserves.reserve0.to_string(),
            "reserve1": reserves.reserve1.to_string(),
            "total_supply": word(pool::supply_key(self.pool)).low().to_string(),
            "liquidity": liquidity.to_string(),
            "fee_liquidity": fee_liquidity.to_string(),
            "k_last": wide(pool::k_last_key(self.pool)),
            "price0_cumulative": wide(pool::price0_cumulative_key(self.pool)),
            "price1_cumulative": wide(pool::price1_cumulative_key(self.pool)),
        })
    }
}

fn require_units(amount: u128) -> Result<(), Revert> {
    if amount > UNITS_MAX {
        return Err(Revert("OVERFLOW"));
    }
    Ok(())
}

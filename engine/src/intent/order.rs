//! A batch: orders, pools and prices of one moment; and what a solver answers.

use crate::primitives::amount::mul_div;
use crate::primitives::{Digest, Rounding};
use serde::{Deserialize, Serialize};

/// A token of a batch, by place.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Token(pub u32);

/// Which amount of an order is fixed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What is given; what is got is at least in proportion.
    Sell,
    /// What is got; what is given is at most in proportion.
    Buy,
}

/// Something to be filled at its limit or better. Amounts are raw units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Its number; none twice in a batch.
    pub id: u64,
    /// Whose it is.
    pub owner: u32,
    /// The owner's number for it: of two with one number one is filled.
    pub nonce: u64,
    /// Which amount is fixed.
    pub side: Side,
    /// What is given.
    pub give: Token,
    /// What is wanted.
    pub get: Token,
    /// Most that is given; more than 0.
    pub give_amount: u128,
    /// Least that is got for it; more than 0.
    pub get_amount: u128,
    /// Whether a part is fine. Otherwise all or nothing.
    pub partial: bool,
    /// What of the fixed amount has been filled before.
    pub filled: u128,
    /// First and last second at which it may be filled.
    pub valid: [u64; 2],
    /// Part of the gross surplus that the protocol keeps, in basis points below 10,000.
    pub surplus_fee_bps: u32,
}

impl Order {
    /// What of the fixed amount is still to be filled.
    pub const fn remaining(&self) -> u128 {
        let whole = match self.side {
            Side::Sell => self.give_amount,
            Side::Buy => self.get_amount,
        };
        whole.saturating_sub(self.filled)
    }

    /// Least that must be got for giving so much: rounded up, for the owner. `None` past 128 bits.
    pub fn least_got(&self, give: u128) -> Option<u128> {
        mul_div(give, self.get_amount, self.give_amount, Rounding::Up)
    }

    /// Most that may be given for getting so much: rounded down, for the owner. `None` past 128 bits.
    pub fn most_given(&self, get: u128) -> Option<u128> {
        mul_div(get, self.give_amount, self.get_amount, Rounding::Down)
    }

    /// Whether a fill is at the limit or better, to the last unit.
    pub fn accepts(&self, give: u128, get: u128) -> bool {
        match self.side {
            Side::Sell => self.least_got(give).is_some_and(|least| get >= least),
            Side::Buy => self.most_given(get).is_some_and(|most| give <= most),
        }
    }
}

/// A constant-product pool as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PoolState {
    /// Its tokens.
    pub tokens: [Token; 2],
    /// Its reserves.
    pub reserves: [u128; 2],
    /// Its fee.
    pub fee_bps: u32,
}

impl PoolState {
    /// The side of a token, 0 or 1.
    pub fn side(&self, token: Token) -> Option<usize> {
        self.tokens.iter().position(|t| *t == token)
    }

    /// What comes out for an amount in of side `side`; `None` where the pool refuses.
    pub fn out(&self, side: usize, amount_in: u128) -> Option<u128> {
        use crate::contracts::pool::math::{RESERVE_MAX, get_amount_out};
        let [to, from] = [self.reserves[side], self.reserves[1 - side]];
        let out = get_amount_out(amount_in, to, from, self.fee_bps).ok()?;
        let fits = to
            .checked_add(amount_in)
            .is_some_and(|after| after <= RESERVE_MAX);
        (fits && out > 0 && out < from).then_some(out)
    }

    /// Does a swap. `false`, and nothing changed, where the pool would refuse it.
    pub fn swap(&mut self, side: usize, amount_in: u128, amount_out: u128) -> bool {
        let allowed = self
            .out(side, amount_in)
            .is_some_and(|most| amount_out <= most);
        if allowed {
            self.reserves[side] += amount_in;
            self.reserves[1 - side] -= amount_out;
        }
        allowed
    }
}

/// Orders, pools and prices of one moment.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Batch {
    /// Worth of [`Batch::price_unit`] raw units of each token, in native units.
    pub prices: Vec<u128>,
    /// How many raw units the prices are for.
    pub price_unit: u128,
    /// In the order of their ids.
    pub orders: Vec<Order>,
    /// By place.
    pub pools: Vec<PoolState>,
    /// The second.
    pub now_s: u64,
}

impl Batch {
    /// Worth of raw units, rounded down. `None` without a price or past 128 bits.
    pub fn worth(&self, token: Token, amount: u128) -> Option<u128> {
        let price = *self.prices.get(token.0 as usize)?;
        mul_div(amount, price, self.price_unit, Rounding::Down)
    }

    /// The order of this id.
    pub fn order(&self, id: u64) -> Option<&Order> {
        let at = self
            .orders
            .binary_search_by_key(&id, |order| order.id)
            .ok()?;
        self.orders.get(at)
    }
}

/// What one order gives and gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fill {
    /// Its id.
    pub order: u64,
    /// What it gives.
    pub give: u128,
    /// What it gets.
    pub get: u128,
}

/// A trade with a pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Swap {
    /// Which pool, by place.
    pub pool: u32,
    /// Which of its tokens goes in, 0 or 1.
    pub side: u8,
    /// How much goes in.
    pub amount_in: u128,
    /// How much comes out.
    pub amount_out: u128,
}

/// The one price of everybody who gives `give` for `get`: `numerator ÷ denominator` of get for one give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PairPrice {
    /// What is given.
    pub give: Token,
    /// What is got.
    pub get: Token,
    /// So much of `get`…
    pub numerator: u128,
    /// …for so much of `give`.
    pub denominator: u128,
}

/// A solver's answer.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Solution {
    /// Who.
    pub solver: String,
    /// In the order of orders.
    pub fills: Vec<Fill>,
    /// In the order of execution.
    pub swaps: Vec<Swap>,
    /// One a directed pair.
    pub prices: Vec<PairPrice>,
}

impl Solution {
    /// What a solver is held to: whoever wins with one answer cannot deliver another.
    pub fn digest(&self) -> Digest {
        Digest::of(&postcard::to_allocvec(self).unwrap_or_default())
    }
}

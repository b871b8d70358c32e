//! The verifier: what is let through, to the last unit. It trusts no solver with anything.
//!
//! Checked, on the orders and pools as they are at execution: every fill is of an order of the batch that
//! is valid now, with a fresh nonce and enough left; its trigger holds; it is at the limit or better with
//! exact rounding; everybody on one directed pair has one price, to one unit; every swap is one that the
//! pool would do; tokens balance, and nothing worth naming is left over for the solver; conditions after
//! execution hold. Anything wrong, and the whole solution is undone.

use super::order::{Batch, Fill, Order, PairPrice, PoolState, Side, Solution, Token};
use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Most fills and swaps of a solution.
pub const PARTS_MAX: usize = 4_096;

/// What of a token may be left over, as a part of what the fills get: a millionth, for rounding.
const DUST_PART: u128 = 1_000_000;

/// What only the place of execution can say about an order.
pub trait Witness {
    /// Whether its trigger and its conditions before execution hold now.
    fn allows(&self, order: &Order) -> bool;
    /// Whether its conditions after execution would hold.
    fn approves(&self, order: &Order, fill: &Fill, pools: &[PoolState]) -> bool;
}

/// Orders without triggers and guards.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoConditions;

impl Witness for NoConditions {
    fn allows(&self, _: &Order) -> bool {
        true
    }
    fn approves(&self, _: &Order, _: &Fill, _: &[PoolState]) -> bool {
        true
    }
}

/// What is wrong with a solution.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// Too long to be looked at.
    #[error("it has more than {PARTS_MAX} fills or swaps")]
    TooLong,
    /// Not what won.
    #[error("it is not the solution that won")]
    NotTheBid,
    /// Not in the batch.
    #[error("order {0} is not in the batch")]
    UnknownOrder(u64),
    /// In it twice.
    #[error("order {0} is filled twice")]
    Twice(u64),
    /// The nonce is used up.
    #[error("order {0} has a used nonce")]
    UsedNonce(u64),
    /// Too early or too late.
    #[error("order {0} is not valid now")]
    NotValidNow(u64),
    /// The trigger does not hold.
    #[error("order {0} has a trigger that does not hold")]
    NotTriggered(u64),
    /// More than is left, nothing, or a part of an order that is all or nothing.
    #[error("order {0} cannot be filled by so much")]
    WrongAmount(u64),
    /// Below the limit.
    #[error("order {0} would be below its limit")]
    BelowLimit(u64),
    /// No price, or more than one, for its pair.
    #[error("the pair of order {0} does not have one price")]
    NoPairPrice(u64),
    /// Another price than the others on its pair.
    #[error("order {0} has another price than its pair")]
    NotUniform(u64),
    /// The pool would not do it.
    #[error("swap {0} is refused by its pool")]
    PoolRefuses(u32),
    /// More goes out than comes in.
    #[error("token {} is short by {short}", .token.0)]
    Unbalanced {
        /// Which token.
        token: Token,
        /// By how much.
        short: u128,
    },
    /// More stays behind than rounding leaves.
    #[error("{left} of token {} are left over", .token.0)]
    LeftOver {
        /// Which token.
        token: Token,
        /// How much.
        left: u128,
    },
    /// A condition after execution would not hold.
    #[error("order {0} has a condition that would not hold afterwards")]
    GuardFails(u64),
    /// A number does not fit.
    #[error("a number does not fit")]
    Overflow,
}

/// What a solution did.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Settled {
    /// Per token, what rounding left behind.
    pub dust: Vec<(Token, u128)>,
}

/// Lets solutions through, one after the other, and keeps what they change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verifier {
    batch: Batch,
    used: BTreeSet<(u32, u64)>,
}

impl Verifier {
    /// For a batch whose pools are as they are at execution, with the nonces used before.
    pub const fn new(batch: Batch, used: BTreeSet<(u32, u64)>) -> Self {
        Self { batch, used }
    }

    /// The batch as it is now.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The nonces used up: of orders that are filled whole.
    pub const fn used(&self) -> &BTreeSet<(u32, u64)> {
        &self.used
    }

    /// Executes a solution, or leaves everything as it was.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn settle(&mut self, solution: &Solution, witness: &dyn Witness) -> Result<Settled, Fault> {
        if solution.fills.len() > PARTS_MAX
            || solution.swaps.len() > PARTS_MAX
            || solution.prices.len() > PARTS_MAX
        {
            return Err(Fault::TooLong);
        }
        let mut balances: BTreeMap<Token, Balance> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut nonces = BTreeSet::new();
        for fill in &solution.fills {
            let order = self
                .batch
                .order(fill.order)
                .ok_or(Fault::UnknownOrder(fill.order))?;
            if !seen.insert(order.id) {
                return Err(Fault::Twice(order.id));
            }
            let nonce = (order.owner, order.nonce);
            if self.used.contains(&nonce) || !nonces.insert(nonce) {
                return Err(Fault::UsedNonce(order.id));
            }
            check_fill(order, fill, self.batch.now_s, &solution.prices)?;
            if !witness.allows(order) {
                return Err(Fault::NotTriggered(order.id));
            }
            add(&mut balances, order.give, fill.give, true)?;
            add(&mut balances, order.get, fill.get, false)?;
            let got = balances.entry(order.get).or_default();
            got.volume = got.volume.saturating_add(fill.get);
            got.fills += 1;
        }
        let mut pools = self.batch.pools.clone();
        for (number, swap) in solution.swaps.iter().enumerate() {
            let refused = Fault::PoolRefuses(number as u32);
            let pool = pools.get_mut(swap.pool as usize).ok_or(refused)?;
            let side = usize::from(swap.side);
            if side > 1 || !pool.swap(side, swap.amount_in, swap.amount_out) {
                return Err(refused);
            }
            let tokens = pool.tokens;
            add(&mut balances, tokens[side], swap.amount_in, false)?;
            add(&mut balances, tokens[1 - side], swap.amount_out, true)?;
        }
        let dust = balance(&balances)?;
        for fill in &solution.fills {
            let order = self
                .batch
                .order(fill.order)
                .ok_or(Fault::UnknownOrder(fill.order))?;
            if !witness.approves(order, fill, &pools) {
                return Err(Fault::GuardFails(order.id));
            }
        }
        self.batch.pools = pools;
        for fill in &solution.fills {
            self.take(fill);
        }
        Ok(Settled { dust })
    }

    fn take(&mut self, fill: &Fill) {
        let Ok(at) = self
            .batch
            .orders
            .binary_search_by_key(&fill.order, |order| order.id)
        else {
            return;
        };
        let order = &mut self.batch.orders[at];
        order.filled += match order.side {
            Side::Sell => fill.give,
            Side::Buy => fill.get,
        };
        if order.remaining() == 0 {
            self.used.insert((order.owner, order.nonce));
        }
    }
}

fn check_fill(order: &Order, fill: &Fill, now_s: u64, prices: &[PairPrice]) -> Result<(), Fault> {
    if now_s < order.valid[0] || now_s > order.valid[1] {
        return Err(Fault::NotValidNow(order.id));
    }
    let fixed = match order.side {
        Side::Sell => fill.give,
        Side::Buy => fill.get,
    };
    let remaining = order.remaining();
    let fits = fixed == remaining || order.partial && fixed < remaining;
    if !fits || fill.give == 0 || fill.get == 0 {
        return Err(Fault::WrongAmount(order.id));
    }
    if !order.accepts(fill.give, fill.get) {
        return Err(Fault::BelowLimit(order.id));
    }
    let mut of_pair = prices
        .iter()
        .filter(|price| (price.give, price.get) == (order.give, order.get));
    let (Some(price), None) = (of_pair.next(), of_pair.next()) else {
        return Err(Fault::NoPairPrice(order.id));
    };
    if is_at_price(fill, price) {
        Ok(())
    } else {
        Err(Fault::NotUniform(order.id))
    }
}

/// Whether a fill is at a price, to one unit of what is got or of what is given.
fn is_at_price(fill: &Fill, price: &PairPrice) -> bool {
    let near = |value: u128, of: u128, numerator: u128, denominator: u128| {
        let down = mul_div(of, numerator, denominator, Rounding::Down);
        down.is_some_and(|down| value == down || value.checked_sub(1) == Some(down))
    };
    near(fill.get, fill.give, price.numerator, price.denominator)
        || near(fill.give, fill.get, price.denominator, price.numerator)
}

#[derive(Clone, Copy, Default, Debug)]
struct Balance {
    into: u128,
    out: u128,
    /// What fills get.
    volume: u128,
    fills: u128,
}

fn add(
    balances: &mut BTreeMap<Token, Balance>,
    token: Token,
    amount: u128,
    comes: bool,
) -> Result<(), Fault> {
    let balance = balances.entry(token).or_default();
    let side = if comes {
        &mut balance.into
    } else {
        &mut balance.out
    };
    *side = side.checked_add(amount).ok_or(Fault::Overflow)?;
    Ok(())
}

fn balance(balances: &BTreeMap<Token, Balance>) -> Result<Vec<(Token, u128)>, Fault> {
    let mut dust = Vec::new();
    for (token, balance) in balances {
        let token = *token;
        let Some(left) = balance.into.checked_sub(balance.out) else {
            let short = balance.out - balance.into;
            return Err(Fault::Unbalanced { token, short });
        };
        if left > balance.fills.max(2) + balance.volume.max(balance.into) / DUST_PART {
            return Err(Fault::LeftOver { token, left });
        }
        if left > 0 {
            dust.push((token, left));
        }
    }
    Ok(dust)
}

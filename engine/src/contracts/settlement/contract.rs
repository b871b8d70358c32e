//! The settlement's entry.

use super::call::method;
use super::storage::{FILL, FILL_AMOUNTS, FILLED, ORDER, SWAP, SWAP_AMOUNTS, TERMS, terms_key};
use crate::contracts::argument::{UNKNOWN_METHOD, address};
use crate::contracts::code;
use crate::contracts::{pool, token};
use crate::primitives::amount::mul_div;
use crate::primitives::{Address, Amount, Rounding};
use crate::state::{Key, Store, Word};
use crate::vm::native::{Call, Context, Contract, Deployed, Revert, Stop, schedule};
use serde::{Deserialize, Serialize};

/// Event: an order was filled. Arguments: order, owner, given, got.
pub const FILLED_EVENT: u16 = 1;

/// Most rows of either kind on a sheet.
pub const ROWS_MAX: u32 = 64;

const WORD: u128 = u32::MAX as u128;

/// The settlement of batch auctions. It must be an operator of every token that is traded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settlement {
    driver: Address,
    pools: Vec<(Address, [Address; 2])>,
}

/// What of each token a sheet has brought in and not handed out again; a sheet touches few tokens.
#[derive(Default)]
struct Purse(Vec<(Address, u128)>);

impl Purse {
    fn put(&mut self, token: Address, amount: u128) -> Result<(), Revert> {
        match self.0.iter_mut().find(|(of, _)| *of == token) {
            Some((_, held)) => *held = held.checked_add(amount).ok_or(Revert("OVERFLOW"))?,
            None => self.0.push((token, amount)),
        }
        Ok(())
    }

    fn take(&mut self, token: Address, amount: u128) -> Result<(), Revert> {
        let held = self.0.iter_mut().find(|(of, _)| *of == token);
        let held = held.ok_or(Revert("UNBALANCED"))?;
        held.1 = held.1.checked_sub(amount).ok_or(Revert("UNBALANCED"))?;
        Ok(())
    }
}

/// A fill as it is executed.
struct Filling {
    order: u64,
    owner: Address,
    tokens: [Address; 2],
    give: u128,
    get: u128,
}

impl Settlement {
    /// A settlement whose sheets this account executes, with the pools that it trades with and their
    /// tokens: another contract's word about what it paid out would not be believed.
    pub const fn new(driver: Address, pools: Vec<(Address, [Address; 2])>) -> Self {
        Self { driver, pools }
    }

    fn require_driver(&self, context: &Context<'_>) -> Result<(), Stop> {
        if context.caller() == self.driver {
            Ok(())
        } else {
            Err(Revert("NOT_DRIVER").into())
        }
    }

    fn execute(&self, context: &mut Context<'_>, fills: u128, swaps: u128) -> Result<(), Stop> {
        if fills > u128::from(ROWS_MAX) || swaps > u128::from(ROWS_MAX) {
            return Err(Revert("TOO_MANY_ROWS").into());
        }
        let mut purse = Purse::default();
        let mut fillings = Vec::new();
        for row in 0..fills as u64 {
            let filling = take_order(context, row)?;
            let pull = token::operate_pull(filling.owner, Amount(filling.give));
            context.call(filling.tokens[0], Amount::ZERO, &pull)?;
            purse.put(filling.tokens[0], filling.give)?;
            fillings.push(filling);
        }
        for row in 0..swaps as u64 {
            self.swap(context, row, &mut purse)?;
        }
        for filling in fillings {
            purse.take(filling.tokens[1], filling.get)?;
            let push = token::transfer(filling.owner, Amount(filling.get));
            context.call(filling.tokens[1], Amount::ZERO, &push)?;
            context.emit(
                FILLED_EVENT,
                [
                    u128::from(filling.order),
                    u128::from(filling.owner.0),
                    filling.give,
                    filling.get,
                ],
            )?;
        }
        Ok(())
    }
}

impl Settlement {
    fn swap(&self, context: &mut Context<'_>, row: u64, purse: &mut Purse) -> Result<(), Stop> {
        let place = context.get(SWAP, row)?.low();
        let amounts = context.get(SWAP_AMOUNTS, row)?;
        let (at, zero_for_one) = (address(place >> 1)?, place & 1 == 1);
        let listed = self.pools.iter().find(|(pool, _)| *pool == at);
        let tokens = listed.ok_or(Revert("UNKNOWN_POOL"))?.1;
        let [from, to] = [usize::from(!zero_for_one), usize::from(zero_for_one)];
        purse.take(tokens[from], amounts.low())?;
        let call = pool::swap_exact_in(zero_for_one, Amount(amounts.low()), Amount(amounts.high()));
        let out = context.call(at, Amount::ZERO, &call)?[0];
        purse.put(tokens[to], out)?;
        Ok(())
    }
}

/// Checks a fill's row against its order and counts it.
fn take_order(context: &mut Context<'_>, row: u64) -> Result<Filling, Stop> {
    let order = context.get(FILL, row)?.low() as u64;
    let amounts = context.get(FILL_AMOUNTS, row)?;
    let (give, get) = (amounts.low(), amounts.high());
    let head = context.get(ORDER, order)?;
    if head.is_zero() {
        return Err(Revert("NO_ORDER").into());
    }
    if u128::from(context.timestamp()) > head.high() {
        return Err(Revert("ORDER_EXPIRED").into());
    }
    let packed = head.low();
    let terms = context.get(TERMS, order)?;
    context.charge(2 * schedule::WIDE_ARITHMETIC)?;
    let least = mul_div(give, terms.high(), terms.low(), Rounding::Up);
    if give == 0 || least.is_none_or(|least| get < least) {
        return Err(Revert("BELOW_LIMIT").into());
    }
    let filled = context.get(FILLED, order)?;
    let given = filled.low().checked_add(give);
    let got = filled.high().checked_add(get);
    let (Some(given), Some(got)) = (given.filter(|given| *given <= terms.low()), got) else {
        return Err(Revert("OVERFILLED").into());
    };
    context.set(FILLED, order, Word::pair(given, got))?;
    Ok(Filling {
        order,
        owner: address(packed >> 64)?,
        tokens: [address(packed >> 32 & WORD)?, address(packed & WORD)?],
        give,
        get,
    })
}

impl Contract for Settlement {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        let [a, b, c, d] = call.args;
        let mut returned = [0; 2];
        match call.method {
            method::PLACE => {
                let (order, until_s) = ((a >> 64) as u64, a & u128::from(u64::MAX));
                let owner = u128::from(context.caller().0);
                let head = context.get(ORDER, order)?;
                if !head.is_zero() && head.low() >> 64 != owner {
                    return Err(Revert("NOT_OWNER").into());
                }
                if b >> 64 != 0 || c == 0 || d == 0 {
                    return Err(Revert("INVALID_ORDER").into());
                }
                context.set(ORDER, order, Word::pair(owner << 64 | b, until_s))?;
                context.set(TERMS, order, Word::pair(c, d))?;
            }
            method::CANCEL => {
                let order = a as u64;
                let head = context.get(ORDER, order)?;
                if head.low() >> 64 != u128::from(context.caller().0) {
                    return Err(Revert("NOT_OWNER").into());
                }
                context.set(ORDER, order, Word::ZERO)?;
            }
            method::POST_FILL | method::POST_SWAP => {
                self.require_driver(context)?;
                if a >= u128::from(ROWS_MAX) {
                    return Err(Revert("TOO_MANY_ROWS").into());
                }
                let [place, amounts] = match call.method {
                    method::POST_FILL => [FILL, FILL_AMOUNTS],
                    _ => [SWAP, SWAP_AMOUNTS],
                };
                context.set(place, a as u64, Word::from_low(b))?;
                context.set(amounts, a as u64, Word::pair(c, d))?;
            }
            method::EXECUTE => {
                self.require_driver(context)?;
                self.execute(context, a, b)?;
                returned = [a, b];
            }
            _ => return Err(UNKNOWN_METHOD.into()),
        }
        Ok(returned)
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::SETTLEMENT, self)
    }

    fn label(&self, key: &Key) -> String {
        let what = match key.field {
            ORDER => "order",
            TERMS => "terms of order",
            FILLED => "filled of order",
            FILL | FILL_AMOUNTS => "sheet, fill",
            _ => "sheet, swap",
        };
        format!("settlement · {what} {}", key.subject)
    }

    fn name(&self) -> &str {
        "settlement"
    }

    fn audit(&self, this: Address, store: &Store) -> Result<(), String> {
        let orders = store
            .entries()
            .filter(|(key, _)| key.owner == this && key.field == FILLED);
        for (key, filled) in orders {
            let terms = store.word(&terms_key(this, key.subject));
            if filled.low() > terms.low() {
                return Err(format!(
                    "order {} gave {} of {}",
                    key.subject,
                    filled.low(),
                    terms.low()
                ));
            }
        }
        Ok(())
    }
}

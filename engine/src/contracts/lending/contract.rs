//! The market's entry.

use super::call::method;
use super::config::{Market, ReserveConfig};
use super::storage::{
    ACCRUED, CASH, FLAGS, INDICES, POSITION, PRICE, RATES, TOTALS, flags_key, position_key,
};
use crate::contracts::argument::{UNKNOWN_METHOD, address};
use crate::contracts::code;
use crate::contracts::token::balance_key;
use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};
use crate::vm::native::{Call, Context, Contract, Deployed, Footprint, Revert, Share, Stop};

/// Event: supplied. Arguments: reserve, user, amount, scaled amount.
pub const SUPPLY: u16 = 1;
/// Event: withdrawn. Arguments: reserve, user, amount, scaled amount.
pub const WITHDRAW: u16 = 2;
/// Event: borrowed. Arguments: reserve, user, amount, scaled amount.
pub const BORROW: u16 = 3;
/// Event: repaid. Arguments: reserve, user, amount, scaled amount.
pub const REPAY: u16 = 4;
/// Event: liquidated. Arguments: collateral reserve × 2^32 + debt reserve, user, debt paid,
/// collateral taken.
pub const LIQUIDATION: u16 = 5;
/// Event: a supply began or ended to back debt. Arguments: reserve, user, 1 or 0.
pub const COLLATERAL_SET: u16 = 6;
/// Event: a price. Arguments: reserve, price.
pub const PRICE_SET: u16 = 7;
/// Event: the treasury's share was minted. Arguments: reserve, scaled amount.
pub const MINTED_TO_TREASURY: u16 = 8;
/// Event: debt was written off. Arguments: reserve, user, amount.
pub const DEFICIT_CREATED: u16 = 9;
/// Event: debt written off was paid for. Arguments: reserve, payer, amount.
pub const DEFICIT_COVERED: u16 = 10;

impl Market {
    /// The reserve that an argument names.
    pub(super) fn reserve_config(&self, word: u128) -> Result<(usize, &ReserveConfig), Revert> {
        usize::try_from(word)
            .ok()
            .and_then(|index| Some((index, self.reserves.get(index)?)))
            .ok_or(Revert("ASSET_NOT_LISTED"))
    }

    fn set_price(&self, context: &mut Context<'_>, word: u128, price: u128) -> Result<(), Stop> {
        if context.caller() != self.owner {
            return Err(Revert("NOT_OWNER").into());
        }
        let (index, _) = self.reserve_config(word)?;
        context.set(PRICE, index as u64, Word::from_low(price))?;
        context.emit(PRICE_SET, [index as u128, price, 0, 0])
    }

    fn account_words(&self, context: &mut Context<'_>, user: Address) -> Result<[u128; 2], Stop> {
        let data = self.account_data(context, user)?;
        Ok([data.health_factor()?.saturating_to(), data.debt])
    }
}

impl Contract for Market {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        let [a, b, c, d] = call.args;
        match call.method {
            method::SUPPLY => self.supply(context, a, b),
            method::WITHDRAW => self.withdraw(context, a, b),
            method::BORROW => self.borrow(context, a, b),
            method::REPAY => self.repay(context, a, b, address(c)?),
            method::LIQUIDATE => self.liquidate(context, a, b, address(c)?, Amount(d)),
            method::SET_COLLATERAL => self.set_collateral(context, a, b != 0),
            method::SET_PRICE => self.set_price(context, a, b).map(|()| [0; 2]),
            method::MINT_TO_TREASURY => self.mint_to_treasury(context, a),
            method::COVER_DEFICIT => self.cover_deficit(context, a, b),
            method::ACCOUNT_DATA => self.account_words(context, address(a)?),
            _ => Err(UNKNOWN_METHOD.into()),
        }
    }

    fn near(&self, this: Address, caller: Address, call: &Call, look: &mut dyn FnMut(&Key)) {
        let [reserve, _, other, _] = call.args;
        let user = match call.method {
            method::LIQUIDATE | method::REPAY => address(other).unwrap_or(caller),
            _ => caller,
        };
        look(&flags_key(this, user));
        if let Ok((index, config)) = self.reserve_config(reserve) {
            look(&position_key(this, user, index as u32));
            look(&balance_key(config.token, caller));
        }
    }

    fn share(&self, field: u32) -> Share {
        match field {
            POSITION => Share::First,
            FLAGS => Share::Subject,
            _ => Share::Entry,
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        self.declare_call(footprint, call)
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::LENDING, self)
    }

    fn label(&self, key: &Key) -> String {
        let symbol = |reserve: u64| match self.reserves.get(reserve as usize) {
            Some(config) => config.symbol.clone(),
            None => format!("reserve {reserve}"),
        };
        let of_reserve = |what: &str| format!("{} {what}", symbol(key.subject));
        let slot = match key.field {
            INDICES => of_reserve("liquidity and borrow index"),
            RATES => of_reserve("rates"),
            TOTALS => of_reserve("total supply and debt"),
            CASH => of_reserve("cash"),
            ACCRUED => of_reserve("treasury share"),
            PRICE => of_reserve("price"),
            POSITION => format!(
                "{} position of {}",
                symbol(key.subject & 0xffff_ffff),
                Address((key.subject >> 32) as u32)
            ),
            FLAGS => format!("flags of {}", Address(key.subject as u32)),
            field => format!("field {field}"),
        };
        format!("{} · {slot}", self.name)
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        super::invariants::check(store, this, self)
    }
}

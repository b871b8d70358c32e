//! The token's entry.

use super::call::method;
use super::storage::{ALLOWANCE, BALANCE, SUPPLY, balance_key, balance_word};
use crate::contracts::argument::{UNKNOWN_METHOD, address};
use crate::contracts::code;
use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};
use crate::vm::native::{
    ACCOUNTS, Call, Context, Contract, Deployed, Footprint, Revert, Share, Stop,
};
use serde::{Deserialize, Serialize};

/// Event: units moved. Arguments: from, to, amount; [`NOBODY`] stands for creation and destruction.
pub const TRANSFER: u16 = 1;
/// Event: an allowance was set. Arguments: holder, spender, amount.
pub const APPROVAL: u16 = 2;

/// Stands for no holder, where ERC-20 has the zero address: the ledger of accounts, which never calls.
pub const NOBODY: Address = ACCOUNTS;

/// A fungible token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    symbol: String,
    name: String,
    owner: Address,
    cap: Amount,
    /// Sorted, each once.
    operators: Vec<Address>,
}

impl Token {
    /// A token without a cap and without operators; only the owner mints.
    pub fn new(symbol: &str, owner: Address) -> Self {
        Self {
            symbol: symbol.to_owned(),
            name: format!("token {symbol}"),
            owner,
            cap: Amount::MAX,
            operators: Vec::new(),
        }
    }

    /// Bounds the total supply.
    #[must_use]
    pub fn with_cap(mut self, cap: Amount) -> Self {
        self.cap = cap;
        self
    }

    /// Names the contracts that may move any holder's units.
    #[must_use]
    pub fn with_operators(mut self, operators: impl IntoIterator<Item = Address>) -> Self {
        self.operators = operators.into_iter().collect();
        self.operators.sort_unstable();
        self.operators.dedup();
        self
    }

    /// The ticker, for example "USDC".
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    fn require_operator(&self, caller: Address) -> Result<(), Revert> {
        // Pools are deployed in a row, so an operator mostly stands where the first one says.
        let first = self.operators.first().map_or(0, |operator| operator.0);
        let place = caller.0.wrapping_sub(first) as usize;
        if self.operators.get(place) == Some(&caller)
            || self.operators.binary_search(&caller).is_ok()
        {
            Ok(())
        } else {
            Err(Revert("NOT_OPERATOR"))
        }
    }

    fn mint(&self, context: &mut Context<'_>, to: Address, amount: u128) -> Result<u128, Stop> {
        if context.caller() != self.owner {
            return Err(Revert("NOT_OWNER").into());
        }
        let supply = context
            .get(SUPPLY, 0)?
            .low()
            .checked_add(amount)
            .filter(|supply| *supply <= self.cap.0)
            .ok_or(Revert("CAP_EXCEEDED"))?;
        context.set(SUPPLY, 0, Word::from_low(supply))?;
        credit(context, to, amount)?;
        emit_transfer(context, NOBODY, to, amount)?;
        Ok(supply)
    }
}

impl Contract for Token {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        let [a, b, c, _] = call.args;
        let caller = context.caller();
        let returned = match call.method {
            method::TRANSFER => move_units(context, caller, address(a)?, b)?,
            method::OPERATE_PULL => {
                self.require_operator(caller)?;
                pull(context, address(a)?, b)?
            }
            method::OPERATE_TRANSFER => {
                self.require_operator(caller)?;
                move_units(context, address(a)?, address(b)?, c)?
            }
            method::TRANSFER_FROM => {
                let from = address(a)?;
                spend_allowance(context, from, c)?;
                move_units(context, from, address(b)?, c)?
            }
            method::APPROVE => {
                let spender = address(a)?;
                context.set(ALLOWANCE, pair(caller, spender), Word::from_low(b))?;
                context.emit(
                    APPROVAL,
                    [u128::from(caller.0), u128::from(spender.0), b, 0],
                )?;
                b
            }
            method::MINT => self.mint(context, address(a)?, b)?,
            method::BURN => burn(context, a)?,
            method::BALANCE_OF => context.get(BALANCE, subject(address(a)?))?.low(),
            method::TOTAL_SUPPLY => context.get(SUPPLY, 0)?.low(),
            method::ALLOWANCE => context
                .get(ALLOWANCE, pair(address(a)?, address(b)?))?
                .low(),
            _ => return Err(UNKNOWN_METHOD.into()),
        };
        Ok([returned, 0])
    }

    fn share(&self, field: u32) -> Share {
        match field {
            BALANCE => Share::Subject,
            ALLOWANCE => Share::First,
            _ => Share::Contract,
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        let [a, b, _, _] = call.args;
        let caller = footprint.caller();
        // An address that is none is refused before anything is touched.
        let (first, second) = (address(a), address(b));
        match (call.method, first, second) {
            (method::TRANSFER, Ok(to), _) => declare_move(footprint, caller, to),
            (method::OPERATE_PULL, Ok(from), _) => {
                footprint.write(BALANCE, subject(from));
                footprint.write(BALANCE, subject(caller));
            }
            (method::OPERATE_TRANSFER, Ok(from), Ok(to)) => declare_move(footprint, from, to),
            (method::TRANSFER_FROM, Ok(from), Ok(to)) => {
                footprint.write(ALLOWANCE, pair(from, caller));
                declare_move(footprint, from, to);
            }
            (method::APPROVE, Ok(spender), _) => {
                footprint.write(ALLOWANCE, pair(caller, spender));
            }
            (method::MINT, Ok(to), _) => {
                footprint.write(SUPPLY, 0);
                footprint.add(BALANCE, subject(to));
            }
            (method::BURN, ..) => {
                footprint.write(SUPPLY, 0);
                footprint.write(BALANCE, subject(caller));
            }
            (method::BALANCE_OF, Ok(holder), _) => footprint.read(BALANCE, subject(holder)),
            (method::TOTAL_SUPPLY, ..) => footprint.read(SUPPLY, 0),
            (method::ALLOWANCE, Ok(holder), Ok(spender)) => {
                footprint.read(ALLOWANCE, pair(holder, spender));
            }
            _ => {}
        }
        true
    }

    fn near(&self, this: Address, caller: Address, call: &Call, look: &mut dyn FnMut(&Key)) {
        look(&balance_key(this, caller));
        if let Ok(other) = address(call.args[0]) {
            look(&balance_key(this, other));
        }
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::TOKEN, self)
    }

    fn label(&self, key: &Key) -> String {
        let name = &self.name;
        match key.field {
            SUPPLY => format!("{name} · total supply"),
            BALANCE => format!("{name} · balance of {}", Address(key.subject as u32)),
            ALLOWANCE => format!(
                "{name} · allowance from {} to {}",
                Address((key.subject >> 32) as u32),
                Address(key.subject as u32),
            ),
            field => format!("{name} · field {field}"),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        super::invariants::check(store, this)
    }
}

const fn subject(holder: Address) -> u64 {
    holder.0 as u64
}

const fn pair(holder: Address, spender: Address) -> u64 {
    (holder.0 as u64) << 32 | spender.0 as u64
}

fn declare_move(footprint: &mut Footprint<'_>, from: Address, to: Address) {
    footprint.write(BALANCE, subject(from));
    footprint.add(BALANCE, subject(to));
}

/// Takes units from a holder; gives what is left.
#[inline(always)]
fn debit(context: &mut Context<'_>, from: Address, amount: u128) -> Result<u128, Stop> {
    let left = context
        .get(BALANCE, subject(from))?
        .low()
        .checked_sub(amount)
        .ok_or(Revert("INSUFFICIENT_BALANCE"))?;
    context.set(BALANCE, subject(from), balance_word(left))?;
    Ok(left)
}

/// Gives units to a holder without reading. No overflow: no balance exceeds the total supply.
fn credit(context: &mut Context<'_>, to: Address, amount: u128) -> Result<(), Stop> {
    context.add(BALANCE, subject(to), balance_word(amount))
}

#[inline(always)]
fn move_units(
    context: &mut Context<'_>,
    from: Address,
    to: Address,
    amount: u128,
) -> Result<u128, Stop> {
    let left = debit(context, from, amount)?;
    credit(context, to, amount)?;
    emit_transfer(context, from, to, amount)?;
    Ok(if from == to { left + amount } else { left })
}

/// Moves units to the caller and gives its balance. The balance is read anyway, so it is set and not
/// added to: later readers then find a value and no chain of additions.
#[inline(always)]
fn pull(context: &mut Context<'_>, from: Address, amount: u128) -> Result<u128, Stop> {
    let to = context.caller();
    debit(context, from, amount)?;
    // Wraps on a stale view only: no balance exceeds the total supply.
    let balance = context
        .get(BALANCE, subject(to))?
        .low()
        .wrapping_add(amount);
    context.set(BALANCE, subject(to), balance_word(balance))?;
    emit_transfer(context, from, to, amount)?;
    Ok(balance)
}

fn spend_allowance(context: &mut Context<'_>, from: Address, amount: u128) -> Result<(), Stop> {
    let slot = pair(from, context.caller());
    let allowed = context.get(ALLOWANCE, slot)?.low();
    if allowed == u128::MAX {
        return Ok(());
    }
    let left = allowed
        .checked_sub(amount)
        .ok_or(Revert("INSUFFICIENT_ALLOWANCE"))?;
    context.set(ALLOWANCE, slot, Word::from_low(left))
}

fn burn(context: &mut Context<'_>, amount: u128) -> Result<u128, Stop> {
    let caller = context.caller();
    debit(context, caller, amount)?;
    // The balance covered the amount, and the supply covers every balance; a view may still be stale.
    let supply = context.get(SUPPLY, 0)?.low().wrapping_sub(amount);
    context.set(SUPPLY, 0, Word::from_low(supply))?;
    emit_transfer(context, caller, NOBODY, amount)?;
    Ok(supply)
}

fn emit_transfer(
    context: &mut Context<'_>,
    from: Address,
    to: Address,
    amount: u128,
) -> Result<(), Stop> {
    context.emit(TRANSFER, [u128::from(from.0), u128::from(to.0), amount, 0])
}

//! The entry.

use super::call::{Phase, Step, method, read_step};
use super::storage::{DONE, LOCK, PENDING, SENT, number, subject, transit};
use crate::contracts::argument::UNKNOWN_METHOD;
use crate::contracts::code;
use crate::contracts::{pool, token};
use crate::primitives::{Address, Amount};
use crate::state::Key;
use crate::vm::native::{Call, Context, Contract, Deployed, Revert, Share, Stop};
use serde::{Deserialize, Serialize};

/// Rules that are switched off.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Weakness {
    /// Preparing locks nothing: others change what was prepared, and committing overwrites it.
    pub has_no_locks: bool,
    /// Checks lock nothing: what was checked may change before the rest is committed.
    pub has_no_read_locks: bool,
    /// Credits are there when they are prepared, and taken back if it comes to nothing.
    pub is_eager: bool,
    /// A step is executed as often as it arrives.
    pub repeats: bool,
}

/// A shard's side of transactions between shards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Crossing {
    tokens: Vec<Address>,
    /// Each with its tokens' places in the list above.
    pools: Vec<(Address, [u8; 2])>,
    /// The first relayer and how many follow.
    relayers: (Address, u32),
    pub(super) weakness: Weakness,
}

impl Crossing {
    /// Over these tokens and pools, for these relayers. It must be an operator of every token.
    pub const fn new(
        tokens: Vec<Address>,
        pools: Vec<(Address, [u8; 2])>,
        relayers: (Address, u32),
        weakness: Weakness,
    ) -> Self {
        Self {
            tokens,
            pools,
            relayers,
            weakness,
        }
    }

    fn token(&self, number: u128) -> Result<Address, Revert> {
        let place = usize::try_from(number).map_err(|_| Revert("NO_TOKEN"))?;
        self.tokens.get(place).copied().ok_or(Revert("NO_TOKEN"))
    }

    pub(super) fn pool(&self, number: u8) -> Result<(Address, [u8; 2]), Revert> {
        let pool = self.pools.get(usize::from(number));
        pool.copied().ok_or(Revert("NO_POOL"))
    }

    fn is_free(&self, context: &mut Context<'_>, of: Address, ticket: u64) -> Result<(), Stop> {
        let holder = context.get(LOCK, u64::from(of.0))?.low();
        if holder == 0 || holder == u128::from(ticket) {
            Ok(())
        } else {
            Err(Revert("LOCKED").into())
        }
    }

    pub(super) fn lock(
        &self,
        context: &mut Context<'_>,
        of: Address,
        ticket: u64,
    ) -> Result<(), Stop> {
        if self.weakness.has_no_locks {
            return Ok(());
        }
        self.is_free(context, of, ticket)?;
        context.set(LOCK, u64::from(of.0), number(ticket.into()))
    }

    pub(super) fn unlock(
        &self,
        context: &mut Context<'_>,
        of: Address,
        ticket: u64,
    ) -> Result<(), Stop> {
        if context.get(LOCK, u64::from(of.0))?.low() == u128::from(ticket) {
            context.set(LOCK, u64::from(of.0), number(0))?;
        }
        Ok(())
    }

    pub(super) fn balance(
        &self,
        context: &mut Context<'_>,
        token: u8,
        of: Address,
    ) -> Result<u128, Stop> {
        let token = self.token(token.into())?;
        Ok(context.call(token, Amount::ZERO, &token::balance_of(of))?[0])
    }

    pub(super) fn shift(
        &self,
        context: &mut Context<'_>,
        token: u8,
        from: Address,
        to: Address,
        amount: u128,
    ) -> Result<(), Stop> {
        let token = self.token(token.into())?;
        let call = token::operate_transfer(from, to, Amount(amount));
        context.call(token, Amount::ZERO, &call).map(|_| ())
    }

    /// Trades what this contract holds; what comes out it holds.
    fn trade(
        &self,
        context: &mut Context<'_>,
        number: u8,
        zero_for_one: bool,
        amount: u128,
        least: u128,
    ) -> Result<u128, Stop> {
        let (pool, _) = self.pool(number)?;
        let call = pool::swap_exact_in(zero_for_one, Amount(amount), Amount(least));
        Ok(context.call(pool, Amount::ZERO, &call)?[0])
    }

    fn sides(&self, pool: u8, zero_for_one: bool) -> Result<(u8, u8), Revert> {
        let (_, [zero, one]) = self.pool(pool)?;
        Ok(if zero_for_one {
            (zero, one)
        } else {
            (one, zero)
        })
    }

    fn pay(&self, context: &mut Context<'_>, call: &Call) -> Result<u128, Stop> {
        let [from, to, token, amount] = call.args;
        let (from, to) = (Address(from as u32), Address(to as u32));
        self.is_free(context, from, 0)?;
        self.is_free(context, to, 0)?;
        self.shift(context, token as u8, from, to, amount)?;
        Ok(amount)
    }

    /// One trade, or two in a row.
    fn swap(&self, context: &mut Context<'_>, call: &Call, hops: u32) -> Result<u128, Stop> {
        let [trader, packed, amount, least] = call.args;
        let trader = Address(trader as u32);
        let this = context.this();
        self.is_free(context, trader, 0)?;
        let mut held = amount;
        for hop in 0..hops {
            let number = (packed >> (16 * hop)) as u8;
            let zero_for_one = packed >> (16 * hop + 8) & 1 == 1;
            let (pool, _) = self.pool(number)?;
            self.is_free(context, pool, 0)?;
            let (token_in, token_out) = self.sides(number, zero_for_one)?;
            if hop == 0 {
                self.shift(context, token_in, trader, this, held)?;
            }
            let is_last = hop + 1 == hops;
            let least = if is_last { least } else { 0 };
            held = self.trade(context, number, zero_for_one, held, least)?;
            if is_last {
                self.shift(context, token_out, this, trader, held)?;
            }
        }
        Ok(held)
    }

    fn withdraw(&self, context: &mut Context<'_>, call: &Call) -> Result<u128, Stop> {
        let [packed, token, amount, least] = call.args;
        let [from, to, guard] = [0, 32, 64].map(|shift| Address((packed >> shift) as u32));
        for account in [from, to, guard] {
            self.is_free(context, account, 0)?;
        }
        if self.balance(context, token as u8, guard)? < least {
            return Err(Revert("CHECK_FAILED").into());
        }
        self.shift(context, token as u8, from, to, amount)?;
        Ok(amount)
    }

    fn step(&self, context: &mut Context<'_>, phase: Phase, call: &Call) -> Result<u128, Stop> {
        let (ticket, index, what, amount) = read_step(&call.args).ok_or(Revert("BAD_STEP"))?;
        let amount = u128::from(amount);
        let at = subject(ticket, index);
        let done = context.get(DONE, at)?.low();
        if done & phase.bit() != 0 && !self.weakness.repeats {
            return Err(Revert("ALREADY").into());
        }
        if !self.weakness.repeats && Self::is_late(phase, done) {
            return Err(Revert("TOO_LATE").into());
        }
        context.set(DONE, at, number(done | phase.bit()))?;
        match phase {
            Phase::Now => self.now(context, ticket, index, what, amount),
            Phase::Prepare => self.prepare(context, ticket, at, what, amount),
            Phase::Commit => self.commit(context, ticket, at, what, amount),
            Phase::Abort => self.abort(context, ticket, at, what, amount, done),
            Phase::Refund => self.refund(context, ticket, at, what),
        }
    }

    /// A step that was let go of is not prepared or committed any more, nor the other way round.
    const fn is_late(phase: Phase, done: u128) -> bool {
        let ended = Phase::Commit.bit() | Phase::Abort.bit();
        match phase {
            Phase::Prepare | Phase::Commit | Phase::Abort => done & ended != 0,
            Phase::Now | Phase::Refund => false,
        }
    }

    fn now(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        index: u8,
        what: Step,
        amount: u128,
    ) -> Result<u128, Stop> {
        let transit = transit(ticket);
        let sent = match what {
            Step::Debit { account, token } => {
                self.is_free(context, account, ticket)?;
                self.shift(context, token, account, transit, amount)?;
                amount
            }
            Step::Empty { account, token } => {
                self.is_free(context, account, ticket)?;
                let all = self.balance(context, token, account)?;
                self.shift(context, token, account, transit, all)?;
                all
            }
            Step::Credit { account, token } => {
                self.is_free(context, account, ticket)?;
                self.shift(context, token, transit, account, amount)?;
                return Ok(amount);
            }
            Step::Trade {
                pool,
                zero_for_one,
                least,
            } => {
                self.is_free(context, self.pool(pool)?.0, ticket)?;
                self.trade_in_transit(context, ticket, (pool, zero_for_one), amount, least.into())?
            }
            Step::Check {
                account,
                token,
                least,
            } => return self.demand(context, account, token, least),
        };
        context.set(SENT, subject(ticket, index), number(sent))?;
        Ok(sent)
    }

    pub(super) fn demand(
        &self,
        context: &mut Context<'_>,
        account: Address,
        token: u8,
        least: u64,
    ) -> Result<u128, Stop> {
        let held = self.balance(context, token, account)?;
        if held < u128::from(least) {
            return Err(Revert("CHECK_FAILED").into());
        }
        Ok(held)
    }

    pub(super) fn trade_in_transit(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        (pool, zero_for_one): (u8, bool),
        amount: u128,
        least: u128,
    ) -> Result<u128, Stop> {
        let (token_in, token_out) = self.sides(pool, zero_for_one)?;
        let (this, transit) = (context.this(), transit(ticket));
        self.shift(context, token_in, transit, this, amount)?;
        let out = self.trade(context, pool, zero_for_one, amount, least)?;
        self.shift(context, token_out, this, transit, out)?;
        Ok(out)
    }
}

impl Contract for Crossing {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        let place = context.caller().0.wrapping_sub(self.relayers.0.0);
        if place >= self.relayers.1 {
            return Err(Revert("NOT_RELAYER").into());
        }
        let phases = [
            Phase::Now,
            Phase::Prepare,
            Phase::Commit,
            Phase::Abort,
            Phase::Refund,
        ];
        let phase = call.method.checked_sub(method::STEP);
        let returned = match (call.method, phase) {
            (method::PAY, _) => self.pay(context, call)?,
            (method::SWAP, _) => self.swap(context, call, 1)?,
            (method::ROUTE, _) => self.swap(context, call, 2)?,
            (method::WITHDRAW, _) => self.withdraw(context, call)?,
            (_, Some(number)) => {
                let phase = phases.get(usize::from(number)).copied();
                self.step(context, phase.ok_or(UNKNOWN_METHOD)?, call)?
            }
            _ => return Err(UNKNOWN_METHOD.into()),
        };
        Ok([returned, 0])
    }

    fn share(&self, field: u32) -> Share {
        match field {
            LOCK => Share::Subject,
            _ => Share::Entry,
        }
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::CROSSING, self)
    }

    fn label(&self, key: &Key) -> String {
        let (ticket, index) = (key.subject >> 8, key.subject & 0xff);
        match key.field {
            LOCK => format!("crossing · lock of {}", Address(key.subject as u32)),
            PENDING => format!("crossing · prepared by ticket {ticket}, step {index}"),
            DONE => format!("crossing · phases of ticket {ticket}, step {index}"),
            SENT => format!("crossing · sent by ticket {ticket}, step {index}"),
            field => format!("crossing · field {field}"),
        }
    }

    fn name(&self) -> &str {
        "crossing"
    }

    /// Between transactions it holds no units itself; the holders in transit do.
    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        for &token in &self.tokens {
            let held = store.word(&token::balance_key(token, this)).low();
            if held != 0 {
                return Err(format!("{this} holds {held} of {token} between steps"));
            }
        }
        Ok(())
    }
}

//! Steps in two phases: prepared, committed, let go of; and a debit that is given back.

use super::Crossing;
use super::call::{Phase, Step};
use super::storage::{PENDING, SENT, number, transit};
use crate::contracts::pool;
use crate::primitives::Amount;
use crate::vm::native::{Context, Revert, Stop};

impl Crossing {
    pub(super) fn prepare(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        at: u64,
        what: Step,
        amount: u128,
    ) -> Result<u128, Stop> {
        let pending = match what {
            Step::Debit { account, token } | Step::Empty { account, token } => {
                self.lock(context, account, ticket)?;
                let held = self.balance(context, token, account)?;
                held.checked_sub(amount)
                    .ok_or(Revert("INSUFFICIENT_BALANCE"))?
            }
            Step::Credit { account, token } => {
                if self.weakness.is_eager {
                    self.shift(context, token, transit(ticket), account, amount)?;
                } else {
                    self.lock(context, account, ticket)?;
                }
                amount
            }
            Step::Trade {
                pool,
                zero_for_one,
                least,
            } => {
                let address = self.pool(pool)?.0;
                self.lock(context, address, ticket)?;
                let call = pool::quote_exact_in(zero_for_one, Amount(amount));
                let out = context.call(address, Amount::ZERO, &call)?[0];
                if out < u128::from(least) {
                    return Err(Revert("INSUFFICIENT_OUTPUT_AMOUNT").into());
                }
                out
            }
            Step::Check {
                account,
                token,
                least,
            } => {
                if !self.weakness.has_no_read_locks {
                    self.lock(context, account, ticket)?;
                }
                self.demand(context, account, token, least)?
            }
        };
        context.set(PENDING, at, number(pending + 1))?;
        Ok(pending)
    }

    pub(super) fn commit(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        at: u64,
        what: Step,
        amount: u128,
    ) -> Result<u128, Stop> {
        let pending = context.get(PENDING, at)?.low();
        let pending = pending.checked_sub(1).ok_or(Revert("NOT_PREPARED"))?;
        context.set(PENDING, at, number(0))?;
        let transit = transit(ticket);
        match what {
            // What was worked out when it was prepared is what the account holds now: nobody else could
            // change it, unless locks are switched off.
            Step::Debit { account, token } | Step::Empty { account, token } => {
                let held = self.balance(context, token, account)?;
                if held >= pending {
                    self.shift(context, token, account, transit, held - pending)?;
                } else {
                    self.shift(context, token, transit, account, pending - held)?;
                }
                self.unlock(context, account, ticket)?;
                Ok(amount)
            }
            Step::Credit { account, token } => {
                if !self.weakness.is_eager {
                    self.shift(context, token, transit, account, amount)?;
                    self.unlock(context, account, ticket)?;
                }
                Ok(amount)
            }
            Step::Trade {
                pool, zero_for_one, ..
            } => {
                self.trade_in_transit(context, ticket, (pool, zero_for_one), amount, 0)?;
                let address = self.pool(pool)?.0;
                self.unlock(context, address, ticket)?;
                Ok(pending)
            }
            Step::Check { account, .. } => {
                self.unlock(context, account, ticket)?;
                Ok(0)
            }
        }
    }

    /// Lets go. Without a preparation before it there is nothing to let go of, and none comes after.
    pub(super) fn abort(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        at: u64,
        what: Step,
        amount: u128,
        done: u128,
    ) -> Result<u128, Stop> {
        if context.get(PENDING, at)?.is_zero() || done & Phase::Prepare.bit() == 0 {
            return Ok(0);
        }
        context.set(PENDING, at, number(0))?;
        match what {
            Step::Debit { account, .. }
            | Step::Empty { account, .. }
            | Step::Check { account, .. } => self.unlock(context, account, ticket)?,
            Step::Credit { account, token } => {
                if self.weakness.is_eager {
                    // What has been spent meanwhile cannot be taken back.
                    let held = self.balance(context, token, account)?;
                    let back = held.min(amount);
                    self.shift(context, token, account, transit(ticket), back)?;
                } else {
                    self.unlock(context, account, ticket)?;
                }
            }
            Step::Trade { pool, .. } => {
                let address = self.pool(pool)?.0;
                self.unlock(context, address, ticket)?;
            }
        }
        Ok(0)
    }

    /// Gives back what a debit took.
    pub(super) fn refund(
        &self,
        context: &mut Context<'_>,
        ticket: u64,
        at: u64,
        what: Step,
    ) -> Result<u128, Stop> {
        let Step::Debit { account, token } = what else {
            return Err(Revert("NO_REFUND").into());
        };
        let sent = context.get(SENT, at)?.low();
        self.shift(context, token, transit(ticket), account, sent)?;
        Ok(sent)
    }
}

//! What an executed entry moved, and what it touched.

use super::deal::{Ticket, Wish};
use super::isolation::{Access, Subject};
use super::simulation::Simulation;
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::Address;

impl Simulation {
    /// Counts the units that a step has moved; `sign` is −1 where it is undone.
    pub(super) fn move_units(
        &mut self,
        ticket: Ticket,
        (phase, step): (Phase, Step),
        (amount, value): (u64, u64),
        sign: i128,
    ) {
        let is_eager = self.settings.weakness.is_eager;
        let may_owe = self.settings.protocol.is_isolated() && self.open.contains_key(&ticket);
        let (amount, value) = (sign * i128::from(amount), sign * i128::from(value));
        let mut send = |token, units| self.meter.send(ticket, may_owe, token, units);
        match (phase, step) {
            (Phase::Now | Phase::Commit, Step::Debit { token, .. }) => send(token, amount),
            (Phase::Now, Step::Empty { token, .. }) => send(token, value),
            (Phase::Refund, Step::Debit { token, .. }) => send(token, -value),
            (Phase::Now, Step::Credit { token, .. }) => send(token, -amount),
            (Phase::Commit, Step::Credit { token, .. }) if !is_eager => send(token, -amount),
            (Phase::Prepare, Step::Credit { token, .. }) if is_eager => send(token, -amount),
            (Phase::Abort, Step::Credit { token, .. }) if is_eager => send(token, amount),
            (
                Phase::Now | Phase::Commit,
                Step::Trade {
                    pool, zero_for_one, ..
                },
            ) => {
                let (token_in, token_out) = self.layout.sides(pool, zero_for_one);
                send(token_in, -amount);
                send(token_out, value);
            }
            _ => {}
        }
    }

    pub(super) fn touch_step(
        &mut self,
        shard: u16,
        ticket: Ticket,
        (phase, step): (Phase, Step),
        is_eager: bool,
    ) {
        let subject = match step {
            Step::Debit { account, token }
            | Step::Credit { account, token }
            | Step::Empty { account, token }
            | Step::Check { account, token, .. } => self.subject(shard, account, token),
            Step::Trade { pool, .. } => self.pool_subject(pool),
        };
        let accesses: &[Access] = match (phase, step) {
            (Phase::Now, Step::Credit { .. }) => &[Access::Add],
            (Phase::Now | Phase::Prepare, Step::Check { .. }) => &[Access::Read],
            (Phase::Now, _) => &[Access::Read, Access::Write],
            (Phase::Prepare, Step::Credit { .. }) if is_eager => &[Access::Add],
            (Phase::Prepare, Step::Credit { .. }) => &[],
            (Phase::Prepare, _) => &[Access::Read],
            (Phase::Commit, Step::Credit { .. }) if is_eager => &[],
            (Phase::Commit, Step::Credit { .. }) => &[Access::Add],
            (Phase::Commit, Step::Check { .. }) => &[],
            (Phase::Commit, _) => &[Access::Write],
            (Phase::Abort, Step::Credit { .. }) if is_eager => &[Access::Back],
            (Phase::Abort, _) => &[],
            (Phase::Refund, _) => &[Access::Back],
        };
        for access in accesses {
            self.history.push(subject, ticket, *access);
        }
    }

    pub(super) fn touch_alone(&mut self, shard: u16, ticket: Ticket, wish: &Wish) {
        let account = Address::account;
        match *wish {
            Wish::Pay {
                from, to, token, ..
            } => self.touch_payment(shard, ticket, (account(from), account(to)), token),
            Wish::Withdraw {
                from,
                to,
                guard,
                token,
                ..
            } => {
                let guard = self.subject(shard, account(guard), token);
                self.history.push(guard, ticket, Access::Read);
                self.touch_payment(shard, ticket, (account(from), account(to)), token);
            }
            Wish::Swap {
                trader,
                pool,
                zero_for_one,
                ..
            } => self.touch_trades(shard, ticket, trader, &[(pool, zero_for_one)]),
            Wish::Route {
                trader,
                pools,
                zero_for_one,
                ..
            } => {
                let trades = [(pools[0], zero_for_one[0]), (pools[1], zero_for_one[1])];
                self.touch_trades(shard, ticket, trader, &trades);
            }
            Wish::Gather { .. } | Wish::Move { .. } => {}
        }
    }

    pub(super) fn touch_payment(
        &mut self,
        shard: u16,
        ticket: Ticket,
        (from, to): (Address, Address),
        token: u8,
    ) {
        let from = self.subject(shard, from, token);
        let to = self.subject(shard, to, token);
        self.history.push(from, ticket, Access::Read);
        self.history.push(from, ticket, Access::Write);
        self.history.push(to, ticket, Access::Add);
    }

    pub(super) fn touch_trades(
        &mut self,
        shard: u16,
        ticket: Ticket,
        trader: u32,
        trades: &[(u8, bool)],
    ) {
        for (at, (pool, zero_for_one)) in trades.iter().enumerate() {
            let (token_in, token_out) = self.layout.sides(*pool, *zero_for_one);
            if at == 0 {
                let paid = self.subject(shard, Address::account(trader), token_in);
                self.history.push(paid, ticket, Access::Read);
                self.history.push(paid, ticket, Access::Write);
            }
            let pool = self.pool_subject(*pool);
            self.history.push(pool, ticket, Access::Read);
            self.history.push(pool, ticket, Access::Write);
            if at + 1 == trades.len() {
                let got = self.subject(shard, Address::account(trader), token_out);
                self.history.push(got, ticket, Access::Add);
            }
        }
    }

    /// A broker has units on every shard, which are different ones; anybody else is on one at a time.
    fn subject(&self, shard: u16, account: Address, token: u8) -> Subject {
        let is_user = (account.number() as usize) < self.layout.assignment.of.len();
        let shard = if is_user { 0 } else { shard + 1 };
        u64::from(account.0) | u64::from(token) << 32 | u64::from(shard) << 40
    }

    fn pool_subject(&self, pool: u8) -> Subject {
        u64::from(self.layout.pools[usize::from(pool)].0.0)
    }
}

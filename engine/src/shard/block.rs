//! Shards propose blocks, agree on them, execute them, and learn what their entries came to.

use super::chain::Entry;
use super::deal::{Ticket, Wish, Work};
use super::isolation::{Access, Subject};
use super::settings::SHARDS_MAX;
use super::simulation::{Event, REFERENCE, Simulation};
use super::transfer::{self, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::{Address, Micros};
use crate::sim::agenda::Rank;
use crate::trace::shard::Block;
use crate::vm::Fault;

/// Tickets of a block that are recorded.
const TICKETS_MAX: usize = 64;

/// How often an entry that met a lock is put into the next block.
const LOCKED_TRIES: u8 = 32;

impl Simulation<'_> {
    /// A shard proposes what waits, unless it is agreeing on a block already, or stalled.
    pub(super) fn propose(&mut self, shard: u16) {
        let place = usize::from(shard);
        let is_due = {
            let chain = &self.chains[place];
            chain.pending.is_none()
                && (!chain.queue.is_empty() || !self.unconfirmed[place].is_empty())
        };
        if !is_due || self.stalled[place] > self.now {
            return;
        }
        let capacity = self.settings.capacity;
        let entries = (self.chains[place].queue.len() as u32).min(capacity);
        let agreed = self.agreement.agree(shard, self.now, entries);
        // A committee that never agrees holds its block for ever.
        let at = agreed.unwrap_or(Micros::NEVER);
        self.chains[place].propose(self.now, at, capacity);
        if at != Micros::NEVER {
            self.schedule(at, Rank::Handle, u32::from(shard), Event::Agreed);
        }
    }

    /// Executes every block that is being agreed on and that nothing can change any more, of all shards at
    /// once: what a block holds and what is before it is fixed when it is proposed.
    fn execute(&mut self, shard: u16) -> Result<(), Fault> {
        let next_act = self
            .settings
            .acts
            .iter()
            .map(|act| act.at)
            .find(|at| *at >= self.now)
            .unwrap_or(Micros::NEVER);
        let (vm, crossing) = (&self.vm, self.layout.crossing);
        let (lanes, seed) = (self.settings.lanes, &self.settings.seed);
        let is_due = |chain: &super::chain::Chain| {
            chain.shard == shard
                || chain
                    .pending
                    .as_ref()
                    .is_some_and(|pending| pending.results.is_none() && pending.agreed < next_act)
        };
        #[cfg(feature = "threads")]
        if self.settings.threads > 1 {
            use rayon::prelude::*;
            return self
                .chains
                .par_iter_mut()
                .filter(|chain| is_due(chain))
                .try_for_each(|chain| chain.execute(vm, crossing, lanes, seed));
        }
        self.chains
            .iter_mut()
            .filter(|chain| is_due(chain))
            .try_for_each(|chain| chain.execute(vm, crossing, lanes, seed))
    }

    /// A block is agreed on.
    pub(super) fn agreed(&mut self, shard: u16) -> Result<(), Fault> {
        let place = usize::from(shard);
        // The block that this was for may have been undone and another one proposed since.
        let is_for_now = |pending: &super::chain::Pending| pending.agreed == self.now;
        if !self.chains[place].pending.as_ref().is_some_and(is_for_now) {
            return Ok(());
        }
        self.execute(shard)?;
        let Some(pending) = self.chains[place].pending.take() else {
            return Ok(());
        };
        self.counts.blocks += 1;
        self.counts.agreeing += self.now.since(pending.proposed).0;
        self.counts.entries += pending.entries.len() as u64;
        self.counts.by_shard(place).blocks += 1;
        self.counts.by_shard(place).entries += pending.entries.len() as u64;
        self.chains[place].count(&self.layout);
        let results = pending.results.unwrap_or_default();
        let alone = pending.entries.iter().filter(|e| e.work == Work::Alone);
        let block = Block {
            shard,
            height: self.chains[place].height() as u32,
            proposed: pending.proposed,
            agreed: self.now,
            alone: alone.clone().count() as u32,
            steps: (pending.entries.len() - alone.count()) as u32,
            refused: results.iter().filter(|result| result.is_err()).count() as u32,
            is_undone: false,
            tickets: pending
                .entries
                .iter()
                .take(TICKETS_MAX)
                .map(|e| e.ticket)
                .collect(),
        };
        self.recorder.block(block);
        let root = self.chains[place].root();
        self.digest.update(&shard.to_le_bytes());
        self.digest.update(&self.now.0.to_le_bytes());
        self.digest.update(&root.0);
        for (entry, result) in pending.entries.into_iter().zip(results) {
            self.executed(shard, entry, result);
        }
        let chain = &self.chains[place];
        self.meter.update(chain);
        let known_at = self.now.after(self.settings.hop);
        self.published[place] = (known_at, chain.queue.len() as u32);
        self.release(shard);
        self.call_up(shard);
        Ok(())
    }

    /// Receipts whose blocks are followed by enough others, and those held back for shards that have
    /// caught up, are sent.
    fn release(&mut self, shard: u16) {
        let place = usize::from(shard);
        let height = self.chains[place].height();
        while let Some((needed, _)) = self.unconfirmed[place].front() {
            if *needed > height {
                break;
            }
            if let Some((_, delivery)) = self.unconfirmed[place].pop_front() {
                self.fly(Place::Shard(shard), delivery);
            }
        }
        // Each at most once a block: what is still held back comes to the end again.
        for _ in 0..self.held_back[place].len() {
            if let Some(delivery) = self.held_back[place].pop_front() {
                self.fly(Place::Shard(shard), delivery);
            }
        }
        if !self.held_back[place].is_empty() && self.chains[place].queue.is_empty() {
            let at = self.now.after(self.settings.hop.max(Micros(1_000)));
            self.schedule(at, Rank::Timer, u32::from(shard), Event::Wake);
        }
    }

    /// A shard may propose again, and looks whether those it holds receipts back for have caught up.
    pub(super) fn wake(&mut self, node: u32) {
        if node == REFERENCE {
            return self.decide();
        }
        if (node as usize) < self.chains.len() {
            self.is_called[node as usize] = false;
            self.release(node as u16);
            self.propose(node as u16);
        }
    }

    /// An entry was executed.
    fn executed(&mut self, shard: u16, mut entry: Entry, result: Result<u64, &'static str>) {
        if result.is_err() {
            self.counts.refused += 1;
        }
        match entry.work {
            Work::Alone => {
                if result == Err("LOCKED") && entry.tries < LOCKED_TRIES {
                    entry.tries += 1;
                    self.counts.put_off_by_locks += 1;
                    return self.chains[usize::from(shard)].queue.push_back(entry);
                }
                if result.is_ok()
                    && let Some(open) = self.open.get(&entry.ticket)
                {
                    let wish = open.deal.wish;
                    self.touch_alone(shard, entry.ticket, &wish);
                }
                let outcome = match result {
                    Ok(_) => Outcome::Committed,
                    Err(reason) => Outcome::Aborted(reason),
                };
                self.end(entry.ticket, outcome);
            }
            Work::Pay {
                index,
                from,
                to,
                token,
                amount,
            } => {
                if result.is_ok() {
                    self.touch_payment(shard, entry.ticket, (from, to), token);
                }
                let event = transfer::Event::Done {
                    index,
                    phase: Phase::Now,
                    amount,
                    result,
                };
                if self.open.contains_key(&entry.ticket) {
                    self.react(Place::Shard(shard), entry.ticket, event);
                }
            }
            Work::Step {
                index,
                phase,
                step,
                amount,
            } => {
                // What is done for good waits for a lock; who prepares lets go instead.
                let waits = matches!(phase, Phase::Now) && !matches!(step, Step::Debit { .. });
                if result == Err("LOCKED") && waits && entry.tries < LOCKED_TRIES {
                    entry.tries += 1;
                    self.counts.put_off_by_locks += 1;
                    return self.chains[usize::from(shard)].queue.push_back(entry);
                }
                if let Ok(value) = result {
                    self.count_step(shard, &entry, (phase, step), (amount, value));
                }
                let event = transfer::Event::Done {
                    index,
                    phase,
                    amount,
                    result,
                };
                if self.open.contains_key(&entry.ticket) {
                    self.react(Place::Shard(shard), entry.ticket, event);
                }
            }
        }
    }

    /// Counts what a step moved, whom it locked, and what it touched.
    fn count_step(
        &mut self,
        shard: u16,
        entry: &Entry,
        (phase, step): (Phase, Step),
        (amount, value): (u64, u64),
    ) {
        let ticket = entry.ticket;
        let is_eager = self.settings.weakness.is_eager;
        let lock = (shard, entry.subject.0);
        match phase {
            Phase::Prepare => {
                self.locks.entry(lock).or_insert((ticket, self.now));
            }
            Phase::Commit | Phase::Abort => {
                if let Some((holder, since)) = self.locks.get(&lock).copied()
                    && holder == ticket
                {
                    self.locks.remove(&lock);
                    self.counts.locked.push(self.now.since(since).0);
                }
            }
            Phase::Now | Phase::Refund => {}
        }
        self.move_units(ticket, (phase, step), (amount, value), 1);
        self.touch_step(shard, ticket, (phase, step), is_eager);
    }

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

    fn touch_step(
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

    fn touch_alone(&mut self, shard: u16, ticket: Ticket, wish: &Wish) {
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

    fn touch_payment(
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

    fn touch_trades(&mut self, shard: u16, ticket: Ticket, trader: u32, trades: &[(u8, bool)]) {
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

    /// The committee of reference agrees on what waits for it.
    pub(super) fn decide(&mut self) {
        if !self.deciding.is_empty() || self.to_decide.is_empty() || self.halted > self.now {
            return;
        }
        let count = self.to_decide.len().min(self.settings.capacity as usize);
        self.deciding = self.to_decide.drain(..count).collect();
        let agreed = self.agreement.agree(SHARDS_MAX, self.now, count as u32);
        if let Some(at) = agreed {
            self.schedule(at, Rank::Handle, REFERENCE, Event::Decided);
        }
    }

    /// It has agreed.
    pub(super) fn decided(&mut self) {
        self.counts.reference_blocks += 1;
        for ticket in std::mem::take(&mut self.deciding) {
            self.react(Place::Reference, ticket, transfer::Event::Decided);
        }
        self.decide();
    }
}

//! Shards propose blocks, agree on them, execute them, and learn what their entries came to.

use super::chain::Entry;
use super::deal::Work;
use super::settings::SHARDS_MAX;
use super::simulation::{Event, REFERENCE, Simulation};
use super::transfer::{self, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::Micros;
use crate::sim::agenda::Rank;
use crate::trace::shard::Block;
use crate::vm::Fault;

/// Tickets of a block that are recorded.
const TICKETS_MAX: usize = 64;

/// How often an entry that met a lock is put into the next block.
const LOCKED_TRIES: u8 = 32;

impl Simulation {
    /// A shard proposes what waits, unless it is agreeing on a block already, or stalled.
    pub(super) fn propose(&mut self, shard: u16) {
        let place = usize::from(shard);
        if self.is_splitting(shard) {
            self.try_split();
            if self.is_splitting(shard) {
                return;
            }
        }
        if !self.split_off.is_empty() {
            self.drop_copies(shard);
        }
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
                self.end(entry.ticket, outcome, true);
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
                    self.react(Place::Shard(entry.place), entry.ticket, event);
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
                    self.react(Place::Shard(entry.place), entry.ticket, event);
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

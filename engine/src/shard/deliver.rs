//! Transactions begin, notes fly and arrive, places act, transactions end.

use super::chain::Entry;
use super::deal::{Deal, Ticket, Wish, Work};
use super::simulation::{CLIENTS, Delivery, Event, Open, REFERENCE, Simulation};
use super::transfer::{self, Effect, Effects, Note, NoteKind, Outcome, Place, Unsupported};
use crate::contracts::crossing::Step;
use crate::primitives::{Address, Micros};
use crate::sim::agenda::Rank;

/// Notes of each shard that are remembered for a replay.
const HEARD_MAX: usize = 1_024;

/// Transactions of an epoch whose accounts are remembered.
const TRAFFIC_MAX: usize = 1 << 20;

impl Simulation {
    /// A wish is asked for. One whose accounts are to move waits until they have.
    pub(super) fn ask(&mut self, wish: Wish, asked: Micros) {
        if let Some(unsupported) = self.settings.protocol.refuses(&wish) {
            let deal = Deal::new(0, wish, asked, &self.layout);
            // What one shard can do alone is done whatever is between shards.
            if deal.alone().is_none() {
                return self.turn_away(unsupported);
            }
        }
        let blocked = wish
            .accounts()
            .find(|account| self.moving.contains_key(account));
        if let Some(account) = blocked
            && !matches!(wish, Wish::Move { .. })
        {
            if let Some(moving) = self.moving.get_mut(&account) {
                moving.waiting.push((wish, asked));
                self.counts.put_off_by_moves += 1;
            }
            return;
        }
        let mut named = wish.accounts();
        if let (Some(from), Some(to)) = (named.next(), named.next())
            && self.settings.epochs.is_some()
            && self.traffic.len() < TRAFFIC_MAX
        {
            self.traffic.push((from, to));
        }
        let ticket = self.ticket();
        let deal = Deal::new(ticket, wish, asked, &self.layout);
        self.begin(deal);
    }

    fn turn_away(&mut self, unsupported: Unsupported) {
        *self.counts.unsupported.entry(unsupported).or_default() += 1;
        self.counts.ended += 1;
    }

    /// A try begins.
    pub(super) fn begin(&mut self, deal: Deal) {
        for account in deal.wish.accounts() {
            *self.busy.entry(account).or_default() += 1;
        }
        if deal.is_cross() && deal.tries == 0 {
            self.counts.crossing += 1;
        }
        let ticket = deal.ticket;
        let row = self.recorder.begin(&deal, self.now);
        let alone = Entry::alone(&deal, &self.layout);
        let shard = deal.legs[0].shard;
        let places = self.settings.protocol.begins_at(&deal);
        let is_move = matches!(deal.wish, Wish::Move { .. });
        self.open.insert(
            ticket,
            Open {
                deal,
                ended: 0,
                outcome: None,
                first: None,
                row,
            },
        );
        match alone {
            Some(entry) => self.enqueue(shard, entry),
            None => {
                for place in places {
                    if place == Place::Client && !is_move {
                        // The client's own doing, as long as it is there.
                        let delivery = Delivery {
                            to: place,
                            ticket,
                            note: BEGIN,
                            proof: None,
                        };
                        self.deliver(delivery);
                    } else {
                        self.react(place, ticket, transfer::Event::Begin);
                    }
                }
            }
        }
    }

    /// Something waits at a shard.
    pub(super) fn enqueue(&mut self, shard: u16, entry: Entry) {
        self.chains[usize::from(shard)].queue.push_back(entry);
        self.call_up(shard);
    }

    /// A shard proposes once all of this moment has come in.
    pub(super) fn call_up(&mut self, shard: u16) {
        let place = usize::from(shard);
        if !self.is_called[place] && self.chains[place].pending.is_none() {
            self.is_called[place] = true;
            self.schedule(self.now, Rank::Flow, u32::from(shard), Event::Wake);
        }
    }

    /// A note arrives. Who is away finds it on coming back.
    pub(super) fn deliver(&mut self, mut delivery: Delivery) {
        if !self.split_off.is_empty() {
            self.forward(&mut delivery);
        }
        let until = match delivery.to {
            Place::Client => self.vanished,
            Place::Reference => self.halted,
            Place::Shard(_) => Micros(0),
        };
        if until > self.now {
            self.counts.waited_for_absent += 1;
            if until != Micros::NEVER {
                let event = Event::Deliver(Box::new(delivery));
                self.schedule(until, Rank::Arrive, CLIENTS, event);
            }
            return;
        }
        if let Place::Shard(shard) = delivery.to {
            if let Some(receipt) = &delivery.proof
                && !self.is_proved(delivery.ticket, receipt)
            {
                self.counts.receipts_refused += 1;
                return;
            }
            if self.is_replaying {
                let heard = &mut self.heard[usize::from(shard)];
                if heard.len() == HEARD_MAX {
                    heard.pop_front();
                }
                heard.push_back(delivery.clone());
            }
        }
        let event = if delivery.note == BEGIN {
            transfer::Event::Begin
        } else {
            transfer::Event::Note(delivery.note)
        };
        self.react(delivery.to, delivery.ticket, event);
    }

    /// Something happens at a place, and it acts.
    pub(super) fn react(&mut self, place: Place, ticket: Ticket, event: transfer::Event) {
        let mut effects = Effects::default();
        {
            let Some(open) = self.open.get(&ticket) else {
                // It has ended. A replayed receipt is executed again all the same: whether that does
                // anything is up to the contract.
                return self.again(place, ticket, event);
            };
            let memory = self.memories.entry((place, ticket)).or_default();
            let protocol = self.settings.protocol;
            protocol.react(&open.deal, place, memory, event, &mut effects);
        }
        for effect in effects.0 {
            self.carry_out(place, ticket, effect);
        }
    }

    fn carry_out(&mut self, place: Place, ticket: Ticket, effect: Effect) {
        match effect {
            Effect::Send(to, note) => self.send(place, to, ticket, note),
            Effect::Execute {
                index,
                phase,
                step,
                amount,
            } => {
                let Place::Shard(shard) = place else { return };
                let work = Work::Step {
                    index,
                    phase,
                    step,
                    amount,
                };
                self.enqueue_step(ticket, shard, work, step.account().as_slice());
            }
            Effect::Pay {
                index,
                from,
                to,
                token,
                amount,
            } => {
                let Place::Shard(shard) = place else { return };
                let work = Work::Pay {
                    index,
                    from,
                    to,
                    token,
                    amount,
                };
                self.enqueue_step(ticket, shard, work, &[from, to]);
            }
            Effect::Decide => {
                self.to_decide.push_back(ticket);
                self.schedule(self.now, Rank::Flow, REFERENCE, Event::Wake);
            }
            Effect::End(outcome) => self.end(ticket, outcome, false),
            Effect::Over(outcome) => self.end(ticket, outcome, true),
        }
    }

    /// A step waits at the shard that executes it; its place hears of it.
    fn enqueue_step(&mut self, ticket: Ticket, place: u16, work: Work, about: &[Address]) {
        let deal = self.open.get(&ticket).map(|open| &open.deal);
        let shard = deal.map_or(place, |deal| deal.executes(place, about));
        if let Some(entry) = Entry::step(ticket, place, work, &self.layout) {
            self.enqueue(shard, entry);
        }
    }

    /// A receipt of a transaction that has ended arrives once more.
    fn again(&mut self, place: Place, ticket: Ticket, event: transfer::Event) {
        let (Place::Shard(shard), transfer::Event::Note(note)) = (place, event) else {
            return;
        };
        let Some(deal) = self.recent.iter().find(|deal| deal.ticket == ticket) else {
            return;
        };
        let Some(leg) = deal.legs.get(usize::from(note.leg)) else {
            return;
        };
        if note.kind != NoteKind::Receipt && note.kind != NoteKind::Commit {
            return;
        }
        if !matches!(leg.step, Step::Credit { .. }) || leg.shard != shard {
            return;
        }
        let work = Work::Step {
            index: note.leg,
            phase: crate::contracts::crossing::Phase::Now,
            step: leg.step,
            amount: note.value,
        };
        let executes = leg.at;
        if let Some(entry) = Entry::step(ticket, shard, work, &self.layout) {
            self.enqueue(executes, entry);
        }
    }

    /// A transaction has ended in one of its places.
    pub(super) fn end(&mut self, ticket: Ticket, outcome: Outcome, is_over: bool) {
        let Some(open) = self.open.get_mut(&ticket) else {
            return;
        };
        open.ended += 1;
        let first = *open.first.get_or_insert(self.now);
        // An end that says why is worth more than one that says that another shard did.
        let is_better = match open.outcome {
            None => true,
            Some(Outcome::Aborted("ANOTHER_SHARD")) => matches!(outcome, Outcome::Aborted(_)),
            Some(_) => false,
        };
        if is_better {
            open.outcome = Some(outcome);
        }
        let needed = if open.deal.alone().is_some() {
            1
        } else {
            self.settings.protocol.ends(&open.deal)
        };
        if open.ended < needed && !is_over {
            return;
        }
        let Some(open) = self.open.remove(&ticket) else {
            return;
        };
        let outcome = open.outcome.unwrap_or(outcome);
        let is_early = self.settings.protocol.is_done_at_first() && open.deal.is_cross();
        let done = if is_early { first } else { self.now };
        self.close(open, outcome, done);
    }

    fn close(&mut self, open: Open, outcome: Outcome, done: Micros) {
        let deal = open.deal;
        let ticket = deal.ticket;
        self.let_go(&deal);
        self.digest.update(&ticket.to_le_bytes());
        self.digest.update(&self.now.0.to_le_bytes());
        self.digest
            .update(&[matches!(outcome, Outcome::Committed).into()]);
        let is_retried = matches!(outcome, Outcome::Aborted("LOCKED" | "ANOTHER_SHARD"))
            && deal.tries < self.settings.retries;
        self.recorder.end(open.row, self.now, outcome, is_retried);
        let accounts: Vec<u32> = deal.wish.accounts().collect();
        if is_retried {
            self.retry(deal);
            // One that is to move does so before the next try.
            for account in accounts {
                self.try_move(account);
            }
            return;
        }
        if let Wish::Move { account, to } = deal.wish {
            self.committed.insert(ticket);
            return self.moved(account, to);
        }
        let is_cross = deal.is_cross();
        self.counts.end(outcome, is_cross, done.since(deal.asked));
        if outcome == Outcome::Committed {
            self.committed.insert(ticket);
        }
        self.remember(deal);
        for account in accounts {
            self.try_move(account);
        }
    }

    /// Nobody remembers a transaction any more, and its accounts are free of it.
    pub(super) fn let_go(&mut self, deal: &Deal) {
        let places = deal.shards().into_iter().map(Place::Shard);
        for place in places.chain([Place::Client, Place::Reference]) {
            self.memories.remove(&(place, deal.ticket));
        }
        for account in deal.wish.accounts() {
            if let Some(count) = self.busy.get_mut(&account) {
                *count -= 1;
                if *count == 0 {
                    self.busy.remove(&account);
                }
            }
        }
        self.meter.end(deal.ticket);
    }

    /// Another try under another number, from where its accounts are by now.
    pub(super) fn begin_again(&mut self, old: &Deal) {
        self.retrying -= 1;
        let mut accounts = old.wish.accounts();
        let moving = accounts.find(|account| self.moving.contains_key(account));
        if let Some(moving) = moving.and_then(|account| self.moving.get_mut(&account)) {
            moving.waiting.push((old.wish, old.asked));
            self.counts.put_off_by_moves += 1;
            return;
        }
        let deal = Deal::new(0, old.wish, old.asked, &self.layout);
        // What was on one shard may be on two by now, and this protocol not able to carry that through.
        if let Some(unsupported) = self.settings.protocol.refuses(&old.wish)
            && deal.alone().is_none()
        {
            return self.turn_away(unsupported);
        }
        let ticket = self.ticket();
        self.begin(Deal {
            ticket,
            tries: old.tries,
            ..deal
        });
    }

    /// Remembers a transaction that has ended, if anything may be sent again.
    fn remember(&mut self, deal: Deal) {
        if self.is_replaying {
            if self.recent.len() == HEARD_MAX {
                self.recent.pop_front();
            }
            self.recent.push_back(deal);
        }
    }

    fn retry(&mut self, mut deal: Deal) {
        self.counts.retries += 1;
        deal.tries += 1;
        // Twice as long each time, up to a bound, and a random part so that two do not meet again.
        let unit = self.settings.hop.0.max(1_000) * 4;
        let most = unit << deal.tries.min(6);
        let wait = unit + self.normals.stream().below(most);
        let at = self.now.after(Micros(wait));
        self.retrying += 1;
        self.schedule(at, Rank::Timer, CLIENTS, Event::Retry(Box::new(deal)));
    }
}

/// Stands for the client's own beginning, which waits with the notes while it is away.
const BEGIN: Note = Note {
    kind: NoteKind::Request,
    leg: u8::MAX,
    value: 0,
    is_well: true,
    from: Place::Client,
};

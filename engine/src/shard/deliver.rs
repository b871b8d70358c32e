//! Transactions begin, notes fly and arrive, places act, transactions end.

use super::chain::Entry;
use super::deal::{Deal, Ticket, Wish, Work};
use super::simulation::{CLIENTS, Delivery, Event, Open, REFERENCE, Receipt, Simulation};
use super::transfer::{
    self, Effect, Effects, Note, NoteKind, Outcome, Place, Protocol, Unsupported,
};
use crate::contracts::crossing::{Step, receipt_key};
use crate::primitives::Micros;
use crate::sim::agenda::Rank;
use crate::state::Word;

/// Notes of each shard that are remembered for a replay.
const HEARD_MAX: usize = 1_024;

/// Transactions of an epoch whose accounts are remembered.
const TRAFFIC_MAX: usize = 1 << 20;

impl Simulation<'_> {
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
    pub(super) fn deliver(&mut self, delivery: Delivery) {
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

    /// Whether a receipt's proof holds under a root that its shard still stands by.
    fn is_proved(&self, ticket: Ticket, receipt: &Receipt) -> bool {
        let chain = &self.chains[usize::from(receipt.shard)];
        let key = receipt_key(self.layout.crossing, ticket, receipt.index);
        let word = Word::from_low(u128::from(receipt.amount));
        chain.roots.get(receipt.height) == Some(&receipt.root)
            && receipt.proof.verify(&receipt.root, &key, Some(word))
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
                if let Some(entry) = Entry::step(ticket, work, &self.layout) {
                    self.enqueue(shard, entry);
                }
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
                if let Some(entry) = Entry::step(ticket, work, &self.layout) {
                    self.enqueue(shard, entry);
                }
            }
            Effect::Decide => {
                self.to_decide.push_back(ticket);
                self.schedule(self.now, Rank::Flow, REFERENCE, Event::Wake);
            }
            Effect::End(outcome) => self.end(ticket, outcome),
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
        if let Some(entry) = Entry::step(ticket, work, &self.layout) {
            self.enqueue(shard, entry);
        }
    }

    fn send(&mut self, from: Place, to: Place, ticket: Ticket, note: Note) {
        let proof = self.proof(from, ticket, note);
        let delivery = Delivery {
            to,
            ticket,
            note,
            proof,
        };
        if from == to {
            return self.deliver(delivery);
        }
        if let (Place::Shard(shard), Some(receipt)) = (from, &delivery.proof)
            && self.settings.confirmations > 0
        {
            let height = receipt.height + self.settings.confirmations as usize;
            let waiting = &mut self.unconfirmed[usize::from(shard)];
            waiting.push_back((height, delivery));
            // Blocks follow even if nothing else waits.
            return self.call_up(shard);
        }
        self.fly(from, delivery);
    }

    /// On its way; held back first if the shard it goes to has too much waiting, as far as others know.
    pub(super) fn fly(&mut self, from: Place, delivery: Delivery) {
        if let (Place::Shard(shard), Place::Shard(target)) = (from, delivery.to)
            && delivery.note.kind == NoteKind::Receipt
            && self.settings.congestion > 0
        {
            let (known_at, waiting) = self.published[usize::from(target)];
            if known_at <= self.now && waiting > self.settings.congestion {
                self.counts.held_back += 1;
                self.held_back[usize::from(shard)].push_back(delivery);
                return;
            }
        }
        let arrives = self.arrival(from, delivery.to);
        let (kind, ticket) = (delivery.note.kind, delivery.ticket);
        self.recorder
            .flight((from, delivery.to), (self.now, arrives), ticket, kind);
        match (from, delivery.to) {
            (Place::Client, _) | (_, Place::Client) => self.counts.client_messages += 1,
            _ => *self.counts.messages.entry(kind).or_default() += 1,
        }
        let node = match delivery.to {
            Place::Shard(shard) => u32::from(shard),
            Place::Client => CLIENTS,
            Place::Reference => REFERENCE,
        };
        self.schedule(
            arrives,
            Rank::Arrive,
            node,
            Event::Deliver(Box::new(delivery)),
        );
    }

    /// When a message that is sent now arrives.
    fn arrival(&mut self, from: Place, to: Place) -> Micros {
        let settings = self.settings;
        let mut at = self.now;
        if self.are_apart(from, to) {
            at = self.parted.1;
        }
        if settings.loss_ppm > 0 {
            // A bounded number of times: more losses in a row than this do not happen.
            for _ in 0..64 {
                let stream = self.normals.stream();
                if stream.below(1_000_000) >= u64::from(settings.loss_ppm) {
                    break;
                }
                self.counts.lost += 1;
                at = at.after(settings.retransmit);
            }
        }
        if settings.jitter_ppm == 0 {
            at.after(settings.hop)
        } else {
            at.after(self.normals.log_normal(settings.hop, settings.jitter_ppm))
        }
    }

    fn are_apart(&self, from: Place, to: Place) -> bool {
        let (groups, until) = &self.parted;
        let group = |place: Place| match place {
            Place::Shard(shard) => groups.get(usize::from(shard)).copied().unwrap_or_default(),
            Place::Client | Place::Reference => 0,
        };
        *until > self.now && group(from) != group(to)
    }

    /// Shows that a shard has executed what a receipt says.
    fn proof(&self, from: Place, ticket: Ticket, note: Note) -> Option<Receipt> {
        let Place::Shard(shard) = from else {
            return None;
        };
        if note.kind != NoteKind::Receipt || !note.is_well {
            return None;
        }
        let deal = &self.open.get(&ticket)?.deal;
        // Receipts name the leg that they are for, or, in the protocols that gather them, the leg done.
        let index = match self.settings.protocol {
            _ if matches!(deal.wish, Wish::Move { .. }) => note.leg - deal.legs.len() as u8 / 2,
            Protocol::Relay | Protocol::Receipts => note.leg.checked_sub(1)?,
            Protocol::Atomix | Protocol::Kronos => note.leg,
            _ => return None,
        };
        if !matches!(
            deal.legs.get(usize::from(index))?.step,
            Step::Debit { .. } | Step::Trade { .. } | Step::Empty { .. }
        ) {
            return None;
        }
        let chain = &self.chains[usize::from(shard)];
        let key = receipt_key(self.layout.crossing, ticket, index);
        let amount = u64::try_from(crate::state::Storage::get(&chain.store, &key)?.low()).ok()?;
        Some(Receipt {
            shard,
            height: chain.height(),
            root: chain.root(),
            index,
            amount,
            proof: chain.prove(&key),
        })
    }

    /// A transaction has ended in one of its places.
    pub(super) fn end(&mut self, ticket: Ticket, outcome: Outcome) {
        let Some(open) = self.open.get_mut(&ticket) else {
            return;
        };
        open.ended += 1;
        // An end that says why is worth more than one that says that another shard did.
        let is_better = match (open.outcome, outcome) {
            (None, _) => true,
            (Some(Outcome::Aborted("ANOTHER_SHARD")), Outcome::Aborted(_)) => true,
            _ => false,
        };
        if is_better {
            open.outcome = Some(outcome);
        }
        let needed = if open.deal.alone().is_some() {
            1
        } else {
            self.settings.protocol.ends(&open.deal)
        };
        if open.ended < needed {
            return;
        }
        let Some(open) = self.open.remove(&ticket) else {
            return;
        };
        let outcome = open.outcome.unwrap_or(outcome);
        self.close(open, outcome);
    }

    fn close(&mut self, open: Open, outcome: Outcome) {
        let deal = open.deal;
        let ticket = deal.ticket;
        let places = deal.shards().into_iter().map(Place::Shard);
        for place in places.chain([Place::Client, Place::Reference]) {
            self.memories.remove(&(place, ticket));
        }
        for account in deal.wish.accounts() {
            if let Some(count) = self.busy.get_mut(&account) {
                *count -= 1;
                if *count == 0 {
                    self.busy.remove(&account);
                }
            }
        }
        self.meter.end(ticket);
        self.digest.update(&ticket.to_le_bytes());
        self.digest.update(&self.now.0.to_le_bytes());
        self.digest
            .update(&[matches!(outcome, Outcome::Committed).into()]);
        let is_retried = matches!(outcome, Outcome::Aborted("LOCKED" | "ANOTHER_SHARD"))
            && deal.tries < self.settings.retries;
        self.recorder.end(open.row, self.now, outcome, is_retried);
        if is_retried {
            return self.retry(deal);
        }
        if let Wish::Move { account, to } = deal.wish {
            return self.moved(account, to);
        }
        let is_cross = deal.is_cross();
        self.counts
            .end(outcome, is_cross, self.now.since(deal.asked));
        if outcome == Outcome::Committed {
            self.committed.insert(ticket);
        }
        let accounts: Vec<u32> = deal.wish.accounts().collect();
        self.remember(deal);
        for account in accounts {
            self.try_move(account);
        }
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
        let ticket = self.ticket();
        let deal = Deal::new(ticket, old.wish, old.asked, &self.layout);
        self.begin(Deal {
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

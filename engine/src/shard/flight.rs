//! Notes fly: how long they take, what is held back, and what shows that they are true.

use super::deal::{Ticket, Wish};
use super::simulation::{CLIENTS, Delivery, Event, REFERENCE, Receipt, Simulation};
use super::transfer::{Note, NoteKind, Place, Protocol};
use crate::contracts::crossing::{Step, receipt_key};
use crate::primitives::Micros;
use crate::sim::agenda::Rank;
use crate::state::Word;

impl Simulation {
    pub(super) fn send(&mut self, from: Place, to: Place, ticket: Ticket, note: Note) {
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
        if let (Place::Shard(_), Some(receipt)) = (from, &delivery.proof)
            && self.settings.confirmations > 0
        {
            let shard = receipt.shard;
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
        let (hop, jitter_ppm) = (self.settings.hop, self.settings.jitter_ppm);
        let (loss_ppm, retransmit) = (self.settings.loss_ppm, self.settings.retransmit);
        let mut at = self.now;
        if self.are_apart(from, to) {
            at = self.parted.1;
        }
        if loss_ppm > 0 {
            // A bounded number of times: more losses in a row than this do not happen.
            for _ in 0..64 {
                let stream = self.normals.stream();
                if stream.below(1_000_000) >= u64::from(loss_ppm) {
                    break;
                }
                self.counts.lost += 1;
                at = at.after(retransmit);
            }
        }
        if jitter_ppm == 0 {
            at.after(hop)
        } else {
            at.after(self.normals.log_normal(hop, jitter_ppm))
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
        let Place::Shard(_) = from else {
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
        let leg = deal.legs.get(usize::from(index))?;
        if !matches!(
            leg.step,
            Step::Debit { .. } | Step::Trade { .. } | Step::Empty { .. }
        ) {
            return None;
        }
        let shard = leg.at;
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

    /// Whether a receipt's proof holds under a root that its shard still stands by.
    pub(super) fn is_proved(&self, ticket: Ticket, receipt: &Receipt) -> bool {
        let chain = &self.chains[usize::from(receipt.shard)];
        let key = receipt_key(self.layout.crossing, ticket, receipt.index);
        let word = Word::from_low(u128::from(receipt.amount));
        chain.roots.get(receipt.height) == Some(&receipt.root)
            && receipt.proof.verify(&receipt.root, &key, Some(word))
    }
}

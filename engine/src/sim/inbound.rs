//! From the moment a message arrives to the moment it is handled, or lost.

use super::agenda::Rank;
use super::letter::Flight;
use super::machine::{Input, Machine, Observer};
use super::network::Spread;
use super::simulation::{Event, Simulation};
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::{DropReason, Fate, Recording, Row};

impl<M: Machine> Simulation<M> {
    /// A message has come to the end of its way.
    pub(super) fn arrive(&mut self, to: u32, flight: Flight, observer: &mut impl Observer<M>) {
        if self.doomed.remove(&flight.id) {
            return self.lose(flight, DropReason::Act);
        }
        if !self.nodes[to as usize].is_up {
            return self.lose(flight, DropReason::Crashed);
        }
        let Some(letter) = self.letters.get(flight.letter) else {
            return;
        };
        if has_bit(&letter.seen, to) {
            return self.lose(flight, DropReason::Duplicate);
        }
        let envelope = letter.envelope;
        let costs = self.network.costs;
        let node = &mut self.nodes[to as usize];
        let now_ns = self.now.0.saturating_mul(1_000);
        let mut ready_ns = now_ns;
        if let Some(kbps) = limit(&self.network.downlink_kbps, to)
            && !self.network.shares_fairly()
        {
            let start = node.downlink_free_ns.max(now_ns);
            node.downlink_free_ns = start + transmission_ns(envelope.bytes, kbps);
            ready_ns = node.downlink_free_ns;
        }
        let checking = u64::from(costs.message_ns)
            + u64::from(costs.verify_ns) * u64::from(envelope.signatures);
        if checking > 0 {
            node.checked_ns = node.checked_ns.max(ready_ns) + checking;
            ready_ns = node.checked_ns;
        }
        if ready_ns == now_ns {
            self.handle(to, flight, observer);
        } else {
            let at = Micros(ready_ns.div_ceil(1_000));
            self.agenda
                .schedule(at, Rank::Handle, to, Event::Handle(flight));
        }
    }

    pub(super) fn handle(&mut self, to: u32, flight: Flight, observer: &mut impl Observer<M>) {
        if !self.nodes[to as usize].is_up {
            return self.lose(flight, DropReason::Crashed);
        }
        if self.network.spread != Spread::Direct && !self.pass_on(to, flight) {
            return self.lose(flight, DropReason::Duplicate);
        }
        let Some(letter) = self.letters.get(flight.letter) else {
            return;
        };
        let envelope = letter.envelope;
        self.tally.delivered += 1;
        self.digest.fold([
            self.now.0,
            u64::from(to) << 32 | u64::from(flight.from),
            flight.id << 8 | u64::from(envelope.kind),
            envelope.block ^ envelope.view.rotate_left(32) ^ envelope.height.rotate_left(48),
        ]);
        if let Some(row) = row(&mut self.recording, flight.row) {
            row.ended = self.now;
            row.fate = Fate::Delivered;
        }
        let node = &mut self.nodes[to as usize];
        let clock = node.clock(self.now);
        let input = Input::Message {
            from: NodeIndex(letter.author),
            message: &letter.message,
        };
        node.machine.handle(clock, input, &mut self.outbox);
        self.letters.release(flight.letter);
        self.drain(to, flight.depth, flight.row, observer);
    }

    /// A flight ends without being handled.
    pub(super) fn lose(&mut self, flight: Flight, reason: DropReason) {
        self.tally.drop_one(reason);
        self.digest
            .fold([self.now.0, flight.id, reason as u64, u64::MAX]);
        if let Some(row) = row(&mut self.recording, flight.row) {
            row.ended = self.now;
            row.fate = Fate::Dropped(reason);
        }
        self.letters.release(flight.letter);
    }
}

/// A recorded message.
pub(super) fn row(
    recording: &mut Option<Recording>,
    row: Row,
) -> Option<&mut crate::trace::consensus::Message> {
    recording.as_mut()?.messages.get_mut(row as usize)
}

/// A node's limit, if it has one.
pub(super) fn limit(kbps: &[u32], node: u32) -> Option<u32> {
    kbps.get(node as usize).copied().filter(|kbps| *kbps > 0)
}

/// How long so many bytes take at so many kilobits a second; rounded up.
pub(super) fn transmission_ns(bytes: u32, kbps: u32) -> u64 {
    (u64::from(bytes) * 8_000_000).div_ceil(u64::from(kbps))
}

/// Whether a bit is set; bits beyond the end are not.
pub(super) fn has_bit(bits: &[u64], at: u32) -> bool {
    bits.get(at as usize / 64)
        .is_some_and(|word| word >> (at % 64) & 1 == 1)
}

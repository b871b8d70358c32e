//! The way of a message from the machine that sends it to the moment it arrives.

use super::agenda::Rank;
use super::inbound::{has_bit, limit, row, transmission_ns};
use super::letter::{Flight, Letter, Waiting};
use super::machine::{Machine, Message};
use super::network::{Jitter, NetworkSettings, Sharing, Spread};
use super::sample::{exponential, pareto};
use super::simulation::{Event, Simulation};
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::{self, DropReason, Fate, Row};

impl<M: Machine> Simulation<M> {
    /// Sends one message to some identities: to every node of each.
    pub(super) fn send(
        &mut self,
        from: u32,
        to: &[NodeIndex],
        message: M::Message,
        depth: u32,
        cause: Row,
    ) {
        let nodes: Vec<u32> = to
            .iter()
            .filter_map(|identity| self.copies.get(identity.as_usize()))
            .flatten()
            .copied()
            .collect();
        self.post(from, &nodes, message, false, (depth, cause));
    }

    /// Sends one message to every other identity. A copy hears nothing from its twin.
    pub(super) fn broadcast(&mut self, from: u32, message: M::Message, depth: u32, cause: Row) {
        let identity = self.nodes[from as usize].identity;
        let nodes: Vec<u32> = match self.network.spread {
            Spread::Direct => (0..self.nodes.len() as u32)
                .filter(|node| self.nodes[*node as usize].identity != identity)
                .collect(),
            Spread::Gossip { .. } => self.nodes[from as usize].peers.clone(),
        };
        let gossips = self.network.spread != Spread::Direct;
        self.post(from, &nodes, message, gossips, (depth, cause));
    }

    fn post(
        &mut self,
        from: u32,
        to: &[u32],
        message: M::Message,
        gossips: bool,
        (depth, cause): (u32, Row),
    ) {
        if to.is_empty() {
            return;
        }
        let mut seen = Vec::new();
        if gossips {
            seen = vec![0; self.nodes.len().div_ceil(64)];
            set_bit(&mut seen, from);
        }
        let envelope = message.envelope(&self.network.sizes);
        let author = self.nodes[from as usize].identity;
        let letter = self.letters.add(Letter {
            message,
            envelope,
            author,
            cause,
            flights: to.len() as u32,
            seen,
        });
        let others = to.iter().filter(|node| **node != from).count() as u64;
        let kind = usize::from(envelope.kind);
        self.tally.sent[kind] += others;
        self.tally.bytes[kind] += others * u64::from(envelope.bytes);
        self.tally.to_self += to.len() as u64 - others;
        for to in to {
            self.launch(from, *to, letter, depth + 1);
        }
    }

    /// Gossip: a node that has a message to all for the first time passes it on. `false` if it had it.
    pub(super) fn pass_on(&mut self, node: u32, flight: Flight) -> bool {
        let Some(letter) = self.letters.get_mut(flight.letter) else {
            return false;
        };
        if letter.seen.is_empty() {
            return true;
        }
        if has_bit(&letter.seen, node) {
            return false;
        }
        set_bit(&mut letter.seen, node);
        let author = letter.author;
        let peers: Vec<u32> = self.nodes[node as usize]
            .peers
            .iter()
            .copied()
            .filter(|peer| *peer != flight.from && self.nodes[*peer as usize].identity != author)
            .collect();
        let kind = usize::from(letter.envelope.kind);
        letter.flights += peers.len() as u32;
        self.tally.bytes[kind] += peers.len() as u64 * u64::from(letter.envelope.bytes);
        self.tally.relayed += peers.len() as u64;
        for peer in peers {
            self.launch(node, peer, flight.letter, flight.depth + 1);
        }
        true
    }

    fn launch(&mut self, from: u32, to: u32, letter: u32, depth: u32) {
        let id = self.next_id;
        self.next_id += 1;
        let mut flight = Flight {
            id,
            from,
            letter,
            row: consensus::NO_ROW,
            depth,
        };
        let Some(sent) = self.letters.get(letter) else {
            return;
        };
        let envelope = sent.envelope;
        if let Some(recording) = &mut self.recording {
            flight.row = recording.push_message(consensus::Message {
                id,
                from,
                to,
                kind: envelope.kind,
                view: envelope.view,
                height: envelope.height,
                block: envelope.block,
                bytes: envelope.bytes,
                signatures: envelope.signatures,
                sent: self.now,
                left: self.now,
                ended: Micros::NEVER,
                fate: Fate::Flying,
                cause: sent.cause,
                depth,
            });
        }
        if self.is_filtered(from, to, envelope.kind) {
            return self.lose(flight, DropReason::Act);
        }
        if self.agenda.is_full() {
            return self.lose(flight, DropReason::QueueFull);
        }
        let waiting = Waiting {
            flight,
            to,
            since: self.now,
        };
        if self.are_apart(from, to) {
            return self.hold(waiting);
        }
        self.transmit(waiting);
    }

    fn is_filtered(&mut self, from: u32, to: u32, kind: u8) -> bool {
        let found = self.filters.iter_mut().position(|filter| {
            filter.kind == kind
                && filter.from.is_none_or(|only| only == from)
                && filter.to.is_none_or(|only| only == to)
        });
        let Some(at) = found else { return false };
        self.filters[at].count -= 1;
        if self.filters[at].count == 0 {
            self.filters.remove(at);
        }
        true
    }

    fn are_apart(&self, from: u32, to: u32) -> bool {
        !self.groups.is_empty() && self.groups[from as usize] != self.groups[to as usize]
    }

    fn hold(&mut self, waiting: Waiting) {
        if self.held.len() >= self.network.held_max as usize {
            return self.lose(waiting.flight, DropReason::QueueFull);
        }
        if let Some(row) = row(&mut self.recording, waiting.flight.row) {
            row.fate = Fate::Held;
        }
        self.held.push(waiting);
    }

    /// Sends on what is no longer held back, in the order of sending.
    pub(super) fn release_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        for waiting in held {
            if self.are_apart(waiting.flight.from, waiting.to) {
                self.held.push(waiting);
                continue;
            }
            if let Some(row) = row(&mut self.recording, waiting.flight.row) {
                row.fate = Fate::Flying;
            }
            self.transmit(waiting);
        }
    }

    /// Gives a message to the uplink.
    fn transmit(&mut self, waiting: Waiting) {
        let Waiting { flight, to, .. } = waiting;
        let Some(letter) = self.letters.get(flight.letter) else {
            return;
        };
        let bytes = letter.envelope.bytes;
        let up = limit(&self.network.uplink_kbps, flight.from);
        if flight.from == to {
            return self.travel(waiting, self.now);
        }
        if self.network.shares_fairly() {
            if up.is_none() && limit(&self.network.downlink_kbps, to).is_none() {
                return self.travel(waiting, self.now);
            }
            if self.flows.len() >= self.network.pending_max as usize {
                return self.lose(flight, DropReason::QueueFull);
            }
            self.flows.begin(self.now, waiting, bytes);
            // One computation serves everything that is sent at this moment.
            self.flows.generation = self.flows.generation.wrapping_add(1);
            let event = Event::Flow(self.flows.generation);
            self.agenda.schedule(self.now, Rank::Flow, 0, event);
            return;
        }
        let mut left = self.now;
        if let Some(kbps) = up {
            let node = &mut self.nodes[flight.from as usize];
            let start = node.uplink_free_ns.max(self.now.0.saturating_mul(1_000));
            node.uplink_free_ns = start + transmission_ns(bytes, kbps);
            left = Micros(node.uplink_free_ns.div_ceil(1_000));
        }
        self.travel(waiting, left);
    }

    /// Some transmissions may have ended: shares the bandwidth anew.
    pub(super) fn flow(&mut self, generation: u32) {
        if generation != self.flows.generation {
            return;
        }
        for waiting in self.flows.take_done(self.now) {
            self.travel(waiting, self.now);
        }
        let (up, down) = (&self.network.uplink_kbps, &self.network.downlink_kbps);
        if let Some(at) = self.flows.share(up, down, self.nodes.len()) {
            let event = Event::Flow(self.flows.generation);
            self.agenda.schedule(at, Rank::Flow, 0, event);
        }
    }

    /// Lets a message that leaves its sender at this moment travel.
    fn travel(&mut self, waiting: Waiting, left: Micros) {
        let Waiting { flight, to, .. } = waiting;
        let usual = if flight.from == to {
            Micros(0)
        } else {
            self.draw_delay(flight.from, to)
        };
        let mut arrives = left.after(usual);
        if self.network.loss_ppm > 0 && flight.from != to {
            let draws = self.nodes[flight.from as usize].draws.stream();
            let mut tries = 0;
            while draws.below(1_000_000) < u64::from(self.network.loss_ppm) {
                tries += 1;
                self.tally.repeated += 1;
                arrives = arrives.after(self.network.retransmit);
                if tries >= self.network.tries_max {
                    return self.lose(flight, DropReason::Loss);
                }
            }
        }
        let stable = self.network.stabilisation;
        if left < stable.at && flight.from != to {
            let draws = self.nodes[flight.from as usize].draws.stream();
            let extra = Micros(draws.between(0, stable.extra.0));
            arrives = arrives.after(extra).min(stable.at.after(usual)).max(left);
        }
        if let Some(row) = row(&mut self.recording, flight.row) {
            row.left = left;
            row.ended = arrives;
        }
        self.agenda
            .schedule(arrives, Rank::Arrive, to, Event::Arrive(flight));
    }

    fn draw_delay(&mut self, from: u32, to: u32) -> Micros {
        let base = self.network.latency.between(from, to);
        let sender = &mut self.nodes[from as usize];
        let draws = &mut sender.draws;
        let mut delay = match self.network.jitter {
            Jitter::None => base,
            Jitter::LogNormal { sigma_ppm } => draws.log_normal(base, sigma_ppm),
            Jitter::Normal { deviation } => draws.normal(base, deviation),
            Jitter::Exponential => exponential(draws.stream(), base),
            Jitter::Pareto => match base.0.checked_sub(5_000) {
                // Shape a fifth of the mean in milliseconds, scale the mean less 5 ms: the mean is exact.
                Some(scale) if scale > 0 => {
                    let shape_permille = u32::try_from(base.0 / 5).unwrap_or(u32::MAX);
                    pareto(draws.stream(), Micros(scale), shape_permille)
                }
                _ => base,
            },
        };
        delay = delay.after(sender.slow);
        for (_, _, extra) in self
            .delays
            .iter()
            .filter(|(a, b, _)| (*a, *b) == (from, to))
        {
            delay = delay.after(*extra);
        }
        delay
    }
}

impl NetworkSettings {
    /// Whether bandwidth is shared by all messages at once.
    pub(super) fn shares_fairly(&self) -> bool {
        self.sharing == Sharing::Fair
    }
}

fn set_bit(bits: &mut Vec<u64>, at: u32) {
    let word = at as usize / 64;
    if bits.len() <= word {
        bits.resize(word + 1, 0);
    }
    bits[word] |= 1 << (at % 64);
}

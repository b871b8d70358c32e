//! A replica's state: rounds, and which part of the protocol an input goes to.

use super::form::{BLOCKS, DESCRIPTOR, NAME};
use super::message::BullsharkMessage;
use crate::consensus::block::Payload;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::config::Config;
use crate::consensus::dag::fetch::{is_full, wanted};
use crate::consensus::dag::{Dag, Ledger, Sealed, Summary, Vertex};
use crate::consensus::descriptor::Descriptor;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::signers::Signers;
use crate::consensus::vote::Votes;
use crate::primitives::{Micros, NodeIndex};
use crate::sim::Timer;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The anchor, or the links to it, have not come.
const LEADER: u8 = 0;
/// Nothing has moved.
const PULSE: u8 = 1;
/// Vertices are still missing.
pub(super) const FETCH: u8 = 2;

/// Whose vertices of the next round name an anchor, and whose do not.
#[derive(Clone, Default, Debug)]
pub(super) struct Links {
    pub(super) named: Signers,
    pub(super) others: Signers,
}

/// A Bullshark replica.
#[derive(Clone, Debug)]
pub struct Bullshark {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    pub(super) dag: Dag,
    pub(super) ledger: Ledger,
    /// Headers of others and its own, the first of each place; those that it has not voted for.
    pub(super) headers: BTreeMap<(u64, NodeIndex), Arc<Vertex>>,
    pub(super) unvoted: BTreeSet<(u64, NodeIndex)>,
    /// Votes for its own header.
    pub(super) votes: Votes,
    pub(super) links: BTreeMap<u64, Links>,
    /// Its header of the round it is in, and that once it is certified.
    round: u64,
    pub(super) mine: Option<Arc<Vertex>>,
    pub(super) certified: Option<Arc<Sealed>>,
    /// The round that it has asked a payload for.
    asked: u64,
    /// The round that it waits in, and the one in which it no longer does.
    waited: u64,
    given_up: u64,
    /// What it knew when the pulse last fired, and the number of the pulse that counts.
    pulsed: (u64, u64, bool),
    pulse: u64,
    pub(super) fetches: u32,
    pub(super) is_fetching: bool,
}

impl Protocol for Bullshark {
    type Message = BullsharkMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            dag: Dag::new(config.quorum.nodes, config.quorum.size),
            ledger: Ledger::new(config.knobs[BLOCKS] != 0),
            headers: BTreeMap::new(),
            unvoted: BTreeSet::new(),
            votes: Votes::default(),
            links: BTreeMap::new(),
            round: 0,
            mine: None,
            certified: None,
            asked: 0,
            waited: 0,
            given_up: 0,
            pulsed: (0, 0, false),
            pulse: 0,
            fetches: 0,
            is_fetching: false,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, BullsharkMessage>,
        out: &mut Out<BullsharkMessage>,
    ) {
        match input {
            Input::Start => {
                self.set_pulse(out);
                self.advance(out);
            }
            Input::Recover => {
                self.asked = self.round;
                self.waited = self.given_up;
                // The timer of what was being fetched is gone.
                self.is_fetching = false;
                self.fetch_soon(out);
                self.set_pulse(out);
                self.say_again(out);
                self.advance(out);
            }
            Input::Payload(payload) => self.make(payload, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let next = self.ledger.anchor_round() + 2;
        let need = self.config.quorum.nodes + 1 - self.config.quorum.size;
        let count = self.anchor(next).map(|anchor| CardCount {
            phase: NAME,
            view: next,
            height: self.ledger.decided() + 1,
            block: anchor.id,
            have: self.links.get(&next).map_or(0, |links| links.named.count()),
            need,
        });
        let waits = match count {
            _ if !self.is_waiting() => Waits::Nothing,
            _ if self.dag.waiting() > 0 => Waits::Sync,
            Some(count) => Waits::Votes {
                phase: NAME,
                view: next,
                have: count.have,
                need,
            },
            None => Waits::Proposal {
                view: next,
                leader: self.leader_of(next),
            },
        };
        Card {
            view: self.round,
            leader: self.leader_of(self.round + self.round % 2),
            decided: self.ledger.decided(),
            lock: None,
            counts: count.into_iter().collect(),
            waits,
        }
    }
}

impl Bullshark {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &BullsharkMessage,
        out: &mut Out<BullsharkMessage>,
    ) {
        match message {
            BullsharkMessage::Header(header) => self.on_header(from, header, out),
            BullsharkMessage::Vote(place) => self.on_vote(from, *place, out),
            BullsharkMessage::Certificate(sealed) => {
                self.take(sealed, out);
                self.advance(out);
            }
            BullsharkMessage::Want(places) => self.give(from, wanted(&self.dag, places), out),
            BullsharkMessage::Status(summary) => self.give(from, summary.answer(&self.dag), out),
            BullsharkMessage::Given(vertices) => {
                let before = self.dag.full();
                for sealed in vertices.iter() {
                    self.take(sealed, out);
                }
                self.advance(out);
                if is_full(vertices) && self.dag.full() > before {
                    let from_round = vertices.last().map_or(1, |sealed| sealed.vertex.round());
                    let summary = Summary::of(&self.dag, from_round);
                    out.send(from, BullsharkMessage::Status(summary));
                }
            }
        }
    }

    fn give(&self, to: NodeIndex, vertices: Vec<Sealed>, out: &mut Out<BullsharkMessage>) {
        if !vertices.is_empty() {
            out.send(to, BullsharkMessage::Given(Arc::new(vertices)));
        }
    }

    /// Whether not everything that is asked for is decided.
    pub(super) fn is_waiting(&self) -> bool {
        self.ledger.decided() < self.config.decisions
    }

    /// Goes on to the round after the newest of which a quorum is there, once that is settled or the
    /// timeout is over.
    pub(super) fn advance(&mut self, out: &mut Out<BullsharkMessage>) {
        let full = self.dag.full();
        let round = full + 1;
        if !self.is_waiting() || round <= self.round || self.asked >= round {
            return;
        }
        if full <= self.given_up || self.is_settled(full) {
            self.asked = round;
            return out.ask(round);
        }
        if self.waited < full {
            self.waited = full;
            out.set_timer(LEADER, full, self.config.timeout);
        }
    }

    /// Makes the header of the round that a payload was asked for.
    fn make(&mut self, payload: Payload, out: &mut Out<BullsharkMessage>) {
        let round = self.dag.full() + 1;
        if self.asked != round || round <= self.round {
            return self.advance(out);
        }
        self.round = round;
        let before = (0..self.config.quorum.nodes).map(NodeIndex);
        let before = before.filter_map(|author| self.dag.of(round - 1, author));
        let parents = before.map(|sealed| sealed.vertex.place()).collect();
        let header = Arc::new(Vertex::new(round, self.me, parents, payload));
        out.entered(round, self.leader_of(round + round % 2));
        out.proposed(header.block);
        out.broadcast(BullsharkMessage::Header(Arc::clone(&header)));
        self.mine = Some(Arc::clone(&header));
        self.certified = None;
        self.votes.retain(|slot| slot.view >= round);
        self.on_header(self.me, &header, out);
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out<BullsharkMessage>) {
        match timer.kind {
            LEADER => {
                self.given_up = self.given_up.max(timer.view);
                self.advance(out);
            }
            FETCH => self.fetch(out),
            _ if timer.view == self.pulse && self.is_waiting() => {
                let known = (self.round, self.dag.full(), self.certified.is_some());
                if known == self.pulsed {
                    self.say_again(out);
                    self.advance(out);
                }
                self.pulsed = known;
                self.set_pulse(out);
            }
            _ => {}
        }
    }

    fn set_pulse(&mut self, out: &mut Out<BullsharkMessage>) {
        self.pulse += 1;
        if self.is_waiting() {
            out.set_timer(PULSE, self.pulse, self.config.timeout);
        }
    }

    /// Nothing has moved for a timeout: something was lost.
    fn say_again(&self, out: &mut Out<BullsharkMessage>) {
        match (&self.certified, &self.mine) {
            (Some(sealed), _) => out.broadcast(BullsharkMessage::Certificate(Arc::clone(sealed))),
            (None, Some(header)) => out.broadcast(BullsharkMessage::Header(Arc::clone(header))),
            (None, None) => {}
        }
        let from_round = self.ledger.anchor_round() + 1;
        let summary = Summary::of(&self.dag, from_round);
        out.broadcast(BullsharkMessage::Status(summary));
    }
}

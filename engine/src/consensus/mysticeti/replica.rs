//! A replica's state: it makes vertices, takes others', and commits.

use super::committer::Committer;
use super::form::{BLOCKS, CERTIFY, DESCRIPTOR};
use super::message::MysticetiMessage;
use crate::consensus::block::Payload;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::config::Config;
use crate::consensus::dag::fetch::{WANTED_MAX, is_full, wanted};
use crate::consensus::dag::graph::Inserted;
use crate::consensus::dag::{Dag, Ledger, Sealed, Summary, Vertex};
use crate::consensus::descriptor::Descriptor;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::primitives::{Micros, NodeIndex};
use crate::sim::Timer;
use crate::trace::consensus::Offence;
use std::sync::Arc;

/// The leaders, or the votes for them, have not come.
const LEADER: u8 = 0;
/// Nothing has moved.
const PULSE: u8 = 1;
/// Parents are still missing.
const FETCH: u8 = 2;

/// A Mysticeti replica.
#[derive(Clone, Debug)]
pub struct Mysticeti {
    config: Config,
    me: NodeIndex,
    dag: Dag,
    committer: Committer,
    ledger: Ledger,
    /// The round of the last vertex that it made, and that vertex.
    round: u64,
    mine: Option<Arc<Vertex>>,
    /// The round that it has asked a payload for.
    asked: u64,
    /// The round whose leaders it waits for, and the one whose leaders it no longer does.
    waited: u64,
    given_up: u64,
    /// What it knew when the pulse last fired, and the number of the pulse that counts.
    pulsed: (u64, u64),
    pulse: u64,
    /// How often it has asked for parents that are missing; whether it is about to.
    fetches: u32,
    is_fetching: bool,
}

impl Protocol for Mysticeti {
    type Message = MysticetiMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            dag: Dag::new(config.quorum.nodes, config.quorum.size),
            committer: Committer::new(config),
            ledger: Ledger::new(config.knobs[BLOCKS] != 0),
            round: 0,
            mine: None,
            asked: 0,
            waited: 0,
            given_up: 0,
            pulsed: (0, 0),
            pulse: 0,
            fetches: 0,
            is_fetching: false,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, MysticetiMessage>,
        out: &mut Out<MysticetiMessage>,
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
                if self.dag.waiting() > 0 {
                    self.fetch_soon(out);
                }
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
        let (view, leader, certified) = self.committer.front();
        let need = self.config.quorum.size;
        let count = certified.map(|(block, have)| CardCount {
            phase: CERTIFY,
            view,
            height: self.ledger.decided() + 1,
            block,
            have,
            need,
        });
        let waits = if !self.is_waiting() {
            Waits::Nothing
        } else if self.dag.waiting() > 0 {
            Waits::Sync
        } else if let Some(count) = count {
            Waits::Votes {
                phase: CERTIFY,
                view,
                have: count.have,
                need,
            }
        } else {
            Waits::Proposal { view, leader }
        };
        Card {
            view: self.round,
            leader: self
                .committer
                .leaders_of(self.round)
                .next()
                .unwrap_or_default(),
            decided: self.ledger.decided(),
            lock: None,
            counts: count.into_iter().collect(),
            waits,
        }
    }
}

impl Mysticeti {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &MysticetiMessage,
        out: &mut Out<MysticetiMessage>,
    ) {
        match message {
            MysticetiMessage::Block(vertex) if vertex.author() == from => {
                let sealed = Sealed {
                    vertex: Arc::clone(vertex),
                    proof: None,
                };
                self.take(sealed, out);
                self.advance(out);
            }
            MysticetiMessage::Block(_) => {}
            MysticetiMessage::Want(places) => {
                let answer = wanted(&self.dag, places);
                if !answer.is_empty() {
                    out.send(from, MysticetiMessage::Given(Arc::new(answer)));
                }
            }
            MysticetiMessage::Status(summary) => {
                let answer = summary.answer(&self.dag);
                if !answer.is_empty() {
                    out.send(from, MysticetiMessage::Given(Arc::new(answer)));
                }
            }
            MysticetiMessage::Given(vertices) => {
                let before = self.dag.full();
                for sealed in vertices.iter() {
                    self.take(sealed.clone(), out);
                }
                self.advance(out);
                if is_full(vertices) && self.dag.full() > before {
                    let from_round = vertices.last().map_or(1, |sealed| sealed.vertex.round());
                    let summary = Summary::of(&self.dag, from_round);
                    out.send(from, MysticetiMessage::Status(summary));
                }
            }
        }
    }

    /// Whether not everything that is asked for is decided.
    fn is_waiting(&self) -> bool {
        self.ledger.decided() < self.config.decisions
    }

    /// Takes a vertex: into the graph, or to wait for its parents.
    fn take(&mut self, sealed: Sealed, out: &mut Out<MysticetiMessage>) {
        let quorum = self.config.quorum;
        let place = sealed.vertex.place();
        if !sealed.vertex.is_well_made(quorum.nodes, quorum.size) {
            return;
        }
        match self.dag.insert(sealed) {
            Inserted::Known => {}
            Inserted::Waits => self.fetch_soon(out),
            Inserted::Added(added) => {
                if self.dag.has_rival(&place) {
                    out.evidence(place.author, Offence::Equivocation);
                }
                for sealed in &added {
                    self.committer.add(&self.dag, &sealed.vertex);
                }
                for (anchor, proof) in self.committer.decide(&self.dag) {
                    self.ledger.commit(&mut self.dag, anchor, proof, out);
                }
            }
        }
    }

    /// Goes on to the round after the newest of which a quorum is there, once its leaders are there and
    /// the votes for those before are settled, or the timeout is over.
    fn advance(&mut self, out: &mut Out<MysticetiMessage>) {
        let full = self.dag.full();
        let round = full + 1;
        if !self.is_waiting() || round <= self.round || self.asked >= round {
            return;
        }
        let are_there = |mut leaders: Box<dyn Iterator<Item = NodeIndex>>| {
            leaders.all(|leader| self.dag.of(full, leader).is_some())
        };
        let is_ready = full == 0
            || full <= self.given_up
            || self.dag.count(full) == self.config.quorum.nodes
            || (are_there(Box::new(self.committer.leaders_of(full)))
                && (full == 1 || self.committer.is_settled(full - 1)));
        if is_ready {
            self.asked = round;
            return out.ask(round);
        }
        if self.waited < full {
            self.waited = full;
            out.set_timer(LEADER, full, self.config.timeout);
        }
    }

    /// Makes the vertex of the round that a payload was asked for.
    fn make(&mut self, payload: Payload, out: &mut Out<MysticetiMessage>) {
        let round = self.dag.full() + 1;
        if self.asked != round || round <= self.round {
            return self.advance(out);
        }
        self.round = round;
        let parents = self.dag.parents_for(round);
        let vertex = Arc::new(Vertex::new(round, self.me, parents, payload));
        let leader = self.committer.leaders_of(round).next().unwrap_or_default();
        out.entered(round, leader);
        out.proposed(vertex.block);
        out.broadcast(MysticetiMessage::Block(Arc::clone(&vertex)));
        self.mine = Some(Arc::clone(&vertex));
        let sealed = Sealed {
            vertex,
            proof: None,
        };
        self.take(sealed, out);
        self.advance(out);
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out<MysticetiMessage>) {
        match timer.kind {
            LEADER => {
                self.given_up = self.given_up.max(timer.view);
                self.advance(out);
            }
            FETCH => self.fetch(out),
            _ if timer.view == self.pulse && self.is_waiting() => {
                let known = (self.round, self.dag.full());
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

    fn set_pulse(&mut self, out: &mut Out<MysticetiMessage>) {
        self.pulse += 1;
        if self.is_waiting() {
            out.set_timer(PULSE, self.pulse, self.config.timeout);
        }
    }

    /// Nothing has moved for a timeout: something was lost.
    fn say_again(&self, out: &mut Out<MysticetiMessage>) {
        if let Some(vertex) = &self.mine {
            out.broadcast(MysticetiMessage::Block(Arc::clone(vertex)));
        }
        let summary = Summary::of(&self.dag, self.committer.round());
        out.broadcast(MysticetiMessage::Status(summary));
    }

    fn fetch_soon(&mut self, out: &mut Out<MysticetiMessage>) {
        if !std::mem::replace(&mut self.is_fetching, true) {
            // What is missing is most often on its way.
            out.set_timer(FETCH, 0, self.config.bound);
        }
    }

    /// Asks for parents that are missing: first who named them, then others in turn.
    fn fetch(&mut self, out: &mut Out<MysticetiMessage>) {
        let missing = self.dag.missing();
        let Some(namer) = missing.first_key_value().map(|(_, namer)| *namer) else {
            self.is_fetching = false;
            self.fetches = 0;
            return;
        };
        let nodes = self.config.quorum.nodes;
        let mut whom = NodeIndex((namer.0 + self.fetches) % nodes);
        if whom == self.me {
            whom = NodeIndex((whom.0 + 1) % nodes);
        }
        self.fetches += 1;
        let places = missing.into_keys().take(WANTED_MAX).collect();
        out.send(whom, MysticetiMessage::Want(places));
        out.set_timer(FETCH, 0, self.config.bound);
    }
}

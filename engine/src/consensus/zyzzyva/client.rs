//! The client beside a replica: asks, compares answers, and knows when a request is complete (§3.2).
//!
//! ```text
//!            n equal answers                                     next request
//!   asking ───────────────────────────────────────▶ complete ──────────────────▶ asking
//!      └─ q equal, patience over ─▶ committing ─ q local-commits ─┘
//!   two answers with orders that contradict each other: proof of misbehaviour, to all
//!   timeout: the request again, to all replicas
//! ```
//! A client that has begun to commit an answer completes it that way, so that the two ways can be told apart
//! and counted.

use super::chain::Ordered;
use super::form::{LOCAL_COMMIT, PATIENCE, RESPONSE};
use super::message::{Place, Request, ZyzzyvaMessage};
use crate::consensus::block::Payload;
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::leader;
use crate::consensus::protocol::Out;
use crate::consensus::timeout;
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The timer of a client that has a quorum's answers and waits for the others', by number.
pub(super) const PATIENCE_OVER: u8 = 1;
/// The timer of a client that asks again, by number.
pub(super) const ASK_AGAIN: u8 = 2;

/// Most different blocks that a client remembers answers for, to one request.
const ANSWERS_MAX: usize = 256;

/// A request that is complete, and the proof.
pub(super) type Complete = (Ordered, Certificate);

/// A client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    me: NodeIndex,
    /// The number of the request that it asks next, among all clients'.
    next: u64,
    last: u64,
    pub(super) complete: u64,
    pub(super) waiting: Option<Request>,
    answers: BTreeMap<Place, Ordered>,
    votes: Votes,
    /// What it commits.
    pub(super) committing: Option<Certificate>,
    /// What it waits for the others' answers to, by number of the timer.
    patient: Option<(u64, Place)>,
    /// The newest view in which it has proven that the primary misbehaved.
    proven: Option<u64>,
    /// The timers that count; earlier ones are out of date.
    timer: u64,
    timers: u64,
}

fn slot(place: &Place, phase: u8) -> Slot {
    Slot {
        view: place.view,
        height: place.height,
        phase,
    }
}

impl Client {
    /// Clients take turns, the last node's first, since the first ones are the first primaries.
    pub(super) fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            me,
            next: u64::from(config.quorum.nodes) - u64::from(me.0),
            last: config.decisions,
            complete: 0,
            waiting: None,
            answers: BTreeMap::new(),
            votes: Votes::default(),
            committing: None,
            patient: None,
            proven: None,
            timer: 0,
            timers: 0,
        }
    }

    /// Whether it has all its answers.
    pub(super) fn is_served(&self) -> bool {
        self.waiting.is_none() && self.next > self.last
    }

    /// Wants the next request's content.
    pub(super) fn ask(&self, out: &mut Out<ZyzzyvaMessage>) {
        if self.waiting.is_none() && self.next <= self.last {
            out.ask(self.next);
        }
    }

    /// §3.2, step 1: to the replica that it believes to be the primary.
    pub(super) fn request(
        &mut self,
        payload: Payload,
        view: u64,
        config: &Config,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if self.waiting.is_some() || self.next > self.last {
            return;
        }
        let request = Request {
            client: self.me,
            number: self.next,
            payload,
            view,
            tries: 0,
        };
        self.next += u64::from(config.quorum.nodes);
        self.waiting = Some(request);
        out.requested(payload.tag);
        let primary = leader::in_turn(view, config.quorum.nodes);
        out.send(primary, ZyzzyvaMessage::Request(request));
        self.wait(config, out);
    }

    fn wait(&mut self, config: &Config, out: &mut Out<ZyzzyvaMessage>) {
        self.timers += 1;
        self.timer = self.timers;
        let tries = self.waiting.map_or(0, |request| request.tries);
        let span = timeout::doubled(config.timeout, tries);
        out.set_timer(ASK_AGAIN, self.timer, span);
    }

    /// §3.2, step 4c: the request again, to all replicas; and what it commits as well.
    pub(super) fn ask_again(&mut self, view: u64, config: &Config, out: &mut Out<ZyzzyvaMessage>) {
        let Some(request) = &mut self.waiting else {
            return;
        };
        request.tries = request.tries.saturating_add(1);
        request.view = request.view.max(view);
        let request = *request;
        out.broadcast(ZyzzyvaMessage::Request(request));
        out.send(self.me, ZyzzyvaMessage::Request(request));
        if let Some(proof) = &self.committing {
            Self::commit(self.me, proof, out);
        }
        self.wait(config, out);
    }

    /// Its node is up again: timers are gone.
    pub(super) fn recover(&mut self, view: u64, config: &Config, out: &mut Out<ZyzzyvaMessage>) {
        self.patient = None;
        self.ask(out);
        self.ask_again(view, config, out);
    }

    /// A timer; `false` for one that is out of date.
    pub(super) fn is_due(&self, timer: u64) -> bool {
        self.waiting.is_some() && timer == self.timer
    }

    fn commit(me: NodeIndex, proof: &Certificate, out: &mut Out<ZyzzyvaMessage>) {
        out.broadcast(ZyzzyvaMessage::Commit(proof.clone()));
        out.send(me, ZyzzyvaMessage::Commit(proof.clone()));
    }

    /// §3.2, step 4: answers are equal if they are of one view and for one history.
    pub(super) fn on_response(
        &mut self,
        from: NodeIndex,
        view: u64,
        ordered: &Ordered,
        config: &Config,
        out: &mut Out<ZyzzyvaMessage>,
    ) -> Option<Complete> {
        let request = self.waiting.as_mut()?;
        if (ordered.client, ordered.number) != (request.client, request.number) {
            return None;
        }
        request.view = request.view.max(view);
        let place = Place {
            view,
            height: ordered.block.height,
            block: ordered.block.id,
        };
        self.prove(view, ordered, config, out);
        if self.answers.len() >= ANSWERS_MAX {
            self.answers.pop_first();
        }
        self.answers.insert(place, *ordered);
        let slot = slot(&place, RESPONSE);
        let count = self.votes.add(slot, place.block, from);
        out.counted(slot, place.block, from, count, config.quorum.nodes);
        let is_committing = self
            .committing
            .as_ref()
            .is_some_and(|proof| proof.view >= view);
        if is_committing {
            return None;
        }
        if count.have == config.quorum.nodes {
            return Some((*ordered, self.votes.certificate(slot, place.block)));
        }
        let is_patient = self
            .patient
            .as_ref()
            .is_some_and(|(_, other)| *other == place);
        if count.have >= config.quorum.size && !is_patient {
            self.timers += 1;
            self.patient = Some((self.timers, place));
            match config.knobs[PATIENCE] {
                0 => self.lose_patience(self.timers, config, out),
                percent => {
                    let span = Micros(config.timeout.0.saturating_mul(percent) / 100);
                    out.set_timer(PATIENCE_OVER, self.timers, span);
                }
            }
        }
        None
    }

    /// §3.2, step 4b: a quorum's answers are a commit certificate, which it sends to the replicas.
    pub(super) fn lose_patience(
        &mut self,
        timer: u64,
        config: &Config,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        let Some((_, place)) = self.patient.filter(|(number, _)| *number == timer) else {
            return;
        };
        if self.waiting.is_none() {
            return;
        }
        let proof = self.votes.certificate(slot(&place, RESPONSE), place.block);
        if proof.is_valid(&config.quorum) {
            out.certified(&proof);
            Self::commit(self.me, &proof, out);
            self.committing = Some(proof);
        }
    }

    /// §3.2, step 4b.2: a quorum of local-commits completes the request.
    pub(super) fn on_local_commit(
        &mut self,
        from: NodeIndex,
        place: &Place,
        config: &Config,
        out: &mut Out<ZyzzyvaMessage>,
    ) -> Option<Complete> {
        let proof = self.committing.as_ref()?;
        if Place::of(proof) != *place {
            return None;
        }
        let slot = slot(place, LOCAL_COMMIT);
        let count = self.votes.add(slot, place.block, from);
        out.counted(slot, place.block, from, count, config.quorum.size);
        if count.have < config.quorum.size {
            return None;
        }
        let ordered = *self.answers.get(place)?;
        Some((ordered, self.votes.certificate(slot, place.block)))
    }

    /// §3.2, step 4d: two answers that bear orders which contradict each other.
    fn prove(
        &mut self,
        view: u64,
        ordered: &Ordered,
        config: &Config,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        let primary = leader::in_turn(view, config.quorum.nodes);
        let other = self
            .answers
            .iter()
            .find(|(place, other)| place.view == view && other.contradicts(ordered, view, primary));
        if self.proven.is_none_or(|proven| proven < view)
            && let Some((_, other)) = other
        {
            self.proven = Some(view);
            let message = ZyzzyvaMessage::Misbehaviour {
                view,
                orders: Arc::new([*other, *ordered]),
            };
            out.broadcast(message.clone());
            out.send(self.me, message);
        }
    }

    /// Its request is complete: on to the next one.
    pub(super) fn finish(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        self.waiting = None;
        self.answers.clear();
        self.votes = Votes::default();
        (self.committing, self.patient) = (None, None);
        self.complete += 1;
        self.ask(out);
    }

    /// The answer that most have given, and how many.
    pub(super) fn best_answer(&self) -> Option<(Place, u32)> {
        let count = |place: &Place| self.votes.count(slot(place, RESPONSE), place.block);
        let counted = self.answers.keys().map(|place| (*place, count(place)));
        counted.max_by_key(|(place, count)| (place.view, *count))
    }

    /// How many have local-committed a block.
    pub(super) fn commits(&self, proof: &Certificate) -> u32 {
        self.votes
            .count(slot(&Place::of(proof), LOCAL_COMMIT), proof.block)
    }
}

//! A replica's state and its client's, and which part of the protocol an input goes to.

use super::chain::{Chain, Ordered};
use super::client::{ASK_AGAIN, Client, Complete, PATIENCE_OVER};
use super::form::{CHECKPOINT_EVERY, DESCRIPTOR, LOCAL_COMMIT, RESPONSE, SEQUENCE_FIRST, STABLE};
use super::history::Choice;
use super::message::{Grounds, NewView, Place, Request, ViewChange, ZyzzyvaMessage};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out, Protocol, Served};
use crate::consensus::timeout;
use crate::consensus::vote::Votes;
use crate::consensus::wanted::Wanted;
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is about views further ahead than this is not kept.
pub(super) const VIEWS_AHEAD: u64 = 64;

/// The timer of a replica that waits for something, by number.
const GIVE_UP: u8 = 0;

/// A Zyzzyva replica, and the client on its node.
#[derive(Clone, Debug)]
pub struct Zyzzyva {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    pub(super) client: Client,
    /// The view that it is in, or wants.
    pub(super) view: u64,
    /// Whether it waits for that view to begin, and takes part in none until then.
    pub(super) is_changing: bool,
    /// The last view that it took part in, and how that began, for those who missed it.
    pub(super) begun: u64,
    pub(super) opening: Option<(Arc<NewView>, Certificate)>,
    /// How the view is to begin that it waits for, once a quorum confirms that; and whether it has confirmed
    /// it twice.
    pub(super) installing: Option<(Arc<NewView>, Choice)>,
    pub(super) has_repeated: bool,
    pub(super) chain: Chain,
    /// Its best certificate; it is for a part of its history, unless the flawed view change rolled that back:
    /// then `kept` has what it is for.
    pub(super) best: Certificate,
    pub(super) kept: Option<Vec<Ordered>>,
    /// The last stable checkpoint.
    pub(super) stable: Certificate,
    /// The checkpoint that it holds a quorum's word for, and has said so.
    pub(super) announced: Option<Place>,
    /// Orders ahead of its history or its view.
    pub(super) early: BTreeMap<(u64, u64), Ordered>,
    pub(super) votes: Votes,
    /// By client: a request that it knows and has not executed.
    pub(super) pending: BTreeMap<NodeIndex, Request>,
    /// By client: a request that it has executed and that its client keeps asking for.
    pub(super) unanswered: BTreeMap<NodeIndex, u64>,
    /// Reports of those who want a view, by view and replica.
    pub(super) reports: Wanted<ViewChange>,
    /// Why it left the view that it took part in last.
    pub(super) grounds: Option<Grounds>,
    /// The greatest height that has been decided on this node.
    pub(super) decided: u64,
    /// Times that it has given up since it last executed a request: timeouts double.
    pub(super) failures: u32,
    /// The timer that counts, and whether it runs.
    pub(super) timer: u64,
    pub(super) is_timing: bool,
}

impl Protocol for Zyzzyva {
    type Message = ZyzzyvaMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            client: Client::new(config, me),
            view: 0,
            is_changing: false,
            begun: 0,
            opening: None,
            installing: None,
            has_repeated: false,
            chain: Chain::default(),
            best: Certificate::genesis(),
            kept: None,
            stable: Certificate {
                phase: STABLE,
                ..Certificate::genesis()
            },
            announced: None,
            early: BTreeMap::new(),
            votes: Votes::default(),
            pending: BTreeMap::new(),
            unanswered: BTreeMap::new(),
            reports: Wanted::default(),
            grounds: None,
            decided: 0,
            failures: 0,
            timer: 0,
            is_timing: false,
        }
    }

    fn step(&mut self, _: Micros, input: Input<'_, ZyzzyvaMessage>, out: &mut Out<ZyzzyvaMessage>) {
        match input {
            Input::Start => {
                out.entered(self.view, self.primary());
                self.client.ask(out);
            }
            Input::Recover => {
                self.restart_timer(out);
                self.client.recover(self.begun, &self.config, out);
                self.say_status(out);
            }
            Input::Payload(payload) => {
                self.client.request(payload, self.begun, &self.config, out);
            }
            Input::Timer(timer) => match timer.kind {
                GIVE_UP if timer.view == self.timer => self.give_up(out),
                ASK_AGAIN if self.client.is_due(timer.view) => {
                    self.client.ask_again(self.begun, &self.config, out);
                }
                PATIENCE_OVER => self.client.lose_patience(timer.view, &self.config, out),
                _ => {}
            },
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let of = |phase, place: &Place, have, need| CardCount {
            phase,
            view: place.view,
            height: place.height,
            block: place.block,
            have,
            need,
        };
        let quorum = &self.config.quorum;
        let committing = self.client.committing.as_ref().map(|proof| {
            let have = self.client.commits(proof);
            of(LOCAL_COMMIT, &Place::of(proof), have, quorum.size)
        });
        let answer = self.client.best_answer();
        let answers = answer.map(|(place, have)| of(RESPONSE, &place, have, quorum.nodes));
        let is_locked = !self.best.is_genesis();
        Card {
            view: self.view,
            leader: self.primary(),
            decided: self.decided,
            lock: is_locked.then_some((self.best.view, self.best.block)),
            counts: committing.into_iter().chain(answers).collect(),
            waits: self.waits(),
        }
    }

    fn served(&self) -> Option<Served> {
        Some(Served {
            complete: self.client.complete,
            is_all: self.client.is_served(),
        })
    }
}

impl Zyzzyva {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &ZyzzyvaMessage,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        match message {
            ZyzzyvaMessage::Request(request) => self.on_request(request, false, out),
            ZyzzyvaMessage::ConfirmReq(request) => self.on_request(request, true, out),
            ZyzzyvaMessage::OrderReq(ordered) => self.on_order(from, ordered, out),
            ZyzzyvaMessage::SpecResponse { view, ordered } => {
                let (client, config) = (&mut self.client, &self.config);
                let complete = client.on_response(from, *view, ordered, config, out);
                self.complete(complete, out);
            }
            ZyzzyvaMessage::Commit(proof) => self.on_commit(from, proof, out),
            ZyzzyvaMessage::LocalCommit(place) => {
                let (client, config) = (&mut self.client, &self.config);
                let complete = client.on_local_commit(from, place, config, out);
                self.complete(complete, out);
            }
            ZyzzyvaMessage::Checkpoint(place) => self.on_checkpoint(from, place, out),
            ZyzzyvaMessage::CheckpointStable(place) => self.on_checkpoint_stable(from, place, out),
            ZyzzyvaMessage::Hate { view } => self.on_hate(from, *view, out),
            ZyzzyvaMessage::Misbehaviour { view, orders } => {
                self.on_misbehaviour(*view, orders, out);
            }
            ZyzzyvaMessage::ViewChange(report) => self.on_view_change(from, report, out),
            ZyzzyvaMessage::NewView(new_view) => self.on_new_view(new_view, out),
            ZyzzyvaMessage::ViewConfirm(place) => self.on_view_confirm(from, place, out),
            ZyzzyvaMessage::FillHole {
                view,
                height,
                stable,
            } => self.on_fill_hole(from, *view, *height, *stable, out),
            ZyzzyvaMessage::Fill { view, orders } => self.on_fill(*view, orders, out),
            ZyzzyvaMessage::Opening(new_view, proof) => self.on_opening(new_view, proof, out),
            ZyzzyvaMessage::Missing(orders, proof) => self.on_missing(orders, proof, out),
        }
    }

    /// The client's request is complete: that decides its height for this node, and all below that its
    /// replica has in the same history.
    fn complete(&mut self, complete: Option<Complete>, out: &mut Out<ZyzzyvaMessage>) {
        let Some((Ordered { block, .. }, proof)) = complete else {
            return;
        };
        out.certified(&proof);
        if self.chain.has(block.height, block.id) {
            let below = (self.decided + 1..block.height).filter_map(|at| self.chain.at(at));
            for Ordered { block, .. } in below {
                out.decided(block.height, block.id, proof.clone());
            }
        }
        out.decided(block.height, block.id, proof);
        self.decided = self.decided.max(block.height);
        self.client.finish(out);
    }

    /// p = v mod |R| (§3).
    pub(super) fn primary_of(&self, view: u64) -> NodeIndex {
        leader::in_turn(view, self.config.quorum.nodes)
    }

    pub(super) fn primary(&self) -> NodeIndex {
        self.primary_of(self.view)
    }

    /// Whether it takes part in this view.
    pub(super) fn is_in(&self, view: u64) -> bool {
        !self.is_changing && self.view == view
    }

    pub(super) fn is_published(&self) -> bool {
        self.config.flaw == Some(SEQUENCE_FIRST)
    }

    pub(super) fn checkpoint_every(&self) -> u64 {
        self.config.knobs[CHECKPOINT_EVERY].max(1)
    }

    /// Histories go no further beyond what is final than twice the checkpoint interval, which bounds what is
    /// kept (§3.1).
    pub(super) fn has_room(&self, height: u64) -> bool {
        height <= self.chain.base().0 + 2 * self.checkpoint_every()
    }

    /// Whether there is something that it waits for: what its timer runs for.
    fn is_waiting(&self) -> bool {
        let next = (self.view, self.chain.tip().0 + 1);
        self.is_changing
            || !self.pending.is_empty()
            || !self.unanswered.is_empty()
            || self
                .early
                .range(next..=(self.view, u64::MAX))
                .next()
                .is_some()
    }

    pub(super) fn restart_timer(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        self.timer += 1;
        self.is_timing = self.is_waiting();
        if self.is_timing {
            let span = timeout::doubled(self.config.timeout, self.failures);
            out.set_timer(GIVE_UP, self.timer, span);
        }
    }

    /// Starts the timer unless it runs.
    pub(super) fn start_timer(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        if !self.is_timing {
            self.restart_timer(out);
        }
    }

    fn give_up(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        self.is_timing = false;
        if !self.is_waiting() {
            return;
        }
        if self.is_changing {
            self.give_up_change(out);
        } else {
            self.failures += 1;
            // Clients that are not served by then ask again.
            self.unanswered.clear();
            self.hate(out);
        }
        self.say_status(out);
        self.start_timer(out);
    }

    fn waits(&self) -> Waits {
        let quorum = self.config.quorum;
        if self.is_changing {
            return self.reports.waits(self.view, self.primary(), &quorum);
        }
        if self.client.is_served() {
            return Waits::Nothing;
        }
        if self.client.waiting.is_none() {
            return Waits::Payload;
        }
        if let Some(proof) = &self.client.committing {
            return Waits::Votes {
                phase: LOCAL_COMMIT,
                view: proof.view,
                have: self.client.commits(proof),
                need: quorum.size,
            };
        }
        let Some((place, have)) = self.client.best_answer() else {
            return Waits::Proposal {
                view: self.view,
                leader: self.primary(),
            };
        };
        Waits::Votes {
            phase: RESPONSE,
            view: place.view,
            have,
            need: quorum.nodes,
        }
    }
}

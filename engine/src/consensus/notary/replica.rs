//! A replica's state, and which part of the protocol an input goes to.

use super::chain::Chain;
use super::message::{NotaryMessage, Whom};
use super::rules::{Finality, NOTARIZE, NULLIFY, Rules};
use super::view::View;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out};
use crate::consensus::vote::Slot;
use crate::primitives::{Micros, NodeIndex};
use crate::sim::Timer;
use std::collections::BTreeMap;

/// Votes and proposals for views further ahead than this are not kept.
pub(super) const VIEWS_AHEAD: u64 = 64;

/// The leader's block has not come.
const LEADER: u8 = 0;
/// The block is not notarised.
const ADVANCE: u8 = 1;
/// The view is still not over: what was said in it is said again.
const RETRY: u8 = 2;
/// All that is asked for is notarised, but not final.
const IDLE: u8 = 3;

/// A replica of this family.
#[derive(Clone, Debug)]
pub struct Notary {
    pub(super) rules: &'static Rules,
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    /// The view, from 1; the start counts as notarised in view 0.
    pub(super) view: u64,
    /// What is known of each view above the floor.
    pub(super) views: BTreeMap<u64, View>,
    pub(super) chain: Chain,
    /// The newest finalisation whose block or past is not known yet.
    pub(super) ahead: Option<Certificate>,
    /// The view for which a block was asked for, or proposed.
    asked: u64,
    /// The view whose leader has waited for the last block to become final.
    idled: u64,
    /// The view when the retry timer fired last, and the number of the one that counts.
    retried: u64,
    retry: u64,
}

impl Notary {
    /// A replica before the start.
    pub fn new(rules: &'static Rules, config: &Config, me: NodeIndex) -> Self {
        Self {
            rules,
            config: config.clone(),
            me,
            view: 0,
            views: BTreeMap::new(),
            chain: Chain::new(),
            ahead: None,
            asked: 0,
            idled: 0,
            retried: 0,
            retry: 0,
        }
    }

    /// One step.
    pub fn step(&mut self, input: Input<'_, NotaryMessage>, out: &mut Out<NotaryMessage>) {
        match input {
            Input::Start => {
                self.set_retry(out);
                self.enter(1, out);
            }
            Input::Recover => {
                self.set_retry(out);
                self.asked = self.asked.min(self.view.saturating_sub(1));
                self.set_timers(out);
                self.ask(Whom::All, out);
                self.lead(out);
            }
            Input::Payload(payload) => self.propose(payload, out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn receive(&mut self, from: NodeIndex, message: &NotaryMessage, out: &mut Out<NotaryMessage>) {
        match message {
            NotaryMessage::Propose(block) => self.on_propose(from, *block, out),
            NotaryMessage::Notarize(named) => self.on_notarize(from, *named, out),
            NotaryMessage::Nullify(view) => self.on_nullify(from, *view, out),
            NotaryMessage::Finalize(named) => self.on_finalize(from, *named, out),
            NotaryMessage::Notarization(proof) | NotaryMessage::Nullification(proof) => {
                self.on_certificate(proof, true, out);
            }
            NotaryMessage::Finalization(proof) => {
                if self.is_final(proof) {
                    self.finalise(proof, true, Whom::One(from), out);
                }
            }
            NotaryMessage::Status {
                from: view,
                decided,
            } => {
                self.on_status(from, *view, *decided, out);
            }
            NotaryMessage::Missing(missing) => self.on_missing(from, missing, out),
        }
    }

    /// Leaders take turns, node 0 first.
    pub(super) fn leader_of(&self, view: u64) -> NodeIndex {
        leader::in_turn(view.saturating_sub(1), self.config.quorum.nodes)
    }

    /// How many votes notarise or nullify.
    pub(super) fn enough(&self) -> u32 {
        (self.rules.enough)(&self.config.quorum)
    }

    pub(super) fn has_flaw(&self, flaw: u8) -> bool {
        self.config.flaw == Some(flaw)
    }

    /// Whether not everything that is asked for is decided.
    pub(super) fn is_waiting(&self) -> bool {
        self.chain.decided() < self.config.decisions
    }

    /// The view's record, if the view is neither decided nor too far ahead.
    pub(super) fn view_mut(&mut self, view: u64) -> Option<&mut View> {
        let is_of_use = view > self.chain.floor() && view <= self.view + VIEWS_AHEAD;
        is_of_use.then(|| self.views.entry(view).or_default())
    }

    /// "Enter v+1": Simplex §2.1, Minimmit's views alike.
    pub(super) fn enter(&mut self, view: u64, out: &mut Out<NotaryMessage>) {
        if view <= self.view {
            return;
        }
        self.view = view;
        out.entered(view, self.leader_of(view));
        self.set_timers(out);
        self.lead(out);
        self.consider(out);
        self.leave_in_doubt(out);
    }

    /// t_l = 2Δ for the leader's block and, where finality has votes of its own, t_a = 3Δ for its
    /// notarisation. A Δ more where the leader may wait for finality first.
    fn set_timers(&mut self, out: &mut Out<NotaryMessage>) {
        if !self.is_waiting() {
            return;
        }
        let delta = self.config.bound.0;
        let is_last = self
            .parent()
            .is_some_and(|(_, height)| height >= self.config.decisions);
        let leader = delta.saturating_mul(2 + u64::from(is_last));
        out.set_timer(LEADER, self.view, Micros(leader));
        if self.rules.finality == Finality::OwnVotes {
            out.set_timer(ADVANCE, self.view, Micros(leader.saturating_add(delta)));
        }
    }

    /// t_r, whatever becomes of views: some may go on without this replica.
    fn set_retry(&mut self, out: &mut Out<NotaryMessage>) {
        self.retry += 1;
        self.retried = self.view;
        out.set_timer(RETRY, self.retry, self.config.timeout);
    }

    /// "Every t_r after nullify(v) broadcast that we are still in view v". A replica whose view is
    /// another one by now asks as well, if it lacks something.
    fn on_retry(&mut self, number: u64, out: &mut Out<NotaryMessage>) {
        if number != self.retry {
            return;
        }
        if self.retried == self.view {
            self.say_again(out);
        } else if self.ahead.is_some() || self.has_gap() {
            self.ask(Whom::All, out);
        }
        self.set_retry(out);
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out<NotaryMessage>) {
        if !self.is_waiting() {
            return;
        }
        if timer.kind == RETRY {
            return self.on_retry(timer.view, out);
        }
        if timer.view != self.view {
            return;
        }
        let view = self.views.get(&self.view);
        match timer.kind {
            LEADER => {
                let has_come = match self.rules.finality {
                    Finality::OwnVotes => view.is_some_and(|view| view.proposal.is_some()),
                    // Minimmit: a replica that has not voted gives up, one that has does not.
                    Finality::SameVotes => {
                        view.is_some_and(|view| view.voted.is_some())
                            && !self.has_flaw(self.rules.unfaithful)
                    }
                };
                if !has_come {
                    self.nullify(out);
                }
            }
            ADVANCE => self.nullify(out),
            _ => {
                self.idled = self.view;
                self.lead(out);
            }
        }
    }

    /// What a block of the present view extends, with its height: the notarised block of the newest view
    /// such that all views since are nullified. `None` if a certificate between is missing.
    pub(super) fn parent(&self) -> Option<(BlockId, u64)> {
        let floor = self.chain.floor();
        for view in (floor + 1..self.view).rev() {
            let known = self.views.get(&view)?;
            if let Some(proof) = known.notarised.first() {
                return Some((proof.block, proof.height));
            }
            known.nullified.as_ref()?;
        }
        Some((self.chain.tip(), self.chain.decided()))
    }

    /// The leader of the view asks for a block, if it knows what to extend.
    pub(super) fn lead(&mut self, out: &mut Out<NotaryMessage>) {
        if self.leader_of(self.view) != self.me || self.asked >= self.view || !self.is_waiting() {
            return;
        }
        let Some((_, height)) = self.parent() else {
            return self.ask_once(Whom::All, out);
        };
        if height >= self.config.decisions && self.idled < self.view {
            return out.set_timer(IDLE, self.view, self.config.bound);
        }
        self.asked = self.view;
        out.ask(height + 1);
    }

    fn propose(&mut self, payload: Payload, out: &mut Out<NotaryMessage>) {
        let is_due = self.asked == self.view && self.leader_of(self.view) == self.me;
        let has_proposed = self
            .views
            .get(&self.view)
            .is_some_and(|view| view.proposal.is_some());
        let Some((parent, height)) = self.parent().filter(|_| is_due && !has_proposed) else {
            return;
        };
        let block = Block::new(parent, height + 1, self.view, self.me, payload);
        out.proposed(block);
        out.broadcast(NotaryMessage::Propose(block));
        self.on_propose(self.me, block, out);
    }

    /// What a viewer is shown.
    pub fn card(&self) -> Card {
        let known = self.views.get(&self.view);
        let proposal = known.and_then(|view| view.proposal.as_ref());
        let line = |phase, height, block| CardCount {
            phase,
            view: self.view,
            height,
            block,
            have: known.map_or(0, |view| view.votes.count(self.slot(phase, height), block)),
            need: self.enough(),
        };
        let lock = self.views.iter().rev().find_map(|(view, known)| {
            let proof = known.notarised.first()?;
            Some((*view, proof.block))
        });
        let notarize = proposal.map(|block| line(NOTARIZE, block.height, block.id));
        Card {
            view: self.view,
            leader: self.leader_of(self.view),
            decided: self.chain.decided(),
            lock,
            counts: notarize
                .into_iter()
                .chain([line(NULLIFY, 0, BlockId::NONE)])
                .collect(),
            waits: self.waits(),
        }
    }

    /// A slot of the present view.
    fn slot(&self, phase: u8, height: u64) -> Slot {
        Slot {
            view: self.view,
            height,
            phase,
        }
    }

    fn waits(&self) -> Waits {
        if !self.is_waiting() {
            return Waits::Nothing;
        }
        if self.ahead.is_some() || self.parent().is_none() {
            return Waits::Sync;
        }
        let known = self.views.get(&self.view);
        let votes = |phase, height, block| {
            known.map_or(0, |view| view.votes.count(self.slot(phase, height), block))
        };
        if known.is_some_and(|view| view.has_nullified) {
            return Waits::ViewChange {
                view: self.view + 1,
                have: votes(NULLIFY, 0, BlockId::NONE),
                need: self.enough(),
            };
        }
        let Some(block) = known.and_then(|view| view.proposal.as_ref()) else {
            return if self.asked == self.view {
                Waits::Payload
            } else {
                Waits::Proposal {
                    view: self.view,
                    leader: self.leader_of(self.view),
                }
            };
        };
        Waits::Votes {
            phase: NOTARIZE,
            view: self.view,
            have: votes(NOTARIZE, block.height, block.id),
            need: self.enough(),
        }
    }
}

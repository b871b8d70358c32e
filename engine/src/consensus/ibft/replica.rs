//! A replica's state, and which part of the protocol an input goes to.

use super::form::{COMMIT, DESCRIPTOR, PREPARE};
use super::message::{IbftMessage, PrePrepare, RoundChange};
use crate::consensus::block::BlockId;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Phase;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::ledger::{Ledger, Proven};
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::timeout;
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Votes, pre-prepares and round changes of rounds further ahead than this are not kept.
pub(super) const ROUNDS_AHEAD: u64 = 64;
/// Nor are those of heights further ahead than this: who is so far behind asks for what it missed.
pub(super) const HEIGHTS_AHEAD: u64 = 4;

/// Round changes of one round, by sender.
pub(super) type Changes = BTreeMap<NodeIndex, Arc<RoundChange>>;

/// An IBFT replica.
#[derive(Clone, Debug)]
pub struct Ibft {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    /// What it has decided; λ is the height after its last.
    pub(super) ledger: Ledger,
    /// rᵢ.
    pub(super) round: u64,
    /// prᵢ and pvᵢ, with the prepares that prove them.
    pub(super) prepared: Option<Proven>,
    /// The block of this round's pre-prepare, once it is accepted.
    pub(super) accepted: Option<BlockId>,
    /// The first pre-prepare of each height and round.
    pub(super) proposals: BTreeMap<(u64, u64), Arc<PrePrepare>>,
    pub(super) votes: Votes,
    /// Round changes by height and round.
    pub(super) changes: BTreeMap<(u64, u64), Changes>,
    /// The leader: the height and round that it has proposed in, and those for which it has asked a block.
    pub(super) proposed: Option<(u64, u64)>,
    pub(super) asked: Option<(u64, u64)>,
    /// timerᵢ: earlier ones are out of date.
    pub(super) timer: u64,
}

impl Protocol for Ibft {
    type Message = IbftMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            ledger: Ledger::default(),
            round: 0,
            prepared: None,
            accepted: None,
            proposals: BTreeMap::new(),
            votes: Votes::default(),
            changes: BTreeMap::new(),
            proposed: None,
            asked: None,
            timer: 0,
        }
    }

    fn step(&mut self, _: Micros, input: Input<'_, IbftMessage>, out: &mut Out<IbftMessage>) {
        match input {
            Input::Start => self.start(out),
            Input::Recover => {
                let decided = self.ledger.height();
                out.broadcast(IbftMessage::Status { decided });
                self.asked = None;
                self.restart_timer(out);
            }
            Input::Payload(payload) => self.propose_new(payload, out),
            Input::Timer(timer) if timer.view == self.timer => self.give_up(out),
            Input::Timer(_) => {}
            Input::Message { from, message } => self.receive(from, message, out),
        }
        self.apply_rules(out);
    }

    fn card(&self) -> Card {
        let line = |phase| {
            let slot = self.slot(phase);
            let block = self.accepted?;
            Some(CardCount {
                phase,
                view: self.round,
                height: slot.height,
                block,
                have: self.votes.count(slot, block),
                need: self.config.quorum.size,
            })
        };
        let prepared = self.prepared.as_ref();
        Card {
            view: self.round,
            leader: self.leader(self.height(), self.round),
            decided: self.ledger.height(),
            lock: prepared.map(|(block, proof)| (proof.view, block.id)),
            counts: [COMMIT, PREPARE].into_iter().filter_map(line).collect(),
            waits: self.waits(),
        }
    }
}

impl Ibft {
    fn receive(&mut self, from: NodeIndex, message: &IbftMessage, out: &mut Out<IbftMessage>) {
        match message {
            IbftMessage::PrePrepare(proposal) => self.on_pre_prepare(from, proposal, out),
            IbftMessage::Prepare {
                height,
                round,
                block,
            } => self.on_vote(from, (*height, *round, PREPARE), *block, out),
            IbftMessage::Commit {
                height,
                round,
                block,
            } => self.on_vote(from, (*height, *round, COMMIT), *block, out),
            IbftMessage::RoundChange(change) => self.on_round_change(from, change, out),
            IbftMessage::Status { decided } => self.help(from, *decided, out),
            IbftMessage::Missing(blocks) => self.on_missing(from, blocks, out),
        }
    }

    /// λ.
    pub(super) fn height(&self) -> u64 {
        self.ledger.height() + 1
    }

    /// leader(λ, r): in turn, over heights as over rounds.
    pub(super) fn leader(&self, height: u64, round: u64) -> NodeIndex {
        let turn = height.saturating_sub(1).wrapping_add(round);
        leader::in_turn(turn, self.config.quorum.nodes)
    }

    pub(super) fn slot(&self, phase: Phase) -> Slot {
        Slot {
            view: self.round,
            height: self.height(),
            phase,
        }
    }

    /// Whether all that was asked for is decided.
    pub(super) fn is_resting(&self) -> bool {
        self.ledger.height() >= self.config.decisions
    }

    /// Whether something of this height and round is kept.
    pub(super) fn is_of_use(&self, height: u64, round: u64) -> bool {
        match height.checked_sub(self.height()) {
            Some(0) => round <= self.round + ROUNDS_AHEAD,
            Some(ahead) => ahead <= HEIGHTS_AHEAD && round <= ROUNDS_AHEAD,
            None => false,
        }
    }

    /// t(r): twice as long in every round.
    pub(super) fn restart_timer(&mut self, out: &mut Out<IbftMessage>) {
        self.timer += 1;
        if !self.is_resting() {
            let failures = u32::try_from(self.round).unwrap_or(u32::MAX);
            let span = timeout::doubled(self.config.timeout, failures);
            out.set_timer(0, self.timer, span);
        }
    }

    fn waits(&self) -> Waits {
        if self.is_resting() {
            return Waits::Nothing;
        }
        let (view, need) = (self.round, self.config.quorum.size);
        if self.asked.is_some() {
            return Waits::Payload;
        }
        let Some(block) = self.accepted else {
            let wanted = self.changes.get(&(self.height(), view));
            let have = wanted.map_or(0, Changes::len) as u32;
            if view > 0 && have < need {
                return Waits::ViewChange { view, have, need };
            }
            let leader = self.leader(self.height(), view);
            return Waits::Proposal { view, leader };
        };
        let count = |phase| self.votes.count(self.slot(phase), block);
        let phase = if count(PREPARE) < need {
            PREPARE
        } else {
            COMMIT
        };
        Waits::Votes {
            phase,
            view,
            have: count(phase),
            need,
        }
    }
}

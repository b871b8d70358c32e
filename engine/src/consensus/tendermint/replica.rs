//! A replica's state, and which part of the protocol an input goes to.

use super::form::{DESCRIPTOR, PRECOMMIT, PREVOTE};
use super::message::{Proposal, TendermintMessage};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::ledger::Ledger;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::timeout;
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Votes and proposals of rounds further ahead than this are not kept.
pub(super) const ROUNDS_AHEAD: u64 = 64;
/// Nor are those of heights further ahead than this: who is so far behind asks for what it missed.
pub(super) const HEIGHTS_AHEAD: u64 = 4;
/// Of rounds further behind than this nothing is kept.
pub(super) const ROUNDS_BEHIND: u64 = 16;
/// Most proposals kept of one round: a proposer that lies may sign more.
pub(super) const PROPOSALS_MAX: usize = 4;

/// The timers, by number.
pub(super) const PROPOSE_TIMER: u8 = 0;
pub(super) const PREVOTE_TIMER: u8 = 1;
pub(super) const PRECOMMIT_TIMER: u8 = 2;
pub(super) const STATUS_TIMER: u8 = 3;

/// How far a replica is in a round: stepₚ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Step {
    Propose,
    Prevote,
    Precommit,
}

/// A Tendermint replica.
#[derive(Clone, Debug)]
pub struct Tendermint {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    /// decisionₚ; hₚ is the height after its last.
    pub(super) ledger: Ledger,
    /// roundₚ.
    pub(super) round: u64,
    /// stepₚ.
    pub(super) step: Step,
    /// lockedRoundₚ and lockedValueₚ.
    pub(super) locked: Option<(u64, BlockId)>,
    /// validValueₚ, and the prevotes of validRoundₚ for it.
    pub(super) valid: Option<(Block, Certificate)>,
    /// Proposals by height and round, the first of a round first.
    pub(super) proposals: BTreeMap<(u64, u64), Vec<Arc<Proposal>>>,
    pub(super) votes: Votes,
    /// The latest round of this height that each node has been heard in (line 55).
    pub(super) heard: BTreeMap<NodeIndex, u64>,
    /// Which of the rules that hold "for the first time" have been used in this round: lines 34, 36, 47.
    pub(super) once: [bool; 3],
    /// Counts rounds over all heights: a timer with another number is out of date.
    pub(super) entry: u64,
    /// The height and round for which a block was asked.
    pub(super) asked: Option<(u64, u64)>,
}

impl Protocol for Tendermint {
    type Message = TendermintMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            ledger: Ledger::default(),
            round: 0,
            step: Step::Propose,
            locked: None,
            valid: None,
            proposals: BTreeMap::new(),
            votes: Votes::default(),
            heard: BTreeMap::new(),
            once: [false; 3],
            entry: 0,
            asked: None,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, TendermintMessage>,
        out: &mut Out<TendermintMessage>,
    ) {
        match input {
            // Line 10.
            Input::Start => self.start_round(0, out),
            Input::Recover => self.on_recover(out),
            Input::Payload(payload) => self.propose_new(payload, out),
            Input::Timer(timer) if timer.view == self.entry => self.on_timer(timer.kind, out),
            Input::Timer(_) => {}
            Input::Message { from, message } => self.receive(from, message, out),
        }
        self.apply_rules(out);
    }

    fn card(&self) -> Card {
        let line = |phase| {
            let slot = self.slot(phase);
            let (block, signers) = self.votes.of(slot).max_by_key(|(_, s)| s.count())?;
            Some(CardCount {
                phase,
                view: self.round,
                height: slot.height,
                block,
                have: signers.count(),
                need: self.config.quorum.size,
            })
        };
        Card {
            view: self.round,
            leader: self.proposer(self.height(), self.round),
            decided: self.ledger.height(),
            lock: self.locked,
            counts: [PRECOMMIT, PREVOTE].into_iter().filter_map(line).collect(),
            waits: self.waits(),
        }
    }
}

impl Tendermint {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &TendermintMessage,
        out: &mut Out<TendermintMessage>,
    ) {
        match message {
            TendermintMessage::Proposal(proposal) => {
                let height = proposal.block.height;
                if from == self.proposer(height, proposal.round) {
                    self.on_proposal(proposal, out);
                }
            }
            TendermintMessage::Prevote {
                height,
                round,
                block,
            } => self.on_vote(from, (*height, *round, PREVOTE), *block, out),
            TendermintMessage::Precommit {
                height,
                round,
                block,
            } => self.on_vote(from, (*height, *round, PRECOMMIT), *block, out),
            TendermintMessage::Status { decided, round } => {
                self.on_status(from, *decided, *round, out);
            }
            TendermintMessage::Held(held) => self.on_held(held, out),
            TendermintMessage::Missing(blocks) => self.on_missing(from, blocks, out),
        }
    }

    /// hₚ.
    pub(super) fn height(&self) -> u64 {
        self.ledger.height() + 1
    }

    /// proposer(h, round): in turn, over heights as over rounds.
    pub(super) fn proposer(&self, height: u64, round: u64) -> NodeIndex {
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

    /// timeoutPropose, timeoutPrevote and timeoutPrecommit: half as long again in every round, so that
    /// one is long enough in the end.
    pub(super) fn span(&self) -> Micros {
        let base = self.config.timeout;
        timeout::stepped(base, Micros(base.0 / 2), self.round)
    }

    /// How many have voted in a slot, for whatever.
    pub(super) fn voters(&self, slot: Slot) -> u32 {
        let mut of_slot = self.votes.of(slot);
        let Some((_, first)) = of_slot.next() else {
            return 0;
        };
        let mut all = None;
        for (_, signers) in of_slot {
            let all = all.get_or_insert_with(|| first.clone());
            for node in signers.iter() {
                all.add(node);
            }
        }
        all.as_ref().unwrap_or(first).count()
    }

    fn waits(&self) -> Waits {
        if self.is_resting() {
            return Waits::Nothing;
        }
        let view = self.round;
        let phase = match self.step {
            Step::Propose if self.asked.is_some() => return Waits::Payload,
            Step::Propose => {
                return Waits::Proposal {
                    view,
                    leader: self.proposer(self.height(), view),
                };
            }
            Step::Prevote => PREVOTE,
            Step::Precommit => PRECOMMIT,
        };
        Waits::Votes {
            phase,
            view,
            have: self.voters(self.slot(phase)),
            need: self.config.quorum.size,
        }
    }
}

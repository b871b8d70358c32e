//! A replica's state, and which part of the protocol an input goes to.

use super::form::{AT_ONCE, CHECKPOINT, CHECKPOINT_EVERY, COMMIT, DESCRIPTOR, PREPARE};
use super::message::{NewView, PbftMessage, ViewChange};
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::timeout;
use crate::consensus::vote::{Slot, Votes};
use crate::consensus::wanted::Wanted;
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Votes, proposals and view changes for views further ahead than this are not kept.
pub(super) const VIEWS_AHEAD: u64 = 64;

/// A PBFT replica.
#[derive(Clone, Debug)]
pub struct Pbft {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    /// v.
    pub(super) view: u64,
    /// Whether it waits for that view to begin, and takes part in none until then (§4.4).
    pub(super) is_changing: bool,
    /// What it knows of each height above the stable checkpoint.
    pub(super) log: BTreeMap<u64, Place>,
    /// Pre-prepares that overtook the view's beginning.
    pub(super) early: BTreeMap<(u64, u64), Block>,
    /// Prepares and commits by view and height; checkpoints by height and state.
    pub(super) votes: Votes,
    /// The last height executed.
    pub(super) executed: u64,
    /// Blocks executed, the newest few thousand, for those who missed them.
    pub(super) history: BTreeMap<u64, (Block, Certificate)>,
    /// The state's digest: it folds in each block executed.
    pub(super) state: BlockId,
    /// The last stable checkpoint (§4.3): h is its height.
    pub(super) stable: Certificate,
    /// View changes to this view and later ones, by view and replica.
    pub(super) changes: Wanted<ViewChange>,
    /// How the present view began, for those who missed it.
    pub(super) beginning: Option<Arc<NewView>>,
    /// The primary: the height that it proposes next, and the one that it has asked a block for.
    pub(super) next: u64,
    pub(super) asked: Option<u64>,
    /// Views given up since something was last executed: timeouts double.
    pub(super) failures: u32,
    /// The timer that counts; earlier ones are out of date.
    pub(super) timer: u64,
}

/// What a replica knows of one height.
#[derive(Clone, Default, Debug)]
pub(super) struct Place {
    /// The pre-prepare that it accepted, and its view.
    pub(super) accepted: Option<(u64, Block)>,
    /// The block that it prepared in the newest view, and the proof.
    pub(super) prepared: Option<(Block, Certificate)>,
    /// The proof that it is committed.
    pub(super) committed: Option<Certificate>,
}

impl Protocol for Pbft {
    type Message = PbftMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            view: 0,
            is_changing: false,
            log: BTreeMap::new(),
            early: BTreeMap::new(),
            votes: Votes::default(),
            executed: 0,
            history: BTreeMap::new(),
            state: BlockId::NONE,
            stable: Certificate {
                phase: CHECKPOINT,
                ..Certificate::genesis()
            },
            changes: Wanted::default(),
            beginning: None,
            next: 1,
            asked: None,
            failures: 0,
            timer: 0,
        }
    }

    fn step(&mut self, _: Micros, input: Input<'_, PbftMessage>, out: &mut Out<PbftMessage>) {
        match input {
            Input::Start => {
                out.entered(self.view, self.primary());
                self.restart_timer(out);
                self.propose(out);
            }
            Input::Recover => {
                self.asked = None;
                self.restart_timer(out);
                self.say_status(out);
                self.propose(out);
            }
            Input::Payload(payload) => self.pre_prepare(payload, out),
            Input::Timer(timer) if timer.view == self.timer => self.give_up(out),
            Input::Timer(_) => {}
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let height = self.executed + 1;
        let line = |phase| {
            let place = self.log.get(&height)?;
            let block = place.accepted.as_ref()?.1.id;
            let slot = self.slot(height, phase);
            Some(CardCount {
                phase,
                view: self.view,
                height,
                block,
                have: self.votes.count(slot, block),
                need: self.config.quorum.size,
            })
        };
        let prepared = self.log.values().rev().find_map(|p| p.prepared.as_ref());
        Card {
            view: self.view,
            leader: self.primary(),
            decided: self.executed,
            lock: prepared.map(|(block, proof)| (proof.view, block.id)),
            counts: [COMMIT, PREPARE].into_iter().filter_map(line).collect(),
            waits: self.waits(),
        }
    }
}

impl Pbft {
    fn receive(&mut self, from: NodeIndex, message: &PbftMessage, out: &mut Out<PbftMessage>) {
        match message {
            PbftMessage::PrePrepare { view, block } => {
                self.on_pre_prepare(from, *view, *block, out);
            }
            PbftMessage::Prepare {
                view,
                height,
                block,
            } => self.on_prepare(from, (*view, *height, *block), out),
            PbftMessage::Commit {
                view,
                height,
                block,
            } => self.on_commit(from, (*view, *height, *block), out),
            PbftMessage::Checkpoint { height, state } => {
                self.on_checkpoint(from, *height, *state, out);
            }
            PbftMessage::ViewChange(change) => self.on_view_change(from, change, out),
            PbftMessage::NewView(new_view) => self.on_new_view(new_view, out),
            PbftMessage::Status { view, executed } => self.on_status(from, *view, *executed, out),
            PbftMessage::Missing(blocks) => self.on_missing(from, blocks, out),
        }
    }

    /// p = v mod |R| (§4).
    pub(super) fn primary_of(&self, view: u64) -> NodeIndex {
        leader::in_turn(view, self.config.quorum.nodes)
    }

    pub(super) fn primary(&self) -> NodeIndex {
        self.primary_of(self.view)
    }

    pub(super) fn slot(&self, height: u64, phase: u8) -> Slot {
        Slot {
            view: self.view,
            height,
            phase,
        }
    }

    pub(super) fn checkpoint_every(&self) -> u64 {
        self.config.knobs[CHECKPOINT_EVERY].max(1)
    }

    /// Whether a height lies between the water marks h and H (§4.2); the log holds twice the
    /// checkpoint interval, as §4.3 has it.
    pub(super) fn is_in_log(&self, height: u64) -> bool {
        let low = self.stable.height;
        height > low && height <= low + 2 * self.checkpoint_every().max(self.config.knobs[AT_ONCE])
    }

    /// Whether there is work that is not done: what backups' timers run for (§4.4).
    pub(super) fn is_waiting(&self) -> bool {
        self.executed < self.config.decisions
    }

    pub(super) fn restart_timer(&mut self, out: &mut Out<PbftMessage>) {
        self.timer += 1;
        if self.is_waiting() {
            let span = timeout::doubled(self.config.timeout, self.failures);
            out.set_timer(0, self.timer, span);
        }
    }

    /// The primary asks for the next block, if it may propose one.
    pub(super) fn propose(&mut self, out: &mut Out<PbftMessage>) {
        let at_once = self.config.knobs[AT_ONCE].max(1);
        if self.primary() == self.me
            && !self.is_changing
            && self.asked.is_none()
            && self.next <= self.config.decisions
            && self.next <= self.executed + at_once
            && self.is_in_log(self.next)
        {
            self.asked = Some(self.next);
            out.ask(self.next);
        }
    }

    fn pre_prepare(&mut self, payload: Payload, out: &mut Out<PbftMessage>) {
        let asked = self.asked.take();
        if self.primary() != self.me || self.is_changing || asked != Some(self.next) {
            return self.propose(out);
        }
        let block = Block::new(BlockId::NONE, self.next, self.view, self.me, payload);
        self.next += 1;
        out.proposed(block);
        out.broadcast(PbftMessage::PrePrepare {
            view: self.view,
            block,
        });
        self.accept(block, out);
        self.propose(out);
    }

    fn waits(&self) -> Waits {
        let quorum = self.config.quorum;
        if !self.is_waiting() {
            return Waits::Nothing;
        }
        if self.is_changing {
            return self.changes.waits(self.view, self.primary(), &quorum);
        }
        let height = self.executed + 1;
        let place = self.log.get(&height);
        let Some((_, block)) = place.and_then(|place| place.accepted.as_ref()) else {
            if self.asked.is_some() {
                return Waits::Payload;
            }
            return Waits::Proposal {
                view: self.view,
                leader: self.primary(),
            };
        };
        let prepares = self.votes.count(self.slot(height, PREPARE), block.id);
        let (phase, have) = if prepares < quorum.size {
            (PREPARE, prepares)
        } else {
            (
                COMMIT,
                self.votes.count(self.slot(height, COMMIT), block.id),
            )
        };
        Waits::Votes {
            phase,
            view: self.view,
            have,
            need: quorum.size,
        }
    }
}

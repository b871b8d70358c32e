//! A replica's state: epochs, proposals, votes.

use super::form::{DESCRIPTOR, ECHO, VOTE};
use super::message::StreamletMessage;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::notary::chain::Chain;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::hash::mix;
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::Offence;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Votes and proposals for epochs further ahead than this are not kept.
const EPOCHS_AHEAD: u64 = 64;
/// Most blocks that one node is counted for in an epoch.
const BLOCKS_OF_ONE_MAX: usize = 2;

/// The epoch ends.
const EPOCH: u8 = 0;
/// Nothing was decided for a timeout.
const PULSE: u8 = 1;

/// A Streamlet replica.
#[derive(Clone, Debug)]
pub struct Streamlet {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    pub(super) epoch: u64,
    pub(super) chain: Chain,
    pub(super) votes: Votes,
    /// The leader's block by epoch, the first that came.
    proposals: BTreeMap<u64, Block>,
    /// Certificates of notarised blocks, by height and block; decided ones for those who missed them.
    pub(super) notarised: BTreeMap<(u64, BlockId), (Block, Certificate)>,
    /// Undecided blocks of notarised chains, with their heights.
    pub(super) linked: BTreeMap<BlockId, u64>,
    /// The last epoch that it voted in, and the one for which it asked a payload.
    voted: u64,
    asked: u64,
    /// The timers that count; the height decided when the pulse last fired.
    timer: u64,
    pulse: u64,
    pulsed: u64,
}

impl Protocol for Streamlet {
    type Message = StreamletMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            epoch: 0,
            chain: Chain::new(),
            votes: Votes::default(),
            proposals: BTreeMap::new(),
            notarised: BTreeMap::new(),
            linked: BTreeMap::new(),
            voted: 0,
            asked: 0,
            timer: 0,
            pulse: 0,
            pulsed: 0,
        }
    }

    fn step(
        &mut self,
        now: Micros,
        input: Input<'_, StreamletMessage>,
        out: &mut Out<StreamletMessage>,
    ) {
        match input {
            Input::Start | Input::Recover => {
                self.set_pulse(out);
                if self.epoch > 0 {
                    out.broadcast(StreamletMessage::Status(self.chain.decided()));
                }
                self.on_clock(now, out);
            }
            Input::Payload(payload) => self.propose(payload, out),
            Input::Timer(timer) => match timer.kind {
                EPOCH if timer.view == self.timer => self.on_clock(now, out),
                PULSE if timer.view == self.pulse => self.on_pulse(out),
                _ => {}
            },
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let proposal = self.proposals.get(&self.epoch);
        let need = self.config.quorum.size;
        let count = proposal.map(|block| CardCount {
            phase: VOTE,
            view: self.epoch,
            height: block.height,
            block: block.id,
            have: self.votes.count(slot(self.epoch), block.id),
            need,
        });
        let longest = self.longest();
        Card {
            view: self.epoch,
            leader: self.leader_of(self.epoch),
            decided: self.chain.decided(),
            lock: (longest.0 != self.chain.tip()).then_some((longest.1, longest.0)),
            counts: count.into_iter().collect(),
            waits: match count {
                _ if !self.is_waiting() => Waits::Nothing,
                Some(count) if count.have < need => Waits::Votes {
                    phase: VOTE,
                    view: self.epoch,
                    have: count.have,
                    need,
                },
                Some(_) => Waits::Time,
                None => Waits::Proposal {
                    view: self.epoch,
                    leader: self.leader_of(self.epoch),
                },
            },
        }
    }
}

pub(super) const fn slot(epoch: u64) -> Slot {
    Slot {
        view: epoch,
        height: 0,
        phase: VOTE,
    }
}

impl Streamlet {
    /// §2: "every epoch has a designated leader chosen at random by a publicly known hash function".
    fn leader_of(&self, epoch: u64) -> NodeIndex {
        let nodes = u64::from(self.config.quorum.nodes.max(1));
        NodeIndex((mix(epoch) % nodes) as u32)
    }

    /// Whether not everything that is asked for is decided.
    pub(super) fn is_waiting(&self) -> bool {
        self.chain.decided() < self.config.decisions
    }

    /// The clock says that an epoch begins. A clock that was set back waits until it has caught up.
    fn on_clock(&mut self, now: Micros, out: &mut Out<StreamletMessage>) {
        if !self.is_waiting() {
            return;
        }
        let length = self.config.bound.0.saturating_mul(2).max(1);
        let epoch = now.0 / length + 1;
        self.timer += 1;
        let next = Micros(epoch.saturating_mul(length));
        out.set_timer(EPOCH, self.timer, next.since(now));
        if epoch > self.epoch {
            self.epoch = epoch;
            out.entered(epoch, self.leader_of(epoch));
            if self.leader_of(epoch) == self.me && self.asked < epoch {
                self.asked = epoch;
                out.ask(self.longest().1 + 1);
            }
            self.consider(out);
        }
    }

    fn set_pulse(&mut self, out: &mut Out<StreamletMessage>) {
        self.pulse += 1;
        self.pulsed = self.chain.decided();
        if self.is_waiting() {
            out.set_timer(PULSE, self.pulse, self.config.timeout);
        }
    }

    fn on_pulse(&mut self, out: &mut Out<StreamletMessage>) {
        if self.is_waiting() && self.pulsed == self.chain.decided() {
            out.broadcast(StreamletMessage::Status(self.pulsed));
        }
        self.set_pulse(out);
    }

    fn receive(
        &mut self,
        from: NodeIndex,
        message: &StreamletMessage,
        out: &mut Out<StreamletMessage>,
    ) {
        match message {
            StreamletMessage::Propose(_) | StreamletMessage::Vote { .. } => {
                self.hear(from, message, out);
            }
            StreamletMessage::Echo(author, message) => self.hear(*author, message, out),
            StreamletMessage::Status(decided) => {
                let missing = self.missing_above(*decided);
                if !missing.is_empty() {
                    out.send(from, StreamletMessage::Missing(Arc::new(missing)));
                }
            }
            StreamletMessage::Missing(blocks) => self.on_missing(blocks, out),
        }
    }

    /// A proposal or a vote, from its author or passed on. §3: what is new is passed on, once.
    fn hear(
        &mut self,
        author: NodeIndex,
        message: &StreamletMessage,
        out: &mut Out<StreamletMessage>,
    ) {
        let is_new = match message {
            StreamletMessage::Propose(block) => self.on_propose(author, *block, out),
            StreamletMessage::Vote { epoch, block, .. } => {
                self.on_vote(author, *epoch, *block, out)
            }
            _ => false,
        };
        if is_new && self.config.knobs[ECHO] != 0 && author != self.me {
            out.broadcast(StreamletMessage::Echo(author, Arc::new(message.clone())));
        }
    }

    fn propose(&mut self, payload: Payload, out: &mut Out<StreamletMessage>) {
        if self.asked != self.epoch || self.proposals.contains_key(&self.epoch) {
            return;
        }
        let (parent, height) = self.longest();
        let block = Block::new(parent, height + 1, self.epoch, self.me, payload);
        out.proposed(block);
        out.broadcast(StreamletMessage::Propose(block));
        self.on_propose(self.me, block, out);
    }

    /// Whether an epoch is neither decided nor too far ahead.
    fn is_of_use(&self, epoch: u64) -> bool {
        epoch > self.chain.floor() && epoch <= self.epoch + EPOCHS_AHEAD
    }

    fn on_propose(
        &mut self,
        from: NodeIndex,
        block: Block,
        out: &mut Out<StreamletMessage>,
    ) -> bool {
        let is_leader = self.leader_of(block.view) == from && block.proposer == from;
        if !is_leader || !self.is_of_use(block.view) {
            return false;
        }
        match self.proposals.get(&block.view) {
            Some(first) if first.id != block.id => {
                out.evidence(from, Offence::Equivocation);
                return false;
            }
            Some(_) => return false,
            None => self.proposals.insert(block.view, block),
        };
        self.chain.insert(block);
        self.consider(out);
        self.notarise(block.view, block.id, out);
        true
    }

    /// §2: a node votes for the first proposal of the epoch "if it extends from one of the longest
    /// notarized chains that it has seen".
    fn consider(&mut self, out: &mut Out<StreamletMessage>) {
        let epoch = self.epoch;
        let Some(block) = self.proposals.get(&epoch).copied() else {
            return;
        };
        if self.voted >= epoch || !self.is_waiting() {
            return;
        }
        let parent = self.height_of(block.parent);
        let longest = self.longest().1;
        let extends = parent.is_some_and(|height| block.height == height + 1 && height == longest);
        if !extends {
            return;
        }
        self.voted = epoch;
        out.broadcast(StreamletMessage::Vote {
            epoch,
            height: block.height,
            block: block.id,
        });
        self.on_vote(self.me, epoch, block.id, out);
    }

    fn on_vote(
        &mut self,
        from: NodeIndex,
        epoch: u64,
        block: BlockId,
        out: &mut Out<StreamletMessage>,
    ) -> bool {
        if !self.is_of_use(epoch) {
            return false;
        }
        let at = slot(epoch);
        let others = self
            .votes
            .of(at)
            .filter(|(other, signers)| *other != block && signers.has(from));
        if others.count() >= BLOCKS_OF_ONE_MAX {
            return false;
        }
        let count = self.votes.add(at, block, from);
        out.counted(at, block, from, count, self.config.quorum.size);
        if count.is_new {
            self.notarise(epoch, block, out);
        }
        count.is_new
    }

    /// Forgets what lies below the floor.
    pub(super) fn prune(&mut self) {
        let floor = self.chain.floor();
        self.proposals.retain(|epoch, _| *epoch > floor);
        self.votes.retain(|slot| slot.view > floor);
    }
}

//! The pipelined shape: every view one block, whose certificate the next view's block carries.
//!
//! ```text
//!   view v:   leader ──proposal(block, certificate of its parent)──▶ all ──vote──▶ leader of v+1
//!   view v+1: the certificate of v's block, in the next proposal, is a vote of a quorum for all before it
//! ```

use super::message::{Segment, Timeout};
use super::pacemaker::{Pacemaker, VIEW_TIMER};
use super::pipeline_message::{PipelineMessage, Proposal};
use super::tree::Tree;
use crate::consensus::adversary::Behaviour;
use crate::consensus::block::BlockId;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

/// Votes and proposals of views further ahead than this are not kept.
pub(super) const VIEWS_AHEAD: u64 = 64;

/// What tells pipelined protocols apart.
pub trait Rules: Clone + Debug + 'static {
    /// What the protocol is.
    const DESCRIPTOR: &'static Descriptor;

    /// So many blocks in a row, in views in a row and each certified, decide the first of them.
    fn chain(config: &Config) -> usize;

    /// The lock that a certificate brings, if it brings one; `parent` is the certificate of its block's
    /// parent.
    fn lock<'a>(certificate: &'a Certificate, parent: &'a Certificate) -> Option<&'a Certificate>;

    /// Whether a replica may vote for a proposal of the view that it is in, if it has not voted there.
    fn may_vote(replica: &Pipeline<Self>, proposal: &Proposal) -> bool;
}

/// A replica of a pipelined protocol.
#[derive(Clone, Debug)]
pub struct Pipeline<R> {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    pub(super) tree: Tree,
    pub(super) pace: Pacemaker,
    /// The certificate of the highest view.
    pub(super) high: Certificate,
    pub(super) lock: Certificate,
    /// The last view that it voted in or gave up.
    pub(super) voted: u64,
    pub(super) votes: Votes,
    /// Proposals by view: the first of the present view and of later ones.
    pub(super) proposals: BTreeMap<u64, Arc<Proposal>>,
    /// The leader: the view that it proposed in last, and the one for which it has asked a block.
    pub(super) proposed: u64,
    pub(super) asked: Option<u64>,
    /// The block that it has asked others for.
    pub(super) wanted: Option<BlockId>,
    /// Whether it lies as [`Behaviour::Stale`] says.
    pub(super) is_stale: bool,
    rules: PhantomData<R>,
}

impl<R: Rules> Protocol for Pipeline<R> {
    type Message = PipelineMessage;

    const DESCRIPTOR: &'static Descriptor = R::DESCRIPTOR;

    const BEHAVIOURS: &'static [Behaviour] = &[Behaviour::Stale];

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            me,
            tree: Tree::default(),
            pace: Pacemaker::default(),
            high: Certificate::genesis(),
            lock: Certificate::genesis(),
            voted: 0,
            votes: Votes::default(),
            proposals: BTreeMap::new(),
            proposed: 0,
            asked: None,
            wanted: None,
            is_stale: false,
            rules: PhantomData,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, PipelineMessage>,
        out: &mut Out<PipelineMessage>,
    ) {
        match input {
            Input::Start => self.begin_view(out),
            Input::Recover => {
                self.asked = None;
                self.want(None, BlockId::NONE, out);
                self.begin_view(out);
            }
            Input::Payload(payload) => self.propose(payload, out),
            Input::Timer(timer) if (timer.kind, timer.view) == (VIEW_TIMER, self.pace.timer()) => {
                self.give_up(out);
            }
            Input::Timer(_) => {}
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn misbehave(&mut self, behaviour: Option<Behaviour>, _: &mut Out<PipelineMessage>) {
        self.is_stale = behaviour == Some(Behaviour::Stale);
    }

    fn card(&self) -> Card {
        let view = self.pace.view();
        let line = |slot: Slot, block: BlockId| CardCount {
            phase: 0,
            view: slot.view,
            height: slot.height,
            block,
            have: self.votes.count(slot, block),
            need: self.config.quorum.size,
        };
        let newest = self.votes.iter().filter(|(slot, ..)| slot.view + 1 >= view);
        let mut counts: Vec<_> = newest.map(|(slot, block, _)| line(slot, block)).collect();
        counts.reverse();
        counts.truncate(2);
        Card {
            view,
            leader: self.leader(view),
            decided: self.tree.height(),
            lock: (!self.lock.is_genesis()).then_some((self.lock.view, self.lock.block)),
            counts,
            waits: self.waits(),
        }
    }
}

impl<R: Rules> Pipeline<R> {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &PipelineMessage,
        out: &mut Out<PipelineMessage>,
    ) {
        match message {
            PipelineMessage::Proposal(proposal) => self.on_proposal(from, proposal, out),
            PipelineMessage::Vote {
                view,
                height,
                block,
            } => self.on_vote(from, (*view, *height), *block, out),
            PipelineMessage::Timeout(timeout) => self.on_timeout(from, timeout, out),
            PipelineMessage::Want { block, above } => self.on_want(from, *block, *above, out),
            PipelineMessage::Blocks(segment) => self.on_blocks(from, segment, out),
        }
    }

    /// The leader of a view: in turn, each for as many views in a row as the protocol's first knob says.
    pub(super) fn leader(&self, view: u64) -> NodeIndex {
        let views = self.config.knobs.first().copied().unwrap_or(1).max(1);
        leader::in_turn(view.saturating_sub(1) / views, self.config.quorum.nodes)
    }

    /// The highest certificate that locks this replica.
    pub fn lock(&self) -> &Certificate {
        &self.lock
    }

    /// Whether a block is the locked one or extends it.
    pub fn extends_lock(&self, block: BlockId) -> bool {
        self.tree.extends(block, self.lock.block)
    }

    /// Whether a flaw of this number is switched on.
    pub fn has_flaw(&self, flaw: u8) -> bool {
        self.config.flaw == Some(flaw)
    }

    /// Whether all that was asked for is decided.
    pub(super) fn is_resting(&self) -> bool {
        self.tree.height() >= self.config.decisions
    }

    /// Asks for blocks: one node, or all.
    pub(super) fn want(
        &mut self,
        from: Option<NodeIndex>,
        block: BlockId,
        out: &mut Out<PipelineMessage>,
    ) {
        if block != BlockId::NONE && self.wanted == Some(block) {
            return;
        }
        self.wanted = Some(block);
        let above = self.tree.height();
        let message = PipelineMessage::Want { block, above };
        match from {
            Some(node) if node != self.me => out.send(node, message),
            _ => out.broadcast(message),
        }
    }

    fn on_want(&self, from: NodeIndex, block: BlockId, above: u64, out: &mut Out<PipelineMessage>) {
        let tip = if block == BlockId::NONE {
            self.high.block
        } else {
            block
        };
        if self.tree.has(tip) || self.tree.height() > above {
            self.help(from, above, tip, out);
        }
    }

    pub(super) fn help(
        &self,
        from: NodeIndex,
        above: u64,
        tip: BlockId,
        out: &mut Out<PipelineMessage>,
    ) {
        if let Some(segment) = self.tree.segment(above, tip, &self.high) {
            out.send(from, PipelineMessage::Blocks(Arc::new(segment)));
        }
    }

    fn on_blocks(&mut self, from: NodeIndex, segment: &Segment, out: &mut Out<PipelineMessage>) {
        let before = self.tree.height();
        for link in &segment.links {
            if link.is_valid(&self.config.quorum) && self.tree.insert(link) {
                self.on_certificate(from, &link.justify, out);
            }
        }
        self.wanted = None;
        for proof in &segment.proofs {
            self.on_certificate(from, proof, out);
        }
        if self.tree.height() > before && segment.links.len() >= super::tree::BLOCKS_MAX {
            self.want(Some(from), BlockId::NONE, out);
        }
        if !self.is_resting() {
            self.vote(out);
            self.try_propose(out);
        }
    }

    /// What a timeout of this replica says.
    pub(super) fn timeout(&self) -> Timeout {
        Timeout {
            view: self.pace.view(),
            high: self.high.clone(),
            entered: self.pace.entered().cloned(),
            commit: None,
            decided: self.tree.height(),
        }
    }

    fn waits(&self) -> Waits {
        let (view, need) = (self.pace.view(), self.config.quorum.size);
        if self.is_resting() {
            return Waits::Nothing;
        }
        if self.pace.has_given_up() {
            let (view, have) = (view + 1, self.pace.given_up());
            return Waits::ViewChange { view, have, need };
        }
        if self.asked == Some(view) {
            return Waits::Payload;
        }
        if self.wanted.is_some() {
            return Waits::Sync;
        }
        let voted = self.proposals.get(&view).filter(|_| self.voted == view);
        match voted {
            Some(proposal) if self.leader(view + 1) == self.me => {
                let block = &proposal.link.block;
                let slot = Slot {
                    view,
                    height: block.height,
                    phase: 0,
                };
                let have = self.votes.count(slot, block.id);
                let phase = 0;
                Waits::Votes {
                    phase,
                    view,
                    have,
                    need,
                }
            }
            Some(_) => Waits::Proposal {
                view: view + 1,
                leader: self.leader(view + 1),
            },
            None => Waits::Proposal {
                view,
                leader: self.leader(view),
            },
        }
    }
}

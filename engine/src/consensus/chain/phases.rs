//! The shape in which the leader of a view takes its block through several phases, each a round of votes
//! to the leader and a certificate to all.
//!
//! ```text
//!   (new-view) ─▶ leader ─proposal─▶ all ─vote─▶ leader ─certificate─▶ all ─vote─▶ … ─last certificate─▶ decided
//! ```

use super::message::{Link, Segment, Timeout};
use super::pacemaker::{Pacemaker, VIEW_TIMER};
use super::phases_message::PhasesMessage;
use super::tree::Tree;
use crate::consensus::adversary::Behaviour;
use crate::consensus::block::BlockId;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::signers::Signers;
use crate::consensus::vote::{Slot, Votes};
use crate::primitives::{Micros, NodeIndex};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

/// Proposals and new-views of views further ahead than this are not kept.
pub(super) const VIEWS_AHEAD: u64 = 64;

/// The timer of a leader that waits for higher certificates.
pub(super) const START_TIMER: u8 = 1;

/// When a leader proposes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// When a quorum has said that it enters the view.
    NewViews,
    /// At once if it holds the certificate of the view before, else after the bound on delays.
    Bound,
}

/// What tells protocols of this shape apart.
pub trait Rules<const PHASES: u8>: Clone + Debug + 'static {
    /// What the protocol is.
    const DESCRIPTOR: &'static Descriptor;

    /// The phase whose certificates lock.
    const LOCKS: Phase;

    /// When a leader proposes.
    const OPENING: Opening;

    /// Whether a replica may vote for a proposal of the view that it is in, if it has not voted there.
    fn may_vote(replica: &Phases<Self, PHASES>, link: &Link) -> bool;
}

/// A replica of a protocol of this shape.
#[derive(Clone, Debug)]
pub struct Phases<R, const PHASES: u8> {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    pub(super) tree: Tree,
    pub(super) pace: Pacemaker,
    /// The highest certificate of the first phase (prepareQC): what a new block extends.
    pub(super) high: Certificate,
    pub(super) lock: Certificate,
    /// The highest certificate of the last phase: it decides by itself.
    pub(super) commit: Option<Certificate>,
    /// The view that it voted in last, and how many phases of it are voted in.
    pub(super) voted: (u64, u8),
    pub(super) votes: Votes,
    /// Proposals by view: the first of the present view and of later ones.
    pub(super) proposals: BTreeMap<u64, Arc<Link>>,
    /// Who has entered which view, of those whose leader this replica is.
    pub(super) new_views: BTreeMap<u64, Signers>,
    /// The leader: the view that it proposed in last, the one for which it has asked a block, and the one
    /// for which it has waited as long as it must.
    pub(super) proposed: u64,
    pub(super) asked: Option<u64>,
    pub(super) waited: u64,
    /// The block that it has asked others for.
    pub(super) wanted: Option<BlockId>,
    /// Whether it lies as [`Behaviour::Stale`] says.
    pub(super) is_stale: bool,
    rules: PhantomData<R>,
}

impl<R: Rules<PHASES>, const PHASES: u8> Protocol for Phases<R, PHASES> {
    type Message = PhasesMessage<PHASES>;

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
            commit: None,
            voted: (0, 0),
            votes: Votes::default(),
            proposals: BTreeMap::new(),
            new_views: BTreeMap::new(),
            proposed: 0,
            asked: None,
            waited: 0,
            wanted: None,
            is_stale: false,
            rules: PhantomData,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, PhasesMessage<PHASES>>,
        out: &mut Out<PhasesMessage<PHASES>>,
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
            Input::Timer(timer) if (timer.kind, timer.view) == (START_TIMER, self.pace.view()) => {
                self.waited = timer.view;
                self.try_propose(out);
            }
            Input::Timer(_) => {}
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn misbehave(&mut self, behaviour: Option<Behaviour>, _: &mut Out<PhasesMessage<PHASES>>) {
        self.is_stale = behaviour == Some(Behaviour::Stale);
    }

    fn card(&self) -> Card {
        let view = self.pace.view();
        let newest = self.votes.iter().filter(|(slot, ..)| slot.view == view);
        let mut counts: Vec<_> = newest
            .map(|(slot, block, signers)| CardCount {
                phase: slot.phase,
                view,
                height: slot.height,
                block,
                have: signers.count(),
                need: self.config.quorum.size,
            })
            .collect();
        counts.reverse();
        counts.truncate(3);
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

impl<R: Rules<PHASES>, const PHASES: u8> Phases<R, PHASES> {
    fn receive(
        &mut self,
        from: NodeIndex,
        message: &PhasesMessage<PHASES>,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        match message {
            PhasesMessage::NewView { view, high } => self.on_new_view(from, *view, high, out),
            PhasesMessage::Propose(link) => self.on_proposal(from, link, out),
            PhasesMessage::Vote {
                phase,
                view,
                height,
                block,
            } => {
                let slot = Slot {
                    view: *view,
                    height: *height,
                    phase: *phase,
                };
                self.on_vote(from, slot, *block, out);
            }
            PhasesMessage::Certified(certificate) => self.on_certified(from, certificate, out),
            PhasesMessage::Timeout(timeout) => self.on_timeout(from, timeout, out),
            PhasesMessage::Want { block, above } => self.on_want(from, *block, *above, out),
            PhasesMessage::Blocks(segment) => self.on_blocks(from, segment, out),
        }
    }

    /// The leader of a view: in turn.
    pub(super) fn leader(&self, view: u64) -> NodeIndex {
        leader::in_turn(view.saturating_sub(1), self.config.quorum.nodes)
    }

    /// The certificate that locks this replica.
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
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        if block != BlockId::NONE && self.wanted == Some(block) {
            return;
        }
        self.wanted = Some(block);
        let above = self.tree.height();
        let message = PhasesMessage::Want { block, above };
        match from {
            Some(node) if node != self.me => out.send(node, message),
            _ => out.broadcast(message),
        }
    }

    fn on_want(
        &self,
        from: NodeIndex,
        block: BlockId,
        above: u64,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
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
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        if let Some(segment) = self.tree.segment(above, tip, &self.high) {
            out.send(from, PhasesMessage::Blocks(Arc::new(segment)));
        }
    }

    fn on_blocks(
        &mut self,
        from: NodeIndex,
        segment: &Segment,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let before = self.tree.height();
        for link in &segment.links {
            if link.is_valid(&self.config.quorum) {
                self.tree.insert(link);
            }
        }
        self.wanted = None;
        // What decides may have come before the blocks that it decides.
        let commit = self.commit.clone();
        for proof in segment.proofs.iter().chain(&commit) {
            self.on_certificate(from, proof, out);
        }
        if self.tree.height() > before && segment.links.len() >= super::tree::BLOCKS_MAX {
            self.want(Some(from), BlockId::NONE, out);
        }
        if !self.is_resting() {
            self.vote_for_proposal(out);
            self.try_propose(out);
        }
    }

    /// What a timeout of this replica says.
    pub(super) fn timeout(&self) -> Timeout {
        Timeout {
            view: self.pace.view(),
            high: self.high.clone(),
            entered: self.pace.entered().cloned(),
            commit: self.commit.clone(),
            decided: self.tree.height(),
        }
    }

    fn waits(&self) -> Waits {
        let (view, need) = (self.pace.view(), self.config.quorum.size);
        let leader = self.leader(view);
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
        if leader == self.me && self.proposed < view {
            return match R::OPENING {
                Opening::Bound => Waits::Time,
                Opening::NewViews => Waits::ViewChange {
                    view,
                    have: self.new_views.get(&view).map_or(0, Signers::count),
                    need,
                },
            };
        }
        let (phase, proposal) = (self.voted.1, self.proposals.get(&view));
        let Some(link) = proposal.filter(|_| self.voted.0 == view && phase > 0) else {
            return Waits::Proposal { view, leader };
        };
        let slot = Slot {
            view,
            height: link.block.height,
            phase: phase - 1,
        };
        // Replicas see no votes but their own: they wait for the leader to have a quorum.
        let have = if leader == self.me {
            self.votes.count(slot, link.block.id)
        } else {
            1
        };
        Waits::Votes {
            phase: slot.phase,
            view,
            have,
            need,
        }
    }
}

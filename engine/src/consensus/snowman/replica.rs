//! A node's state: what it knows, what it has decided, whose turn it is.

use super::form::{DESCRIPTOR, POLL, Rules};
use super::message::SnowmanMessage;
use super::poll::Poll;
use super::snowball::Snowball;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::leader;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::signers::Signers;
use crate::consensus::tree::{Added, Tree};
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::Offence;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decided blocks that are kept for those who missed them.
const HEIGHTS_KEPT: u64 = 1_024;
/// Blocks further ahead of what is decided are not kept.
const HEIGHTS_AHEAD: u64 = 128;
/// Most rivals for one place.
const RIVALS_MAX: usize = 16;
/// Most blocks in one answer.
const BLOCKS_MAX: usize = 64;

/// The timer after which it is this node's turn to propose.
pub(super) const TURN: u8 = 0;
/// The timer after which a poll ends without the rest of its answers.
pub(super) const ANSWERS: u8 = 1;
/// The timer after which a node that has nothing to decide asks all the same.
pub(super) const IDLE: u8 = 2;

/// A Snowman node.
#[derive(Clone, Debug)]
pub struct Snowman {
    pub(super) config: Config,
    pub(super) rules: Rules,
    pub(super) me: NodeIndex,
    pub(super) tree: Tree<Block>,
    /// The last block decided, and its height.
    pub(super) decided: (BlockId, u64),
    /// By parent, from the last block decided up: who is preferred among its children.
    pub(super) snowballs: BTreeMap<BlockId, Snowball>,
    /// The poll that is open.
    pub(super) poll: Option<Poll>,
    /// How many polls there have been.
    pub(super) polls: u64,
    /// Whom it asks.
    pub(super) stream: Stream,
    /// What the block extends that it has asked a payload for.
    proposing: Option<BlockId>,
}

impl Protocol for Snowman {
    type Message = SnowmanMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self {
            config: config.clone(),
            rules: Rules::of(config),
            me,
            tree: Tree::default(),
            decided: (BlockId::NONE, 0),
            snowballs: BTreeMap::new(),
            poll: None,
            polls: 0,
            stream: config.seed.fork("poll").fork_index(me.0.into()).stream(),
            proposing: None,
        }
    }

    fn step(&mut self, _: Micros, input: Input<'_, SnowmanMessage>, out: &mut Out<SnowmanMessage>) {
        match input {
            Input::Start => {
                out.set_timer(IDLE, 0, self.config.timeout);
                self.await_turn(out);
            }
            Input::Recover => {
                (self.poll, self.proposing) = (None, None);
                out.set_timer(IDLE, 0, self.config.timeout);
                self.await_turn(out);
                self.ask(out);
            }
            Input::Payload(payload) => self.propose(payload, out),
            Input::Timer(timer) => match timer.kind {
                TURN if timer.view == self.decided.1 + 1 => self.take_turn(out),
                ANSWERS
                    if self
                        .poll
                        .as_ref()
                        .is_some_and(|poll| poll.number == timer.view) =>
                {
                    self.close(out);
                }
                IDLE if self.decided.1 < self.config.decisions => {
                    out.set_timer(IDLE, 0, self.config.timeout);
                    if self.poll.is_none() {
                        self.ask(out);
                    }
                }
                _ => {}
            },
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let (_, height) = self.decided;
        let rivals = self.snowballs.get(&self.decided.0);
        let count = rivals.and_then(|rivals| {
            Some(CardCount {
                phase: POLL,
                view: self.polls,
                height: height + 1,
                block: rivals.preference()?,
                have: rivals.count() as u32,
                need: self.rules.beta as u32,
            })
        });
        let waits = match count {
            _ if height >= self.config.decisions => Waits::Nothing,
            Some(count) => Waits::Votes {
                phase: POLL,
                view: self.polls,
                have: count.have,
                need: count.need,
            },
            None if self.proposing.is_some() => Waits::Payload,
            None => Waits::Proposal {
                view: height + 1,
                leader: self.first(height + 1),
            },
        };
        Card {
            view: self.polls,
            leader: self.first(height + 1),
            decided: height,
            lock: None,
            counts: count.into_iter().collect(),
            waits,
        }
    }
}

impl Snowman {
    /// Who proposes first at a height.
    fn first(&self, height: u64) -> NodeIndex {
        leader::in_turn(height, self.config.quorum.nodes)
    }

    /// Its turn at the next height: at once, or when those before it have been silent for a timeout each.
    fn await_turn(&mut self, out: &mut Out<SnowmanMessage>) {
        let height = self.decided.1 + 1;
        if height > self.config.decisions {
            return;
        }
        let nodes = self.config.quorum.nodes;
        let rank = (self.me.0 + nodes - self.first(height).0) % nodes;
        if rank == 0 {
            return self.take_turn(out);
        }
        let after = self.config.timeout.0.saturating_mul(rank.into());
        out.set_timer(TURN, height, Micros(after));
    }

    fn take_turn(&mut self, out: &mut Out<SnowmanMessage>) {
        let is_open = self.tree.children(self.decided.0).is_empty();
        if is_open && self.proposing.is_none() {
            self.proposing = Some(self.decided.0);
            out.ask(self.decided.1 + 1);
        }
    }

    fn propose(&mut self, payload: Payload, out: &mut Out<SnowmanMessage>) {
        let parent = self.proposing.take();
        if parent != Some(self.decided.0) || !self.tree.children(self.decided.0).is_empty() {
            return;
        }
        let (parent, height) = (self.decided.0, self.decided.1 + 1);
        let block = Block::new(parent, height, height, self.me, payload);
        out.proposed(block);
        out.broadcast(SnowmanMessage::Block(block));
        self.take(&[block], self.me, out);
    }

    fn receive(
        &mut self,
        from: NodeIndex,
        message: &SnowmanMessage,
        out: &mut Out<SnowmanMessage>,
    ) {
        match message {
            SnowmanMessage::Block(block) => self.take(&[*block], from, out),
            SnowmanMessage::Branch(blocks) => self.take(blocks, from, out),
            SnowmanMessage::Query { poll, block, .. } => {
                self.want(from, *block, out);
                let preferred = self.preferred();
                let chit = SnowmanMessage::Chit {
                    poll: *poll,
                    height: self.tree.height(preferred),
                    block: preferred,
                };
                out.send(from, chit);
            }
            SnowmanMessage::Chit { poll, block, .. } => {
                self.want(from, *block, out);
                self.count(from, *poll, *block, out);
            }
            SnowmanMessage::Request { block } => {
                let blocks = self.tree.branch(*block, 0).take(BLOCKS_MAX);
                let blocks: Vec<Block> = blocks.copied().collect();
                if !blocks.is_empty() {
                    out.send(from, SnowmanMessage::Branch(Arc::new(blocks)));
                }
            }
        }
    }

    /// Asks for a block that somebody prefers and that is not here.
    fn want(&self, from: NodeIndex, block: BlockId, out: &mut Out<SnowmanMessage>) {
        if block != BlockId::NONE && !self.tree.has(block) {
            out.send(from, SnowmanMessage::Request { block });
        }
    }

    /// The last block of the chain that it prefers.
    pub(super) fn preferred(&self) -> BlockId {
        let mut block = self.decided.0;
        while let Some(best) = self.snowballs.get(&block).and_then(Snowball::preference) {
            block = best;
        }
        block
    }

    /// Blocks, the highest first.
    fn take(&mut self, blocks: &[Block], from: NodeIndex, out: &mut Out<SnowmanMessage>) {
        for block in blocks.iter().rev() {
            let is_near = block.height <= self.decided.1 + HEIGHTS_AHEAD;
            if !is_near || self.tree.children(block.parent).len() >= RIVALS_MAX {
                continue;
            }
            match self.tree.add(*block) {
                Added::Linked(linked) => linked.iter().for_each(|block| self.link(block, out)),
                Added::Missing(missing) => self.want(from, missing, out),
                Added::Nothing => {}
            }
        }
        self.ask_if_open(out);
    }

    /// A block is in the tree: a rival, if it extends what is decided.
    fn link(&mut self, block: &Block, out: &mut Out<SnowmanMessage>) {
        let mut rivals = self.tree.children(block.parent).iter();
        let is_second = rivals.any(|rival| {
            let rival = self.tree.get(*rival);
            rival.is_some_and(|rival| rival.proposer == block.proposer && rival.id != block.id)
        });
        if is_second {
            out.evidence(block.proposer, Offence::Equivocation);
        }
        if self.tree.is_ancestor(self.decided.0, block.id) {
            self.snowballs
                .entry(block.parent)
                .or_default()
                .add(block.id);
        }
    }

    /// Decides what has won enough polls in a row, from the last decision up.
    pub(super) fn decide(&mut self, signers: &Signers, out: &mut Out<SnowmanMessage>) {
        let before = self.decided.1;
        while self.decided.1 < self.config.decisions
            && let Some(rivals) = self.snowballs.get(&self.decided.0)
            && let Some(block) = rivals.decided(self.rules.beta)
        {
            self.decided = (block, self.decided.1 + 1);
            let certificate = Certificate {
                view: self.polls,
                phase: POLL,
                height: self.decided.1,
                block,
                signers: signers.clone(),
            };
            out.decided(self.decided.1, block, certificate);
        }
        let (decided, height) = self.decided;
        if height == before {
            return;
        }
        let tree = &self.tree;
        self.snowballs
            .retain(|parent, _| tree.is_ancestor(decided, *parent));
        let (_, root) = self.tree.root();
        if height > root + 2 * HEIGHTS_KEPT {
            let root = self.tree.ancestor(decided, height - HEIGHTS_KEPT);
            self.tree.root_at(root, |_| {});
        }
        self.await_turn(out);
    }
}

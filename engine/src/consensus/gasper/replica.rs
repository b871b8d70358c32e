//! A validator's state, and which part of the protocol an input goes to.

use super::ballot::Ballot;
use super::duty::Coins;
use super::ffg::{Checkpoint, Justification};
use super::forge::Forger;
use super::form::{BOOST, DESCRIPTOR, JUSTIFIED_IS_FINAL, LINK, slot_length, slots_per_epoch};
use super::message::{Attestation, GasperMessage, Sealed};
use super::state::Reached;
use crate::consensus::adversary::Behaviour;
use crate::consensus::block::BlockId;
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::note::Note;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::signers::Signers;
use crate::consensus::tree::Tree;
use crate::primitives::hash::BuildMix;
use crate::primitives::{Micros, NodeIndex};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::Arc;

/// A final block this far above the root becomes the root: what is below is forgotten.
const HEIGHTS_KEPT: u64 = 4_096;

/// The timer of the next slot.
const SLOT: u8 = 0;
/// The timer of this slot's votes.
const ATTEST: u8 = 1;

/// A validator.
#[derive(Clone, Debug)]
pub struct Gasper {
    pub(super) config: Config,
    pub(super) me: NodeIndex,
    /// Slots in an epoch.
    pub(super) slots: u64,
    pub(super) boost_percent: u64,
    /// The slot it is in; it never goes back.
    pub(super) slot: u64,
    /// The last slot that passed while it asked around for a head.
    pub(super) asked_in: u64,
    pub(super) tree: Tree<Sealed>,
    /// The latest slot of a valid block.
    pub(super) newest: u64,
    /// The state after each valid block, the start's included.
    pub(super) states: HashMap<BlockId, Known, BuildMix>,
    /// `justified_checkpoint` and `finalized_checkpoint` of the store.
    pub(super) justified: Checkpoint,
    pub(super) finalized: Checkpoint,
    /// What becomes of them at the next epoch's beginning: `unrealized_justified_checkpoint` and so on.
    pub(super) unrealized: Justification,
    /// The block whose chain shows it: what a node that was away needs to see.
    pub(super) proof: BlockId,
    /// Who made final what is.
    finalized_by: Signers,
    /// By validator: what it has voted for.
    pub(super) ballots: Vec<Ballot>,
    /// By slot: the first block that was proposed, and slots in which there were two.
    pub(super) proposed: BTreeMap<u64, BlockId>,
    pub(super) exposed: BTreeSet<u64>,
    /// Caught at breaking the slashing rules.
    pub(super) caught: Signers,
    /// This slot's block, if it came in time.
    pub(super) boosted: Option<BlockId>,
    /// Votes of this epoch and the one before, by target epoch and validator, the first few of each.
    pub(super) votes: BTreeMap<u64, Vec<SmallVec<[Attestation; 1]>>>,
    /// Votes that are not yet of use: of this slot or a later one, or for a block that is missing.
    pub(super) early_votes: Vec<Attestation>,
    /// Blocks of later slots.
    pub(super) early_blocks: BTreeMap<(u64, BlockId), Sealed>,
    /// The highest source and target epochs that it has voted for, plus one: it never votes below
    /// (EIP-3076).
    pub(super) voted: (u64, u64),
    /// The slot that it has asked a payload for.
    pub(super) proposing: Option<u64>,
    /// The height decided last.
    pub(super) decided: u64,
    /// The head told last.
    told: BlockId,
    /// Whether it wants to leave, and whether it knows a chain on which somebody does.
    pub(super) is_leaving: bool,
    pub(super) knows_exits: bool,
    /// How many are known to have left for good.
    exits_told: u32,
    /// The checkpoint that it was told by somebody it trusts: height and block.
    pub(super) trusted: Option<(u64, BlockId)>,
    pub(super) forger: Forger,
    /// Coins looked at last.
    pub(super) coins: Coins,
}

/// A valid block's state.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) reached: Arc<Reached>,
    /// A final block that it descends from.
    pub(super) above: BlockId,
}

impl Deref for Known {
    type Target = Reached;

    fn deref(&self) -> &Reached {
        &self.reached
    }
}

impl Protocol for Gasper {
    type Message = GasperMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    const IS_STAKED: bool = true;
    const BEHAVIOURS: &'static [Behaviour] = &[Behaviour::LongRange];

    fn new(config: &Config, me: NodeIndex) -> Self {
        let start = Known {
            reached: Arc::default(),
            above: BlockId::NONE,
        };
        Self {
            config: config.clone(),
            me,
            slots: slots_per_epoch(config),
            boost_percent: config.knobs[BOOST],
            slot: 0,
            asked_in: 0,
            tree: Tree::default(),
            newest: 0,
            states: HashMap::from_iter([(BlockId::NONE, start)]),
            justified: Checkpoint::default(),
            finalized: Checkpoint::default(),
            unrealized: Justification::default(),
            proof: BlockId::NONE,
            finalized_by: Signers::default(),
            ballots: vec![Ballot::default(); config.quorum.nodes as usize],
            proposed: BTreeMap::new(),
            exposed: BTreeSet::new(),
            caught: Signers::default(),
            boosted: None,
            votes: BTreeMap::new(),
            early_votes: Vec::new(),
            early_blocks: BTreeMap::new(),
            voted: (0, 0),
            proposing: None,
            decided: 0,
            told: BlockId::NONE,
            is_leaving: false,
            knows_exits: false,
            exits_told: 0,
            trusted: None,
            forger: Forger::default(),
            coins: Coins::new(config),
        }
    }

    fn step(&mut self, now: Micros, input: Input<'_, GasperMessage>, out: &mut Out<GasperMessage>) {
        match input {
            Input::Start => {
                let everybody = Signers::default();
                out.entered(
                    self.slot,
                    self.coins.proposer(&self.config, self.slot, &everybody),
                );
                self.wait(now, out);
                self.plan_vote(now, out);
            }
            Input::Recover => {
                self.proposing = None;
                out.broadcast(GasperMessage::AskHead);
                self.wait(now, out);
            }
            Input::Timer(timer) if timer.kind == SLOT => self.tick(now, out),
            Input::Timer(timer) if timer.kind == ATTEST && timer.view == self.slot => {
                self.attest(out);
            }
            Input::Timer(_) => {}
            Input::Payload(payload) => self.propose(payload, out),
            Input::Message { from, message } => self.receive(now, from, message, out),
        }
    }

    fn card(&self) -> Card {
        let is_waiting = self.decided < self.config.decisions;
        let state = self.states.get(&self.told).map(|known| &known.state);
        let counts = state.map(|state| {
            let (block, have) = state.progress();
            CardCount {
                phase: LINK,
                view: state.epoch,
                height: self.tree.height(block),
                block,
                have,
                need: self.config.quorum.size,
            }
        });
        Card {
            view: self.slot,
            leader: self.coins.proposer(&self.config, self.slot, &self.exited()),
            decided: self.decided,
            lock: (self.justified.epoch > 0)
                .then_some((self.justified.epoch, self.justified.block)),
            counts: counts.into_iter().collect(),
            waits: if is_waiting {
                Waits::Time
            } else {
                Waits::Nothing
            },
        }
    }

    fn misbehave(&mut self, behaviour: Option<Behaviour>, out: &mut Out<GasperMessage>) {
        self.set_forging(behaviour == Some(Behaviour::LongRange), out);
    }

    fn withdraw(&mut self) {
        self.is_leaving = true;
    }

    fn trust(&mut self, height: u64, block: BlockId) {
        self.trusted = Some((height, block));
    }
}

impl Gasper {
    /// The epoch it is in.
    pub fn epoch(&self) -> u64 {
        self.slot / self.slots
    }

    /// What is justified and what is final.
    pub fn checkpoints(&self) -> (Checkpoint, Checkpoint) {
        (self.justified, self.finalized)
    }

    /// Sets the timer of the next slot, by its own clock.
    fn wait(&self, now: Micros, out: &mut Out<GasperMessage>) {
        // All that was asked for is decided: it rests, and answers.
        if self.decided >= self.config.decisions {
            return;
        }
        let next = slot_length(&self.config).0.saturating_mul(self.slot + 1);
        // A clock that was set back says that the slot is still to come: a slot more at most.
        let after = Micros(next).since(now).min(slot_length(&self.config));
        out.set_timer(SLOT, self.slot, after);
    }

    /// A slot begins (`on_tick_per_slot`).
    fn tick(&mut self, now: Micros, out: &mut Out<GasperMessage>) {
        let slot = now.0 / slot_length(&self.config).0;
        if slot > self.slot {
            self.enter(slot, out);
            self.plan_vote(now, out);
        }
        self.wait(now, out);
    }

    fn enter(&mut self, slot: u64, out: &mut Out<GasperMessage>) {
        let was_in = self.epoch();
        self.slot = slot;
        self.boosted = None;
        let epoch = self.epoch();
        if epoch > was_in {
            let unrealized = self.unrealized.clone();
            self.update(&unrealized, out);
            self.votes.retain(|target, _| target + 1 >= epoch);
        }
        self.take_early(out);
        if self.decided >= self.config.decisions {
            return;
        }
        let exited = self.exited();
        let proposer = self.coins.proposer(&self.config, slot, &exited);
        out.entered(slot, proposer);
        if proposer == self.me {
            let parent = self.find_head();
            self.proposing = Some(slot);
            out.ask(self.tree.height(parent) + 1);
        }
        self.look_around(out);
    }

    /// Takes a later justified and a later final checkpoint (`update_checkpoints`).
    pub(super) fn update(&mut self, seen: &Justification, out: &mut Out<GasperMessage>) {
        let is_flawed = self.config.flaw == Some(JUSTIFIED_IS_FINAL);
        if seen.current.epoch > self.justified.epoch {
            self.justified = seen.current;
            out.locked(seen.current.epoch, seen.current.block);
        }
        let last = if is_flawed {
            seen.current
        } else {
            seen.finalized
        };
        if last.epoch > self.finalized.epoch
            && self.tree.is_ancestor(self.finalized.block, last.block)
        {
            self.finalized = last;
            self.finalized_by = seen.finalized_by.clone();
            self.decide(out);
            self.try_forge(out);
        }
    }

    /// Decides everything up to the final block.
    fn decide(&mut self, out: &mut Out<GasperMessage>) {
        let certificate = Certificate {
            view: self.finalized.epoch,
            phase: LINK,
            height: self.tree.height(self.finalized.block),
            block: self.finalized.block,
            signers: self.finalized_by.clone(),
        };
        out.certified(&certificate);
        if self.knows_exits {
            let exited = self.finalized_exits();
            if exited.count() > self.exits_told {
                self.exits_told = exited.count();
                out.note(Note::Withdrawn(exited));
            }
        }
        let chain = self.tree.branch(self.finalized.block, self.decided);
        let mut blocks: Vec<(u64, BlockId)> = chain
            .map(|sealed| (sealed.block.height, sealed.block.id))
            .filter(|(height, _)| *height <= self.config.decisions)
            .collect();
        blocks.reverse();
        for (height, block) in blocks {
            self.decided = height;
            out.decided(height, block, certificate.clone());
        }
        let (_, root) = self.tree.root();
        if certificate.height > root + 2 * HEIGHTS_KEPT {
            let above = certificate.height - HEIGHTS_KEPT;
            let root = self.tree.ancestor(self.finalized.block, above);
            let states = &mut self.states;
            self.tree.root_at(root, |sealed: &Sealed| {
                if sealed.block.id != root {
                    states.remove(&sealed.block.id);
                }
            });
        }
    }

    /// Sets the timer for its vote, if its committee votes in this slot.
    fn plan_vote(&self, now: Micros, out: &mut Out<GasperMessage>) {
        let (epoch, exited) = (self.epoch(), self.exited());
        let due = self.coins.slot_of(&self.config, epoch, self.me, &exited);
        if due == Some(self.slot) && self.decided < self.config.decisions {
            let length = slot_length(&self.config).0;
            let at = self.slot.saturating_mul(length).saturating_add(length / 3);
            out.set_timer(ATTEST, self.slot, Micros(at).since(now));
        }
    }

    /// Votes for the head and for a link, unless that could ever be slashed.
    fn attest(&mut self, out: &mut Out<GasperMessage>) {
        let head = self.find_head();
        self.tell_head(head, out);
        let Some(known) = self.states.get(&head) else {
            return;
        };
        let mut state = known.state.clone();
        state.advance(self.epoch(), head, &self.config.quorum);
        let vote = Attestation {
            validator: self.me,
            slot: self.slot,
            height: self.tree.height(head),
            head,
            source: state.justification.current,
            target: state.target(),
        };
        let (source, target) = (vote.source.epoch + 1, vote.target.epoch + 1);
        if source < self.voted.0 || target <= self.voted.1 {
            return;
        }
        self.voted = (source, target);
        out.broadcast(GasperMessage::Attestation(vote));
        self.hear_vote(self.me, vote, out);
    }

    /// Tells the watch of a new head.
    pub(super) fn tell_head(&mut self, head: BlockId, out: &mut Out<GasperMessage>) {
        if head != self.told && self.tree.has(head) {
            let common = self.tree.height(self.tree.common(self.told, head));
            let left = self.tree.height(self.told).saturating_sub(common);
            self.told = head;
            out.head(self.tree.height(head), head, left as u32);
        }
    }
}

//! The loop: wishes arrive, blocks are agreed on, messages fly, faults befall.

use super::act::ActKind;
use super::chain::Chain;
use super::deal::{Deal, Ticket, Wish};
use super::isolation::History;
use super::layout::{Layout, found, genesis};
use super::meter::Meter;
use super::recorder::Recorder;
use super::settings::{Agreement, SHARDS_MAX, Settings};
use super::transfer::{Memory, Note, Outcome, Place};
use crate::primitives::{Digest, Micros};
use crate::sim::agenda::{Agenda, Rank};
use crate::sim::sample::Normals;
use crate::state::commitment::Proof;
use crate::vm::Fault;
use crate::vm::native::NativeVm;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The node of the agenda for clients, and for what has no place.
pub(super) const CLIENTS: u32 = SHARDS_MAX as u32 + 1;
/// The node of the agenda for the committee of reference.
pub(super) const REFERENCE: u32 = SHARDS_MAX as u32;

/// Most events that are to come.
const AGENDA_MAX: usize = 4_000_000;

/// What is to come.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The next wish arrives.
    Ask(Wish),
    /// A note arrives.
    Deliver(Box<Delivery>),
    /// A shard's block is agreed on.
    Agreed,
    /// The committee of reference has agreed.
    Decided,
    /// A shard may propose again.
    Wake,
    /// A transaction is tried again.
    Retry(Box<Deal>),
    /// A fault begins.
    Act(u32),
    /// An epoch ends.
    Epoch,
    /// A sample is due.
    Sample,
}

/// A note on its way.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub to: Place,
    pub ticket: Ticket,
    pub note: Note,
    /// The proof of a receipt: the shard's block, what it shows, and how.
    pub proof: Option<Receipt>,
}

/// What shows that a shard has sent something.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub shard: u16,
    /// The number of the root that it is proved under.
    pub height: usize,
    pub root: Digest,
    pub index: u8,
    pub amount: u64,
    pub proof: Proof,
}

/// A transaction that has not ended.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub deal: Deal,
    /// Places in which it has ended.
    pub ended: usize,
    /// How it ended in the first of them; a worse end replaces it.
    pub outcome: Option<Outcome>,
    /// When it ended in the first of them.
    pub first: Option<Micros>,
    /// Where the recording has it.
    pub row: Option<u32>,
}

/// Gives wishes in the order of their times.
pub type Wishes = Box<dyn FnMut() -> Option<(Micros, Wish)>>;

/// A run of shards.
pub struct Simulation {
    pub(super) settings: Settings,
    pub(super) agreement: Box<dyn Agreement>,
    wishes: Wishes,
    pub(super) vm: NativeVm,
    pub(super) layout: Layout,
    pub(super) chains: Vec<Chain>,
    pub(super) agenda: Agenda<Event>,
    pub(super) now: Micros,
    pub(super) open: BTreeMap<Ticket, Open>,
    pub(super) memories: BTreeMap<(Place, Ticket), Memory>,
    next_ticket: Ticket,
    /// Transactions that will be tried again.
    pub(super) retrying: u64,
    pub(super) normals: Normals,
    /// Tickets that the committee of reference is to agree on, and those it is agreeing on.
    pub(super) to_decide: VecDeque<Ticket>,
    pub(super) deciding: Vec<Ticket>,
    /// Shards that will propose at the end of this moment.
    pub(super) is_called: Vec<bool>,
    /// Until when shards propose nothing, clients and the committee of reference do nothing.
    pub(super) stalled: Vec<Micros>,
    pub(super) vanished: Micros,
    pub(super) halted: Micros,
    /// Group of each shard, and until when they are apart.
    pub(super) parted: (Vec<u16>, Micros),
    /// Open transactions of an account; accounts that are to move, with what waits for them.
    pub(super) busy: BTreeMap<u32, u32>,
    pub(super) moving: BTreeMap<u32, super::reallocate::Moving>,
    pub(super) traffic: Vec<(u32, u32)>,
    /// Splits that are to be, and the accounts that went to each shard that was split off.
    pub(super) splitting: Vec<super::split::Due>,
    pub(super) split_off: BTreeMap<u16, BTreeSet<u32>>,
    /// Whether anything is sent again in this run, and what may be: ended transactions, and the last notes
    /// that each shard got.
    pub(super) is_replaying: bool,
    pub(super) recent: VecDeque<Deal>,
    pub(super) heard: Vec<VecDeque<Delivery>>,
    /// Receipts that wait for blocks to follow, by shard: (height that must be reached, delivery).
    pub(super) unconfirmed: Vec<VecDeque<(usize, Delivery)>>,
    /// Receipts that wait for a congested shard, by the shard that holds them.
    pub(super) held_back: Vec<VecDeque<Delivery>>,
    /// What waits at each shard, as others know it.
    pub(super) published: Vec<(Micros, u32)>,
    pub(super) meter: Meter,
    /// How often each account was named by what was asked for, if somebody looks at moments.
    pub(super) watched: Option<Vec<u32>>,
    pub(super) history: History,
    pub(super) committed: BTreeSet<Ticket>,
    /// Locks: who holds one, since when.
    pub(super) locks: BTreeMap<(u16, u32), (Ticket, Micros)>,
    pub(super) counts: super::report::Counts,
    pub(super) recorder: Recorder,
    pub(super) digest: blake3::Hasher,
    is_exhausted: bool,
}

impl Simulation {
    /// Before anything has happened.
    pub fn new(settings: Settings, agreement: Box<dyn Agreement>, wishes: Wishes) -> Self {
        let (vm, layout) = found(
            &settings.endowment,
            settings.assignment.clone(),
            settings.pool_home.clone(),
            settings.weakness,
        );
        let reorganises = |shard: u16| {
            settings
                .acts
                .iter()
                .any(|act| matches!(act.kind, ActKind::Reorganise { shard: of, .. } if of == shard))
        };
        let chains: Vec<Chain> = (0..layout.shards())
            .map(|shard| {
                let store = genesis(&settings.endowment, &layout, shard);
                Chain::new(shard, store, &layout, reorganises(shard))
            })
            .collect();
        let shards = usize::from(SHARDS_MAX);
        let mut simulation = Self {
            agenda: Agenda::new(CLIENTS + 1, AGENDA_MAX),
            now: Micros(0),
            open: BTreeMap::new(),
            memories: BTreeMap::new(),
            next_ticket: 1,
            retrying: 0,
            normals: Normals::new(settings.seed.fork("hops").stream()),
            to_decide: VecDeque::new(),
            deciding: Vec::new(),
            is_called: vec![false; shards],
            stalled: vec![Micros(0); shards],
            vanished: Micros(0),
            halted: Micros(0),
            parted: (Vec::new(), Micros(0)),
            busy: BTreeMap::new(),
            moving: BTreeMap::new(),
            traffic: Vec::new(),
            splitting: Vec::new(),
            split_off: BTreeMap::new(),
            is_replaying: settings
                .acts
                .iter()
                .any(|act| matches!(act.kind, ActKind::Replay { .. })),
            recent: VecDeque::new(),
            heard: vec![VecDeque::new(); shards],
            unconfirmed: vec![VecDeque::new(); shards],
            held_back: vec![VecDeque::new(); shards],
            published: vec![(Micros(0), 0); shards],
            meter: Meter::new(&chains, layout.tokens.len()),
            watched: None,
            history: History::default(),
            committed: BTreeSet::new(),
            locks: BTreeMap::new(),
            counts: super::report::Counts::default(),
            recorder: Recorder::new(settings.record, &settings.endowment.symbols),
            digest: blake3::Hasher::new(),
            is_exhausted: false,
            settings,
            agreement,
            wishes,
            vm,
            layout,
            chains,
        };
        let times: Vec<Micros> = simulation.settings.acts.iter().map(|act| act.at).collect();
        for (number, at) in times.into_iter().enumerate() {
            simulation.schedule(at, Rank::Act, CLIENTS, Event::Act(number as u32));
        }
        if let Some(epochs) = simulation.settings.epochs {
            simulation.schedule(epochs.length, Rank::Timer, CLIENTS, Event::Epoch);
        }
        if simulation.settings.record > 0 {
            simulation.schedule(Micros(0), Rank::Flow, CLIENTS, Event::Sample);
        }
        simulation.next_wish();
        simulation
    }

    pub(super) fn schedule(&mut self, at: Micros, rank: Rank, node: u32, event: Event) {
        self.agenda.schedule(at, rank, node, event);
    }

    fn next_wish(&mut self) {
        match (self.wishes)() {
            Some((at, wish)) => {
                let at = at.max(self.now);
                self.schedule(at, Rank::External, CLIENTS, Event::Ask(wish));
            }
            None => self.is_exhausted = true,
        }
    }

    /// The present moment.
    pub const fn now(&self) -> Micros {
        self.now
    }

    /// Transactions that have ended, and those that have been asked for.
    pub const fn progress(&self) -> (u64, u64) {
        (self.counts.ended, self.counts.asked)
    }

    /// One event; false when there is nothing left to do, or the horizon is reached.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn step(&mut self) -> Result<bool, Fault> {
        let is_idle = self.is_exhausted
            && self.open.is_empty()
            && self.moving.is_empty()
            && self.retrying == 0
            && self.chains.iter().all(|chain| chain.pending.is_none());
        if is_idle {
            self.sample();
            return Ok(false);
        }
        let Some(due) = self.agenda.pop() else {
            return Ok(false);
        };
        if due.at > self.settings.horizon {
            self.now = self.settings.horizon;
            self.sample();
            return Ok(false);
        }
        self.now = due.at;
        match due.event {
            Event::Ask(wish) => {
                self.counts.asked += 1;
                self.note_asked(&wish);
                self.next_wish();
                self.ask(wish, self.now);
            }
            Event::Retry(deal) => self.begin_again(&deal),
            Event::Deliver(delivery) => self.deliver(*delivery),
            Event::Agreed => self.agreed(due.node as u16)?,
            Event::Decided => self.decided(),
            Event::Wake => self.wake(due.node),
            Event::Act(number) => self.act(number as usize),
            Event::Epoch => self.epoch(),
            Event::Sample => {
                self.sample();
                let next = self.now.after(self.settings.sample.max(Micros(1)));
                // The last sample is taken at the end, so this does not keep a run alive.
                if !self.agenda.is_empty() || !self.is_exhausted {
                    self.schedule(next, Rank::Flow, CLIENTS, Event::Sample);
                }
            }
        }
        Ok(true)
    }

    /// A further ticket.
    pub(super) fn ticket(&mut self) -> Ticket {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }

    fn sample(&mut self) {
        if self.recorder.is_on() {
            let locks = self.locks_by_shard();
            let queues = self.chains.iter().map(|chain| chain.queue.len() as u32);
            let queues = queues.collect();
            self.recorder.sample(crate::trace::shard::Sample {
                at: self.now,
                queues,
                locks,
                in_flight: self.meter.in_flight().to_vec(),
                drift: self.meter.drift(),
                committed: self.counts.committed,
                crossing: self.counts.committed_crossing,
            });
        }
    }

    fn locks_by_shard(&self) -> Vec<u32> {
        let mut locks = vec![0; self.chains.len()];
        for (shard, _) in self.locks.keys() {
            if let Some(count) = locks.get_mut(usize::from(*shard)) {
                *count += 1;
            }
        }
        locks
    }
}

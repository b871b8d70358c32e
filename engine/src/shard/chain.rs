//! One shard: its state, its queue, its blocks.

use super::deal::{Deal, Ticket, Work};
use super::layout::{Layout, relayer};
use crate::contracts::crossing;
use crate::executor::crew::stepped::StepSettings;
use crate::executor::{BlockStats, Executor};
use crate::primitives::{Address, Digest, Micros, Seed};
use crate::state::commitment::Proof;
use crate::state::{Commitment, Key, Store, Word};
use crate::vm::Fault;
use crate::vm::native::{Call, NativeVm, Receipt, Status, Transaction, account_key};
use std::collections::{BTreeMap, VecDeque};

/// Gas that an entry of a block may use.
const GAS_LIMIT: u64 = 1_000_000;

/// Blocks that can be undone, where a scenario wants any undone.
pub const UNDO_MAX: usize = 16;

/// What waits to be put into a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Of which transaction.
    pub ticket: Ticket,
    /// What is to be done.
    pub work: Work,
    /// The account or pool that it is about.
    pub subject: Address,
    /// What the machine executes.
    pub call: Call,
    /// How often it was put off because of a lock.
    pub tries: u8,
    /// The shard whose committee is told what it came to.
    pub place: u16,
    /// The two shards of a split that each have a copy of it, until each has looked whether it is its own.
    pub copied: Option<[u16; 2]>,
}

impl Entry {
    /// A step of a transaction, or a payment of its protocol.
    pub fn step(ticket: Ticket, place: u16, work: Work, layout: &Layout) -> Option<Self> {
        let (subject, call) = match work {
            Work::Step {
                index,
                phase,
                step,
                amount,
            } => (
                subject_of(step, layout),
                crossing::step(ticket, index, phase, step, amount),
            ),
            Work::Pay {
                from,
                to,
                token,
                amount,
                ..
            } => (from, crossing::pay(from, to, token, amount)),
            Work::Alone => return None,
        };
        Some(Self {
            ticket,
            work,
            subject,
            call,
            tries: 0,
            place,
            copied: None,
        })
    }

    /// A transaction that is done in one call.
    pub fn alone(deal: &Deal, layout: &Layout) -> Option<Self> {
        Some(Self {
            ticket: deal.ticket,
            work: Work::Alone,
            subject: subject_of(deal.legs.first()?.step, layout),
            call: deal.alone()?,
            tries: 0,
            place: deal.legs.first()?.shard,
            copied: None,
        })
    }
}

/// The account or pool that a step is about.
pub fn subject_of(step: crossing::Step, layout: &Layout) -> Address {
    match step {
        crossing::Step::Trade { pool, .. } => layout.pools[usize::from(pool)].0,
        step => step.account().unwrap_or_default(),
    }
}

/// A block that is being agreed on.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What it holds.
    pub entries: Vec<Entry>,
    /// When it was proposed.
    pub proposed: Micros,
    /// When it will be agreed on.
    pub agreed: Micros,
    /// What its entries came to, once it is executed.
    pub results: Option<Vec<Result<u64, &'static str>>>,
}

/// What a block took.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Took {
    /// Counts of the executor.
    pub stats: BlockStats,
    /// Virtual ticks on the lanes; 0 if the block ran in order.
    pub ticks: u64,
}

/// The entries of a block that was undone, with what they had come to.
pub type Undone = Vec<(Entry, Result<u64, &'static str>)>;

/// A block, and what its shard was before it.
#[derive(Clone, Debug)]
pub(super) struct Before {
    /// The block's number, from 1.
    pub number: usize,
    /// When it was proposed, and when it is agreed on.
    pub span: [Micros; 2],
    pub store: Store,
    pub entries: Vec<Entry>,
    results: Vec<Result<u64, &'static str>>,
}

/// One shard.
pub struct Chain {
    /// Its number.
    pub shard: u16,
    /// Its state after the last block.
    pub store: Store,
    commitment: Commitment,
    /// The state's root after each block, from the one before the first.
    pub roots: Vec<Digest>,
    /// What waits.
    pub queue: VecDeque<Entry>,
    /// The block that is being agreed on.
    pub pending: Option<Pending>,
    /// What all blocks took.
    pub took: Took,
    /// Units that circulate, by token, as of the last block.
    pub circulating: Vec<i128>,
    executor: Executor<NativeVm>,
    block: Vec<Transaction>,
    nonces: BTreeMap<Address, u64>,
    /// The states before the last blocks, if any may be undone.
    undo: Option<VecDeque<Before>>,
    /// Whether the last block is kept for somebody to look at, and that block.
    is_kept: bool,
    kept: Option<Before>,
}

impl Chain {
    /// A shard before its first block.
    pub fn new(shard: u16, mut store: Store, layout: &Layout, can_undo: bool) -> Self {
        store.take_written();
        let commitment = commit(&store);
        let mut chain = Self {
            shard,
            roots: vec![commitment.root()],
            commitment,
            queue: VecDeque::new(),
            pending: None,
            took: Took::default(),
            circulating: Vec::new(),
            executor: Executor::default(),
            block: Vec::new(),
            nonces: BTreeMap::new(),
            undo: can_undo.then(VecDeque::new),
            is_kept: false,
            kept: None,
            store,
        };
        chain.count(layout);
        chain
    }

    /// The number of blocks that are agreed on: one that is executed ahead of that does not count.
    pub fn height(&self) -> usize {
        let pending = self.pending.as_ref();
        let is_ahead = pending.is_some_and(|pending| pending.results.is_some());
        self.roots.len() - 1 - usize::from(is_ahead)
    }

    /// The state's root.
    pub fn root(&self) -> Digest {
        self.commitment.root()
    }

    /// Shows that a slot holds what it holds after the last block.
    pub fn prove(&self, key: &Key) -> Proof {
        self.commitment.prove(key)
    }

    /// Keeps each block from now on until the next one, for somebody to look at.
    pub(super) const fn keep(&mut self) {
        self.is_kept = true;
    }

    /// The block that is being agreed on, or else the last one that was, as long as blocks are kept; and
    /// whether the shard has executed it.
    pub(super) fn last(&self) -> Option<(Before, bool)> {
        let pending = self.pending.as_ref().filter(|it| it.results.is_none());
        match pending {
            Some(pending) if self.is_kept => Some((self.before(pending), false)),
            _ => self.kept.clone().map(|kept| (kept, true)),
        }
    }

    /// The shard as it is, before a block that it has not executed yet.
    fn before(&self, pending: &Pending) -> Before {
        Before {
            number: self.roots.len(),
            span: [pending.proposed, pending.agreed],
            store: self.store.clone(),
            entries: pending.entries.clone(),
            results: Vec::new(),
        }
    }

    /// Counts the units that circulate.
    pub fn count(&mut self, layout: &Layout) {
        let tokens = layout.tokens.iter();
        self.circulating = tokens
            .map(|token| super::layout::circulating(&self.store, *token))
            .collect();
    }

    /// Takes the first entries that wait into a block.
    pub fn propose(&mut self, at: Micros, agreed: Micros, capacity: u32) {
        let count = self.queue.len().min(capacity as usize);
        self.pending = Some(Pending {
            entries: self.queue.drain(..count).collect(),
            proposed: at,
            agreed,
            results: None,
        });
    }

    /// Executes the pending block: on virtual lanes by Block-STM, or in order without any.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn execute(
        &mut self,
        vm: &NativeVm,
        crossing: Address,
        lanes: u32,
        seed: &Seed,
    ) -> Result<(), Fault> {
        let Some(pending) = self.pending.take_if(|it| it.results.is_none()) else {
            return Ok(());
        };
        if self.is_kept {
            self.kept = Some(self.before(&pending));
        }
        let before = self.undo.is_some().then(|| self.before(&pending));
        if let (Some(undo), Some(before)) = (&mut self.undo, before) {
            if undo.len() == UNDO_MAX {
                undo.pop_front();
            }
            undo.push_back(before);
        }
        let pending = self.pending.insert(pending);
        self.block.clear();
        let (store, nonces) = (&self.store, &mut self.nonces);
        let transactions = transactions(&pending.entries, crossing, store, nonces);
        self.block.extend(transactions);
        if lanes == 0 {
            let stats = self.executor.serial(vm, &mut self.store, &self.block)?;
            self.took.stats.add(&stats);
        } else {
            let settings = StepSettings {
                is_recorded: false,
                ..steps(lanes, seed, self.shard, self.roots.len())
            };
            let run = self
                .executor
                .stepped(vm, &mut self.store, &self.block, &settings)?;
            self.took.stats.add(&run.stats);
            self.took.ticks += run.recording.end.0;
        }
        let results: Vec<_> = self.executor.outputs().iter().map(result).collect();
        if let Some(before) = self.undo.as_mut().and_then(VecDeque::back_mut) {
            before.results.clone_from(&results);
        }
        let written = self.store.take_written();
        self.commitment.update_on(&written, 1);
        self.roots.push(self.commitment.root());
        pending.results = Some(results);
        Ok(())
    }

    /// Undoes the last so many blocks, or as many as there are since the shard was last split. Gives their
    /// entries with what those came to, block by block, the oldest first; what was being agreed on waits again.
    pub fn undo(&mut self, depth: usize, layout: &Layout) -> Vec<Undone> {
        if let Some(pending) = self.pending.take() {
            // It may have been executed already; then its state before is the last one kept.
            if pending.results.is_some() {
                self.back();
            }
            for entry in pending.entries.into_iter().rev() {
                self.queue.push_front(entry);
            }
        }
        let mut undone: Vec<Undone> = (0..depth).map_while(|_| self.back()).collect();
        undone.reverse();
        if self.is_kept {
            let undo = self.undo.as_ref();
            self.kept = undo.and_then(|undo| undo.back().cloned());
        }
        self.commitment = commit(&self.store);
        self.nonces.clear();
        self.count(layout);
        undone
    }

    fn back(&mut self) -> Option<Undone> {
        let before = self.undo.as_mut()?.pop_back()?;
        self.store = before.store;
        self.roots.pop();
        Some(before.entries.into_iter().zip(before.results).collect())
    }

    /// Its state was divided. What was before is final: blocks before that cannot be undone.
    pub fn divided(&mut self, layout: &Layout) {
        self.store.take_written();
        self.commitment = commit(&self.store);
        self.roots.push(self.commitment.root());
        self.nonces.clear();
        self.count(layout);
        if let Some(undo) = &mut self.undo {
            undo.clear();
        }
    }
}

/// The transactions of a block's entries, on a state. Nonces go on from those that are given.
pub(super) fn transactions<'a>(
    entries: &'a [Entry],
    crossing: Address,
    store: &'a Store,
    nonces: &'a mut BTreeMap<Address, u64>,
) -> impl Iterator<Item = Transaction> + 'a {
    entries.iter().map(move |entry| {
        let sender = relayer(u64::from(entry.subject.number()));
        let nonce = nonces
            .entry(sender)
            .or_insert_with(|| store.word(&account_key(sender)).low() as u64);
        *nonce += 1;
        Transaction {
            sender,
            nonce: *nonce - 1,
            to: crossing,
            call: entry.call,
            gas_limit: GAS_LIMIT,
            ..Transaction::default()
        }
    })
}

/// How a shard's block of this number goes on its lanes.
pub(super) fn steps(lanes: u32, seed: &Seed, shard: u16, number: usize) -> StepSettings {
    StepSettings {
        lanes,
        validate_read_ticks: 20,
        dispatch_ticks: 20,
        seed: seed.fork_index(shard as u64).fork_index(number as u64),
        is_recorded: true,
    }
}

/// A state's commitment, made anew.
pub(super) fn commit(store: &Store) -> Commitment {
    let entries: Vec<(Key, Word)> = store.entries().map(|(key, word)| (*key, *word)).collect();
    let mut commitment = Commitment::default();
    commitment.update_on(&entries, 1);
    commitment
}

/// What an entry came to: what its contract returned, or why it refused.
pub(super) fn result(receipt: &Receipt) -> Result<u64, &'static str> {
    match receipt.status {
        Status::Success => Ok(u64::try_from(receipt.returned[0]).unwrap_or(u64::MAX)),
        Status::Reverted(revert) | Status::Invalid(revert) => Err(revert.0),
        Status::OutOfGas => Err("OUT_OF_GAS"),
    }
}

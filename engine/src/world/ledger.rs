//! Execution, once for each lineage however many replicas have it.

use crate::executor::Executor;
use crate::executor::crew::stepped::StepSettings;
use crate::primitives::hash::mix;
use crate::primitives::{Address, Digest, Micros};
use crate::state::{Commitment, Key, Store, Word};
use crate::vm::Fault;
use crate::vm::native::{NativeVm, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// What execution begins with.
pub struct Ground<'a> {
    /// The machine.
    pub vm: NativeVm,
    /// The state before the first block.
    pub genesis: Store,
    /// Gives the transactions, so many at a time, in the order of arrival.
    pub source: &'a mut dyn FnMut(u32) -> Vec<Transaction>,
    /// A block's time, in seconds since 1970, by height from 0.
    pub timestamp: &'a dyn Fn(u32) -> u64,
    /// How the stepped crew goes.
    pub step: StepSettings,
    /// Nanoseconds that a virtual tick takes.
    pub nanoseconds_per_tick: u32,
}

/// A sequence of bodies, by a digest of it; 0 before the first.
pub type Lineage = u64;

/// What executing a lineage's last block came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Executed {
    /// The state's root afterwards.
    pub root: Digest,
    /// How long it took.
    pub span: Micros,
    /// How many transactions it had that the lineage did not have before.
    pub transactions: u32,
}

/// Lineages and their roots.
pub struct Ledger<'a> {
    ground: Ground<'a>,
    executor: Executor<NativeVm>,
    transactions: Vec<Transaction>,
    chunks: u32,
    done: BTreeMap<Lineage, Executed>,
    parents: BTreeMap<Lineage, (Lineage, u64)>,
    bodies: BTreeMap<u64, Vec<u32>>,
    tip: Tip,
}

/// The state after one lineage. Another one is reached by executing it from the start.
struct Tip {
    lineage: Lineage,
    height: u32,
    store: Store,
    commitment: Commitment,
    has: BTreeSet<u32>,
}

impl<'a> Ledger<'a> {
    /// A ledger before the first block.
    pub fn new(ground: Ground<'a>) -> Self {
        let tip = Tip::new(&ground.genesis);
        Self {
            ground,
            executor: Executor::default(),
            transactions: Vec::new(),
            chunks: 0,
            done: BTreeMap::new(),
            parents: BTreeMap::new(),
            bodies: BTreeMap::new(),
            tip,
        }
    }

    /// Remembers what a payload stands for.
    pub fn add_body(&mut self, tag: u64, body: Vec<u32>) {
        self.bodies.insert(tag, body);
    }

    /// What a payload stands for; nothing for one that nobody remembers, such as an empty one.
    pub fn body(&self, tag: u64) -> &[u32] {
        self.bodies.get(&tag).map_or(&[], Vec::as_slice)
    }

    /// The lineage with one more payload.
    pub fn extend(&mut self, lineage: Lineage, tag: u64) -> Lineage {
        let longer = mix(lineage.rotate_left(17) ^ mix(tag.wrapping_add(1))).max(1);
        self.parents.insert(longer, (lineage, tag));
        longer
    }

    /// What executing the last block of a lineage comes to.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn execute(&mut self, lineage: Lineage) -> Result<Executed, Fault> {
        if let Some(done) = self.done.get(&lineage) {
            return Ok(*done);
        }
        let mut path = Vec::new();
        let mut at = lineage;
        while at != self.tip.lineage {
            let Some((parent, tag)) = self.parents.get(&at).copied() else {
                // Not an ancestor: from the start.
                self.tip = Tip::new(&self.ground.genesis);
                return self.execute(lineage);
            };
            path.push((at, tag));
            at = parent;
        }
        let mut last = Executed {
            root: self.tip.commitment.root(),
            span: Micros(0),
            transactions: 0,
        };
        for (lineage, tag) in path.into_iter().rev() {
            last = self.execute_one(tag)?;
            self.tip.lineage = lineage;
            self.done.insert(lineage, last);
        }
        Ok(last)
    }

    /// Who sends a transaction.
    pub fn sender(&mut self, number: u32) -> Address {
        self.transaction(number).sender
    }

    /// A transaction by its number.
    fn transaction(&mut self, number: u32) -> Transaction {
        while self.transactions.len() <= number as usize {
            let chunk = (self.ground.source)(self.chunks);
            self.chunks += 1;
            self.transactions.extend(chunk);
        }
        self.transactions[number as usize]
    }

    fn execute_one(&mut self, tag: u64) -> Result<Executed, Fault> {
        let body = self.bodies.get(&tag).cloned().unwrap_or_default();
        let mut block = Vec::with_capacity(body.len());
        for number in body {
            if self.tip.has.insert(number) {
                block.push(self.transaction(number));
            }
        }
        let ground = &mut self.ground;
        ground.vm.timestamp = (ground.timestamp)(self.tip.height);
        let settings = StepSettings {
            seed: ground.step.seed.fork_index(u64::from(self.tip.height)),
            ..ground.step
        };
        self.tip.height += 1;
        let mut ticks = 0;
        if !block.is_empty() {
            let store = &mut self.tip.store;
            let run = self
                .executor
                .stepped(&ground.vm, store, &block, &settings)?;
            ticks = run.recording.end.0;
            let written = self.tip.store.take_written();
            self.tip.commitment.update_on(&written, 1);
        }
        let nanoseconds = ticks.saturating_mul(u64::from(ground.nanoseconds_per_tick));
        Ok(Executed {
            root: self.tip.commitment.root(),
            span: Micros(nanoseconds.div_ceil(1_000)),
            transactions: block.len() as u32,
        })
    }
}

impl Tip {
    fn new(genesis: &Store) -> Self {
        let entries: Vec<(Key, Word)> =
            genesis.entries().map(|(key, word)| (*key, *word)).collect();
        let mut commitment = Commitment::default();
        commitment.update_on(&entries, 1);
        let mut store = genesis.clone();
        store.take_written();
        Self {
            lineage: 0,
            height: 0,
            store,
            commitment,
            has: BTreeSet::new(),
        }
    }
}

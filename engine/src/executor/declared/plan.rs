//! Who reads whose version: worked out before anything runs.

use super::board::Board;
use crate::primitives::hash::BuildMix;
use crate::state::{DenseStorage, Mark};
use crate::vm::{Declaration, Intent, Vm};
use std::collections::HashMap;
use std::hash::Hash;

/// Stands for no transaction, no slot, no edge.
pub(super) const NONE: u32 = u32::MAX;

/// Transactions that are declared together, by one lane.
pub(super) const PAGE: usize = 256;

/// Additions that a reader sums up before its own sum is kept for those who come after.
const SUM_KEPT_AFTER: u32 = 2;

/// One declared slot of one transaction.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Access {
    /// The slot in the storage; beyond its end for slots that it does not have yet.
    pub(in crate::executor) slot: u32,
    /// The transaction whose version is read; [`NONE`] for the storage's.
    pub(super) source: u32,
    /// Which of that transaction's accesses it is.
    pub(super) source_local: u16,
    pub(super) role: Role,
}

/// What an access does for those after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::executor) enum Role {
    Read,
    /// Reads, and keeps the sum that it has found.
    Sum,
    Write,
    Add,
}

/// The declarations of some transactions in a row.
#[derive(Debug)]
pub(super) struct Page<K> {
    declaration: Declaration<K>,
    /// Where each transaction's accesses begin; one more than transactions.
    first: Vec<u32>,
    pub(super) keys: Vec<K>,
    pub(super) accesses: Vec<Access>,
}

impl<K> Default for Page<K> {
    fn default() -> Self {
        Self {
            declaration: Declaration::default(),
            first: Vec::new(),
            keys: Vec::new(),
            accesses: Vec::new(),
        }
    }
}

/// A plan's memory, kept from block to block.
#[derive(Debug)]
pub(in crate::executor) struct Arena<K> {
    pages: Vec<Page<K>>,
    /// Slots that the storage does not have yet, numbered from its end.
    fresh: HashMap<K, u32, BuildMix>,
    fresh_keys: Vec<K>,
    /// The newest access that may change each of these slots; the others' are marked in the storage.
    fresh_marks: Vec<Option<Mark>>,
    /// The transaction for which an edge from this one was last added.
    marked: Vec<u32>,
    depth: Vec<u32>,
    /// The newest edge from each transaction.
    head: Vec<u32>,
    edges: Vec<Edge>,
}

/// Somebody who waits, and the next of those who wait for the same.
#[derive(Clone, Copy, Debug)]
struct Edge {
    to: u32,
    next: u32,
}

impl<K> Default for Arena<K> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            fresh: HashMap::default(),
            fresh_keys: Vec::new(),
            fresh_marks: Vec::new(),
            marked: Vec::new(),
            depth: Vec::new(),
            head: Vec::new(),
            edges: Vec::new(),
        }
    }
}

/// The plan of a block's next transactions.
#[derive(Debug)]
pub(in crate::executor) struct Plan<'a, K> {
    arena: &'a mut Arena<K>,
    /// Transactions planned: all, or those before the first that could not say what it touches.
    pub(in crate::executor) count: usize,
    /// The longest chain of transactions that wait for one another.
    pub(in crate::executor) depth: u32,
    stored: u32,
}

impl<'a, K: Eq + Hash + Clone + Send + Sync> Plan<'a, K> {
    /// Plans `txs` as far as they can say what they touch. Declarations are made on so many lanes.
    pub(in crate::executor) fn new<M: Vm<Key = K>, S: DenseStorage<K, M::Value>>(
        arena: &'a mut Arena<K>,
        board: &mut Board<M::Value>,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        lanes: u32,
    ) -> Self {
        let pages = txs.len().div_ceil(PAGE);
        if arena.pages.len() < pages {
            arena.pages.resize_with(pages, Page::default);
        }
        let before = &*storage;
        #[cfg(feature = "threads")]
        if lanes > 1 && pages > 1 {
            use rayon::prelude::*;
            arena.pages[..pages]
                .par_iter_mut()
                .zip(txs.par_chunks(PAGE))
                .for_each(|(page, txs)| page.declare(vm, before, txs));
        }
        if lanes <= 1 || pages <= 1 || cfg!(not(feature = "threads")) {
            for (page, txs) in arena.pages[..pages].iter_mut().zip(txs.chunks(PAGE)) {
                page.declare(vm, before, txs);
            }
        }
        let stored = storage.slots();
        let (count, depth) = arena.link(board, storage, pages, txs.len());
        Plan {
            arena,
            count,
            depth,
            stored,
        }
    }

    /// A transaction's declared keys, and what each of its accesses reads.
    pub(in crate::executor) fn accesses(&self, tx: u32) -> (&[K], &[Access]) {
        let page = &self.arena.pages[tx as usize / PAGE];
        let range = page.range(tx as usize % PAGE);
        (&page.keys[range.clone()], &page.accesses[range])
    }

    /// The version of an undeclared slot that `tx` is to read; `None` for the storage's.
    pub(super) fn version_before<V>(
        &self,
        tx: u32,
        key: &K,
        storage: &impl DenseStorage<K, V>,
    ) -> Option<Access> {
        let (slot, mark) = match storage.slot(key) {
            Some(slot) => (slot, storage.mark(slot)),
            None => {
                let slot = *self.arena.fresh.get(key)?;
                (slot, self.arena.fresh_marks[(slot - self.stored) as usize])
            }
        };
        let newest = mark?;
        let mut version = Access {
            slot,
            source: newest.tx,
            source_local: newest.local,
            role: Role::Read,
        };
        while version.source != NONE && version.source >= tx {
            let older = self.accesses(version.source).1[version.source_local as usize];
            (version.source, version.source_local) = (older.source, older.source_local);
        }
        (version.source != NONE).then_some(version)
    }

    /// Who waits for this transaction, last in the block first.
    pub(super) fn followers(&self, tx: u32) -> impl Iterator<Item = u32> {
        let mut at = self.arena.head[tx as usize];
        std::iter::from_fn(move || {
            let edge = self.arena.edges.get(at as usize)?;
            at = edge.next;
            Some(edge.to)
        })
    }

    /// The key of a slot that the storage does not have yet.
    pub(in crate::executor) fn fresh_key(&self, slot: u32) -> Option<&K> {
        self.arena
            .fresh_keys
            .get(slot.checked_sub(self.stored)? as usize)
    }
}

impl<K: Clone + PartialEq> Page<K> {
    fn declare<M: Vm<Key = K>, S: DenseStorage<K, M::Value>>(
        &mut self,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
    ) {
        self.first.clear();
        self.keys.clear();
        self.accesses.clear();
        self.first.push(0);
        for tx in txs {
            self.declaration.clear();
            let is_known = vm.declare(tx, storage, &mut self.declaration);
            if !is_known || self.declaration.accesses().len() > usize::from(u16::MAX) {
                return;
            }
            for (key, intent) in self.declaration.accesses() {
                self.keys.push(key.clone());
                self.accesses.push(Access {
                    slot: storage.slot(key).unwrap_or(NONE),
                    source: NONE,
                    source_local: 0,
                    role: match intent {
                        Intent::Read => Role::Read,
                        Intent::Write => Role::Write,
                        Intent::Add => Role::Add,
                    },
                });
            }
            self.first.push(self.accesses.len() as u32);
        }
    }

    fn range(&self, tx: usize) -> std::ops::Range<usize> {
        self.first[tx] as usize..self.first[tx + 1] as usize
    }
}

impl<K: Eq + Hash + Clone> Arena<K> {
    /// Gives every access its source, and every transaction those it waits for. How many transactions
    /// could be planned, and the longest chain.
    fn link<V, S: DenseStorage<K, V>>(
        &mut self,
        board: &mut Board<V>,
        storage: &mut S,
        pages: usize,
        count: usize,
    ) -> (usize, u32) {
        storage.forget_marks();
        let stored = storage.slots();
        self.fresh_marks.clear();
        board.clear();
        self.fresh.clear();
        self.fresh_keys.clear();
        self.edges.clear();
        self.depth.clear();
        self.marked.clear();
        self.marked.resize(count, NONE);
        self.head.clear();
        self.head.resize(count, NONE);
        let (mut tx, mut deepest) = (0, 0);
        for page in 0..pages {
            let declared = self.pages[page].first.len() - 1;
            for local in 0..declared {
                let depth = self.link_one(board, storage, page, local, tx, stored);
                deepest = deepest.max(depth);
                tx += 1;
            }
            if declared < PAGE {
                break;
            }
        }
        (tx as usize, deepest)
    }

    fn link_one<V, S: DenseStorage<K, V>>(
        &mut self,
        board: &mut Board<V>,
        storage: &mut S,
        page: usize,
        local: usize,
        tx: u32,
        stored: u32,
    ) -> u32 {
        let range = self.pages[page].range(local);
        let (first, accesses) = (range.start, range.len());
        let (mut waits, mut depth) = (0, 0);
        for at in range {
            let mut access = self.pages[page].accesses[at];
            if access.slot == NONE {
                access.slot = self.fresh_slot(page, at, stored);
            }
            let fresh = access.slot.checked_sub(stored);
            let newest = match fresh {
                None => storage.mark(access.slot),
                Some(index) => self.fresh_marks[index as usize],
            };
            if let Some(newest) = newest {
                (access.source, access.source_local) = (newest.tx, newest.local);
                if access.role != Role::Add {
                    let sums = self.wait(tx, access, &mut waits, &mut depth);
                    if access.role == Role::Read && sums > SUM_KEPT_AFTER {
                        access.role = Role::Sum;
                    }
                }
            }
            if access.role != Role::Read {
                let mark = Mark {
                    tx,
                    local: (at - first) as u16,
                };
                match fresh {
                    None => storage.set_mark(access.slot, mark),
                    Some(index) => self.fresh_marks[index as usize] = Some(mark),
                }
            }
            self.pages[page].accesses[at] = access;
        }
        board.push(accesses, waits);
        self.depth.push(depth + 1);
        depth + 1
    }

    /// Makes `tx` wait for all whose values its access needs; how many additions are among them.
    fn wait(&mut self, tx: u32, access: Access, waits: &mut u32, depth: &mut u32) -> u32 {
        let mut sums = 0;
        let mut at = access;
        while at.source != NONE {
            let source = at.source as usize;
            if self.marked[source] != tx {
                self.marked[source] = tx;
                *waits += 1;
                *depth = (*depth).max(self.depth[source]);
                self.edges.push(Edge {
                    to: tx,
                    next: self.head[source],
                });
                self.head[source] = self.edges.len() as u32 - 1;
            }
            let page = &self.pages[source / PAGE];
            at = page.accesses[page.first[source % PAGE] as usize + at.source_local as usize];
            if at.role != Role::Add {
                break;
            }
            sums += 1;
        }
        sums
    }

    fn fresh_slot(&mut self, page: usize, at: usize, stored: u32) -> u32 {
        let key = &self.pages[page].keys[at];
        if let Some(slot) = self.fresh.get(key) {
            return *slot;
        }
        let slot = stored + self.fresh_keys.len() as u32;
        self.fresh.insert(key.clone(), slot);
        self.fresh_keys.push(key.clone());
        self.fresh_marks.push(None);
        slot
    }
}

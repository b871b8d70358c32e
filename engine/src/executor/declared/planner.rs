//! Gives every access its source, and every transaction those it waits for.

use super::page::{Access, NONE, Page, Role};
use super::plan::{Edge, FORESEEN, Newest, PAGE, Plan};
use crate::primitives::hash::BuildMix;
use crate::state::DenseStorage;
use crate::vm::{Foresight, Vm};
use std::collections::HashMap;
use std::hash::Hash;

/// Additions that a reader sums up before its own sum is kept for those who come after.
const SUM_KEPT_AFTER: u32 = 2;

/// Foreseen slots of a plan at most: 16 bits name one.
const FORESEEN_MAX: usize = u16::MAX as usize;

/// How a plan is to be made.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Terms {
    /// Lanes that declare.
    pub(in crate::executor) lanes: u32,
    /// Whether the values of slots that many change in turn are worked out beforehand.
    pub(in crate::executor) foresees: bool,
}

/// Makes one plan after another; its memory is kept.
#[derive(Debug)]
pub(in crate::executor) struct Planner<K, V> {
    /// The transaction for which an edge from this one was last added.
    marked: Vec<u32>,
    depth: Vec<u32>,
    /// The slots foreseen in this plan, with their values after the transactions planned so far.
    hot: Vec<Hot<K, V>>,
    /// What the plan before expects to leave in its foreseen slots.
    expected: HashMap<K, V, BuildMix>,
}

#[derive(Debug)]
struct Hot<K, V> {
    key: K,
    value: V,
}

impl<K, V> Default for Planner<K, V> {
    fn default() -> Self {
        Self {
            marked: Vec::new(),
            depth: Vec::new(),
            hot: Vec::new(),
            expected: HashMap::default(),
        }
    }
}

impl<K: Eq + Hash + Clone + Send + Sync, V: Clone + Default + Send + Sync> Planner<K, V> {
    /// Forgets what earlier plans expect: the next one starts from the storage.
    pub(in crate::executor) fn forget(&mut self) {
        self.expected.clear();
        self.hot.clear();
    }

    /// Plans `txs` as far as they can say what they touch. Follows on from the plan made before, which may
    /// not have been committed yet.
    pub(in crate::executor) fn plan<M: Vm<Key = K, Value = V>, S: DenseStorage<K, V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        terms: Terms,
    ) {
        let pages = txs.len().div_ceil(PAGE);
        if plan.pages.len() < pages {
            plan.pages.resize_with(pages, Page::default);
        }
        let declare =
            |(page, txs): (&mut Page<K>, &[M::Tx])| page.declare(vm, storage, txs, terms.foresees);
        #[cfg(feature = "threads")]
        if terms.lanes > 1 && pages > 1 {
            use rayon::prelude::*;
            let pages = plan.pages[..pages].par_iter_mut();
            pages.zip(txs.par_chunks(PAGE)).for_each(declare);
        }
        if terms.lanes <= 1 || pages <= 1 || cfg!(not(feature = "threads")) {
            let pages = plan.pages[..pages].iter_mut();
            pages.zip(txs.chunks(PAGE)).for_each(declare);
        }
        self.start(plan, storage.slots(), txs.len());
        for (index, tx) in txs.iter().enumerate() {
            if index % PAGE >= plan.pages[index / PAGE].len()
                || terms.foresees && !self.may_link(plan, index)
            {
                break;
            }
            self.link(plan, vm, storage, tx, index as u32);
            plan.count += 1;
        }
    }

    fn start(&mut self, plan: &mut Plan<K, V>, stored: u32, count: usize) {
        plan.number = plan.number.wrapping_add(1);
        if plan.number == 0 {
            // After 2^32 plans numbers come round again: forget for real, once.
            plan.newest.fill(Newest::default());
            plan.number = 1;
        }
        if plan.newest.len() < stored as usize {
            plan.newest.resize(stored as usize, Newest::default());
        }
        (plan.count, plan.depth, plan.stored) = (0, 0, stored);
        plan.board.clear();
        plan.fresh.clear();
        plan.fresh_keys.clear();
        plan.foreseen.clear();
        plan.edges.clear();
        plan.head.clear();
        plan.head.resize(count, NONE);
        self.depth.clear();
        self.marked.clear();
        self.marked.resize(count, NONE);
        for hot in self.hot.drain(..) {
            self.expected.insert(hot.key, hot.value);
        }
    }

    /// Whether a transaction fits into the plan: no slot is foreseen for some and changed in another way by
    /// others.
    fn may_link(&self, plan: &Plan<K, V>, index: usize) -> bool {
        let page = &plan.pages[index / PAGE];
        let range = page.range(index % PAGE);
        if self.hot.len() + range.len() > FORESEEN_MAX {
            return false;
        }
        range.into_iter().all(|at| {
            let access = page.accesses[at];
            let slot = match access.slot {
                NONE => plan.fresh.get(&page.keys[at]).copied(),
                slot => Some(slot),
            };
            let newest = slot.map(|slot| plan.newest[slot as usize]);
            match newest.filter(|newest| newest.number == plan.number) {
                Some(newest) => (newest.tx == FORESEEN) == (access.role == Role::Foreseen),
                None => true,
            }
        })
    }

    /// Adds one transaction to the plan.
    fn link<M: Vm<Key = K, Value = V>, S: DenseStorage<K, V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &S,
        tx: &M::Tx,
        index: u32,
    ) {
        let page = index as usize / PAGE;
        let range = plan.pages[page].range(index as usize % PAGE);
        let (mut waits, mut depth, mut foresees) = (0, 0, false);
        for at in range.clone() {
            let mut access = plan.pages[page].accesses[at];
            if access.slot == NONE {
                access.slot = fresh_slot(plan, page, at);
            }
            let newest = plan.newest[access.slot as usize];
            let newest = (newest.number == plan.number).then_some(newest);
            if access.role == Role::Foreseen {
                let hot = self.hot_slot(plan, storage, (page, at), access.slot, newest);
                access.source = plan.foreseen.len() as u32;
                access.source_local = hot;
                plan.foreseen.push(self.hot[hot as usize].value.clone());
                plan.pages[page].accesses[at] = access;
                foresees = true;
                continue;
            }
            if let Some(newest) = newest {
                (access.source, access.source_local) = (newest.tx, newest.local);
                if access.role != Role::Add {
                    let sums = self.wait(plan, index, access, &mut waits, &mut depth);
                    if access.role == Role::Read && sums > SUM_KEPT_AFTER {
                        access.role = Role::Sum;
                    }
                }
            }
            if access.role != Role::Read {
                plan.newest[access.slot as usize] = Newest {
                    number: plan.number,
                    tx: index,
                    local: (at - range.start) as u16,
                };
            }
            plan.pages[page].accesses[at] = access;
        }
        if foresees {
            let page = &plan.pages[page];
            let mut outlook = Outlook {
                keys: &page.keys[range.clone()],
                accesses: &page.accesses[range.clone()],
                hot: &mut self.hot,
                at: 0,
            };
            vm.foresee(tx, &mut outlook);
        }
        plan.board.push(range.len(), waits);
        self.depth.push(depth + 1);
        plan.depth = plan.depth.max(depth + 1);
    }

    /// Makes `tx` wait for all whose values its access needs; how many additions are among them.
    fn wait(
        &mut self,
        plan: &mut Plan<K, V>,
        tx: u32,
        access: Access,
        waits: &mut u32,
        depth: &mut u32,
    ) -> u32 {
        let mut sums = 0;
        let mut at = access;
        while at.source != NONE {
            let source = at.source as usize;
            if self.marked[source] != tx {
                self.marked[source] = tx;
                *waits += 1;
                *depth = (*depth).max(self.depth[source]);
                plan.edges.push(Edge {
                    to: tx,
                    next: plan.head[source],
                });
                plan.head[source] = plan.edges.len() as u32 - 1;
            }
            let page = &plan.pages[source / PAGE];
            at = page.accesses[page.range(source % PAGE).start + at.source_local as usize];
            if at.role != Role::Add {
                break;
            }
            sums += 1;
        }
        sums
    }

    /// Which of the foreseen slots this is.
    fn hot_slot<S: DenseStorage<K, V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        storage: &S,
        (page, at): (usize, usize),
        slot: u32,
        newest: Option<Newest>,
    ) -> u16 {
        if let Some(newest) = newest {
            return newest.local;
        }
        let key = plan.pages[page].keys[at].clone();
        let value = match self.expected.get(&key) {
            Some(value) => value.clone(),
            None => storage.get(&key).unwrap_or_default(),
        };
        let local = self.hot.len() as u16;
        self.hot.push(Hot { key, value });
        plan.newest[slot as usize] = Newest {
            number: plan.number,
            tx: FORESEEN,
            local,
        };
        local
    }
}

fn fresh_slot<K: Eq + Hash + Clone, V>(plan: &mut Plan<K, V>, page: usize, at: usize) -> u32 {
    let key = &plan.pages[page].keys[at];
    if let Some(slot) = plan.fresh.get(key) {
        return *slot;
    }
    let slot = plan.stored + plan.fresh_keys.len() as u32;
    plan.fresh.insert(key.clone(), slot);
    plan.fresh_keys.push(key.clone());
    if plan.newest.len() <= slot as usize {
        plan.newest.resize(slot as usize + 1, Newest::default());
    }
    plan.newest[slot as usize] = Newest::default();
    slot
}

/// The foreseen slots of one transaction.
struct Outlook<'a, K, V> {
    keys: &'a [K],
    accesses: &'a [Access],
    hot: &'a mut [Hot<K, V>],
    /// Where the last key stood: the next mostly stands behind it.
    at: usize,
}

impl<K: Eq, V: Clone> Outlook<'_, K, V> {
    fn hot(&mut self, key: &K) -> Option<&mut Hot<K, V>> {
        let (before, after) = self.keys.split_at(self.at);
        let found = after.iter().position(|at| at == key);
        let place = match found {
            Some(place) => place + self.at,
            None => before.iter().position(|at| at == key)?,
        };
        self.at = place;
        let access = self.accesses[place];
        match access.role {
            Role::Foreseen => self.hot.get_mut(access.source_local as usize),
            _ => None,
        }
    }
}

impl<K: Eq, V: Clone> Foresight<K, V> for Outlook<'_, K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        self.hot(key).map(|hot| hot.value.clone())
    }

    fn set(&mut self, key: &K, value: V) {
        if let Some(hot) = self.hot(key) {
            hot.value = value;
        }
    }
}

//! Gives every transaction its lane, and those that it must come after.

use super::foresight::Hot;
use super::page::{NONE, Page, Role};
use super::plan::{LISTS_MAX, PAGE, Plan};
use crate::executor::team::Team;
use crate::state::DenseStorage;
use crate::state::cells::Handout;
use crate::vm::Vm;
use std::hash::Hash;

/// How far a lane may be ahead of the least laden one, in accesses, for the sake of slots that it has
/// touched before: some dozens of transactions.
const SLACK: u32 = 512;

/// Stands for whoever changes a foreseen slot.
const FORESEEN: u32 = NONE - 1;

/// How a plan is to be made.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Terms {
    /// Lanes that run it.
    pub(in crate::executor) lanes: u32,
    /// Whether the values of slots that many change in turn are worked out beforehand.
    pub(in crate::executor) foresees: bool,
}

/// Makes one plan after another; its memory is kept.
#[derive(Debug)]
pub(in crate::executor) struct Planner<K, V> {
    /// By slot, who touched it last.
    newest: Vec<Newest>,
    number: u32,
    depth: Vec<u32>,
    /// By transaction, which list it is on, and how many of the list come before it, plus one.
    places: Vec<(u16, u32)>,
    /// Those that the transaction in hand must come after.
    before: Vec<u32>,
    pub(super) hot: Hot<K, V>,
}

/// Who touched a slot last.
#[derive(Clone, Copy, Default, Debug)]
struct Newest {
    /// The plan that it belongs to; anything else is as good as none.
    number: u32,
    /// The transaction; [`FORESEEN`] where the slot is a foreseen one.
    tx: u32,
    /// The last transaction that may have changed it.
    writer: u32,
    /// Which of the transaction's accesses; or which of the foreseen slots.
    local: u16,
    /// Whether all have only added to it.
    is_sum: bool,
}

impl<K, V> Default for Planner<K, V> {
    fn default() -> Self {
        Self {
            newest: Vec::new(),
            number: 0,
            depth: Vec::new(),
            places: Vec::new(),
            before: Vec::new(),
            hot: Hot::default(),
        }
    }
}

impl<K: Eq + Hash + Clone + Send + Sync, V: Clone + Default + PartialEq + Send + Sync>
    Planner<K, V>
{
    /// Forgets what earlier plans expect: the next one starts from the storage.
    pub(in crate::executor) fn forget(&mut self) {
        self.hot.forget();
    }

    /// Plans `txs` as far as they can say what they touch.
    pub(in crate::executor) fn plan<M: Vm<Key = K, Value = V>, S: DenseStorage<K, V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        (terms, team): (Terms, &Team),
    ) {
        self.declare(plan, vm, storage, txs, (terms, team));
        self.link(plan, vm, txs, terms);
    }

    /// Asks the transactions what they touch; the first of two steps, and the one that reads the storage.
    pub(in crate::executor) fn declare<M: Vm<Key = K, Value = V>, S: DenseStorage<K, V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &S,
        txs: &[M::Tx],
        (terms, team): (Terms, &Team),
    ) {
        let pages = txs.len().div_ceil(PAGE);
        if plan.pages.len() < pages {
            plan.pages.resize_with(pages, Page::default);
        }
        plan.stored = storage.slots();
        let to_ask = Handout::of(&mut plan.pages[..pages]);
        let declare = |index: usize, page: &mut Page<K>| {
            let from = index * PAGE;
            let txs = &txs[from..txs.len().min(from + PAGE)];
            page.declare(vm, storage, txs, terms.foresees);
        };
        team.run(&|_| while to_ask.give(declare) {});
        if terms.foresees {
            for page in &plan.pages[..pages] {
                self.hot.expect(page, storage);
            }
        }
    }

    /// Puts the transactions that have been asked on lists; the second step. Follows on from the plan made
    /// before, which may be running.
    pub(in crate::executor) fn link<M: Vm<Key = K, Value = V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        txs: &[M::Tx],
        terms: Terms,
    ) {
        self.start(plan, txs.len(), terms);
        let mut load = [0; LISTS_MAX];
        for (index, tx) in txs.iter().enumerate() {
            let page = &plan.pages[index / PAGE];
            if index % PAGE == 0 {
                self.warm(page);
            }
            if index % PAGE >= page.len() || terms.foresees && !self.may_link(plan, index) {
                break;
            }
            let foresees = self.touch(plan, index as u32);
            self.place(plan, index as u32, &mut load);
            if foresees {
                self.hot.foresee(plan, vm, tx, index as u32);
            }
            plan.count += 1;
        }
        self.hot.settle(plan);
    }

    fn start(&mut self, plan: &mut Plan<K, V>, count: usize, terms: Terms) {
        self.number = self.number.wrapping_add(1);
        if self.number == 0 {
            // After 2^32 plans numbers come round again: forget for real, once.
            self.newest.fill(Newest::default());
            self.number = 1;
        }
        if self.newest.len() < plan.stored as usize {
            self.newest.resize(plan.stored as usize, Newest::default());
        }
        (plan.count, plan.depth) = (0, 0);
        plan.width = (terms.lanes as usize).clamp(1, LISTS_MAX);
        plan.lists.resize_with(LISTS_MAX, Vec::new);
        plan.lists.iter_mut().for_each(Vec::clear);
        plan.needs.clear();
        plan.needs.resize(count * plan.width, 0);
        plan.fresh.clear();
        plan.fresh_keys.clear();
        plan.foreseen.clear();
        plan.changed.clear();
        plan.found.clear();
        plan.left.clear();
        self.depth.clear();
        self.places.clear();
    }

    /// Looks at all that a page's transactions are going to touch: cache misses of loads that do not depend
    /// on one another overlap.
    fn warm(&self, page: &Page<K>) {
        let slots = page.accesses.iter().map(|access| access.slot as usize);
        let found = slots.filter_map(|slot| Some(self.newest.get(slot)?.number));
        std::hint::black_box(found.fold(0, u32::wrapping_add));
    }

    fn newest(&self, slot: u32) -> Option<Newest> {
        let newest = self.newest[slot as usize];
        (newest.number == self.number).then_some(newest)
    }

    /// Whether a transaction fits into the plan: no slot is foreseen for some and changed in another way by
    /// others.
    fn may_link(&self, plan: &Plan<K, V>, index: usize) -> bool {
        let (keys, accesses) = plan.accesses(index as u32);
        if !self.hot.has_room(accesses.len()) {
            return false;
        }
        keys.iter().zip(accesses).all(|(key, access)| {
            let slot = match access.slot {
                NONE => plan.fresh.get(key).copied(),
                slot => Some(slot),
            };
            match slot.and_then(|slot| self.newest(slot)) {
                Some(newest) => (newest.tx == FORESEEN) == (access.role == Role::Foreseen),
                None => true,
            }
        })
    }

    /// Finds out what a transaction must come after (`self.before`), and becomes the newest to touch its
    /// slots. Whether it foresees any.
    fn touch(&mut self, plan: &mut Plan<K, V>, tx: u32) -> bool {
        self.before.clear();
        let mut foresees = false;
        let page = tx as usize / PAGE;
        let range = plan.pages[page].range(tx as usize % PAGE);
        for at in range.clone() {
            let mut access = plan.pages[page].accesses[at];
            if access.slot == NONE {
                access.slot = self.fresh_slot(plan, page, at);
            }
            let newest = self.newest(access.slot);
            let mut next = Newest {
                number: self.number,
                tx,
                writer: NONE,
                local: (at - range.start) as u16,
                is_sum: false,
            };
            let is_changed = newest.is_some_and(|newest| newest.is_sum || newest.writer != NONE);
            if access.role != Role::Read && !is_changed {
                plan.changed.push(access.slot);
            }
            if access.role == Role::Foreseen {
                let key = &plan.pages[page].keys[at];
                let known = newest.map(|newest| newest.local);
                access.source_local = self.hot.slot(known, key, access.slot);
                (next.tx, next.writer) = (FORESEEN, FORESEEN);
                next.local = access.source_local;
                foresees = true;
            } else {
                let newest = newest.map(|newest| match newest.is_sum && access.role != Role::Add {
                    true => self.in_order(plan, newest),
                    false => newest,
                });
                let (before, was_sum) = match newest {
                    Some(newest) => {
                        (access.source, access.source_local) = (newest.tx, newest.local);
                        (newest.writer, newest.is_sum)
                    }
                    None => (NONE, true),
                };
                match access.role {
                    Role::Add if was_sum => (next.is_sum, next.writer) = (true, NONE),
                    Role::Read => {
                        next.writer = before;
                        if before != NONE {
                            self.before.push(before);
                        }
                    }
                    _ => {
                        access.role = Role::Write;
                        next.writer = tx;
                        if let Some(newest) = newest {
                            self.after_all(plan, newest);
                        }
                    }
                }
            }
            self.newest[access.slot as usize] = next;
            plan.pages[page].accesses[at] = access;
        }
        foresees
    }

    /// Whoever changes the slot next comes after all who have read it since the last change, or else
    /// after that.
    fn after_all(&mut self, plan: &mut Plan<K, V>, newest: Newest) {
        let (mut tx, mut local) = (newest.tx, newest.local);
        loop {
            self.before.push(tx);
            if tx == newest.writer {
                return;
            }
            let reader = *plan.access(tx, local);
            if reader.source == NONE || reader.source == newest.writer {
                return;
            }
            (tx, local) = (reader.source, reader.source_local);
        }
    }

    /// Somebody looks at a slot to which all so far have only added: they come one after the other.
    fn in_order(&mut self, plan: &mut Plan<K, V>, newest: Newest) -> Newest {
        let (mut tx, mut local) = (newest.tx, newest.local);
        loop {
            let access = plan.access(tx, local);
            access.role = Role::Write;
            let (before, before_local) = (access.source, access.source_local);
            if before == NONE {
                break;
            }
            self.come_after(plan, tx, before);
            self.depth[tx as usize] = self.depth[tx as usize].max(self.depth[before as usize] + 1);
            (tx, local) = (before, before_local);
        }
        Newest {
            writer: newest.tx,
            is_sum: false,
            ..newest
        }
    }

    fn come_after(&self, plan: &mut Plan<K, V>, tx: u32, before: u32) {
        let (list, done) = self.places[before as usize];
        if list != self.places[tx as usize].0 {
            let need = &mut plan.needs[tx as usize * plan.width + usize::from(list)];
            *need = (*need).max(done);
        }
    }

    /// Puts a transaction on the list of those it comes after, unless that list is far ahead of others.
    fn place(&mut self, plan: &mut Plan<K, V>, tx: u32, load: &mut [u32; LISTS_MAX]) {
        let mut ties = [0_u32; LISTS_MAX];
        let mut depth = 0;
        for before in &self.before {
            ties[usize::from(self.places[*before as usize].0)] += 1;
            depth = depth.max(self.depth[*before as usize]);
        }
        let lists = 0..plan.width;
        let least = lists.clone().min_by_key(|list| load[*list]).unwrap_or(0);
        let tied = lists
            .max_by_key(|list| (ties[*list], std::cmp::Reverse(load[*list])))
            .unwrap_or(0);
        let list = if load[tied] > load[least] + SLACK {
            least
        } else {
            tied
        };
        load[list] += plan.accesses(tx).1.len() as u32 + 1;
        plan.lists[list].push(tx);
        self.places
            .push((list as u16, plan.lists[list].len() as u32));
        self.depth.push(depth + 1);
        plan.depth = plan.depth.max(depth + 1);
        for at in 0..self.before.len() {
            self.come_after(plan, tx, self.before[at]);
        }
    }

    fn fresh_slot(&mut self, plan: &mut Plan<K, V>, page: usize, at: usize) -> u32 {
        let key = &plan.pages[page].keys[at];
        if let Some(slot) = plan.fresh.get(key) {
            return *slot;
        }
        let slot = plan.stored + plan.fresh_keys.len() as u32;
        plan.fresh.insert(key.clone(), slot);
        plan.fresh_keys.push(key.clone());
        if self.newest.len() <= slot as usize {
            self.newest.resize(slot as usize + 1, Newest::default());
        }
        self.newest[slot as usize] = Newest::default();
        slot
    }
}

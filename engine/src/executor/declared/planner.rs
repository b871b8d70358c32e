//! Gives every transaction its lane, and those that it must come after.

use super::foresight::Expected;
use super::page::{Claim, Page, REGIONS, Role};
use super::plan::{LISTS_MAX, PAGE, Plan};
use crate::executor::team::Team;
use crate::state::Storage;
use crate::state::cells::Handout;
use crate::vm::Vm;
use std::hash::Hash;

/// How far a lane may be ahead of the least laden one, in accesses, for the sake of regions that it has
/// touched before: some transactions.
const SLACK: u32 = 96;

/// The same for each transaction that is still to be placed: lanes that end together wait for nobody.
const SLACK_LEFT: u32 = 2;

/// Transactions of a plan at most: places in it are kept in sixteen bits.
const TXS_MAX: usize = u16::MAX as usize;

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
    /// By region, who touched it.
    regions: Vec<Touched>,
    /// By region and list, how many of the list's transactions have run when the last one to touch the
    /// region has.
    lasts: Vec<u16>,
    /// By region, the epoch in which additions to it have turned out to be no better than changes.
    plain: Vec<u32>,
    /// The plan in hand.
    number: u32,
    /// When everything was forgotten.
    epoch: u32,
    expected: Expected<K, V>,
}

/// Who touched a region. Small, since most of a block's regions should stay near.
#[derive(Clone, Copy, Default, Debug)]
struct Touched {
    /// The plan that it belongs to; anything else is as good as none.
    number: u32,
    kind: Kind,
    /// The list of the last one that may have changed it, and how many of the list come before it, plus
    /// one; which of the foreseen sets it is part of.
    list: u8,
    at: u16,
    /// The longest chains that end at the last change and at any access.
    written: u16,
    depth: u16,
}

/// What all do who touch a region in one plan.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Kind {
    #[default]
    Ordered,
    Sum,
    Foreseen,
}

impl<K, V> Default for Planner<K, V> {
    fn default() -> Self {
        Self {
            regions: Vec::new(),
            lasts: Vec::new(),
            plain: Vec::new(),
            number: 0,
            epoch: 1,
            expected: Expected::default(),
        }
    }
}

impl<K: Eq + Hash + Clone + Send + Sync, V: Clone + Default + PartialEq + Send + Sync>
    Planner<K, V>
{
    /// Forgets what earlier plans expect and found out: the next one starts from the storage.
    pub(in crate::executor) fn forget(&mut self) {
        self.expected.forget();
        self.epoch = self.epoch.wrapping_add(1).max(1);
    }

    /// What earlier plans expect does not hold: the next one starts from the storage.
    pub(in crate::executor) fn start_over(&mut self) {
        self.expected.forget();
    }

    /// Plans `txs` as far as they can say what they touch.
    pub(in crate::executor) fn plan<M: Vm<Key = K, Value = V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &impl Storage<K, V>,
        txs: &[M::Tx],
        (terms, team): (Terms, &Team),
    ) {
        self.declare(plan, vm, storage, txs, (terms, team));
        self.link(plan, vm, txs, terms);
    }

    /// Asks the transactions what they touch; the first of two steps, and the one that reads the storage.
    pub(in crate::executor) fn declare<M: Vm<Key = K, Value = V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        storage: &impl Storage<K, V>,
        txs: &[M::Tx],
        (terms, team): (Terms, &Team),
    ) {
        let pages = txs.len().div_ceil(PAGE);
        if plan.pages.len() < pages {
            plan.pages.resize_with(pages, Page::default);
        }
        let to_ask = Handout::of(&mut plan.pages[..pages]);
        let declare = |index: usize, page: &mut Page<K>| {
            let from = index * PAGE;
            let txs = &txs[from..txs.len().min(from + PAGE)];
            page.declare(vm, storage, txs, terms.foresees);
        };
        team.run(&|_| while to_ask.give(declare) {});
        if terms.foresees {
            let mut last: &[K] = &[];
            for page in &plan.pages[..pages] {
                for tx in 0..page.len() {
                    let keys = page.foreseen(tx);
                    if keys != last {
                        self.expected.take_in(keys, storage);
                        last = keys;
                    }
                }
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
        match terms.lanes {
            0..=2 => self.link_by::<M, 2>(plan, vm, txs, terms),
            3..=8 => self.link_by::<M, 8>(plan, vm, txs, terms),
            _ => self.link_by::<M, LISTS_MAX>(plan, vm, txs, terms),
        }
    }

    /// The same, for at most `W` lists.
    fn link_by<M: Vm<Key = K, Value = V>, const W: usize>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        txs: &[M::Tx],
        terms: Terms,
    ) {
        plan.clear((terms.lanes as usize).clamp(1, W), W);
        self.start(W);
        // Nobody goes to a list that is not in use.
        let mut load = [u32::MAX; W];
        load[..plan.width].fill(0);
        let txs = &txs[..txs.len().min(TXS_MAX)];
        'plan: for (page, asked) in plan.pages.iter_mut().zip(txs.chunks(PAGE)) {
            for (at, tx) in asked.iter().enumerate().take(page.len()) {
                let index = plan.count as u32;
                let left = (txs.len() - plan.count) as u32;
                let slack = SLACK.min(left * SLACK_LEFT);
                let range = page.claims(at);
                let claims = &mut page.claims[range.clone()];
                let Some(turn) = self.place(claims, (&load, slack)) else {
                    break 'plan;
                };
                let mut set = 0;
                if turn.known != Known::Nothing {
                    let hot = &mut plan.hot;
                    match self
                        .expected
                        .set(hot, turn.known.number(), page.foreseen(at))
                    {
                        Some(found) => set = found as u16,
                        None => break 'plan,
                    }
                    Expected::foresee(hot, vm, (tx, index), set.into());
                }
                let list = &mut plan.lists[turn.list];
                list.push(index);
                plan.needs.extend_from_slice(&turn.needs);
                load[turn.list] += page.weight(at) + 1;
                self.touch(&page.claims[range], &turn, list.len() as u16, set);
                plan.depth = plan.depth.max(turn.depth.into());
                plan.count += 1;
            }
            if page.len() < asked.len() {
                break;
            }
        }
        self.expected.settle(&mut plan.hot);
    }

    /// A new plan of at most so many lists begins.
    fn start(&mut self, lists: usize) {
        self.number = self.number.wrapping_add(1);
        if self.number == 0 || self.regions.is_empty() {
            // After 2^32 plans numbers come round again: forget for real, once.
            self.number = 1;
            self.regions.clear();
            self.regions.resize(REGIONS, Touched::default());
            self.plain.resize(REGIONS, 0);
        }
        // What stands there from plans of other lists counts no more: whoever comes first to a region clears
        // its row.
        if self.lasts.len() < REGIONS * lists {
            self.lasts.resize(REGIONS * lists, 0);
        }
    }

    /// Finds out what a transaction must come after, and which list it goes on: that of those it comes
    /// after, unless that is far ahead of others. `None` if it does not fit into the plan, which ends with
    /// that: others do something to a region that does not go with what it does.
    fn place<const W: usize>(
        &mut self,
        claims: &mut [Claim],
        (load, slack): (&[u32; W], u32),
    ) -> Option<Turn<W>> {
        let mut ties = [0_u32; W];
        let mut turn = Turn {
            list: 0,
            needs: [0; W],
            depth: 0,
            known: Known::Nothing,
        };
        for claim in claims {
            let region = claim.region as usize;
            let touched = &mut self.regions[region];
            let lasts = &mut self.lasts[region * W..][..W];
            let known = if touched.number != self.number {
                let kind = match claim.role {
                    Role::Add if self.plain[region] != self.epoch => Kind::Sum,
                    Role::Foreseen => Kind::Foreseen,
                    Role::Read | Role::Write | Role::Add => Kind::Ordered,
                };
                *touched = Touched {
                    number: self.number,
                    kind,
                    ..Touched::default()
                };
                lasts.fill(0);
                Known::New
            } else {
                Known::Set(touched.at)
            };
            match (touched.kind, claim.role) {
                (Kind::Ordered, Role::Read) => {
                    let need = &mut turn.needs[usize::from(touched.list)];
                    *need = (*need).max(touched.at);
                    turn.depth = turn.depth.max(touched.written);
                }
                (Kind::Ordered, Role::Write | Role::Add) => {
                    claim.role = Role::Write;
                    for (need, last) in turn.needs.iter_mut().zip(&*lasts) {
                        *need = (*need).max(*last);
                    }
                    turn.depth = turn.depth.max(touched.depth);
                }
                (Kind::Sum, Role::Add) => continue,
                (Kind::Foreseen, Role::Foreseen) => {
                    match turn.known {
                        Known::Nothing => turn.known = known,
                        before if before == known => {}
                        _ => return None,
                    }
                    continue;
                }
                (Kind::Sum, _) => {
                    self.plain[region] = self.epoch;
                    return None;
                }
                (Kind::Ordered | Kind::Foreseen, _) => return None,
            }
            ties[usize::from(touched.list)] += u32::from(touched.at > 0);
        }
        turn.depth = turn.depth.saturating_add(1);
        let (mut least, mut tied) = (0, 0);
        for list in 1..W {
            if load[list] < load[least] {
                least = list;
            }
            if (ties[list], load[tied]) > (ties[tied], load[list]) {
                tied = list;
            }
        }
        turn.list = match load[tied] > load[least] + slack {
            true => least,
            false => tied,
        };
        // Its own list keeps order by itself.
        turn.needs[turn.list] = 0;
        Some(turn)
    }

    /// A transaction that has been placed, as its list's `at`th, becomes the newest to touch its regions.
    fn touch<const W: usize>(&mut self, claims: &[Claim], turn: &Turn<W>, at: u16, set: u16) {
        for claim in claims {
            let region = claim.region as usize;
            let touched = &mut self.regions[region];
            match touched.kind {
                Kind::Sum => {}
                Kind::Foreseen => touched.at = set,
                Kind::Ordered => {
                    self.lasts[region * W + turn.list] = at;
                    touched.depth = touched.depth.max(turn.depth);
                    if claim.role != Role::Read {
                        (touched.list, touched.at) = (turn.list as u8, at);
                        touched.written = turn.depth;
                    }
                }
            }
        }
    }
}

/// When and where a transaction is to run.
struct Turn<const W: usize> {
    list: usize,
    /// How many of each list must have run before.
    needs: [u16; W],
    /// The longest chain that ends with it.
    depth: u16,
    known: Known,
}

/// What a plan knows of the set that a transaction foresees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// It foresees nothing.
    Nothing,
    /// Nobody before has touched any of its regions.
    New,
    /// They are part of this set.
    Set(u16),
}

impl Known {
    const fn number(self) -> Option<u32> {
        match self {
            Self::Set(set) => Some(set as u32),
            Self::Nothing | Self::New => None,
        }
    }
}

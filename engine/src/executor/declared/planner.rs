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
    lasts: Vec<u32>,
    width: usize,
    /// The plan in hand.
    number: u32,
    /// When everything was forgotten.
    epoch: u32,
    expected: Expected<K, V>,
}

/// Who touched a region.
#[derive(Clone, Copy, Default, Debug)]
struct Touched {
    /// The plan that it belongs to; anything else is as good as none.
    number: u32,
    /// The epoch in which additions to the region have turned out to be no better than changes.
    plain: u32,
    kind: Kind,
    /// The list of the last one that may have changed it, and how many of the list come before it, plus
    /// one; which of the foreseen sets it is part of.
    list: u16,
    at: u32,
    /// The longest chains that end at the last change and at any access.
    written: u32,
    depth: u32,
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
            width: 0,
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
        self.start(plan, txs.len(), terms);
        let Plan {
            pages,
            count,
            depth,
            lists,
            width,
            needs,
            hot,
        } = plan;
        let mut load = [0; LISTS_MAX];
        for (index, tx) in txs.iter().enumerate() {
            let page = &mut pages[index / PAGE];
            let at = index % PAGE;
            if at >= page.len() {
                break;
            }
            let Some(known) = self.admits(&page.claims[page.claims(at)]) else {
                break;
            };
            let set = match known {
                Known::Nothing => 0,
                Known::New | Known::Set(_) => {
                    let keys = page.foreseen(at);
                    let Some(set) = self.expected.set(hot, known.number(), keys) else {
                        break;
                    };
                    Expected::foresee(hot, vm, (tx, index as u32), set);
                    set
                }
            };
            let weight = page.weight(at) + 1;
            let range = page.claims(at);
            let needs = &mut needs[index * *width..][..*width];
            let slack = SLACK.min((txs.len() - index) as u32 * SLACK_LEFT);
            let list = self.place(&mut page.claims[range.clone()], needs, (&load, slack));
            lists[list].push(index as u32);
            let after = (list, lists[list].len() as u32, set);
            *depth = self.touch(&page.claims[range], after).max(*depth);
            load[list] += weight;
            *count += 1;
        }
        self.expected.settle(hot);
    }

    fn start(&mut self, plan: &mut Plan<K, V>, count: usize, terms: Terms) {
        plan.width = (terms.lanes as usize).clamp(1, LISTS_MAX);
        self.number = self.number.wrapping_add(1);
        if self.number == 0 || self.regions.is_empty() {
            // After 2^32 plans numbers come round again: forget for real, once.
            self.number = 1;
            self.regions.clear();
            self.regions.resize(REGIONS, Touched::default());
        }
        // What stands there from plans of another width counts no more: whoever comes first to a region
        // clears its row.
        self.width = plan.width;
        let rows = REGIONS * self.width;
        if self.lasts.len() < rows {
            self.lasts.resize(rows, 0);
        }
        (plan.count, plan.depth) = (0, 0);
        plan.lists.resize_with(LISTS_MAX, Vec::new);
        plan.lists.iter_mut().for_each(Vec::clear);
        plan.needs.clear();
        plan.needs.resize(count * plan.width, 0);
        plan.hot.clear();
    }

    /// Whether a transaction fits into the plan, and what is known of the set that it foresees. It does not
    /// where others do something to a region that does not go with what it does.
    fn admits(&mut self, claims: &[Claim]) -> Option<Known> {
        let mut known = Known::Nothing;
        for claim in claims {
            let touched = &mut self.regions[claim.region as usize];
            let kind = (touched.number == self.number).then_some(touched.kind);
            let set = match (kind, claim.role) {
                (None, Role::Foreseen) => Known::New,
                (Some(Kind::Foreseen), Role::Foreseen) => Known::Set(touched.at),
                (None, _) | (Some(Kind::Ordered), Role::Read | Role::Write | Role::Add) => continue,
                (Some(Kind::Sum), Role::Add) => continue,
                (Some(Kind::Sum), _) => {
                    touched.plain = self.epoch;
                    return None;
                }
                (Some(Kind::Ordered | Kind::Foreseen), _) => return None,
            };
            match known {
                Known::Nothing => known = set,
                _ if known == set => {}
                _ => return None,
            }
        }
        Some(known)
    }

    /// Finds out what a transaction must come after, and which list it goes on: that of those it comes
    /// after, unless that is far ahead of others.
    fn place(
        &mut self,
        claims: &mut [Claim],
        needs: &mut [u32],
        (load, slack): (&[u32; LISTS_MAX], u32),
    ) -> usize {
        let mut ties = [0_u32; LISTS_MAX];
        let width = self.width;
        for claim in claims {
            let touched = &mut self.regions[claim.region as usize];
            let lasts = &mut self.lasts[claim.region as usize * width..][..width];
            if touched.number != self.number {
                let is_plain = touched.plain == self.epoch;
                let kind = match claim.role {
                    Role::Add if !is_plain => Kind::Sum,
                    Role::Foreseen => Kind::Foreseen,
                    Role::Read | Role::Write | Role::Add => Kind::Ordered,
                };
                *touched = Touched {
                    number: self.number,
                    plain: touched.plain,
                    kind,
                    ..Touched::default()
                };
                lasts.fill(0);
            }
            if touched.kind != Kind::Ordered {
                continue;
            }
            if claim.role == Role::Add {
                claim.role = Role::Write;
            }
            let list = usize::from(touched.list);
            if claim.role == Role::Read {
                needs[list] = needs[list].max(touched.at);
            } else {
                for (need, last) in needs.iter_mut().zip(&*lasts) {
                    *need = (*need).max(*last);
                }
            }
            ties[list] += u32::from(touched.at > 0);
        }
        let lists = 0..width;
        let least = lists.clone().min_by_key(|list| load[*list]).unwrap_or(0);
        let tied = lists
            .max_by_key(|list| (ties[*list], std::cmp::Reverse(load[*list])))
            .unwrap_or(0);
        let list = match load[tied] > load[least] + slack {
            true => least,
            false => tied,
        };
        // Its own list keeps order by itself.
        needs[list] = 0;
        list
    }

    /// A transaction that has been placed becomes the newest to touch its regions; the longest chain that
    /// ends with it.
    fn touch(&mut self, claims: &[Claim], (list, at, set): (usize, u32, u32)) -> u32 {
        let depth = claims.iter().map(|claim| {
            let touched = &self.regions[claim.region as usize];
            match (touched.kind, claim.role) {
                (Kind::Sum | Kind::Foreseen, _) => 0,
                (Kind::Ordered, Role::Read) => touched.written,
                (Kind::Ordered, _) => touched.depth,
            }
        });
        let depth = depth.max().unwrap_or(0) + 1;
        for claim in claims {
            let touched = &mut self.regions[claim.region as usize];
            match touched.kind {
                Kind::Sum => {}
                Kind::Foreseen => touched.at = set,
                Kind::Ordered => {
                    self.lasts[claim.region as usize * self.width + list] = at;
                    touched.depth = touched.depth.max(depth);
                    if claim.role != Role::Read {
                        (touched.list, touched.at) = (list as u16, at);
                        touched.written = depth;
                    }
                }
            }
        }
        depth
    }
}

/// What a plan knows of the set that a transaction foresees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// It foresees nothing.
    Nothing,
    /// Nobody before has touched any of its regions.
    New,
    /// They are part of this set.
    Set(u32),
}

impl Known {
    const fn number(self) -> Option<u32> {
        match self {
            Self::Set(set) => Some(set),
            Self::Nothing | Self::New => None,
        }
    }
}

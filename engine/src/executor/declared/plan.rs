//! Who runs what, and after whom: worked out before anything runs.

use super::foresight::{Hot, Outlook};
use super::page::{Claim, Page};
use crate::state::Storage;

/// Transactions that are declared together, by one lane.
pub(super) const PAGE: usize = 128;

/// Lists of a plan at most: more lanes than that share them.
pub(super) const LISTS_MAX: usize = 16;

/// The plan of some of a block's transactions in a row. Its memory is kept from plan to plan.
#[derive(Debug)]
pub(in crate::executor) struct Plan<K, V> {
    pub(super) pages: Vec<Page<K>>,
    /// Transactions planned: all, or those before the first that could not say what it touches.
    pub(in crate::executor) count: usize,
    /// The longest chain of transactions that wait for one another.
    pub(in crate::executor) depth: u32,
    /// What each lane runs, in block order; the first [`Plan::width`] are in use.
    pub(super) lists: Vec<Vec<u32>>,
    pub(super) width: usize,
    /// For each transaction and each of [`Plan::row`] lists, how many of the list's transactions must have run
    /// before.
    pub(super) needs: Vec<u16>,
    row: usize,
    /// What is foreseen.
    pub(super) hot: Hot<K, V>,
}

impl<K, V> Default for Plan<K, V> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            count: 0,
            depth: 0,
            lists: Vec::new(),
            width: 1,
            needs: Vec::new(),
            row: 1,
            hot: Hot::default(),
        }
    }
}

impl<K, V> Plan<K, V> {
    /// What a transaction may touch.
    pub(super) fn claims(&self, tx: u32) -> &[Claim] {
        let page = &self.pages[tx as usize / PAGE];
        &page.claims[page.claims(tx as usize % PAGE)]
    }

    /// The slots that were foreseen for a transaction, with what it was to find there and to leave.
    pub(super) fn outlook(&self, tx: u32) -> Outlook<'_, K, V> {
        match self.hot.views.get(tx as usize) {
            Some(view) => Outlook {
                keys: self.pages[tx as usize / PAGE].foreseen(tx as usize % PAGE),
                before: self.hot.values(view.before, view.count),
                after: self.hot.values(view.after, view.count),
            },
            None => Outlook {
                keys: &[],
                before: &[],
                after: &[],
            },
        }
    }

    /// Whether anything is foreseen.
    pub(in crate::executor) fn foresees(&self) -> bool {
        !self.hot.sets.is_empty()
    }

    /// How many of each list's transactions must have run before this one.
    pub(super) fn needs(&self, tx: u32) -> &[u16] {
        let at = tx as usize * self.row;
        &self.needs[at..at + self.width]
    }

    /// Begins anew, with so many lists, and `row` of them told of.
    pub(super) fn clear(&mut self, width: usize, row: usize) {
        (self.width, self.row) = (width, row);
        (self.count, self.depth) = (0, 0);
        self.lists.resize_with(LISTS_MAX, Vec::new);
        self.lists.iter_mut().for_each(Vec::clear);
        self.needs.clear();
        self.hot.clear();
    }
}

impl<K: Clone, V: Clone + Default + PartialEq> Plan<K, V> {
    /// Whether the foreseen slots hold what the plan relies on. Not so where a plan before changed them in
    /// another way.
    pub(in crate::executor) fn is_founded(&self, storage: &impl Storage<K, V>) -> bool {
        self.hot.sets.iter().all(|set| {
            let mut expected = set.keys.iter().zip(&set.first);
            expected.all(|(key, value)| storage.get(key).unwrap_or_default() == *value)
        })
    }

    /// Sets the foreseen slots to what the first `count` transactions leave.
    pub(in crate::executor) fn leave_foreseen(&self, storage: &mut impl Storage<K, V>, count: u32) {
        if count as usize == self.count {
            for set in &self.hot.sets {
                set.leave(&set.last, storage);
            }
            return;
        }
        // The last of each set that stands.
        for (index, set) in self.hot.sets.iter().enumerate() {
            let mut views = self.hot.views.iter().take(count as usize).rev();
            let last = views.find(|view| view.count > 0 && view.set as usize == index);
            if let Some(view) = last {
                set.leave(self.hot.values(view.after, view.count), storage);
            }
        }
    }
}

//! Which later views others want, with what each has said on leaving: where a view change needs a quorum's
//! word (PBFT, §4.4, and what follows it).

use super::card::Waits;
use super::quorum::Quorum;
use super::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What nodes have said on leaving for a view, by view and node.
#[derive(Clone, Debug)]
pub struct Wanted<R> {
    by_view: BTreeMap<u64, BTreeMap<NodeIndex, Arc<R>>>,
}

impl<R> Default for Wanted<R> {
    fn default() -> Self {
        Self {
            by_view: BTreeMap::new(),
        }
    }
}

impl<R> Wanted<R> {
    /// A node wants a view; `false` if it has said so before. Its newest word counts.
    pub fn insert(&mut self, view: u64, node: NodeIndex, said: Arc<R>) -> bool {
        let of_view = self.by_view.entry(view).or_default();
        of_view.insert(node, said).is_none()
    }

    /// What a node has said that wants a view.
    pub fn get(&self, view: u64, node: NodeIndex) -> Option<&Arc<R>> {
        self.by_view.get(&view)?.get(&node)
    }

    /// What was said by all who want a view, by node.
    pub fn of(&self, view: u64) -> Vec<(NodeIndex, Arc<R>)> {
        let of_view = self.by_view.get(&view).into_iter().flatten();
        of_view
            .map(|(node, said)| (*node, Arc::clone(said)))
            .collect()
    }

    /// How many want a view.
    pub fn count(&self, view: u64) -> u32 {
        self.by_view.get(&view).map_or(0, BTreeMap::len) as u32
    }

    /// How many want a view or a later one.
    pub fn count_from(&self, view: u64) -> u32 {
        let of_views = self.by_view.range(view..);
        let nodes: Signers = of_views.flat_map(|(_, of)| of.keys().copied()).collect();
        nodes.count()
    }

    /// The view that a replica of this one is taken along to, if f+1 want later ones: the smallest of them
    /// (PBFT, §4.4, liveness).
    pub fn next(&self, view: u64, quorum: &Quorum) -> Option<u64> {
        let is_wanted = self.count_from(view + 1) >= quorum.weak();
        let mut later = self.by_view.range(view + 1..);
        later.next().filter(|_| is_wanted).map(|(view, _)| *view)
    }

    /// Forgets who wants views before this one.
    pub fn forget_before(&mut self, view: u64) {
        self.by_view = self.by_view.split_off(&view);
    }

    /// What a replica waits for that wants a view: for others who do, then for its leader to open it.
    pub fn waits(&self, view: u64, leader: NodeIndex, quorum: &Quorum) -> Waits {
        let (have, need) = (self.count(view), quorum.size);
        if have < need {
            Waits::ViewChange { view, have, need }
        } else {
            Waits::NewView { view, leader }
        }
    }
}

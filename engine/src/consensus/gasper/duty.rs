//! Who proposes and who attests when: by a coin that all see.

use super::form::slots_per_epoch;
use crate::consensus::config::Config;
use crate::consensus::signers::Signers;
use crate::primitives::{NodeIndex, Seed};
use std::cell::Cell;

/// Who proposes and when one attests. While nobody has left, what was looked at last is remembered: the same slot
/// is asked about again and again.
#[derive(Clone, Debug)]
pub(super) struct Coins {
    /// What all slots' coins come from.
    proposers: Seed,
    proposer: Cell<Option<(u64, NodeIndex)>>,
    slot: Cell<Option<(u64, Option<u64>)>>,
}

impl Coins {
    /// Nothing looked at yet.
    pub(super) fn new(config: &Config) -> Self {
        Self {
            proposers: config.seed.fork("proposer"),
            proposer: Cell::default(),
            slot: Cell::default(),
        }
    }

    /// The proposer of a slot, among those who have not left.
    pub(super) fn proposer(&self, config: &Config, slot: u64, left: &Signers) -> NodeIndex {
        let draw = |of: usize| {
            let mut coin = self.proposers.fork_index(slot).stream();
            coin.below(of.max(1) as u64) as usize
        };
        if left.count() > 0 {
            let active = active(config, left);
            return active[draw(active.len())];
        }
        match self.proposer.get() {
            Some((of, found)) if of == slot => found,
            _ => {
                let found = NodeIndex(draw(config.quorum.nodes as usize) as u32);
                self.proposer.set(Some((slot, found)));
                found
            }
        }
    }

    /// The slot in which this node, `me`, attests in an epoch; `None` if it has left.
    pub(super) fn slot_of(
        &self,
        config: &Config,
        epoch: u64,
        me: NodeIndex,
        left: &Signers,
    ) -> Option<u64> {
        if left.count() > 0 {
            return slot_of(config, epoch, me, left);
        }
        match self.slot.get() {
            Some((of, found)) if of == epoch => found,
            _ => {
                let found = slot_of(config, epoch, me, left);
                self.slot.set(Some((epoch, found)));
                found
            }
        }
    }
}

/// Who validates: all but those who have left.
fn active(config: &Config, left: &Signers) -> Vec<NodeIndex> {
    let nodes = (0..config.quorum.nodes).map(NodeIndex);
    nodes.filter(|node| !left.has(*node)).collect()
}

/// The slot in which each validator attests, in an epoch: those who have not left are shuffled and spread over
/// the slots (`compute_committee`).
pub(super) fn committees(config: &Config, epoch: u64, left: &Signers) -> Vec<(NodeIndex, u64)> {
    let mut stream = config.seed.fork("committees").fork_index(epoch).stream();
    let mut order = active(config, left);
    for place in (1..order.len()).rev() {
        order.swap(place, stream.below(place as u64 + 1) as usize);
    }
    let (slots, count) = (slots_per_epoch(config), order.len().max(1) as u64);
    let first = epoch * slots;
    let places = order.into_iter().zip(0..);
    places
        .map(|(node, place): (NodeIndex, u64)| (node, first + place * slots / count))
        .collect()
}

/// The slot in which a validator attests, in an epoch; `None` if it has left.
fn slot_of(config: &Config, epoch: u64, validator: NodeIndex, left: &Signers) -> Option<u64> {
    let committees = committees(config, epoch, left);
    let mut of_all = committees.into_iter();
    of_all.find_map(|(node, slot)| (node == validator).then_some(slot))
}

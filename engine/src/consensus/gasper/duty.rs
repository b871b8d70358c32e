//! Who proposes and who attests when: by a coin that all see.

use super::form::slots_per_epoch;
use crate::consensus::config::Config;
use crate::consensus::signers::Signers;
use crate::primitives::seed::Stream;
use crate::primitives::{NodeIndex, Seed};
use std::cell::Cell;

/// Coins looked at last, while nobody has left: the same slot is asked about again and again.
#[derive(Clone, Debug)]
pub(super) struct Coins {
    proposers: Seed,
    proposer: Cell<Option<(u64, NodeIndex)>>,
    slot: Cell<Option<(u64, NodeIndex, Option<u64>)>>,
}

impl Coins {
    /// Nothing looked at yet.
    pub(super) fn new(config: &Config) -> Self {
        Self {
            proposers: proposers(config),
            proposer: Cell::default(),
            slot: Cell::default(),
        }
    }

    /// [`proposer`], remembered.
    pub(super) fn proposer(&self, config: &Config, slot: u64, left: &Signers) -> NodeIndex {
        if left.count() > 0 {
            return proposer(config, slot, left);
        }
        match self.proposer.get() {
            Some((of, found)) if of == slot => found,
            _ => {
                let mut coin = self.proposers.fork_index(slot).stream();
                let found = anybody(config, &mut coin);
                self.proposer.set(Some((slot, found)));
                found
            }
        }
    }

    /// [`slot_of`], remembered.
    pub(super) fn slot_of(
        &self,
        config: &Config,
        epoch: u64,
        validator: NodeIndex,
        left: &Signers,
    ) -> Option<u64> {
        if left.count() > 0 {
            return slot_of(config, epoch, validator, left);
        }
        match self.slot.get() {
            Some((of, whose, found)) if (of, whose) == (epoch, validator) => found,
            _ => {
                let found = slot_of(config, epoch, validator, left);
                self.slot.set(Some((epoch, validator, found)));
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

/// What all slots' coins come from.
fn proposers(config: &Config) -> Seed {
    config.seed.fork("proposer")
}

/// Anybody, while nobody has left.
fn anybody(config: &Config, coin: &mut Stream) -> NodeIndex {
    NodeIndex(coin.below(u64::from(config.quorum.nodes)) as u32)
}

/// The proposer of a slot, among those who have not left.
pub(super) fn proposer(config: &Config, slot: u64, left: &Signers) -> NodeIndex {
    let mut coin = proposers(config).fork_index(slot).stream();
    if left.count() == 0 {
        return anybody(config, &mut coin);
    }
    let active = active(config, left);
    active[coin.below(active.len().max(1) as u64) as usize]
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

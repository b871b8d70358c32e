//! Who proposes and who attests when: by a coin that all see.

use super::form::slots_per_epoch;
use crate::consensus::config::Config;
use crate::primitives::NodeIndex;

/// The proposer of a slot.
pub(super) fn proposer(config: &Config, slot: u64) -> NodeIndex {
    let coin = config.seed.fork("proposer").fork_index(slot);
    let drawn = coin.stream().below(u64::from(config.quorum.nodes));
    NodeIndex(drawn as u32)
}

/// The slot in which a validator attests, in an epoch: validators are shuffled and spread over the slots
/// (`compute_committee`).
pub(super) fn slot_of(config: &Config, epoch: u64, validator: NodeIndex) -> u64 {
    let nodes = config.quorum.nodes;
    let mut stream = config.seed.fork("committees").fork_index(epoch).stream();
    let mut order: Vec<u32> = (0..nodes).collect();
    for place in (1..nodes as usize).rev() {
        order.swap(place, stream.below(place as u64 + 1) as usize);
    }
    let place = order.iter().position(|node| *node == validator.0);
    let slots = slots_per_epoch(config);
    epoch * slots + place.unwrap_or_default() as u64 * slots / u64::from(nodes.max(1))
}

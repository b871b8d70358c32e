//! Disjoint committees drawn without replacement, anew each epoch.
//!
//! Fisher and Yates' shuffle in Durstenfeld's form (Commun. ACM 7, 1964), from a seed per epoch;
//! RapidChain (CCS 2018, section 4) and OmniLedger (S&P 2018, section IV) draw so from a beacon.

use crate::primitives::Seed;

/// Most nodes of a draw.
pub const MAX_NODES: u32 = 1 << 20;

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// All nodes, numbered from zero.
    pub nodes: u32,
    /// Committees.
    pub committees: u32,
    /// Members of each.
    pub members: u32,
}

/// The committees of an epoch; `None` if there are too few nodes for them, or too many to hold.
#[must_use]
pub fn draw(what: Draw, seed: &Seed, epoch: u64) -> Option<Vec<Vec<u32>>> {
    let wanted = what.committees.checked_mul(what.members)?;
    if wanted > what.nodes || what.nodes > MAX_NODES || what.members == 0 {
        return None;
    }
    let mut stream = seed.fork("committees").fork_index(epoch).stream();
    let mut nodes: Vec<u32> = (0..what.nodes).collect();
    // Only the places that are handed out need a draw.
    for at in 0..wanted {
        let other = u64::from(at) + stream.below(u64::from(what.nodes - at));
        nodes.swap(at as usize, other as usize);
    }
    nodes.truncate(wanted as usize);
    Some(
        nodes
            .chunks(what.members as usize)
            .map(<[u32]>::to_vec)
            .collect(),
    )
}

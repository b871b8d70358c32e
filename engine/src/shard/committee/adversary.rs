//! An adversary that chooses whom to corrupt after seeing the committees, but needs time for it.
//!
//! The mildly adaptive adversary of OmniLedger (S&P 2018, section III) and RapidChain (CCS 2018,
//! section 3): corruption begun in one epoch holds `delay` epochs later, for one epoch.

use super::draw::{Draw, draw};
use crate::primitives::Seed;

/// Most epochs looked at.
pub const MAX_EPOCHS: u64 = 100_000;

/// Epochs of the first `epochs` in which some committee falls, when each epoch the adversary aims
/// at up to `budget` nodes, the first committees' members first; `None` where `draw` gives none or
/// there are too many epochs.
#[must_use]
pub fn fallen_epochs(
    what: Draw,
    budget: u32,
    threshold: u32,
    delay: u64,
    epochs: u64,
    seed: &Seed,
) -> Option<u64> {
    if epochs > MAX_EPOCHS {
        return None;
    }
    let mut fallen = 0;
    let mut corrupt = vec![false; what.nodes as usize];
    for epoch in 0..epochs {
        let committees = draw(what, seed, epoch)?;
        corrupt.fill(false);
        if let Some(aimed) = epoch.checked_sub(delay) {
            let seen = draw(what, seed, aimed)?;
            for node in seen.iter().flatten().take(budget as usize) {
                corrupt[*node as usize] = true;
            }
        }
        let falls = committees.iter().any(|members| {
            let bad = members.iter().filter(|&&node| corrupt[node as usize]);
            bad.count() >= threshold as usize
        });
        fallen += u64::from(falls);
    }
    Some(fallen)
}

/// Nodes to corrupt for one shard, if its members can be chosen, and for every shard.
#[must_use]
pub fn cost(what: Draw, threshold: u32) -> (u64, u64) {
    let one = u64::from(threshold);
    (one, one * u64::from(what.committees))
}

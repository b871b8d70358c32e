//! By a hash of the account: uniform, and blind to who trades with whom.
//!
//! The baseline of every paper of the field; Monoxide (NSDI 2019, section 3) takes the first bits
//! of the address instead of a remainder.

use super::Assignment;
use crate::primitives::Seed;

/// Places `accounts` on `shards` (at least one) by BLAKE3-derived draws, independent per account.
#[must_use]
pub fn place(accounts: u32, shards: u16, seed: &Seed) -> Assignment {
    let shards = shards.max(1);
    let seed = seed.fork("placement by hash");
    Assignment {
        shards,
        of: (0..accounts)
            .map(|account| {
                let drawn = seed.fork_index(account.into()).stream().next_u64();
                // A remainder below a u16.
                (drawn % u64::from(shards)) as u16
            })
            .collect(),
    }
}

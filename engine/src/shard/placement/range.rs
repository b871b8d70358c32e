//! By ranges of account numbers, equal in size to within one account.
//!
//! NEAR's Nightshade cuts its shards so (NEP-508, shard layout), by boundary accounts.

use super::Assignment;

/// Places `accounts` on `shards` (at least one) in ascending ranges.
#[must_use]
pub fn place(accounts: u32, shards: u16) -> Assignment {
    let shards = shards.max(1);
    Assignment {
        shards,
        of: (0..accounts)
            .map(|account| {
                // Below `shards`, since the account is below `accounts`.
                (u64::from(account) * u64::from(shards) / u64::from(accounts)) as u16
            })
            .collect(),
    }
}

//! By hand: some accounts are put on a shard by the user, the rest stay where they were.

use super::Assignment;

/// Why a pin is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The account is not there.
    #[error("pins[{0}].account: no such account; give one below the number of accounts")]
    Account(usize),
    /// The shard is not there.
    #[error("pins[{0}].shard: no such shard; give one below the number of shards")]
    Shard(usize),
}

/// Applies `pins` (account, shard) in order; of two for one account the later holds.
///
/// # Errors
/// Every pin that names an account or a shard that is not there.
pub fn pin(base: &Assignment, pins: &[(u32, u16)]) -> Result<Assignment, Vec<PinError>> {
    let mut pinned = base.clone();
    let mut problems = Vec::new();
    for (index, &(account, shard)) in pins.iter().enumerate() {
        if shard >= base.shards {
            problems.push(PinError::Shard(index));
        }
        match pinned.of.get_mut(account as usize) {
            Some(home) => *home = shard,
            None => problems.push(PinError::Account(index)),
        }
    }
    if problems.is_empty() {
        Ok(pinned)
    } else {
        Err(problems)
    }
}

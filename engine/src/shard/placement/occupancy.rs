//! On how many shards a transaction falls, exactly, when its accounts are placed at random.
//!
//! The occupancy distribution: `u` accounts on `k` shards touch exactly `j` in
//! `S(u, j) * k! / (k - j)!` of `k^u` ways, `S` the Stirling numbers of the second kind.

/// Ways of touching exactly `0, 1, ..., u` shards, and `k^u`; `None` when `k^u` passes `u128`.
#[must_use]
pub fn ways(accounts: u8, shards: u16) -> Option<(Vec<u128>, u128)> {
    let (mut row, shards) = (vec![1u128], u128::from(shards));
    // With one account more: it joins one of the j shards in use, or opens one of the k - j others.
    for _ in 0..accounts {
        let mut next = vec![0u128; row.len() + 1];
        for (used, count) in row.iter().enumerate() {
            let used_shards = used as u128;
            let stay = count.checked_mul(used_shards)?;
            next[used] = next[used].checked_add(stay)?;
            let open = count.checked_mul(shards.saturating_sub(used_shards))?;
            next[used + 1] = next[used + 1].checked_add(open)?;
        }
        row = next;
    }
    Some((row, shards.checked_pow(accounts.into())?))
}

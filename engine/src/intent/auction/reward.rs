//! What a winning solver earns, or pays: its contribution, within bounds (CIP-67).

/// The bounds of a reward, in native units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Most that can be lost: 0.010 native tokens on CoW's mainnet.
    pub loss_max: u128,
    /// The part of the protocol's fee that can be earned, in basis points: 5,000 there.
    pub fee_share_bps: u32,
}

/// `total − reference − missing` within the bounds: the scores of all winners; what the others would have
/// reached; the scores of this solver's winning bids that it did not deliver.
pub fn reward(
    total: u128,
    reference: u128,
    missing: u128,
    protocol_fee: u128,
    bounds: Bounds,
) -> i128 {
    let signed = |value: u128| i128::try_from(value).unwrap_or(i128::MAX);
    let raw = signed(total)
        .saturating_sub(signed(reference))
        .saturating_sub(signed(missing));
    let share = u128::from(bounds.fee_share_bps.min(10_000));
    let most = protocol_fee / 10_000 * share + protocol_fee % 10_000 * share / 10_000;
    // The upper bound is not below 0, the lower one not above.
    raw.min(signed(most)).max(-signed(bounds.loss_max))
}

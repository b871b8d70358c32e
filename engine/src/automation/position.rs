//! Amounts of leveraged and compounding positions, in whole numbers.

use crate::primitives::Decimal;

/// What to sell of the collateral, in the debt's worth, so that collateral over debt rises to `ratio` when
/// a swap costs `fee`: x = (r·D − C) ÷ (r·(1 − f) − 1). Rounded up, so that the ratio is reached. `None`
/// where it is there already, or no amount brings it there.
pub fn repay(collateral: Decimal, debt: Decimal, ratio: Decimal, fee: Decimal) -> Option<Decimal> {
    let missing = ratio.times(debt).minus(collateral);
    let per_unit = ratio.times(Decimal::ONE.minus(fee)).minus(Decimal::ONE);
    if missing <= Decimal::ZERO || per_unit <= Decimal::ZERO {
        return None;
    }
    let amount = missing.over(per_unit)?.plus(Decimal(1));
    (amount <= collateral).then_some(amount)
}

/// What to borrow and sell for collateral so that the ratio falls to `ratio`:
/// x = (C − r·D) ÷ (r − (1 − f)). Rounded down, so that the ratio is not passed. `None` where it is there.
pub fn boost(collateral: Decimal, debt: Decimal, ratio: Decimal, fee: Decimal) -> Option<Decimal> {
    let spare = collateral.minus(ratio.times(debt));
    let per_unit = ratio.minus(Decimal::ONE.minus(fee));
    if spare <= Decimal::ZERO || per_unit <= Decimal::ZERO {
        return None;
    }
    spare
        .over(per_unit)
        .filter(|amount| *amount > Decimal::ZERO)
}

/// Seconds of a year.
const YEAR_S: i128 = 365 * 86_400;

/// How often to compound: the interval, in seconds, that loses least to fees and to waiting together,
/// T = √(2·g ÷ (P·r²)) years for a fee g, a principal P and a yearly rate r. Waiting for T costs about
/// P·r²·T²/2 a round and the fee g, so a year costs P·r²·T/2 + g/T. `None` without a principal or a rate.
pub fn compound_interval_s(fee: Decimal, principal: Decimal, rate: Decimal) -> Option<u64> {
    if principal <= Decimal::ZERO || rate <= Decimal::ZERO || fee < Decimal::ZERO {
        return None;
    }
    // The root of a part of one, in hundred-millionths.
    let part = 2 * i128::from(fee.0) * 10i128.pow(16) / i128::from(principal.0);
    let seconds = part.isqrt() * YEAR_S / i128::from(rate.0);
    u64::try_from(seconds).ok().map(|s| s.max(1))
}

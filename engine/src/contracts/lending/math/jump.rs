//! Compound v2's jump rates (2020, `JumpRateModel`): 10^18 = 100 %, floors throughout.

use super::fixed::{DIVISION_BY_ZERO, OVERFLOW, WAD};
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// Blocks of a year at 15 seconds each.
pub const BLOCKS_PER_YEAR: U256 = U256::from_limbs([2_102_400, 0, 0, 0]);

/// A kinked line of rates, with its parameters a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JumpModel {
    base_per_block: U256,
    multiplier_per_block: U256,
    jump_multiplier_per_block: U256,
    kink: U256,
}

impl JumpModel {
    /// From yearly parameters, each floored to a block's: rate at no usage, slope up to the kink, slope
    /// beyond it; the kink is a usage. The first slope is what the
    /// rate would gain up to a usage of 100 %.
    pub fn new(base_year: U256, multiplier_year: U256, jump_year: U256, kink: U256) -> Self {
        Self {
            base_per_block: base_year / BLOCKS_PER_YEAR,
            multiplier_per_block: multiplier_year / BLOCKS_PER_YEAR,
            jump_multiplier_per_block: jump_year / BLOCKS_PER_YEAR,
            kink,
        }
    }

    /// The borrow rate a block.
    ///
    /// # Errors
    /// As [`utilisation_rate`]; `OVERFLOW`.
    pub fn borrow_rate(&self, cash: U256, borrows: U256, reserves: U256) -> Result<U256, Revert> {
        let usage = utilisation_rate(cash, borrows, reserves)?;
        let below = usage.min(self.kink);
        let normal = portion(below, self.multiplier_per_block)?
            .checked_add(self.base_per_block)
            .ok_or(OVERFLOW)?;
        let jump = portion(usage - below, self.jump_multiplier_per_block)?;
        normal.checked_add(jump).ok_or(OVERFLOW)
    }

    /// The supply rate a block, after the part that the reserves keep.
    ///
    /// # Errors
    /// As [`JumpModel::borrow_rate`]; `OVERFLOW` for a reserve factor above 100 %.
    pub fn supply_rate(
        &self,
        cash: U256,
        borrows: U256,
        reserves: U256,
        reserve_factor: U256,
    ) -> Result<U256, Revert> {
        let kept = WAD.checked_sub(reserve_factor).ok_or(OVERFLOW)?;
        let to_pool = portion(self.borrow_rate(cash, borrows, reserves)?, kept)?;
        portion(utilisation_rate(cash, borrows, reserves)?, to_pool)
    }
}

/// Borrows over all that suppliers own: cash + borrows − reserves.
///
/// # Errors
/// `OVERFLOW` where the reserves exceed cash and borrows, `DIVISION_BY_ZERO` where they equal them.
pub fn utilisation_rate(cash: U256, borrows: U256, reserves: U256) -> Result<U256, Revert> {
    if borrows.is_zero() {
        return Ok(U256::ZERO);
    }
    let owned = cash
        .checked_add(borrows)
        .and_then(|sum| sum.checked_sub(reserves))
        .ok_or(OVERFLOW)?;
    let scaled = borrows.checked_mul(WAD).ok_or(OVERFLOW)?;
    scaled.checked_div(owned).ok_or(DIVISION_BY_ZERO)
}

fn portion(of: U256, rate: U256) -> Result<U256, Revert> {
    Ok(of.checked_mul(rate).ok_or(OVERFLOW)? / WAD)
}

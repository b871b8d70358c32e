//! Borrow and supply rates from usage (Aave v3.7, `DefaultReserveInterestRateStrategyV2`).

use super::fixed::{OVERFLOW, PERCENTAGE, RAY, Round, percent_mul, ray_div, ray_mul};
use crate::vm::native::Revert;
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

/// Rays in a basis point.
const RAY_PER_BPS: U256 = U256::from_limbs([0x02c7_e14a_f680_0000, 0x152d, 0, 0]);

/// The kinked line of a reserve's borrow rate, in basis points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RateStrategy {
    /// Usage at the kink; above 0 and below 10,000.
    pub optimal_usage_bps: u32,
    /// Yearly rate at no usage.
    pub base_rate_bps: u32,
    /// What the rate gains up to the kink.
    pub slope1_bps: u32,
    /// What the rate gains from the kink to full usage.
    pub slope2_bps: u32,
}

/// What a reserve's rates depend on; amounts in units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// Debt written off, which suppliers still wait for.
    pub unbacked: U256,
    /// What the reserve is about to receive.
    pub liquidity_added: U256,
    /// What the reserve is about to pay out.
    pub liquidity_taken: U256,
    /// Debt with interest.
    pub total_debt: U256,
    /// Cash by the reserve's books.
    pub virtual_balance: U256,
    /// The part of interest that the treasury keeps.
    pub reserve_factor_bps: u32,
}

/// Yearly rates, in ray.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    /// What borrowers pay.
    pub variable_borrow: U256,
    /// What suppliers get.
    pub liquidity: U256,
}

fn ray_of(bps: u32) -> U256 {
    U256::from(bps) * RAY_PER_BPS
}

/// The rates at this usage; products and quotients round half up.
///
/// # Errors
/// `OVERFLOW`, also where more is taken than there is; `DIVISION_BY_ZERO` for a kink at 0 or 100 %.
pub fn interest_rates(strategy: &RateStrategy, usage: &Usage) -> Result<Rates, Revert> {
    let base = ray_of(strategy.base_rate_bps);
    if usage.total_debt.is_zero() {
        return Ok(Rates {
            variable_borrow: base,
            liquidity: U256::ZERO,
        });
    }
    let available = usage
        .virtual_balance
        .checked_add(usage.liquidity_added)
        .and_then(|sum| sum.checked_sub(usage.liquidity_taken))
        .ok_or(OVERFLOW)?;
    let borrowable = available.checked_add(usage.total_debt).ok_or(OVERFLOW)?;
    let owed = borrowable.checked_add(usage.unbacked).ok_or(OVERFLOW)?;
    let borrow_usage = ray_div(usage.total_debt, borrowable, Round::HalfUp)?;
    let supply_usage = ray_div(usage.total_debt, owed, Round::HalfUp)?;
    let optimal = ray_of(strategy.optimal_usage_bps);
    let slope1 = ray_of(strategy.slope1_bps);
    let gained = if borrow_usage > optimal {
        let room = RAY.checked_sub(optimal).ok_or(OVERFLOW)?;
        let excess = ray_div(borrow_usage - optimal, room, Round::HalfUp)?;
        slope1 + ray_mul(ray_of(strategy.slope2_bps), excess, Round::HalfUp)?
    } else {
        let share = ray_mul(slope1, borrow_usage, Round::HalfUp)?;
        ray_div(share, optimal, Round::HalfUp)?
    };
    let variable_borrow = base.checked_add(gained).ok_or(OVERFLOW)?;
    let kept = PERCENTAGE
        .checked_sub(U256::from(usage.reserve_factor_bps))
        .ok_or(OVERFLOW)?;
    let earned = ray_mul(variable_borrow, supply_usage, Round::HalfUp)?;
    Ok(Rates {
        variable_borrow,
        liquidity: percent_mul(earned, kept, Round::HalfUp)?,
    })
}

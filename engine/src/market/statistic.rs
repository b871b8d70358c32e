//! Figures of a series of returns, each sum in the series' order.

use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// Log returns of prices; what is not positive has none and ends the list.
pub fn log_returns(prices: &[Decimal]) -> Vec<f64> {
    prices
        .windows(2)
        .take_while(|pair| pair[0].0 > 0 && pair[1].0 > 0)
        .map(|pair| libm::log(pair[1].0 as f64 / pair[0].0 as f64))
        .collect()
}

/// What is compared with published statistics.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// How many returns.
    pub returns: u32,
    /// Mean of a step.
    pub mean: f64,
    /// Sample deviation of a step.
    pub deviation: f64,
    /// Raw kurtosis: 3 for a normal law.
    pub kurtosis: f64,
    /// Skew.
    pub skew: f64,
    /// Autocorrelation of |r| at lag 1.
    pub clustering: f64,
    /// Mean autocorrelation of |r| at lags 2 to 24.
    pub clustering_far: f64,
    /// At [`LEVELS`].
    pub quantiles: [f64; 11],
}

/// The levels of [`Summary::quantiles`].
pub const LEVELS: [f64; 11] = [
    0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999,
];

/// The figures of at least 50 returns; `None` of fewer, or of returns that are all equal.
pub fn summarise(returns: &[f64]) -> Option<Summary> {
    if returns.len() < 50 {
        return None;
    }
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let power = |p: u32| {
        let each = returns.iter().map(|r| {
            let d = r - mean;
            (0..p).fold(1.0, |product, _| product * d)
        });
        each.sum::<f64>()
    };
    let square = power(2);
    if square <= 0.0 {
        return None;
    }
    let variance = square / (n - 1.0);
    let sizes: Vec<f64> = returns.iter().map(|r| r.abs()).collect();
    let far: f64 = (2..=24).map(|lag| autocorrelation(&sizes, lag)).sum();
    let mut sorted = returns.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(Summary {
        returns: returns.len() as u32,
        mean,
        deviation: libm::sqrt(variance),
        kurtosis: power(4) / n / (variance * variance),
        skew: power(3) / n / (variance * libm::sqrt(variance)),
        clustering: autocorrelation(&sizes, 1),
        clustering_far: far / 23.0,
        quantiles: LEVELS.map(|level| quantile(&sorted, level)),
    })
}

/// Autocorrelation at a lag; 0 where it is not defined.
pub fn autocorrelation(series: &[f64], lag: usize) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len().max(1) as f64;
    let whole: f64 = series.iter().map(|x| (x - mean) * (x - mean)).sum();
    let shifted = series.iter().zip(series.iter().skip(lag));
    let part: f64 = shifted.map(|(x, y)| (x - mean) * (y - mean)).sum();
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Correlation of two series of one length; 0 where it is not defined.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let mean = |s: &[f64]| s[..n].iter().sum::<f64>() / n.max(1) as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
        let pairs = x[..n].iter().zip(&y[..n]);
        pairs.map(|(x, y)| (x - mx) * (y - my)).sum()
    };
    let scale = libm::sqrt(sum(a, ma, a, ma) * sum(b, mb, b, mb));
    if scale > 0.0 {
        sum(a, ma, b, mb) / scale
    } else {
        0.0
    }
}

/// Linear between ranks (type 7 of Hyndman and Fan, 1996). `sorted` is not empty.
pub fn quantile(sorted: &[f64], level: f64) -> f64 {
    let place = level * (sorted.len() - 1) as f64;
    let low = libm::floor(place) as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

//! What a window of a market shows, quantised.

use super::path::Market;
use super::statistic::log_returns;
use crate::primitives::Decimal;

/// Seconds of a year.
const YEAR_S: f64 = 365.0 * 86_400.0;

impl Market {
    /// The price at a moment, by place; the last one after the end.
    pub fn price(&self, asset: usize, moment: usize) -> Option<Decimal> {
        let prices = &self.paths.get(asset)?.prices;
        prices.get(moment).or(prices.last()).copied()
    }

    /// Prices of the window that ends at a moment.
    fn window(&self, asset: usize, moment: usize, window_s: u64) -> Option<&[Decimal]> {
        let steps = usize::try_from(window_s / u64::from(self.step_s.max(1))).ok()?;
        let first = moment.checked_sub(steps)?;
        self.paths.get(asset)?.prices.get(first..=moment)
    }

    /// Change of the price over a window; `None` before there is one.
    pub fn change(&self, asset: usize, moment: usize, window_s: u64) -> Option<Decimal> {
        let window = self.window(asset, moment, window_s)?;
        let (first, last) = (window.first()?, window.last()?);
        last.minus(*first).over(*first)
    }

    /// Mean price over a window; `None` before there is one.
    pub fn mean(&self, asset: usize, moment: usize, window_s: u64) -> Option<Decimal> {
        let window = self.window(asset, moment, window_s)?;
        let sum: i128 = window.iter().map(|price| i128::from(price.0)).sum();
        i64::try_from(sum / window.len() as i128).ok().map(Decimal)
    }

    /// The funding rate of the last interval of an asset's perpetual that has ended, and the second at which it
    /// ended; `None` before there is one, or without a perpetual.
    pub fn funding(&self, asset: usize, moment: usize) -> Option<(Decimal, u64)> {
        let mut perpetuals = self.perpetuals.iter();
        let perpetual = perpetuals.find(|perpetual| perpetual.asset as usize == asset)?;
        let now_s = moment as u64 * u64::from(self.step_s);
        let ended = perpetual.rates.partition_point(|(at_s, _)| *at_s <= now_s);
        let (at_s, rate) = perpetual.rates.get(ended.checked_sub(1)?)?;
        Some((*rate, *at_s))
    }

    /// Yearly volatility over a window of at least three prices: root of the mean squared log return.
    pub fn volatility(&self, asset: usize, moment: usize, window_s: u64) -> Option<Decimal> {
        let returns = log_returns(self.window(asset, moment, window_s)?);
        if returns.len() < 2 {
            return None;
        }
        let square = returns.iter().map(|r| r * r).sum::<f64>() / returns.len() as f64;
        let yearly = libm::sqrt(square * YEAR_S / f64::from(self.step_s.max(1)));
        // `as` stays at the ends of the range.
        Some(Decimal(libm::round(yearly * 1e8) as i64))
    }
}

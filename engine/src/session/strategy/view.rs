//! A market at a moment, as automations see it.

use crate::automation::{Reading, View};
use crate::intent::language::ast::{Metric, PriceSource, Symbol};
use crate::market::{Market, NewsKind};

/// A market at a moment.
pub(super) struct MarketView<'m> {
    pub(super) market: &'m Market,
    pub(super) moment: usize,
}

impl View for MarketView<'_> {
    fn now_s(&self) -> u64 {
        self.moment as u64 * u64::from(self.market.step_s)
    }

    fn read(&self, _: u32, metric: &Metric) -> Option<Reading> {
        let asset = |symbol: &Symbol| self.market.asset(&symbol.0);
        let (market, moment) = (self.market, self.moment);
        let value = match metric {
            Metric::Price(symbol, PriceSource::Oracle) => market.price(asset(symbol)?, moment)?,
            Metric::Price(symbol, PriceSource::Twap(window)) => {
                market.mean(asset(symbol)?, moment, window.0)?
            }
            Metric::Volatility(symbol, window) => {
                market.volatility(asset(symbol)?, moment, window.0)?
            }
            Metric::Change(symbol, window) => market.change(asset(symbol)?, moment, window.0)?,
            Metric::Funding(symbol) => {
                let (value, at_s) = market.funding(asset(symbol)?, moment)?;
                return Some(Reading { value, at_s });
            }
            // There is no pool, no account and no lending market here.
            _ => return None,
        };
        Some(Reading {
            value,
            at_s: self.now_s(),
        })
    }

    fn news(&self, kind: Option<NewsKind>, severity: u8, since_s: u64) -> bool {
        let now = self.now_s();
        let end = self.market.news.partition_point(|news| news.at_s <= now);
        let mut seen = self.market.news[..end]
            .iter()
            .rev()
            .take_while(|news| news.at_s >= since_s);
        seen.any(|news| news.severity >= severity && kind.is_none_or(|kind| kind == news.kind))
    }
}

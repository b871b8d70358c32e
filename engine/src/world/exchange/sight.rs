//! The market at a step, as rules see it: feed, pools, purses, loans.

use super::account::person;
use super::ground::{Ground, decimal, exchange, raw};
use crate::automation::{Reading, View};
use crate::intent::language::ast::{Metric, PriceSource, Symbol};
use crate::market::{Market, NewsKind};
use crate::primitives::{Address, Decimal};

/// A market at a step.
pub(super) struct Sight<'a> {
    pub(super) market: &'a Market,
    pub(super) moment: usize,
    pub(super) quote: &'a str,
    pub(super) ground: &'a Ground,
    /// By pool, as far as they have been recorded.
    pub(super) spots: &'a [Vec<Decimal>],
    pub(super) fee: Decimal,
}

impl Sight<'_> {
    pub(super) fn token(&self, symbol: &Symbol) -> Option<usize> {
        if symbol.0 == self.quote {
            return Some(0);
        }
        self.market.asset(&symbol.0).map(|asset| asset + 1)
    }

    /// The feed's price of a token.
    pub(super) fn price(&self, token: usize) -> Decimal {
        match token.checked_sub(1) {
            None => Decimal::ONE,
            Some(asset) => self
                .market
                .price(asset, self.moment)
                .unwrap_or(Decimal::ONE),
        }
    }

    /// In the purse and supplied.
    pub(super) fn held(&self, token: usize, who: Address) -> u128 {
        let lenders = 0..self.ground.lenders.len();
        let supplied = lenders.map(|lender| self.ground.position(lender, token, who)[0]);
        self.ground.balance(token, who) + supplied.sum::<u128>()
    }

    pub(super) fn owed(&self, token: usize, who: Address) -> u128 {
        let lenders = 0..self.ground.lenders.len();
        lenders
            .map(|lender| self.ground.position(lender, token, who)[1])
            .sum()
    }

    pub(super) fn worth(&self, token: usize, amount: u128) -> u128 {
        exchange(amount, self.price(token), Decimal::ONE)
    }

    /// Worth of everything less what is owed, in the quote currency.
    pub(super) fn equity(&self, who: Address) -> Decimal {
        let tokens = 0..self.ground.tokens.len();
        let parts = tokens.map(|token| {
            let has = decimal(self.worth(token, self.held(token, who)));
            has.minus(decimal(self.worth(token, self.owed(token, who))))
        });
        parts.fold(Decimal::ZERO, Decimal::plus)
    }

    /// Worth of what is supplied as security and of what is owed, over all lending markets.
    pub(super) fn loan(&self, who: Address) -> [u128; 2] {
        let mut sums = [0, 0];
        for lender in 0..self.ground.lenders.len() {
            for token in 0..self.ground.tokens.len() {
                let position = self.ground.position(lender, token, who);
                for (sum, amount) in sums.iter_mut().zip(position) {
                    *sum += self.worth(token, amount);
                }
            }
        }
        sums
    }

    /// The pool of a token and the quote currency, with its place of the token.
    fn pool_of(&self, token: usize) -> Option<(usize, bool)> {
        let mut pools = self.ground.pools.iter().enumerate();
        pools.find_map(|(at, pool)| match pool.tokens {
            [first, 0] if first == token => Some((at, true)),
            [0, second] if second == token => Some((at, false)),
            _ => None,
        })
    }

    fn pool_price(&self, token: usize) -> Option<Decimal> {
        let (pool, is_first) = self.pool_of(token)?;
        let spot = self.ground.spot(pool);
        if is_first {
            Some(spot)
        } else {
            Decimal::ONE.over(spot)
        }
    }

    fn twap(&self, token: usize, window_s: u64) -> Option<Decimal> {
        let (pool, is_first) = self.pool_of(token)?;
        let steps = usize::try_from(window_s / u64::from(self.market.step_s.max(1))).ok()?;
        let spots = &self.spots[pool];
        let window = &spots[spots.len().checked_sub(steps + 1)?..];
        let sum: i128 = window.iter().map(|spot| i128::from(spot.0)).sum();
        let mean = Decimal(i64::try_from(sum / window.len() as i128).ok()?);
        if is_first {
            Some(mean)
        } else {
            Decimal::ONE.over(mean)
        }
    }

    fn share(&self, token: usize, who: Address) -> Option<Decimal> {
        let each = (0..self.ground.tokens.len()).map(|at| self.worth(at, self.held(at, who)));
        let each: Vec<u128> = each.collect();
        decimal(each[token]).over(decimal(each.iter().sum()))
    }
}

impl View for Sight<'_> {
    fn now_s(&self) -> u64 {
        self.moment as u64 * u64::from(self.market.step_s)
    }

    fn read(&self, owner: u32, metric: &Metric) -> Option<Reading> {
        let who = person(owner);
        let asset = |symbol: &Symbol| self.market.asset(&symbol.0);
        let (market, moment) = (self.market, self.moment);
        let value = match metric {
            Metric::Price(symbol, PriceSource::Oracle) => self.price(self.token(symbol)?),
            Metric::Price(symbol, PriceSource::Pool) => self.pool_price(self.token(symbol)?)?,
            Metric::Price(symbol, PriceSource::Twap(window)) => {
                self.twap(self.token(symbol)?, window.0)?
            }
            Metric::Volatility(symbol, window) => {
                market.volatility(asset(symbol)?, moment, window.0)?
            }
            Metric::Change(symbol, window) => market.change(asset(symbol)?, moment, window.0)?,
            Metric::Balance(symbol) => decimal(self.ground.balance(self.token(symbol)?, who)),
            Metric::Share(symbol) => self.share(self.token(symbol)?, who)?,
            Metric::Health => self.ground.health(who).unwrap_or(Decimal::MAX),
            Metric::Ratio => {
                let [collateral, debt] = self.loan(who);
                let ratio = decimal(collateral).over(decimal(debt));
                ratio.filter(|_| debt > 0).unwrap_or(Decimal::MAX)
            }
            Metric::Rate(symbol) => {
                let token = self.token(symbol)?;
                let lenders = 0..self.ground.lenders.len();
                lenders
                    .map(|lender| self.ground.rate(lender, token))
                    .max()?
            }
            Metric::Gas => self.fee,
            Metric::Funding(symbol) => {
                let (value, at_s) = market.funding(asset(symbol)?, moment)?;
                return Some(Reading { value, at_s });
            }
            // Drops and rises are the watch's own.
            Metric::Drop(_) | Metric::Rise(_) => return None,
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

/// Raw units of a share of an amount, rounded down.
pub(super) fn part(amount: u128, share: Decimal) -> u128 {
    exchange(
        amount,
        Decimal(i64::try_from(raw(share)).unwrap_or(0)),
        Decimal::ONE,
    )
}

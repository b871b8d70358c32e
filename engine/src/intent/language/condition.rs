//! Reading conditions.
//!
//! ```text
//! any    := all { "or" all }          all := one { "and" one }
//! one    := "not" one | "(" any ")" | news | metric bound
//! bound  := ("<" | "<=" | ">" | ">=") value | ("in" | "outside") value ".." value
//! ```

use super::ast::{Comparison, Condition, Metric, NewsKind, PriceSource, Unit};
use super::check;
use super::parser::{Parsed, Parser};
use crate::primitives::Decimal;

/// Most parts of one `and` or `or`.
pub(super) const PARTS_MAX: usize = 16;

impl Parser<'_> {
    /// A condition.
    pub(super) fn condition(&mut self) -> Parsed<Condition> {
        let first = self.all()?;
        let parts = self.parts(first, "or", Self::all)?;
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Parsed<Condition> {
        let first = self.one()?;
        let parts = self.parts(first, "and", Self::one)?;
        Ok(one_or(parts, Condition::All))
    }

    fn parts(
        &mut self,
        first: Condition,
        word: &'static str,
        next: impl Fn(&mut Self) -> Parsed<Condition>,
    ) -> Parsed<Vec<Condition>> {
        let mut parts = vec![first];
        while self.word(word) {
            if parts.len() >= PARTS_MAX {
                let message = format!("more than {PARTS_MAX} parts");
                return Err(self.refuse(message, "group them in brackets, or leave some out"));
            }
            parts.push(next(self)?);
        }
        Ok(parts)
    }

    fn one(&mut self) -> Parsed<Condition> {
        if self.word("not") {
            let inner = self.deeper(Self::one)?;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.sign("(") {
            let inner = self.deeper(Self::condition)?;
            self.need_sign(")", "close the bracket")?;
            return Ok(inner);
        }
        let condition = if self.word("news") {
            self.news()?
        } else {
            let metric = self.metric()?;
            self.bound(metric)?
        };
        self.report(|report| check::of_condition(&condition, report));
        Ok(condition)
    }

    fn news(&mut self) -> Parsed<Condition> {
        self.need_sign("(", "write news(hack, 3) within 1h")?;
        let kind = if self.word("any") {
            None
        } else {
            let found = NewsKind::ALL
                .into_iter()
                .find(|kind| self.word(kind.word()));
            Some(found.ok_or_else(|| self.fail("say what the news is about"))?)
        };
        self.need_sign(",", "write the least severity, 1 to 5, after the kind")?;
        let severity = self.count(1, 5)? as u8;
        self.need_sign(")", "write news(hack, 3) within 1h")?;
        self.need_word("within", "say how old the news may be: within 1h")?;
        let within = self.span()?;
        Ok(Condition::News {
            kind,
            severity,
            within,
        })
    }

    fn metric(&mut self) -> Parsed<Metric> {
        for (word, metric) in [
            ("health", Metric::Health),
            ("ratio", Metric::Ratio),
            ("gas", Metric::Gas),
        ] {
            if self.word(word) {
                return Ok(metric);
            }
        }
        if self.word("price") {
            return self.price();
        }
        for (word, make) in [
            ("volatility", Metric::Volatility as fn(_, _) -> _),
            ("change", Metric::Change),
        ] {
            if self.word(word) {
                self.need_sign("(", "name the asset and the window: (ETH, 24h)")?;
                let asset = self.symbol()?;
                self.need_sign(",", "name the window after the asset: (ETH, 24h)")?;
                let window = self.span()?;
                self.need_sign(")", "close the bracket")?;
                return Ok(make(asset, window));
            }
        }
        for (word, make) in [
            ("drop", Metric::Drop as fn(_) -> _),
            ("rise", Metric::Rise),
            ("balance", Metric::Balance),
            ("share", Metric::Share),
            ("funding", Metric::Funding),
            ("rate", Metric::Rate),
        ] {
            if self.word(word) {
                self.need_sign("(", "name the asset: (ETH)")?;
                let asset = self.symbol()?;
                self.need_sign(")", "close the bracket")?;
                return Ok(make(asset));
            }
        }
        Err(self.fail("say what is measured, such as price(ETH) or volatility(ETH, 24h)"))
    }

    fn price(&mut self) -> Parsed<Metric> {
        self.need_sign("(", "name the asset: price(ETH)")?;
        let asset = self.symbol()?;
        let mut source = PriceSource::Oracle;
        if self.sign(",") {
            source = if self.word("pool") {
                PriceSource::Pool
            } else if self.word("twap") {
                PriceSource::Twap(self.span()?)
            } else {
                self.need_word("oracle", "say where the price is from")?;
                PriceSource::Oracle
            };
        }
        self.need_sign(")", "close the bracket")?;
        Ok(Metric::Price(asset, source))
    }

    fn bound(&mut self, metric: Metric) -> Parsed<Condition> {
        // Longer signs come first in the lexer, so the order here does not matter.
        let found = Comparison::ALL.into_iter().find(|c| self.sign(c.sign()));
        if let Some(comparison) = found {
            let value = self.value(&metric)?;
            return Ok(Condition::Compare {
                metric,
                comparison,
                value,
            });
        }
        let inside = self.word("in");
        if !inside {
            self.need_word("outside", "say what it is compared with, such as < 80%")?;
        }
        let low = self.value(&metric)?;
        self.need_sign("..", "write a range such as 1800 .. 2200")?;
        let high = self.value(&metric)?;
        Ok(Condition::Range {
            metric,
            inside,
            low,
            high,
        })
    }

    fn value(&mut self, metric: &Metric) -> Parsed<Decimal> {
        let negative = self.sign("-");
        let value = match metric.unit() {
            Unit::Number => self.number()?,
            Unit::Percent => self.percent()?,
        };
        Ok(if negative { Decimal(-value.0) } else { value })
    }
}

fn one_or(mut parts: Vec<Condition>, make: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            make(parts)
        }
        // The first part is always there.
        None => make(parts),
    }
}

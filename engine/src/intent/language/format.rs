//! From document to text, in one way only.

use super::ast::{
    Condition, Cron, Document, Firing, Leverage, Limits, Metric, Plan, PriceSource, Quantity, Rule,
    Seconds, Start, Strategy, Symbol, Trade, Unit, Venue,
};
use super::lexer::UNITS;
use crate::primitives::Decimal;
use std::fmt::{self, Display, Formatter};

/// The text of a document. Notes (`# …`) are no part of a document and are lost.
pub fn format(document: &Document) -> String {
    let texts: Vec<_> = document
        .strategies
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut text = texts.join(";\n\n");
    text.push('\n');
    text
}

/// The text of one rule, at the left margin.
pub fn format_rule(rule: &Rule) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_rule(&mut text, rule, 0);
    text
}

/// Whether a part of a condition must stand in brackets there.
pub(super) fn needs_bracket(whole: &Condition, part: &Condition) -> bool {
    matches!(
        (whole, part),
        (Condition::Any(_), Condition::Any(_))
            | (
                Condition::All(_) | Condition::Not(_),
                Condition::All(_) | Condition::Any(_)
            )
    )
}

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        // Up to two days people count hours.
        let units = if rest < 2 * 86_400 {
            &UNITS[1..]
        } else {
            &UNITS[..]
        };
        for (unit, seconds) in units.iter().copied() {
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl Display for Symbol {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Display for Strategy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            writeln!(f, "\"{name}\":")?;
        }
        write_rule(f, &self.rule, 0)
    }
}

impl Display for Quantity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(amount) => amount.fmt(f),
            Self::Share(share) => write!(f, "{}%", share.percent()),
            Self::All => f.write_str("all"),
        }
    }
}

impl Display for Metric {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price(asset, PriceSource::Oracle) => write!(f, "price({asset})"),
            Self::Price(asset, PriceSource::Pool) => write!(f, "price({asset}, pool)"),
            Self::Price(asset, PriceSource::Twap(window)) => {
                write!(f, "price({asset}, twap {window})")
            }
            Self::Volatility(asset, window) => write!(f, "volatility({asset}, {window})"),
            Self::Change(asset, window) => write!(f, "change({asset}, {window})"),
            Self::Drop(asset) => write!(f, "drop({asset})"),
            Self::Rise(asset) => write!(f, "rise({asset})"),
            Self::Balance(asset) => write!(f, "balance({asset})"),
            Self::Share(asset) => write!(f, "share({asset})"),
            Self::Funding(asset) => write!(f, "funding({asset})"),
            Self::Rate(asset) => write!(f, "rate({asset})"),
            Self::Health => f.write_str("health"),
            Self::Ratio => f.write_str("ratio"),
            Self::Gas => f.write_str("gas"),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare {
                metric,
                comparison,
                value,
            } => write!(
                f,
                "{metric} {} {}",
                comparison.sign(),
                measured(metric, *value)
            ),
            Self::Range {
                metric,
                inside,
                low,
                high,
            } => {
                let word = if *inside { "in" } else { "outside" };
                let (low, high) = (measured(metric, *low), measured(metric, *high));
                write!(f, "{metric} {word} {low} .. {high}")
            }
            Self::News {
                kind,
                severity,
                within,
            } => {
                let kind = kind.map_or("any", |kind| kind.word());
                write!(f, "news({kind}, {severity}) within {within}")
            }
            Self::All(parts) => self.join(f, parts, " and "),
            Self::Any(parts) => self.join(f, parts, " or "),
            Self::Not(inner) => {
                f.write_str("not ")?;
                self.part(f, inner)
            }
        }
    }
}

impl Condition {
    fn part(&self, f: &mut Formatter<'_>, part: &Self) -> fmt::Result {
        if needs_bracket(self, part) {
            write!(f, "({part})")
        } else {
            part.fmt(f)
        }
    }

    fn join(&self, f: &mut Formatter<'_>, parts: &[Self], word: &str) -> fmt::Result {
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                f.write_str(word)?;
            }
            self.part(f, part)?;
        }
        Ok(())
    }
}

fn measured(metric: &Metric, value: Decimal) -> String {
    match metric.unit() {
        Unit::Number => value.to_string(),
        Unit::Percent => format!("{}%", value.percent()),
    }
}

fn write_rule(f: &mut impl fmt::Write, rule: &Rule, indent: usize) -> fmt::Result {
    write_start(f, &rule.start)?;
    if let Some(condition) = &rule.condition {
        write!(f, " while {condition}")?;
    }
    f.write_str(": ")?;
    write_plan(f, &rule.plan, indent)?;
    write_limits(f, &rule.limits)?;
    if !rule.then.is_empty() {
        f.write_str(" then ")?;
        write_block(f, &rule.then, indent)?;
    }
    Ok(())
}

fn write_block(f: &mut impl fmt::Write, rules: &[Rule], indent: usize) -> fmt::Result {
    f.write_str("{\n")?;
    let margin = "  ".repeat(indent + 1);
    for (number, rule) in rules.iter().enumerate() {
        if number > 0 {
            f.write_str(";\n")?;
        }
        f.write_str(&margin)?;
        write_rule(f, rule, indent + 1)?;
    }
    write!(f, "\n{}}}", "  ".repeat(indent))
}

fn write_start(f: &mut impl fmt::Write, start: &Start) -> fmt::Result {
    match start {
        Start::Once => f.write_str("once"),
        Start::Every(time) => write!(f, "every {time}"),
        Start::At(time) => write!(f, "at {time}"),
        Start::Cron(Cron {
            minute,
            hour,
            weekday,
        }) => {
            let field = |field: &Option<u8>| field.map_or("*".to_owned(), |n| n.to_string());
            write!(
                f,
                "cron \"{} {} {}\"",
                field(minute),
                field(hour),
                field(weekday)
            )
        }
        Start::When(trigger) => {
            write!(f, "when {}", trigger.condition)?;
            if let Some(hold) = trigger.hold {
                write!(f, " for {hold}")?;
            }
            if let Some(share) = trigger.hysteresis {
                write!(f, " hysteresis {}%", share.percent())?;
            }
            if let Some(age) = trigger.fresh {
                write!(f, " fresh {age}")?;
            }
            if let Some(rest) = trigger.cooldown {
                write!(f, " cooldown {rest}")?;
            }
            if trigger.firing == Firing::Level {
                f.write_str(" on level")?;
            }
            if let Some(runs) = trigger.runs {
                write!(f, " runs {runs}")?;
            }
            Ok(())
        }
    }
}

fn write_plan(f: &mut impl fmt::Write, plan: &Plan, indent: usize) -> fmt::Result {
    match plan {
        Plan::Trade { trade, chunks } => {
            match trade {
                Trade::Spend { amount, give, get } => write!(f, "buy {amount} {give} of {get}")?,
                Trade::Buy { amount, get, give } => write!(f, "buy {amount} {get} with {give}")?,
                Trade::Sell { amount, give, get } => write!(f, "sell {amount} {give} for {get}")?,
            }
            if let Some(chunks) = chunks {
                write!(f, " in {} parts every {}", chunks.parts, chunks.gap)?;
                if let Some(jitter) = chunks.jitter {
                    write!(f, " jitter {jitter}")?;
                }
            }
            Ok(())
        }
        Plan::Grid(grid) => {
            write!(
                f,
                "grid {} with {} from {} to {} in {} steps of {}",
                grid.base, grid.quote, grid.low, grid.high, grid.levels, grid.lot
            )?;
            f.write_str(if grid.even { " even" } else { "" })
        }
        Plan::Rebalance { weights, band } => {
            f.write_str("rebalance to ")?;
            for (number, (asset, weight)) in weights.iter().enumerate() {
                let plus = if number > 0 { " + " } else { "" };
                write!(f, "{plus}{}% {asset}", weight.percent())?;
            }
            write!(f, " within {}%", band.percent())
        }
        Plan::Boost(leverage) => write_leverage(f, "boost", leverage),
        Plan::Repay(leverage) => write_leverage(f, "repay", leverage),
        Plan::Compound {
            asset,
            gain_over_cost,
        } => {
            write!(f, "compound {asset}")?;
            match gain_over_cost {
                Some(times) => write!(f, " above {times}x cost"),
                None => Ok(()),
            }
        }
        Plan::Lend { asset, better_by } => {
            write!(f, "lend {asset} for {}% more", better_by.percent())
        }
        Plan::OneOf(rules) => {
            f.write_str("one of ")?;
            write_block(f, rules, indent)
        }
    }
}

fn write_leverage(f: &mut impl fmt::Write, word: &str, leverage: &Leverage) -> fmt::Result {
    let Leverage {
        collateral,
        debt,
        ratio,
        band,
    } = leverage;
    let (ratio, band) = (ratio.percent(), band.percent());
    write!(
        f,
        "{word} {collateral} against {debt} to {ratio}% within {band}%"
    )
}

fn write_limits(f: &mut impl fmt::Write, limits: &Limits) -> fmt::Result {
    if let Some(price) = limits.price {
        write!(f, ", limit {price}")?;
    }
    if let Some(share) = limits.from_oracle {
        write!(f, ", at most {}% from oracle", share.percent())?;
    }
    if let Some(share) = limits.impact {
        write!(f, ", impact {}%", share.percent())?;
    }
    if let Some(fee) = limits.fee {
        write!(f, ", fee {fee}")?;
    }
    if let Some(condition) = &limits.require {
        write!(f, ", require {condition}")?;
    }
    if let Some(condition) = &limits.ensure {
        write!(f, ", ensure {condition}")?;
    }
    if let Some((amount, asset)) = &limits.budget {
        write!(f, ", budget {amount} {asset}")?;
    }
    if let Some(fills) = limits.fills {
        write!(f, ", stop after {fills} fills")?;
    }
    if let Some(time) = limits.starts {
        write!(f, ", starts after {time}")?;
    }
    if let Some(time) = limits.expires {
        write!(f, ", expires after {time}")?;
    }
    if limits.partial {
        f.write_str(", partial")?;
    }
    match limits.venue {
        None => {}
        Some(Venue::Pool) => f.write_str(", via pool")?,
        Some(Venue::Auction) => f.write_str(", via auction")?,
        Some(Venue::Quote) => f.write_str(", via quote")?,
        Some(Venue::Dutch { premium, over }) => {
            write!(f, ", via dutch from {}% over {over}", premium.percent())?;
        }
    }
    if let Some(nonce) = limits.nonce {
        write!(f, ", nonce {nonce}")?;
    }
    Ok(())
}

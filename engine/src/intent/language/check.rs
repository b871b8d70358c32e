//! What a strategy may say: the bounds that a form and a text share.

use super::ast::{
    Condition, Document, Limits, Metric, Plan, PriceSource, Quantity, Rule, Start, Trade, Venue,
};
use super::bound::{moment, number, pair, part, positive, span, symbol};
use super::condition::PARTS_MAX;
use super::parser::DEPTH_MAX;
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// Most strategies of a text.
pub const STRATEGIES_MAX: usize = 16;
/// Most rules of a block.
pub const RULES_MAX: usize = 8;
/// Most assets of a portfolio.
pub const WEIGHTS_MAX: usize = 8;
/// Largest nonce.
pub(super) const NONCE_MAX: u64 = 1_000_000_000;
/// Longest name, in bytes.
const NAME_BYTES_MAX: usize = 48;
/// One thing wrong with a document that did not come from a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Where: `strategies[0].rule.plan`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: String,
}

/// Takes a message and the way out.
pub(super) type Report<'r> = &'r mut dyn FnMut(String, &str);

/// All problems of a document. One without any can be formatted and is read back as it was.
pub fn check(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    let count = document.strategies.len();
    if !(1..=STRATEGIES_MAX).contains(&count) {
        add(
            &mut findings,
            "strategies",
            format!("{count} strategies"),
            "write 1 to 16",
        );
    }
    for (number, strategy) in document.strategies.iter().enumerate().take(STRATEGIES_MAX) {
        let path = format!("strategies[{number}]");
        if let Some(name) = &strategy.name {
            let path = format!("{path}.name");
            of_name(name, &mut |message, hint| {
                add(&mut findings, &path, message, hint)
            });
        }
        rule(&strategy.rule, &format!("{path}.rule"), 0, &mut findings);
    }
    findings
}

fn add(findings: &mut Vec<Finding>, path: &str, message: String, hint: &str) {
    findings.push(Finding {
        path: path.to_owned(),
        message,
        hint: hint.to_owned(),
    });
}

fn rule(rule_: &Rule, path: &str, depth: u32, findings: &mut Vec<Finding>) {
    let r = rule_;
    if depth > DEPTH_MAX {
        let message = format!("nested more than {DEPTH_MAX} deep");
        return add(findings, path, message, "split it into several strategies");
    }
    let sub = |name: &str| format!("{path}.{name}");
    of_start(&r.start, &mut |m, h| add(findings, &sub("start"), m, h));
    let mut conditions = vec![
        ("condition", r.condition.as_ref()),
        ("limits.require", r.limits.require.as_ref()),
        ("limits.ensure", r.limits.ensure.as_ref()),
    ];
    if let Start::When(trigger) = &r.start {
        conditions.push(("start.when.condition", Some(&trigger.condition)));
    }
    for (name, found) in conditions {
        if let Some(found) = found {
            condition(found, depth, &mut |m, h| add(findings, &sub(name), m, h));
        }
    }
    of_plan(&r.plan, &mut |m, h| add(findings, &sub("plan"), m, h));
    of_limits(&r.limits, &mut |m, h| add(findings, &sub("limits"), m, h));
    if let Plan::OneOf(rules) = &r.plan {
        for (number, inner) in rules.iter().enumerate().take(RULES_MAX) {
            rule(
                inner,
                &sub(&format!("plan.one_of[{number}]")),
                depth + 1,
                findings,
            );
        }
    }
    if r.then.len() > RULES_MAX {
        add(
            findings,
            &sub("then"),
            format!("{} rules", r.then.len()),
            "write at most 8",
        );
    }
    for (number, inner) in r.then.iter().enumerate().take(RULES_MAX) {
        rule(inner, &sub(&format!("then[{number}]")), depth + 1, findings);
    }
}

/// A condition with all its parts. `depth` counts as the parser does: brackets, `not`, braces.
fn condition(found: &Condition, depth: u32, report: Report<'_>) {
    if depth > DEPTH_MAX {
        let message = format!("nested more than {DEPTH_MAX} deep");
        return report(message, "write it with fewer brackets");
    }
    match found {
        Condition::All(parts) | Condition::Any(parts) => {
            if !(2..=PARTS_MAX).contains(&parts.len()) {
                report(
                    format!("{} parts of one condition", parts.len()),
                    "write 2 to 16",
                );
            }
            for part in parts.iter().take(PARTS_MAX) {
                let bracket = super::format::needs_bracket(found, part);
                condition(part, depth + u32::from(bracket), report);
            }
        }
        Condition::Not(inner) => {
            let bracket = super::format::needs_bracket(found, inner);
            condition(inner, depth + 1 + u32::from(bracket), report);
        }
        other => of_condition(other, report),
    }
}

/// A condition without parts.
pub(super) fn of_condition(condition: &Condition, report: Report<'_>) {
    match condition {
        Condition::Compare { metric, value, .. } => {
            of_metric(metric, report);
            number(*value, report);
        }
        Condition::Range {
            metric, low, high, ..
        } => {
            of_metric(metric, report);
            number(*low, report);
            number(*high, report);
            if low > high {
                report(
                    "the range is empty".to_owned(),
                    "write the lower bound first",
                );
            }
        }
        Condition::News {
            severity, within, ..
        } => {
            if !(1..=5).contains(severity) {
                report(format!("severity {severity}"), "write 1 to 5");
            }
            span(*within, report);
        }
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {}
    }
}

fn of_metric(metric: &Metric, report: Report<'_>) {
    match metric {
        Metric::Price(asset, source) => {
            symbol(asset, report);
            if let PriceSource::Twap(window) = source {
                span(*window, report);
            }
        }
        Metric::Volatility(asset, window) | Metric::Change(asset, window) => {
            symbol(asset, report);
            span(*window, report);
        }
        Metric::Drop(asset)
        | Metric::Rise(asset)
        | Metric::Balance(asset)
        | Metric::Share(asset)
        | Metric::Funding(asset)
        | Metric::Rate(asset) => symbol(asset, report),
        Metric::Health | Metric::Ratio | Metric::Gas => {}
    }
}

pub(super) fn of_name(name: &str, report: Report<'_>) {
    if name.len() > NAME_BYTES_MAX || name.contains('"') || name.chars().any(char::is_control) {
        let message =
            format!("longer than {NAME_BYTES_MAX} bytes, or with marks that cannot be written");
        report(message, "choose a short name on one line");
    }
}

pub(super) fn of_start(start: &Start, report: Report<'_>) {
    match start {
        Start::Once => {}
        Start::Every(time) => span(*time, report),
        Start::At(time) => moment(*time, report),
        Start::Cron(cron) => {
            if cron.minute.is_some_and(|m| m > 59)
                || cron.hour.is_some_and(|h| h > 23)
                || cron.weekday.is_some_and(|d| d > 6)
            {
                report(
                    "no such minute".to_owned(),
                    "minutes 0 to 59, hours 0 to 23, weekdays 0 to 6",
                );
            }
        }
        Start::When(trigger) => {
            for time in [trigger.hold, trigger.fresh, trigger.cooldown]
                .into_iter()
                .flatten()
            {
                span(time, report);
            }
            if let Some(share) = trigger.hysteresis {
                part(share, Decimal::ONE, report);
            }
            if trigger
                .runs
                .is_some_and(|runs| !(1..=1_000_000).contains(&runs))
            {
                report("no such number of runs".to_owned(), "write 1 to 1000000");
            }
        }
    }
}

pub(super) fn of_plan(plan: &Plan, report: Report<'_>) {
    match plan {
        Plan::Trade { trade, chunks } => {
            let (give, get) = match trade {
                Trade::Spend { amount, give, get } | Trade::Sell { amount, give, get } => {
                    match amount {
                        Quantity::Exact(amount) => positive(*amount, report),
                        Quantity::Share(share) => part(*share, Decimal::ONE, report),
                        Quantity::All => {}
                    }
                    (give, get)
                }
                Trade::Buy { amount, get, give } => {
                    positive(*amount, report);
                    (give, get)
                }
            };
            pair(give, get, report);
            if let Some(chunks) = chunks {
                if !(2..=1_000).contains(&chunks.parts) {
                    report(format!("{} parts", chunks.parts), "write 2 to 1000");
                }
                span(chunks.gap, report);
                if let Some(jitter) = chunks.jitter {
                    span(jitter, report);
                    if jitter > chunks.gap {
                        report(
                            "later than the next part".to_owned(),
                            "write less jitter than gap",
                        );
                    }
                }
            }
        }
        Plan::Grid(grid) => {
            pair(&grid.base, &grid.quote, report);
            positive(grid.low, report);
            positive(grid.high, report);
            positive(grid.lot, report);
            if grid.low >= grid.high {
                report(
                    "the grid is empty".to_owned(),
                    "write the lower price first",
                );
            }
            if !(1..=200).contains(&grid.levels) {
                report(format!("{} steps", grid.levels), "write 1 to 200");
            }
        }
        Plan::Rebalance { weights, band } => {
            if !(2..=WEIGHTS_MAX).contains(&weights.len()) {
                report(format!("{} assets", weights.len()), "write 2 to 8");
            }
            for (number, (asset, weight)) in weights.iter().enumerate() {
                symbol(asset, report);
                part(*weight, Decimal::ONE, report);
                if weights[..number]
                    .iter()
                    .any(|(earlier, _)| earlier == asset)
                {
                    report(format!("{} stands twice", asset.0), "name each asset once");
                }
            }
            let sum = weights
                .iter()
                .fold(Decimal::ZERO, |sum, (_, w)| sum.plus(*w));
            if sum != Decimal::ONE {
                let message = format!("the parts add up to {}%", sum.percent());
                report(message, "make them add up to 100%");
            }
            part(*band, Decimal::ONE, report);
        }
        Plan::Boost(leverage) | Plan::Repay(leverage) => {
            pair(&leverage.collateral, &leverage.debt, report);
            positive(leverage.band, report);
            if leverage.ratio <= Decimal::ONE.plus(leverage.band)
                || leverage.ratio > Decimal::whole(1_000)
            {
                report(
                    format!("a ratio of {}%", leverage.ratio.percent()),
                    "collateral over debt is above 100% by more than the band",
                );
            }
        }
        Plan::Compound {
            asset,
            gain_over_cost,
        } => {
            symbol(asset, report);
            if let Some(times) = gain_over_cost {
                positive(*times, report);
            }
        }
        Plan::Lend { asset, better_by } => {
            symbol(asset, report);
            part(*better_by, Decimal::ONE, report);
        }
        Plan::OneOf(rules) => {
            if !(2..=RULES_MAX).contains(&rules.len()) {
                report(format!("one of {}", rules.len()), "write 2 to 8 rules");
            }
        }
    }
}

pub(super) fn of_limits(limits: &Limits, report: Report<'_>) {
    for value in [limits.price, limits.fee].into_iter().flatten() {
        positive(value, report);
    }
    for share in [limits.from_oracle, limits.impact].into_iter().flatten() {
        if share >= Decimal::ONE {
            let message = format!("{}% is no limit: anything is accepted", share.percent());
            report(message, "write less than 100%");
        } else {
            part(share, Decimal::ONE, report);
        }
    }
    if let Some((amount, asset)) = &limits.budget {
        positive(*amount, report);
        symbol(asset, report);
    }
    if limits
        .fills
        .is_some_and(|fills| !(1..=1_000_000).contains(&fills))
    {
        report("no such number of fills".to_owned(), "write 1 to 1000000");
    }
    for time in [limits.starts, limits.expires].into_iter().flatten() {
        moment(time, report);
    }
    if let (Some(starts), Some(expires)) = (limits.starts, limits.expires)
        && starts >= expires
    {
        report(
            "it expires before it starts".to_owned(),
            "write a later end",
        );
    }
    if let Some(Venue::Dutch { premium, over }) = limits.venue {
        part(premium, Decimal::ONE, report);
        span(over, report);
    }
    if limits.nonce.is_some_and(|nonce| nonce > NONCE_MAX) {
        report(
            "the nonce is too large".to_owned(),
            "write at most 1000000000",
        );
    }
}

//! Conditions on readings, in three values: true, false, not known.

use crate::intent::language::ast::{Comparison, Condition, Metric, PriceSource, Symbol};
use crate::market::NewsKind;
use crate::primitives::Decimal;
use std::collections::BTreeMap;

/// A value and when it was observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// In the metric's unit.
    pub value: Decimal,
    /// The second of the observation.
    pub at_s: u64,
}

/// What can be seen at a block.
pub trait View {
    /// The second.
    fn now_s(&self) -> u64;
    /// A metric of an owner; `None` where there is none. Never asked for drops and rises.
    fn read(&self, owner: u32, metric: &Metric) -> Option<Reading>;
    /// Whether there were news of a kind (`None` for any), at least so severe, not older than this.
    fn news(&self, kind: Option<NewsKind>, severity: u8, since_s: u64) -> bool;
}

/// Whether a condition holds for an owner at a block, apart from any watch: drops and rises, which are
/// counted from arming, are not known then.
pub fn holds(view: &dyn View, owner: u32, condition: &Condition) -> Option<bool> {
    let eye = Eye {
        view,
        owner,
        extremes: &Extremes::new(),
        fresh_s: None,
        ease: Decimal::ZERO,
    };
    eye.holds(condition)
}

/// Highest and lowest price of an asset since arming.
pub(super) type Extremes = BTreeMap<Symbol, (Decimal, Decimal)>;

/// How a condition is looked at.
pub(super) struct Eye<'e> {
    pub(super) view: &'e dyn View,
    pub(super) owner: u32,
    pub(super) extremes: &'e Extremes,
    /// Observations older than so many seconds do not count.
    pub(super) fresh_s: Option<u64>,
    /// Bounds are easier by this share: what must be missed before a rule fires again.
    pub(super) ease: Decimal,
}

impl Eye<'_> {
    /// A metric's value, if it is known and fresh.
    pub(super) fn value(&self, metric: &Metric) -> Option<Decimal> {
        let reading = match metric {
            Metric::Drop(asset) | Metric::Rise(asset) => {
                let price = Metric::Price(asset.clone(), PriceSource::Oracle);
                let price = self.view.read(self.owner, &price)?;
                let (peak, trough) = self.extremes.get(asset)?;
                let (far, from) = match metric {
                    Metric::Drop(_) => (peak.minus(price.value), *peak),
                    _ => (price.value.minus(*trough), *trough),
                };
                Reading {
                    value: far.over(from)?,
                    at_s: price.at_s,
                }
            }
            other => self.view.read(self.owner, other)?,
        };
        let age = self.view.now_s().saturating_sub(reading.at_s);
        self.fresh_s
            .is_none_or(|most| age <= most)
            .then_some(reading.value)
    }

    /// Whether a condition holds; `None` where that is not known.
    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Compare {
                metric,
                comparison,
                value,
            } => Some(comparison.holds(self.value(metric)?, self.eased(*comparison, *value))),
            Condition::Range {
                metric,
                inside,
                low,
                high,
            } => {
                let value = self.value(metric)?;
                let (low, high) = if *inside {
                    (
                        self.eased(Comparison::AtLeast, *low),
                        self.eased(Comparison::AtMost, *high),
                    )
                } else {
                    (
                        self.eased(Comparison::Below, *low),
                        self.eased(Comparison::Above, *high),
                    )
                };
                Some((low <= value && value <= high) == *inside)
            }
            Condition::News {
                kind,
                severity,
                within,
            } => {
                let since = self.view.now_s().saturating_sub(within.0);
                Some(self.view.news(*kind, *severity, since))
            }
            Condition::All(parts) => {
                let mut known = Some(true);
                for part in parts {
                    match self.holds(part) {
                        Some(false) => return Some(false),
                        None => known = None,
                        Some(true) => {}
                    }
                }
                known
            }
            Condition::Any(parts) => {
                let mut known = Some(false);
                for part in parts {
                    match self.holds(part) {
                        Some(true) => return Some(true),
                        None => known = None,
                        Some(false) => {}
                    }
                }
                known
            }
            Condition::Not(inner) => self.holds(inner).map(|holds| !holds),
        }
    }

    fn eased(&self, comparison: Comparison, bound: Decimal) -> Decimal {
        if self.ease == Decimal::ZERO {
            return bound;
        }
        let width = Decimal(bound.times(self.ease).0.saturating_abs());
        match comparison {
            Comparison::Below | Comparison::AtMost => bound.plus(width),
            Comparison::Above | Comparison::AtLeast => bound.minus(width),
        }
    }
}

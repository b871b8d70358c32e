//! Why not now: the clause that keeps a rule from firing, its value, and how far away it is.

use super::evaluate::{Eye, View};
use super::watch::Watch;
use crate::intent::language::ast::{Comparison, Condition, Start};
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// What stands in the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// Nothing: it fires.
    None,
    /// It is not valid yet, for so many seconds.
    NotYetValid(u64),
    /// It is over: expired, or it has fired as often as it may.
    Over,
    /// It goes by the clock, and its time comes in so many seconds.
    NotDue(u64),
    /// The clause does not hold.
    Clause,
    /// The clause cannot be read, or its reading is too old.
    Unread,
    /// It holds, but must hold for so many seconds more.
    Holding(u64),
    /// It fired a short while ago and rests for so many seconds more.
    Resting(u64),
    /// It fired on this and must be missed first.
    FiredAlready,
    /// What must hold meanwhile (`while`) does not.
    Meanwhile,
}

/// Why a watch does not fire.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WhyNot {
    /// What stands in the way.
    pub obstacle: Obstacle,
    /// The clause, as it is written; empty for obstacles of time.
    pub clause: String,
    /// Its value now, if it is measured and known.
    pub value: Option<Decimal>,
    /// By how much the value must change; 0 or less is none.
    pub distance: Option<Decimal>,
}

impl WhyNot {
    const fn of(obstacle: Obstacle) -> Self {
        Self {
            obstacle,
            clause: String::new(),
            value: None,
            distance: None,
        }
    }
}

impl Watch {
    /// Why it does not fire at this block; asked after [`Watch::look`] at the same block.
    pub fn why_not(&self, view: &dyn View) -> WhyNot {
        let now = view.now_s();
        let limits = &self.rule.limits;
        if let Some(start) = limits.starts.filter(|start| now < start.0) {
            return WhyNot::of(Obstacle::NotYetValid(start.0 - now));
        }
        let runs = match &self.rule.start {
            Start::When(trigger) => trigger.runs,
            Start::Once | Start::At(_) => Some(1),
            _ => None,
        };
        let most = [runs, limits.fills];
        if limits.expires.is_some_and(|end| now > end.0)
            || most.into_iter().flatten().any(|most| self.fired >= most)
        {
            return WhyNot::of(Obstacle::Over);
        }
        if let Start::When(trigger) = &self.rule.start {
            let eye = self.eye(view, trigger.fresh.map(|t| t.0), Decimal::ZERO);
            if eye.holds(&trigger.condition) != Some(true) {
                return blame(&eye, &trigger.condition, Obstacle::Clause);
            }
            let held = now - self.since_s.unwrap_or(now);
            if let Some(hold) = trigger.hold.filter(|hold| held < hold.0) {
                return WhyNot::of(Obstacle::Holding(hold.0 - held));
            }
            let rested = self.last_fired_s.map_or(u64::MAX, |last| now - last);
            if let Some(cooldown) = trigger.cooldown.filter(|cooldown| rested < cooldown.0) {
                return WhyNot::of(Obstacle::Resting(cooldown.0 - rested));
            }
            if !self.is_ready {
                return WhyNot::of(Obstacle::FiredAlready);
            }
        } else if let Some(due) = self.due_s().filter(|due| now < *due) {
            return WhyNot::of(Obstacle::NotDue(due - now));
        }
        match &self.rule.condition {
            Some(condition) if !self.is_allowed(view) => blame(
                &self.eye(view, None, Decimal::ZERO),
                condition,
                Obstacle::Meanwhile,
            ),
            _ => WhyNot::of(Obstacle::None),
        }
    }
}

/// The clause to blame: of several that must hold the first that does not; of several of which one would do
/// the nearest, in parts of its bound.
fn blame(eye: &Eye<'_>, condition: &Condition, obstacle: Obstacle) -> WhyNot {
    match condition {
        Condition::All(parts) => {
            let failing = parts.iter().find(|part| eye.holds(part) != Some(true));
            failing.map_or(WhyNot::of(Obstacle::None), |part| {
                blame(eye, part, obstacle)
            })
        }
        Condition::Any(parts) => {
            let each = parts
                .iter()
                .map(|part| (nearness(eye, part), blame(eye, part, obstacle)));
            each.min_by_key(|(near, _)| *near)
                .map_or(WhyNot::of(Obstacle::None), |(_, why)| why)
        }
        clause => {
            let (value, distance) = measure(eye, clause);
            WhyNot {
                obstacle: if eye.holds(clause).is_none() {
                    Obstacle::Unread
                } else {
                    obstacle
                },
                clause: clause.to_string(),
                value,
                distance,
            }
        }
    }
}

/// Distance of a condition in parts of its bound, the largest there is where that is not known.
fn nearness(eye: &Eye<'_>, condition: &Condition) -> Decimal {
    match condition {
        Condition::All(parts) => parts
            .iter()
            .map(|part| nearness(eye, part))
            .max()
            .unwrap_or(Decimal::MAX),
        Condition::Any(parts) => parts
            .iter()
            .map(|part| nearness(eye, part))
            .min()
            .unwrap_or(Decimal::MAX),
        clause => match (measure(eye, clause), clause) {
            ((Some(_), Some(distance)), Condition::Compare { value, .. }) if value.0 != 0 => {
                distance
                    .over(Decimal(value.0.saturating_abs()))
                    .unwrap_or(Decimal::MAX)
            }
            ((Some(_), Some(distance)), _) => distance,
            _ => Decimal::MAX,
        },
    }
}

/// A clause's value and its distance from holding.
fn measure(eye: &Eye<'_>, clause: &Condition) -> (Option<Decimal>, Option<Decimal>) {
    match clause {
        Condition::Compare {
            metric,
            comparison,
            value: bound,
        } => {
            let value = eye.value(metric);
            let distance = value.map(|value| match comparison {
                Comparison::Below | Comparison::AtMost => value.minus(*bound),
                Comparison::Above | Comparison::AtLeast => bound.minus(value),
            });
            (value, distance)
        }
        Condition::Range {
            metric,
            inside,
            low,
            high,
        } => {
            let value = eye.value(metric);
            let distance = value.map(|value| match inside {
                true if value < *low => low.minus(value),
                true => value.minus(*high),
                false => value.minus(*low).min(high.minus(value)),
            });
            (value, distance)
        }
        _ => (None, None),
    }
}

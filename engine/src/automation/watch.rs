//! An armed rule, and what it remembers.

use super::evaluate::{Extremes, Eye, View};
use crate::intent::language::ast::{
    Condition, Cron, Firing, Metric, PriceSource, Rule, Start, Symbol, Trigger,
};
use crate::primitives::Decimal;

/// What a look at a watch says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// It fires.
    Fires,
    /// It does not; [`Watch::why_not`] says why.
    Waits,
    /// It never will again.
    Ends,
}

/// An armed rule. On the change to true means: when it is true and was not when it last fired; a rule
/// that is armed while its condition holds fires at once.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The intent's number.
    pub intent: u64,
    pub(super) owner: u32,
    pub(super) rule: Rule,
    pub(super) armed_s: u64,
    pub(super) fired: u32,
    pub(super) last_fired_s: Option<u64>,
    /// Since when the condition has held without a break.
    pub(super) since_s: Option<u64>,
    /// Whether the condition has been missed since the last firing.
    pub(super) is_ready: bool,
    pub(super) extremes: Extremes,
}

impl Watch {
    /// Arms a rule.
    pub fn new(intent: u64, owner: u32, rule: Rule, armed_s: u64) -> Self {
        let mut extremes = Extremes::new();
        if let Start::When(trigger) = &rule.start {
            note_assets(&trigger.condition, &mut extremes);
        }
        if let Some(condition) = &rule.condition {
            note_assets(condition, &mut extremes);
        }
        Self {
            intent,
            owner,
            rule,
            armed_s,
            fired: 0,
            last_fired_s: None,
            since_s: None,
            is_ready: true,
            extremes,
        }
    }

    /// Whether it must be looked at every block to keep its peaks.
    pub(super) fn keeps_extremes(&self) -> bool {
        !self.extremes.is_empty()
    }

    /// Looks at a block, once per block.
    pub fn look(&mut self, view: &dyn View) -> Look {
        let now = view.now_s();
        self.follow(view);
        let limits = &self.rule.limits;
        let most = match &self.rule.start {
            Start::When(trigger) => trigger.runs,
            Start::Once | Start::At(_) => Some(1),
            Start::Every(_) | Start::Cron(_) => None,
        };
        let is_over = limits.expires.is_some_and(|end| now > end.0)
            || most.is_some_and(|most| self.fired >= most)
            || limits.fills.is_some_and(|most| self.fired >= most);
        if is_over {
            return Look::Ends;
        }
        let is_valid = limits.starts.is_none_or(|start| now >= start.0);
        if !(self.is_due(view) && is_valid && self.is_allowed(view)) {
            return Look::Waits;
        }
        self.fired += 1;
        self.last_fired_s = Some(now);
        self.is_ready = false;
        Look::Fires
    }

    fn follow(&mut self, view: &dyn View) {
        for (asset, (peak, trough)) in &mut self.extremes {
            let price = Metric::Price(asset.clone(), PriceSource::Oracle);
            if let Some(reading) = view.read(self.owner, &price) {
                *peak = (*peak).max(reading.value);
                *trough = if *trough == Decimal::ZERO {
                    reading.value
                } else {
                    (*trough).min(reading.value)
                };
            }
        }
    }

    pub(super) fn is_allowed(&self, view: &dyn View) -> bool {
        let condition = self.rule.condition.as_ref();
        condition.is_none_or(|condition| {
            self.eye(view, None, Decimal::ZERO).holds(condition) == Some(true)
        })
    }

    pub(super) fn eye<'e>(
        &'e self,
        view: &'e dyn View,
        fresh_s: Option<u64>,
        ease: Decimal,
    ) -> Eye<'e> {
        Eye {
            view,
            owner: self.owner,
            extremes: &self.extremes,
            fresh_s,
            ease,
        }
    }

    /// When a rule that goes by the clock is due next.
    pub(super) fn due_s(&self) -> Option<u64> {
        match self.rule.start {
            Start::Once => Some(self.armed_s),
            Start::At(time) => Some(time.0),
            // By the grid of the first one: being late once makes nothing later.
            Start::Every(time) => Some(match self.last_fired_s {
                None => self.armed_s,
                Some(last) => {
                    let period = time.0.max(1);
                    self.armed_s + ((last - self.armed_s) / period + 1) * period
                }
            }),
            Start::Cron(cron) => Some(next_minute(
                cron,
                self.last_fired_s
                    .map_or(self.armed_s, |last| last / 60 * 60 + 60),
            )),
            Start::When(_) => None,
        }
    }

    fn is_due(&mut self, view: &dyn View) -> bool {
        let now = view.now_s();
        if let Start::When(trigger) = &self.rule.start {
            let holds = self
                .eye(view, trigger.fresh.map(|t| t.0), Decimal::ZERO)
                .holds(&trigger.condition);
            let ease = trigger.hysteresis.unwrap_or_default();
            let missed = !self.is_ready && self.is_missed(trigger, view, ease);
            let (hold, cooldown, firing) = (trigger.hold, trigger.cooldown, trigger.firing);
            self.is_ready |= missed;
            if holds != Some(true) {
                self.since_s = None;
                return false;
            }
            let since = *self.since_s.get_or_insert(now);
            let held = hold.is_none_or(|hold| now - since >= hold.0);
            let rested = match (cooldown, self.last_fired_s) {
                (Some(cooldown), Some(last)) => now - last >= cooldown.0,
                _ => true,
            };
            return held && rested && (firing == Firing::Level || self.is_ready);
        }
        self.due_s().is_some_and(|due| now >= due)
    }

    /// Whether what set it off still holds: what a keeper that comes late has to show. A rule that goes by
    /// the clock stays due.
    pub fn still_holds(&self, view: &dyn View) -> bool {
        let holds = match &self.rule.start {
            Start::When(trigger) => {
                let eye = self.eye(view, trigger.fresh.map(|t| t.0), Decimal::ZERO);
                eye.holds(&trigger.condition) == Some(true)
            }
            _ => true,
        };
        holds && self.is_allowed(view)
    }

    pub(super) fn is_missed(&self, trigger: &Trigger, view: &dyn View, ease: Decimal) -> bool {
        self.eye(view, trigger.fresh.map(|t| t.0), ease)
            .holds(&trigger.condition)
            == Some(false)
    }

    /// A price clause without which the trigger cannot hold, if it has one.
    pub(super) fn gate(&self) -> Option<&Condition> {
        let Start::When(trigger) = &self.rule.start else {
            return None;
        };
        let is_price = |condition: &&Condition| {
            matches!(
                condition,
                Condition::Compare {
                    metric: Metric::Price(_, PriceSource::Oracle),
                    ..
                }
            )
        };
        match &trigger.condition {
            Condition::All(parts) => parts.iter().find(is_price),
            other => Some(other).filter(is_price),
        }
    }
}

fn note_assets(condition: &Condition, extremes: &mut Extremes) {
    let mut note = |metric: &Metric| {
        if let Metric::Drop(Symbol(asset)) | Metric::Rise(Symbol(asset)) = metric {
            extremes.insert(Symbol(asset.clone()), (Decimal::ZERO, Decimal::ZERO));
        }
    };
    match condition {
        Condition::Compare { metric, .. } | Condition::Range { metric, .. } => note(metric),
        Condition::News { .. } => {}
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| note_assets(part, extremes))
        }
        Condition::Not(inner) => note_assets(inner, extremes),
    }
}

/// The first minute that a calendar names, not before a moment; day 0 is a Monday.
fn next_minute(cron: Cron, from_s: u64) -> u64 {
    let first = from_s.div_ceil(60);
    let fits = |minute: &u64| {
        let (hour, day) = (minute / 60 % 24, minute / 1_440 % 7);
        cron.minute.is_none_or(|m| u64::from(m) == minute % 60)
            && cron.hour.is_none_or(|h| u64::from(h) == hour)
            && cron.weekday.is_none_or(|d| u64::from(d) == day)
    };
    // Every calendar names a minute of every week.
    (first..first + 7 * 1_440).find(fits).unwrap_or(first) * 60
}

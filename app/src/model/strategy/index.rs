//! A recorded run, looked at by step and by intent.

use crate::store::course::Moments;
use engine::primitives::{Decimal, Micros};
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::StrategySummary;
use engine::trace::intent::{Event, Position, Recording, What};

/// What a mark says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarkKind {
    /// A token was bought with the quote currency, or with another one.
    Bought,
    /// It was sold.
    Sold,
    /// A loan changed.
    Loan,
    /// Somebody was liquidated.
    Liquidated,
    /// News.
    News,
}

/// Something that happened, on the price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// When.
    pub step: u32,
    /// What.
    pub kind: MarkKind,
    /// To whom; nobody for news.
    pub person: Option<u32>,
    /// Which token's price it is drawn on; `None` for all.
    pub token: Option<u32>,
    /// The event, by place.
    pub event: u32,
}

/// An intent with everything that befell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Life {
    /// Its number.
    pub intent: u64,
    /// Whose.
    pub person: u32,
    /// Its strategy's name, or its rule.
    pub label: String,
    /// When it was armed.
    pub since: u32,
    /// States with the steps since which they hold, and why.
    pub states: Vec<(u32, String, String)>,
    /// Events that say why it does not fire, by place.
    pub waits: Vec<u32>,
    /// Steps at which it fired.
    pub fired: Vec<u32>,
}

impl Life {
    /// Its state at a step; `None` before it is there.
    pub fn state(&self, step: u32) -> Option<&(u32, String, String)> {
        let end = self.states.partition_point(|(since, ..)| *since <= step);
        self.states[..end].last()
    }

    /// Whether it can still come to something.
    pub fn is_open(&self, step: u32) -> bool {
        let is_final = |state: &str| matches!(state, "Expired" | "Cancelled" | "Failed" | "Filled");
        self.state(step)
            .is_some_and(|(_, state, _)| !is_final(state))
    }
}

/// A recorded run.
#[derive(Clone, PartialEq, Debug)]
pub struct StrategyIndex {
    /// The document that it is of.
    pub scenario: StrategyScenario,
    /// What happened.
    pub recording: Recording,
    /// In figures.
    pub summary: StrategySummary,
    /// Marks in the order of steps.
    pub marks: Vec<Mark>,
    /// Intents by number.
    pub lives: Vec<Life>,
    /// Steps at which people have marks, each once.
    knots: Vec<u32>,
}

impl StrategyIndex {
    /// Looks a run through.
    pub fn new(scenario: StrategyScenario, recording: Recording, summary: StrategySummary) -> Self {
        let mut lives: Vec<Life> = Vec::new();
        let mut marks = Vec::new();
        for (place, event) in recording.events.iter().enumerate() {
            let (step, place) = (event.step, place as u32);
            match &event.what {
                What::Armed {
                    intent,
                    person,
                    label,
                    ..
                } => lives.push(Life {
                    intent: *intent,
                    person: *person,
                    label: label.clone(),
                    since: step,
                    states: Vec::new(),
                    waits: Vec::new(),
                    fired: Vec::new(),
                }),
                What::State {
                    intent, to, cause, ..
                } => {
                    if let Some(at) = place_of(&lives, *intent) {
                        lives[at].states.push((step, to.clone(), cause.clone()));
                    }
                }
                What::Waits { intent, .. } => {
                    if let Some(at) = place_of(&lives, *intent) {
                        lives[at].waits.push(place);
                    }
                }
                What::Fired { intent, .. } => {
                    if let Some(at) = place_of(&lives, *intent) {
                        lives[at].fired.push(step);
                    }
                }
                _ => {}
            }
            let owner = |intent: &Option<u64>| {
                let at = place_of(&lives, (*intent)?)?;
                Some(lives[at].person)
            };
            let mark = match &event.what {
                What::News { asset, .. } => Some((MarkKind::News, None, asset.map(|at| at + 1))),
                What::Fill {
                    intent: intent @ Some(_),
                    give,
                    get,
                    ..
                } => {
                    let person = owner(intent);
                    // On the price of what is not the quote currency; of two such, of what was got.
                    Some(match (*give, *get) {
                        (give, 0) => (MarkKind::Sold, person, Some(give)),
                        (_, get) => (MarkKind::Bought, person, Some(get)),
                    })
                }
                What::Loan { intent, .. } => Some((MarkKind::Loan, owner(&Some(*intent)), None)),
                What::Liquidated {
                    person: Some(person),
                    ..
                } => Some((MarkKind::Liquidated, Some(*person), None)),
                _ => None,
            };
            if let Some((kind, person, token)) = mark {
                marks.push(Mark {
                    step,
                    kind,
                    person,
                    token,
                    event: place,
                });
            }
        }
        let mut knots: Vec<u32> = marks.iter().map(|mark| mark.step).collect();
        knots.dedup();
        Self {
            scenario,
            recording,
            summary,
            marks,
            lives,
            knots,
        }
    }

    /// The intent of this number.
    pub fn life(&self, intent: u64) -> Option<&Life> {
        place_of(&self.lives, intent).map(|at| &self.lives[at])
    }

    /// Steps there are; the last one is one less.
    pub fn steps(&self) -> u32 {
        self.recording.prices.first().map_or(0, Vec::len) as u32
    }

    /// What happened in a step, with each event's place.
    pub fn events(&self, step: u32) -> impl Iterator<Item = (u32, &Event)> {
        let (first, end) = (self.recording.begins(step), self.recording.begins(step + 1));
        let places = first as u32..;
        places.zip(&self.recording.events[first..end])
    }

    /// A person's position at a step.
    pub fn position(&self, person: u32, step: u32) -> Option<&Position> {
        let positions = &self.recording.positions;
        let end = positions.partition_point(|(at, _)| *at <= step);
        let mut before = positions[..end].iter().rev();
        let found = before.find(|(_, position)| position.person == person)?;
        Some(&found.1)
    }

    /// A person's equity at a step, and the largest fall from a peak up to it, as a share of the peak.
    pub fn fare(&self, person: u32, step: u32) -> Option<Fare> {
        let series = self.recording.equity.get(person as usize)?;
        let until = series.get(..=step as usize)?;
        let start = *until.first()?;
        let equity = *until.last()?;
        let (mut peak, mut fall) = (start, 0.0_f64);
        for value in until {
            peak = peak.max(*value);
            if peak.0 > 0 {
                fall = fall.max((peak.0 - value.0) as f64 / peak.0 as f64);
            }
        }
        let mut fare = Fare {
            start,
            equity,
            fall,
            fills: 0,
            held: self.held(person, step),
        };
        let is_fill = |mark: &&Mark| {
            let kinds = [MarkKind::Bought, MarkKind::Sold];
            mark.person == Some(person) && mark.step <= step && kinds.contains(&mark.kind)
        };
        fare.fills = self.marks.iter().filter(is_fill).count() as u32;
        Some(fare)
    }

    /// What the start of a person would be worth at a step if nothing had been done with it.
    fn held(&self, person: u32, step: u32) -> Option<Decimal> {
        let part = self.scenario.people.get(person as usize)?;
        let mut sum = Decimal::ZERO;
        for (at, symbol) in self.recording.tokens.iter().enumerate() {
            let price = *self.recording.prices.get(at)?.get(step as usize)?;
            // What is owed at the start was borrowed into the purse: it is there and owed.
            let has = [&part.purse, &part.supplied].into_iter();
            let has = has.filter_map(|amounts| amounts.get(symbol));
            for amount in has {
                sum = sum.plus(amount.0.times(price));
            }
        }
        Some(sum)
    }

    /// Marks over time, for the little curve.
    pub fn density(&self, columns: usize) -> Vec<u32> {
        let mut density = vec![0; columns];
        let steps = self.steps().max(1) as usize;
        for mark in self.marks.iter().filter(|mark| mark.person.is_some()) {
            density[(mark.step as usize * columns / steps).min(columns - 1)] += 1;
        }
        density
    }
}

/// Where an intent is: they are armed in the order of their numbers.
fn place_of(lives: &[Life], intent: u64) -> Option<usize> {
    lives.binary_search_by_key(&intent, |life| life.intent).ok()
}

/// How a person fares at a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fare {
    /// Equity at the start.
    pub start: Decimal,
    /// Equity.
    pub equity: Decimal,
    /// What it would be if nothing had been done.
    pub held: Option<Decimal>,
    /// Largest fall from a peak so far, as a share of the peak.
    pub fall: f64,
    /// Fills so far.
    pub fills: u32,
}

/// Moments are steps.
impl Moments for StrategyIndex {
    fn end(&self) -> Micros {
        Micros(u64::from(self.steps().saturating_sub(1)))
    }

    fn step(&self, at: Micros, steps: i64) -> Micros {
        Micros(at.0.saturating_add_signed(steps).min(self.end().0))
    }

    fn knot(&self, at: Micros, is_forward: bool) -> Micros {
        let found = if is_forward {
            self.knots.iter().find(|knot| u64::from(**knot) > at.0)
        } else {
            self.knots.iter().rfind(|knot| u64::from(**knot) < at.0)
        };
        found.map_or(at, |knot| Micros(u64::from(*knot)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::scenario::strategy::preset;
    use engine::session::strategy::StrategyRun;

    fn index(name: &str) -> StrategyIndex {
        let scenario = preset::named(name).unwrap().scenario();
        let mut run = StrategyRun::open(scenario.clone(), true).unwrap();
        while run.advance(100).unwrap() {}
        StrategyIndex::new(scenario, run.recording().clone(), run.summary())
    }

    #[test]
    fn figures_at_the_end_are_those_of_the_engine() {
        for preset in preset::all() {
            let index = index(preset.name);
            let last = index.steps() - 1;
            for (person, (name, outcome)) in index.summary.people.iter().enumerate() {
                let fare = index.fare(person as u32, last).unwrap();
                assert_eq!(
                    (fare.start, fare.equity),
                    (outcome.start, outcome.equity),
                    "{} {name}",
                    preset.name
                );
                let drawdown = outcome.drawdown.0 as f64 / 1e8;
                assert!(
                    (fare.fall - drawdown).abs() < 1e-6,
                    "{} {name}",
                    preset.name
                );
                assert!(
                    u64::from(fare.fills) <= outcome.fills,
                    "{} {name}",
                    preset.name
                );
            }
        }
    }

    #[test]
    fn a_stop_is_armed_until_it_fires_and_is_marked_where_it_sold() {
        let index = index("stop-crash");
        for life in &index.lives {
            assert_eq!(index.life(life.intent), Some(life));
        }
        let stop = index
            .lives
            .iter()
            .find(|life| life.label == "Stop")
            .unwrap();
        let fired = stop.fired[0];
        assert!(stop.is_open(fired - 1));
        assert_eq!(stop.state(fired - 1).unwrap().1, "Armed");
        assert!(!stop.waits.is_empty());
        let sold = |mark: &&Mark| mark.person == Some(0) && mark.kind == MarkKind::Sold;
        let mark = index.marks.iter().find(sold).unwrap();
        assert!(mark.step >= fired && mark.token == Some(1));
        let before = index.knot(Micros(u64::from(index.steps())), false);
        assert!(
            index
                .marks
                .iter()
                .any(|mark| u64::from(mark.step) == before.0)
        );
        assert_eq!(index.step(Micros(0), -5), Micros(0));
        assert_eq!(index.step(Micros(0), i64::MAX), index.end());
    }
}

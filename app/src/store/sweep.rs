//! The sweeps: what is picked, what was found, and asking for one point after the other.

use super::Stores;
use super::conductor::{Conductor, without_execution};
use crate::bridge::Ask;
use crate::bridge::message::Answer;
use crate::link::{Outcome, Purpose};
use engine::scenario::{Scenario, check};
use engine::session::Method;
use engine::session::sweep::{Axis, MeasuredPoint, MeasuredSettings, ModelledPoint, Values};
use leptos::prelude::*;
use std::sync::Arc;

/// How points are come by.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Way {
    /// Counted in virtual time, by the scenario's scheduler.
    #[default]
    Modelled,
    /// Timed on this machine, in the way that proves quickest.
    Chosen,
    /// Timed on this machine, by Block-STM of the second generation.
    BlockStm2,
}

impl Way {
    /// All of them, in the order in which a picker shows them.
    pub const ALL: [Self; 3] = [Self::Modelled, Self::Chosen, Self::BlockStm2];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Modelled => "modelled",
            Self::Chosen => "chosen",
            Self::BlockStm2 => "block_stm_2",
        }
    }

    /// The way with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// How real threads execute, if they do.
    const fn method(self) -> Option<Method> {
        match self {
            Self::Modelled => None,
            Self::Chosen => Some(Method::Chosen),
            Self::BlockStm2 => Some(Method::BlockStm2),
        }
    }
}

/// What is picked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Picks {
    /// Over what.
    pub axis: Axis,
    /// How.
    pub way: Way,
}

/// What was found over one axis. Counted and timed points each say of which document they are: a live run
/// does not use the settings of the replay.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Swept {
    /// The axis.
    pub axis: Axis,
    /// The document of the points in virtual time.
    pub modelled_of: Scenario,
    /// The points in virtual time.
    pub modelled: Vec<ModelledPoint>,
    /// The document of the points of this machine, without its settings of the replay.
    pub measured_of: Scenario,
    /// How they were executed.
    pub method: Method,
    /// The points of this machine.
    pub measured: Vec<MeasuredPoint>,
}

impl Swept {
    /// Whether some of it is of another document than this one.
    pub fn is_stale(&self, present: &Scenario) -> bool {
        let is_modelled_stale = !self.modelled.is_empty() && self.modelled_of != *present;
        let is_measured_stale =
            !self.measured.is_empty() && self.measured_of != without_execution(present);
        is_modelled_stale || is_measured_stale
    }
}

/// A sweep under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sweeping {
    /// Its number: what belongs to another one is not heard.
    number: u32,
    /// Points that are there.
    pub done: usize,
    /// Points that there will be.
    pub of: usize,
}

/// Everything about sweeps.
#[derive(Clone, Copy)]
pub struct SweepStore {
    /// What is picked.
    pub picks: RwSignal<Picks>,
    /// What was found last.
    pub swept: RwSignal<Swept>,
    /// The sweep under way.
    pub sweeping: RwSignal<Option<Sweeping>>,
    /// What went wrong with the last one, in words.
    pub trouble: RwSignal<Option<String>>,
    numbers: StoredValue<u32>,
}

impl SweepStore {
    pub(super) fn new() -> Self {
        Self {
            picks: RwSignal::new(Picks::default()),
            swept: RwSignal::new(Swept::default()),
            sweeping: RwSignal::new(None),
            trouble: RwSignal::new(None),
            numbers: StoredValue::new(0),
        }
    }

    /// The values that a sweep as it is picked would go through, of this document on so many threads.
    pub fn values(picks: Picks, of: &Scenario, threads: u32) -> Vec<u32> {
        let values = match picks.way {
            Way::Modelled => Values::Modelled,
            Way::Chosen | Way::BlockStm2 => Values::Measured { threads },
        };
        picks.axis.values(of, values)
    }

    /// How far the sweep under way is, 0 to 1; `within` is how far its present point is.
    pub fn share(&self, within: f64) -> Option<f64> {
        let Sweeping { done, of, .. } = self.sweeping.get()?;
        Some((done as f64 + within.min(1.0)) / of.max(1) as f64)
    }
}

/// A sweep as it was asked for.
struct Plan {
    number: u32,
    of: Scenario,
    picks: Picks,
    values: Vec<u32>,
    threads: u32,
}

impl Conductor {
    /// Sweeps as it is picked: one ask a point, so that whatever is more urgent gets between two of them.
    pub fn sweep(&self) {
        let Stores {
            sweep,
            scenario,
            status,
            ..
        } = self.stores();
        self.cancel(Purpose::Sweep);
        sweep.trouble.set(None);
        let of = scenario.document().get_untracked();
        if !check(&of).is_empty() {
            // The middle of the page says what is wrong with it.
            return;
        }
        let picks = sweep.picks.get_untracked();
        let threads = status.threads().get_untracked();
        let values = SweepStore::values(picks, &of, threads);
        if values.is_empty() {
            let problem = picks.axis.at(&of, 1).err();
            sweep.trouble.set(problem.map(|error| error.to_string()));
            return;
        }
        sweep.numbers.update_value(|number| *number += 1);
        let number = sweep.numbers.get_value();
        sweep.swept.update(|swept| begin(swept, picks, &of));
        sweep.sweeping.set(Some(Sweeping {
            number,
            done: 0,
            of: values.len(),
        }));
        self.next_point(Arc::new(Plan {
            number,
            of,
            picks,
            values,
            threads,
        }));
    }

    fn next_point(&self, plan: Arc<Plan>) {
        let sweep = self.stores().sweep;
        let conductor = *self;
        let Some(sweeping) = sweep.sweeping.get_untracked() else {
            return;
        };
        let Some(value) = plan.values.get(sweeping.done).copied() else {
            return sweep.sweeping.set(None);
        };
        let (scenario, axis) = (plan.of.clone(), plan.picks.axis);
        let ask = match plan.picks.way.method() {
            None => Ask::Modelled {
                scenario,
                axis,
                value,
            },
            Some(method) => Ask::Measured {
                scenario,
                axis,
                value,
                settings: MeasuredSettings {
                    threads: plan.threads,
                    method,
                },
            },
        };
        self.ask(Purpose::Sweep, ask, move |outcome| {
            let is_wanted = |sweeping: &Sweeping| sweeping.number == plan.number;
            if !sweep
                .sweeping
                .get_untracked()
                .as_ref()
                .is_some_and(is_wanted)
            {
                return;
            }
            let trouble = match outcome {
                Outcome::Answer(Answer::Modelled(point)) => {
                    sweep.swept.update(|swept| swept.modelled.push(point));
                    None
                }
                Outcome::Answer(Answer::Measured(point)) => {
                    sweep.swept.update(|swept| swept.measured.push(point));
                    None
                }
                Outcome::Answer(Answer::Refused(reasons)) => Some(Some(reasons.join("; "))),
                Outcome::Died(reason) => Some(Some(reason)),
                Outcome::Cancelled | Outcome::Answer(_) => Some(None),
            };
            if let Some(trouble) = trouble {
                sweep.trouble.set(trouble);
                return sweep.sweeping.set(None);
            }
            sweep.sweeping.update(|sweeping| {
                if let Some(sweeping) = sweeping {
                    sweeping.done += 1;
                }
            });
            conductor.next_point(plan);
        });
    }
}

/// Makes room for a sweep; what was found before stays beside it if it is of the same axis and document.
fn begin(swept: &mut Swept, picks: Picks, of: &Scenario) {
    if swept.axis != picks.axis || swept.is_stale(of) {
        *swept = Swept::default();
    }
    swept.axis = picks.axis;
    match picks.way.method() {
        None => {
            swept.modelled.clear();
            swept.modelled_of = of.clone();
        }
        Some(method) => {
            swept.measured.clear();
            swept.method = method;
            swept.measured_of = without_execution(of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(value: u32) -> ModelledPoint {
        ModelledPoint {
            value,
            lanes: 8,
            transactions: 1,
            ticks: 1,
            first_pass_ticks: 0,
            ticks_one_lane: 1,
            critical_path_ticks: 1,
            aborts: 0,
            blocked: 0,
        }
    }

    #[test]
    fn what_was_found_stays_while_axis_and_document_do() {
        let of = Scenario::default();
        let modelled = Picks::default();
        let measured = Picks {
            way: Way::Chosen,
            ..modelled
        };
        let mut swept = Swept::default();
        begin(&mut swept, modelled, &of);
        swept.modelled.push(point(1));
        begin(&mut swept, measured, &of);
        assert_eq!(swept.modelled.len(), 1);
        assert!(!swept.is_stale(&of));
        let mut other = of.clone();
        other.execution.lanes += 1;
        assert!(swept.is_stale(&other));
        begin(&mut swept, measured, &other);
        assert!(swept.modelled.is_empty() && !swept.is_stale(&other));
        swept.modelled.push(point(1));
        begin(&mut swept, modelled, &other);
        assert!(swept.modelled.is_empty(), "a new sweep begins anew");
        for way in Way::ALL {
            assert_eq!(Way::named(way.name()), Some(way));
        }
    }
}

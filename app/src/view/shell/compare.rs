//! The same block under other settings, beside the picture.

use super::desk::{Desk, use_desk};
use super::knob::{Knob, Words};
use crate::i18n::*;
use crate::view::execution::scheduler_title;
use engine::scenario::{Execution, Scheduler};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// The most lanes that a scenario can have.
const LANES_MAX: u32 = 1_024;

/// What the picture is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Other {
    /// Nothing.
    #[default]
    Nothing,
    /// One lane.
    OneLane,
    /// Half as many lanes.
    HalfTheLanes,
    /// Twice as many lanes.
    TwiceTheLanes,
    /// Another scheduler on as many lanes.
    By(Scheduler),
}

impl Other {
    const LANES: [Self; 4] = [
        Self::Nothing,
        Self::OneLane,
        Self::HalfTheLanes,
        Self::TwiceTheLanes,
    ];

    /// All of them, in the order in which the knob shows them.
    fn all() -> impl Iterator<Item = Self> {
        Self::LANES
            .into_iter()
            .chain(Scheduler::ALL.into_iter().map(Self::By))
    }

    fn name(self, i18n: I18nContext<Locale>) -> String {
        match self {
            Self::Nothing => t_string!(i18n, shell.compare.nothing).to_owned(),
            Self::OneLane => t_string!(i18n, shell.compare.one_lane).to_owned(),
            Self::HalfTheLanes => t_string!(i18n, shell.compare.half).to_owned(),
            Self::TwiceTheLanes => t_string!(i18n, shell.compare.twice).to_owned(),
            Self::By(scheduler) => scheduler_title(scheduler),
        }
    }

    /// The settings of the other run.
    fn execution(self, this: &Execution) -> Option<Execution> {
        let lanes = |lanes: u32| {
            Some(Execution {
                lanes: lanes.clamp(1, LANES_MAX),
                ..this.clone()
            })
        };
        match self {
            Self::Nothing => None,
            Self::OneLane => lanes(1),
            Self::HalfTheLanes => lanes(this.lanes / 2),
            Self::TwiceTheLanes => lanes(this.lanes.saturating_mul(2)),
            Self::By(scheduler) => Some(Execution {
                scheduler,
                ..this.clone()
            }),
        }
    }
}

/// Computes the other run whenever there is a new picture or another choice.
pub(super) fn follow(desk: Desk) {
    let Desk {
        stores,
        conductor,
        compare_with,
        ..
    } = desk;
    let picture = stores.run.picture;
    Effect::new(move || {
        let other = compare_with.get();
        let this =
            picture.with(|picture| picture.as_ref().map(|index| index.replay.execution.clone()));
        match this.and_then(|this| other.execution(&this)) {
            Some(execution) => conductor.compare(execution),
            None => conductor.stop_comparing(),
        }
    });
}

/// The knob that chooses.
#[component]
pub(super) fn CompareKnob() -> impl IntoView {
    let i18n = use_i18n();
    let compare_with = use_desk().compare_with;
    let words = Words {
        label: t_string!(i18n, shell.knob.compare.label),
        unit: "",
        help: t_string!(i18n, shell.knob.compare.help),
    };
    let options = move |from: usize, to: usize| {
        let places = Other::all()
            .enumerate()
            .filter(move |(place, _)| (from..to).contains(place));
        places.map(|(place, other)| view! {
            <option value=place.to_string() prop:selected=move || compare_with.get() == other>
                {move || other.name(i18n)}
            </option>
        }).collect_view()
    };
    view! {
        <Knob
            field="compare"
            words=words
            is_default=Signal::derive(move || compare_with.get() == Other::Nothing)
            default=Signal::derive(move || Other::Nothing.name(i18n))
            reset=move || compare_with.set(Other::Nothing)
        >
            <select
                id="knob-compare"
                aria-describedby="knob-compare-help"
                on:change=move |event| {
                    let place = event_target_value(&event).parse::<usize>().ok();
                    compare_with.set(place.and_then(|place| Other::all().nth(place)).unwrap_or_default());
                }
            >
                {options(0, Other::LANES.len())}
                <optgroup label=move || t_string!(i18n, shell.compare.schedulers)>
                    {options(Other::LANES.len(), usize::MAX)}
                </optgroup>
            </select>
        </Knob>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_run_stays_within_the_bounds() {
        for lanes in [1, 2, 7, LANES_MAX] {
            let this = Execution {
                lanes,
                ..Execution::default()
            };
            for other in Other::all() {
                let execution = other.execution(&this);
                assert_eq!(execution.is_none(), other == Other::Nothing);
                assert!(
                    execution.is_none_or(|execution| (1..=LANES_MAX).contains(&execution.lanes))
                );
            }
        }
    }
}

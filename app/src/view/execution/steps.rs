//! The picture's twin in words: the present step spoken, and the steps around it as a list.

use crate::i18n::*;
use crate::model::timeline::Moment;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::{self, say};
use engine::trace::Phase;
use leptos::prelude::*;
use std::sync::Arc;

/// Steps listed on either side of the present one.
const AROUND: u32 = 8;

/// What has happened so far in numbers, and the present step in a sentence. Spoken politely at each step;
/// silent while time runs.
#[component]
pub fn StepCaption(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The step number.
    #[prop(into)]
    step: Signal<u32>,
    /// Whether time runs.
    #[prop(into)]
    playing: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let moment = StoredValue::new(Moment::default());
    let counts = move || {
        let index = picture.get()?;
        let step = step.get();
        moment.try_update_value(|moment| {
            index.timeline.moment_into(index.recording(), step, moment);
            let busy = moment.running.iter().flatten().count();
            let count = |count: u32| format::whole(u64::from(count));
            say!(
                i18n.get_locale(),
                counts,
                committed = count(moment.counts.committed),
                transactions = count(index.recording().transactions),
                aborted = count(moment.counts.aborted),
                waited = count(moment.counts.blocked),
                busy = busy,
                lanes = index.recording().lanes
            )
        })
    };
    let spoken = Memo::new(move |_| {
        if playing.get() {
            return String::new();
        }
        let index = picture.get();
        index.map_or_else(String::new, |index| {
            wording::announcement(i18n.get_locale(), &index, step.get())
        })
    });
    view! {
        <div class="caption">
            <p class="caption-counts figure">{counts}</p>
            <p class="caption-step" aria-live="polite">{spoken}</p>
        </div>
    }
}

/// The steps around the present one, in order, each a button that goes there and selects its task. Built
/// only while it is open.
#[component]
pub fn StepList(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The step number.
    #[prop(into)]
    step: Signal<u32>,
    /// What is selected.
    selection: RwSignal<Selection>,
    /// Asked to go to a step number.
    #[prop(into)]
    on_seek: Callback<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_open = RwSignal::new(false);
    let range = Memo::new(move |_| {
        let last = picture.with(|picture| picture.as_ref().map_or(0, |index| index.timeline.len()));
        let now = step.get();
        (
            now.saturating_sub(AROUND),
            now.saturating_add(AROUND).min(last),
        )
    });
    let row = move |number: u32| {
        let go = move |_| {
            on_seek.run(number);
            let found = picture.with_untracked(|picture| {
                let step = *picture.as_ref()?.timeline.step(number)?;
                Some(match step.phase {
                    Phase::Commit => {
                        Selection::Transaction(engine::primitives::TxIndex(step.index))
                    }
                    Phase::Start | Phase::End => Selection::Task(step.index),
                })
            });
            if let Some(found) = found {
                selection.set(found);
            }
        };
        let sentence = move || {
            picture.with(|picture| {
                picture
                    .as_ref()
                    .map(|index| match index.explain_step(number) {
                        Some(explanation) => wording::sentence(i18n.get_locale(), &explanation),
                        None => t_string!(i18n, execution.before_start).to_owned(),
                    })
            })
        };
        view! {
            <li>
                <button
                    type="button"
                    class="step-row"
                    aria-current=move || (step.get() == number).then_some("step")
                    on:click=go
                >
                    <span class="figure">{format::whole(u64::from(number))}</span>
                    <span>{sentence}</span>
                </button>
            </li>
        }
    };
    view! {
        <details
            class="steps"
            on:toggle=move |event| {
                use wasm_bindgen::JsCast;
                let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                is_open.set(details.is_some_and(|details| details.has_attribute("open")));
            }
        >
            <summary>{move || t_string!(i18n, execution.steps_title)}</summary>
            <p class="note">{move || t_string!(i18n, execution.steps_help)}</p>
            <Show when=move || is_open.get() && picture.with(Option::is_some)>
                <ol class="step-rows">
                    <For
                        each=move || {
                            let (first, last) = range.get();
                            first..=last
                        }
                        key=|number| *number
                        children=row
                    />
                </ol>
            </Show>
        </details>
    }
}

//! The middle of the lab: what happens.

use crate::i18n::*;
use crate::model::ReplayIndex;
use crate::view::execution::compare_view::CompareView;
use crate::view::execution::conflicts::ConflictMatrix;
use crate::view::execution::keys::HotKeys;
use crate::view::execution::lanes::LanePicture;
use crate::view::execution::legend::Legend;
use crate::view::execution::stage::Stage;
use crate::view::execution::steps::{StepCaption, StepList};
use leptos::prelude::*;
use std::sync::Arc;

/// Legend, lanes (or two runs compared), the present step in words, keys that conflict, conflict matrix,
/// and the list of steps. Without a replay it says what will appear.
#[component]
pub fn ExecutionPicture(
    /// The replay, the moment, and what a hand does to them.
    stage: Stage,
    /// The run beside it, if two are compared.
    #[prop(into, optional)]
    other: Signal<Option<Arc<ReplayIndex>>>,
    /// Whether time runs.
    #[prop(into)]
    playing: Signal<bool>,
    /// Whether the engine is at work on a first picture.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// Asked to go to a step number.
    #[prop(into)]
    on_seek: Callback<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Stage {
        picture,
        step,
        selection,
        hovered,
        ..
    } = stage;
    let is_there = Memo::new(move |_| picture.with(Option::is_some));
    let is_compared = Memo::new(move |_| other.with(Option::is_some));
    let lanes = move || {
        if is_compared.get() {
            view! {
                <CompareView stage=stage second=other />
            }
            .into_any()
        } else {
            view! {
                <LanePicture stage=stage has_keys=true />
            }
            .into_any()
        }
    };
    let nothing = move || {
        let text = move || {
            if is_busy.get() {
                t_string!(i18n, execution.loading)
            } else {
                t_string!(i18n, execution.empty)
            }
        };
        view! { <p class="execution-empty">{text}</p> }
    };
    view! {
        <div class="execution">
            <Show when=move || is_there.get() fallback=nothing>
                <Legend picture=picture />
                {lanes}
                <StepCaption picture=picture step=step playing=playing />
                <div class="execution-below">
                    <HotKeys picture=picture selection=selection />
                    <ConflictMatrix picture=picture selection=selection hovered=hovered stage=stage />
                </div>
                <StepList picture=picture step=step selection=selection on_seek=on_seek />
            </Show>
        </div>
    }
}

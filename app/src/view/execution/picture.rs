//! The middle of the lab: what happens.

use crate::i18n::*;
use crate::model::{Projection, ReplayIndex, Selection};
use crate::view::execution::compare_view::CompareView;
use crate::view::execution::conflicts::ConflictMatrix;
use crate::view::execution::keys::HotKeys;
use crate::view::execution::lanes::LanePicture;
use crate::view::execution::legend::Legend;
use crate::view::execution::steps::{StepCaption, StepList};
use engine::primitives::TxIndex;
use leptos::prelude::*;
use std::sync::Arc;

/// Legend, lanes (or two runs compared), the present step in words, keys that conflict, conflict matrix,
/// and the list of steps. Without a replay it says what will appear.
#[component]
pub fn ExecutionPicture(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The run beside it, if two are compared.
    #[prop(into, optional)]
    other: Signal<Option<Arc<ReplayIndex>>>,
    /// The step number.
    #[prop(into)]
    step: Signal<u32>,
    /// Whether time runs.
    #[prop(into)]
    playing: Signal<bool>,
    /// Whether the engine is at work on a first picture.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// What is selected.
    selection: RwSignal<Selection>,
    /// The transaction under the pointer, here or elsewhere.
    hovered: RwSignal<Option<TxIndex>>,
    /// The window of time; none shows the whole block.
    window: RwSignal<Option<Projection>>,
    /// Counts wishes to frame the selection.
    #[prop(into, optional)]
    zoom_wishes: Signal<u32>,
    /// Changes whenever colours do.
    #[prop(into, optional)]
    appearance: Signal<u32>,
    /// Asked to go to a step number.
    #[prop(into)]
    on_seek: Callback<u32>,
    /// Asked to go to a tick.
    #[prop(into)]
    on_seek_tick: Callback<u64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_there = Memo::new(move |_| picture.with(Option::is_some));
    let is_compared = Memo::new(move |_| other.with(Option::is_some));
    let lanes = move || {
        if is_compared.get() {
            view! {
                <CompareView
                    first=picture
                    second=other
                    step=step
                    selection=selection
                    hovered=hovered
                    window=window
                    zoom_wishes=zoom_wishes
                    appearance=appearance
                    on_seek_tick=on_seek_tick
                />
            }
            .into_any()
        } else {
            view! {
                <LanePicture
                    picture=picture
                    step=step
                    selection=selection
                    hovered=hovered
                    window=window
                    zoom_wishes=zoom_wishes
                    appearance=appearance
                    has_keys=true
                    on_seek_tick=on_seek_tick
                />
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
                <Legend />
                {lanes}
                <StepCaption picture=picture step=step playing=playing />
                <div class="execution-below">
                    <HotKeys picture=picture selection=selection />
                    <ConflictMatrix picture=picture selection=selection hovered=hovered />
                </div>
                <StepList picture=picture step=step selection=selection on_seek=on_seek />
            </Show>
        </div>
    }
}

//! A block on its lanes, as bars that can be picked.

use crate::model::strip::{Bar, TALL, WIDE};
use leptos::prelude::*;

/// Bars on lanes. The list beside it, which is the caller's, is its twin for keys.
#[component]
pub fn LaneStrip(
    /// The bars, each with what it says.
    bars: Signal<Vec<(Bar, String)>>,
    /// How many lanes.
    lanes: Signal<u32>,
    /// The picture in words.
    label: Signal<String>,
    /// The transaction that is picked.
    #[prop(optional, into)]
    picked: Signal<Option<u32>>,
    /// Called with the transaction of a bar that is pressed.
    #[prop(optional)]
    pick: Option<Callback<u32>>,
) -> impl IntoView {
    let bar = move |(bar, title): (Bar, String)| {
        let tx = bar.tx;
        let press = move |_: web_sys::MouseEvent| {
            if let Some(pick) = pick {
                pick.run(tx);
            }
        };
        view! {
            <rect
                class=bar.class
                class:picked=move || picked.get() == Some(tx)
                data-tx=tx
                x=bar.x
                y=bar.y
                width=bar.width
                height={TALL - 3.0}
                on:click=press
            >
                <title>{title}</title>
            </rect>
        }
    };
    view! {
        <svg
            class="lane-strip"
            class:pickable=pick.is_some()
            viewBox=move || format!("0 0 {WIDE} {}", f64::from(lanes.get().max(1)) * TALL)
            preserveAspectRatio="none"
            role="img"
            aria-label=move || label.get()
        >
            {move || bars.get().into_iter().map(bar).collect_view()}
        </svg>
    }
}

//! Keys that conflict: bars, worst first.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::say;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown; the replay knows up to 32.
const ROWS: usize = 5;

/// The slots that made most transactions run again or wait, by name. A row selects its slot.
#[component]
pub fn HotKeys(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// What is selected; a click on a row changes it.
    selection: RwSignal<Selection>,
) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |index: &ReplayIndex, place: usize, most: u32| {
        let hot = index.replay.summary.hot_keys.get(place)?.clone();
        let name = index.key_name(hot.key).to_owned();
        let share =
            |count: u32| format!("{:.2}%", f64::from(count) / f64::from(most.max(1)) * 100.0);
        let count = |count: u32| format::whole(u64::from(count));
        let sentence = say!(
            i18n.get_locale(),
            keys_row,
            key = name,
            aborts = count(hot.aborts),
            waits = count(hot.blocked),
            writers = count(hot.writers),
            readers = count(hot.readers)
        );
        let is_selected = move || selection.get() == Selection::Key(hot.key);
        let toggle = move |_| {
            let next = if is_selected() {
                Selection::None
            } else {
                Selection::Key(hot.key)
            };
            selection.set(next);
        };
        Some(view! {
            <li>
                <button
                    type="button"
                    class="key-row"
                    aria-pressed=move || is_selected().to_string()
                    title=sentence
                    on:click=toggle
                >
                    <span class="key-name">{name.clone()}</span>
                    <span class="key-bar">
                        <span class="key-aborts" style:width=share(hot.aborts)></span>
                        <span class="key-waits" style:width=share(hot.blocked)></span>
                    </span>
                    <span class="figure">{count(hot.aborts + hot.blocked)}</span>
                </button>
            </li>
        })
    };
    let rows = move || {
        picture.with(|picture| {
            let index = picture.as_ref()?;
            let hot = &index.replay.summary.hot_keys;
            let most = hot.iter().map(|key| key.aborts + key.blocked).max()?;
            let rows = (0..hot.len().min(ROWS))
                .filter_map(|place| row(index, place, most))
                .collect_view();
            Some(view! { <ol class="key-rows">{rows}</ol> })
        })
    };
    view! {
        <section class="keys" aria-label=move || t_string!(i18n, execution.keys_title)>
            <h2>{move || t_string!(i18n, execution.keys_title)}</h2>
            {move || match rows() {
                Some(rows) => view! {
                    {rows}
                    <p class="key-legend" aria-hidden="true">
                        <span class="key-aborts"></span>{t_string!(i18n, execution.keys_aborts)}
                        <span class="key-waits"></span>{t_string!(i18n, execution.keys_waits)}
                    </p>
                }.into_any(),
                None => view! { <p class="note">{t_string!(i18n, execution.keys_none)}</p> }.into_any(),
            }}
        </section>
    }
}

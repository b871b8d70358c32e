//! Tabs: one of several panels at a time.

use crate::widget::fresh_id;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A row of tabs and the chosen one's panel. Arrow keys, Home and End move along the row.
#[component]
pub fn Tabs(
    /// What the row is called.
    #[prop(into)]
    label: Signal<String>,
    /// What the tabs are called.
    #[prop(into)]
    names: Signal<Vec<String>>,
    /// Which is chosen.
    chosen: RwSignal<usize>,
    /// Makes the chosen panel.
    #[prop(into)]
    panel: Callback<usize, AnyView>,
) -> impl IntoView {
    let panel_id = fresh_id("panel");
    let row = NodeRef::<html::Div>::new();
    let go = move |place: usize| {
        chosen.set(place);
        let tab = row
            .get_untracked()
            .and_then(|row| row.children().item(place as u32));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that cannot take the focus is not on the screen.
            let _ = tab.focus();
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = names.with_untracked(Vec::len).max(1);
        let place = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (place + 1) % count,
            "ArrowLeft" | "ArrowUp" => (place + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        go(next);
    };
    let controls = panel_id.clone();
    view! {
        <div class="tabs">
            <div class="tab-row" role="tablist" aria-label=label node_ref=row on:keydown=on_key>
                {move || {
                    names.get().into_iter().enumerate().map(|(place, name)| {
                        view! {
                            <button
                                role="tab"
                                aria-controls=controls.clone()
                                aria-selected=move || (chosen.get() == place).to_string()
                                tabindex=move || if chosen.get() == place { "0" } else { "-1" }
                                on:click=move |_| chosen.set(place)
                            >
                                {name}
                            </button>
                        }
                    }).collect_view()
                }}
            </div>
            <div
                class="tab-panel"
                role="tabpanel"
                id=panel_id
                tabindex="0"
                aria-label=move || names.with(|names| names.get(chosen.get()).cloned().unwrap_or_default())
            >
                {move || panel.run(chosen.get())}
            </div>
        </div>
    }
}

//! How fast time runs.

use leptos::prelude::*;

/// A list of speeds, as factors.
#[component]
pub fn SpeedChoice(
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// The speeds on offer.
    speeds: &'static [f64],
    /// The speed that is chosen.
    speed: RwSignal<f64>,
) -> impl IntoView {
    view! {
        <label class="speed">
            <span class="hidden">{move || label.get()}</span>
            <select on:change=move |event| {
                if let Ok(chosen) = event_target_value(&event).parse() {
                    speed.set(chosen);
                }
            }>
                {speeds.iter().map(|one| {
                    let one = *one;
                    view! {
                        <option value=one.to_string() prop:selected=move || (speed.get() - one).abs() < f64::EPSILON>
                            {format!("×{one}")}
                        </option>
                    }
                }).collect_view()}
            </select>
        </label>
    }
}

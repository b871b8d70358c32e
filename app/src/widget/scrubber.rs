//! A range over time with what happens in it drawn behind.

use leptos::prelude::*;
use std::fmt::Write;

/// Steps that Page Up and Page Down walk.
const PAGE_STEPS: i64 = 100;

/// A slider over ticks: drag to a tick, arrow keys walk by steps, Page Up and Down by a hundred.
#[component]
pub fn Scrubber(
    /// The tick at which time stands.
    #[prop(into)]
    tick: Signal<u64>,
    /// The last tick.
    #[prop(into)]
    end: Signal<u64>,
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// What its position is called: step and tick, with units.
    #[prop(into)]
    value_text: Signal<String>,
    /// How much happens in equal stretches of time; drawn behind.
    #[prop(into)]
    density: Signal<Vec<u32>>,
    /// Asked to go to a tick.
    #[prop(into)]
    on_seek_tick: Callback<u64>,
    /// Asked to walk by steps, back if negative.
    #[prop(into)]
    on_walk: Callback<i64>,
    /// Whether there is nothing to scrub.
    #[prop(into, optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => on_walk.run(1),
            "ArrowLeft" | "ArrowDown" => on_walk.run(-1),
            "PageUp" => on_walk.run(PAGE_STEPS),
            "PageDown" => on_walk.run(-PAGE_STEPS),
            "Home" => on_seek_tick.run(0),
            "End" => on_seek_tick.run(end.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let share = move || tick.get() as f64 / end.get().max(1) as f64 * 100.0;
    view! {
        <div class="scrubber" style:--played=move || format!("{:.3}%", share())>
            <svg class="scrubber-density" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
                <path d=move || density.with(|density| silhouette(density)) />
            </svg>
            <input
                type="range"
                min="0"
                step="1"
                prop:max=move || end.get().max(1).to_string()
                prop:value=move || tick.get().to_string()
                aria-label=label
                aria-valuetext=value_text
                disabled=disabled
                on:keydown=on_key
                on:input=move |event| {
                    if let Ok(tick) = event_target_value(&event).parse::<f64>() {
                        on_seek_tick.run(tick as u64);
                    }
                }
            />
        </div>
    }
}

/// Bars from the bottom of a box of 100 by 24, by the square root so that few still show beside many.
fn silhouette(density: &[u32]) -> String {
    let most = f64::from(density.iter().copied().max().unwrap_or(0));
    let mut path = String::new();
    if most == 0.0 {
        return path;
    }
    let width = 100.0 / density.len() as f64;
    for (place, count) in density.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (f64::from(*count) / most).sqrt() * 22.0;
        // Writing to a string cannot fail.
        let _ = write!(
            path,
            "M{:.3},24v{:.2}h{:.3}v{:.2}z",
            place as f64 * width,
            -height,
            width * 0.85,
            height
        );
    }
    path
}

#[cfg(test)]
mod tests {
    use super::silhouette;

    #[test]
    fn a_quiet_stretch_draws_nothing_and_the_busiest_is_highest() {
        assert_eq!(silhouette(&[0, 0, 0]), "");
        assert_eq!(silhouette(&[]), "");
        let path = silhouette(&[1, 0, 4]);
        assert_eq!(path.matches('M').count(), 2);
        assert!(
            path.contains("v-11.00") && path.contains("v-22.00"),
            "{path}"
        );
    }
}

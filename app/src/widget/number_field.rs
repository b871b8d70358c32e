//! A number with a unit, a default, a meaning and a slider.

use crate::model::format::plain;
use crate::widget::fresh_id;
use leptos::prelude::*;

/// Positions of the slider.
const SLIDER_STEPS: f64 = 1_000.0;

/// How the slider's way maps to numbers.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Scale {
    /// Equal ways, equal differences.
    #[default]
    Linear,
    /// Equal ways, equal factors; for ranges over several powers of ten.
    Logarithmic,
}

/// The numbers that a field takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Range {
    min: u64,
    max: u64,
    scale: Scale,
}

impl Range {
    /// The slider's position of a value, 0 to 1,000. A range from 0 is shifted by one for its logarithm.
    fn position(self, value: u64) -> f64 {
        let value = value.clamp(self.min, self.max);
        let share = match self.scale {
            Scale::Linear => (value - self.min) as f64 / (self.max - self.min).max(1) as f64,
            Scale::Logarithmic => {
                let log = |value: u64| (value as f64 + 1.0).ln();
                (log(value) - log(self.min))
                    / (log(self.max) - log(self.min)).max(f64::MIN_POSITIVE)
            }
        };
        (share * SLIDER_STEPS).round()
    }

    /// The value at a position, rounded to two figures where neighbours are far apart.
    fn value(self, position: f64) -> u64 {
        let share = (position / SLIDER_STEPS).clamp(0.0, 1.0);
        if share >= 1.0 {
            return self.max;
        }
        let value = match self.scale {
            Scale::Linear => self.min as f64 + share * (self.max - self.min) as f64,
            Scale::Logarithmic => {
                let log = |value: u64| (value as f64 + 1.0).ln();
                (log(self.min) + share * (log(self.max) - log(self.min))).exp() - 1.0
            }
        };
        let coarse = (value / 100.0).max(1.0).log10().floor();
        let unit = if self.scale == Scale::Logarithmic {
            10_f64.powf(coarse)
        } else {
            1.0
        };
        (((value / unit).round() * unit) as u64).clamp(self.min, self.max)
    }

    /// The value next to this one for an arrow key: one tenth of its power of ten on a logarithmic scale.
    fn next(self, value: u64, is_up: bool) -> u64 {
        let step = match self.scale {
            Scale::Linear => ((self.max - self.min) / 100).max(1),
            Scale::Logarithmic => 10_u64.pow(value.max(1).ilog10().saturating_sub(1)),
        };
        let next = if is_up {
            value.saturating_add(step)
        } else {
            value.saturating_sub(step)
        };
        next.clamp(self.min, self.max)
    }
}

/// A value as text: grouped, or with a point before the last `decimals` digits and no idle zeros.
fn show(value: u64, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    // Not in the language of the page: what a field shows must read back as itself.
    let whole = plain::whole(value / unit);
    let rest = value % unit;
    if rest == 0 {
        return whole;
    }
    let rest = format!("{rest:0width$}", width = decimals as usize);
    format!("{whole}.{}", rest.trim_end_matches('0'))
}

/// Text as a value: groups and spaces are ignored, `k` and `M` count; none if it is no number.
fn parse(text: &str, decimals: u32) -> Option<u64> {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{202f}' | '_' | '\u{a0}'))
        .collect();
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => match text.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 1e6),
            None => (text.as_str(), 1.0),
        },
    };
    let value = digits.parse::<f64>().ok()? * factor * 10_f64.powi(decimals as i32);
    (value.is_finite() && value >= 0.0).then_some(value.round() as u64)
}

/// A field that knows its default and says what it does. Values leave it whole and within bounds.
#[component]
pub fn NumberField(
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// One sentence about what it does; shown on hover and focus.
    #[prop(into)]
    help: Signal<String>,
    /// Its unit; empty for a plain count.
    #[prop(into, optional)]
    unit: Signal<String>,
    /// What the reset button is called; it should name the default.
    #[prop(into)]
    reset_label: Signal<String>,
    /// The value.
    #[prop(into)]
    value: Signal<u64>,
    /// The default.
    #[prop(into)]
    default: Signal<u64>,
    /// The smallest value.
    min: u64,
    /// The largest value.
    max: u64,
    /// Digits behind the point: with 3, a value of 600 reads 0.6.
    #[prop(optional)]
    decimals: u32,
    /// How the slider maps.
    #[prop(optional)]
    scale: Scale,
    /// A new value: while the slider is dragged, and when text is complete.
    #[prop(into)]
    on_change: Callback<u64>,
) -> impl IntoView {
    let range = Range { min, max, scale };
    let id = fresh_id("field");
    let help_id = format!("{id}-help");
    // Text that was refused is replaced by the value, even though the value did not change.
    let attempt = RwSignal::new(0_u32);
    let commit = move |wanted: Option<u64>| {
        attempt.update(|count| *count += 1);
        if let Some(wanted) = wanted.map(|wanted| wanted.clamp(min, max))
            && wanted != value.get_untracked()
        {
            on_change.run(wanted);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let now =
            parse(&event_target_value(&event), decimals).unwrap_or_else(|| value.get_untracked());
        match event.key().as_str() {
            "ArrowUp" => commit(Some(range.next(now, true))),
            "ArrowDown" => commit(Some(range.next(now, false))),
            _ => return,
        }
        event.prevent_default();
    };
    let slider_text = move || format!("{}\u{202f}{}", show(value.get(), decimals), unit.get());
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <span class="field-value">
                <input
                    id=id
                    class="figure"
                    type="text"
                    inputmode=if decimals == 0 { "numeric" } else { "decimal" }
                    autocomplete="off"
                    aria-describedby=help_id.clone()
                    prop:value=move || {
                        attempt.track();
                        show(value.get(), decimals)
                    }
                    on:change=move |event| commit(parse(&event_target_value(&event), decimals))
                    on:keydown=on_key
                />
                <span class="field-unit">{unit}</span>
                <button
                    class="field-reset"
                    aria-label=reset_label
                    title=reset_label
                    disabled=move || value.get() == default.get()
                    on:click=move |_| commit(Some(default.get_untracked()))
                >
                    "⟲"
                </button>
            </span>
            <input
                class="field-slider"
                type="range"
                min="0"
                max=SLIDER_STEPS.to_string()
                step="1"
                aria-label=label
                aria-valuetext=slider_text
                prop:value=move || range.position(value.get()).to_string()
                on:input=move |event| {
                    commit(event_target_value(&event).parse().ok().map(|position| range.value(position)));
                }
            />
            <span class="field-help" role="note" id=help_id>{help}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_value_agree() {
        for (value, decimals, text) in [
            (10_000, 0, "10,000"),
            (600, 3, "0.6"),
            (1_250, 3, "1.25"),
            (3_000, 3, "3"),
        ] {
            assert_eq!(show(value, decimals), text);
            assert_eq!(parse(text, decimals), Some(value));
        }
        assert_eq!(parse("20k", 0), Some(20_000));
        assert_eq!(parse("1 000 000", 0), Some(1_000_000));
        for refused in ["", "many", "-3", "1e999", "NaN"] {
            assert_eq!(parse(refused, 0), None, "{refused}");
        }
    }

    #[test]
    fn the_slider_reaches_both_ends_and_keeps_order() {
        for range in [
            Range {
                min: 1,
                max: 100_000,
                scale: Scale::Logarithmic,
            },
            Range {
                min: 0,
                max: 1_000_000,
                scale: Scale::Logarithmic,
            },
            Range {
                min: 1,
                max: 1_024,
                scale: Scale::Logarithmic,
            },
            Range {
                min: 0,
                max: 3_000,
                scale: Scale::Linear,
            },
        ] {
            assert_eq!(range.value(0.0), range.min);
            assert_eq!(range.value(SLIDER_STEPS), range.max);
            assert_eq!(range.position(range.max), SLIDER_STEPS);
            let mut before = range.min;
            for position in 0..=1_000 {
                let value = range.value(f64::from(position));
                assert!(value >= before);
                before = value;
            }
            assert_eq!(range.next(range.max, true), range.max);
            assert_eq!(range.next(range.min, false), range.min);
        }
    }
}

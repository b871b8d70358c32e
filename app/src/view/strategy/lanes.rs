//! The present step's transactions on parallel lanes: automation load is parallel load.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::format;
use crate::model::strip::{self, Bar};
use crate::widget::LaneStrip as Strip;
use engine::trace::intent::StepLanes;
use leptos::prelude::*;

/// The strip.
#[component]
pub(super) fn LaneStrip() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let look = Memo::new(move |_| stores.look.get());
    let words = move || {
        let look = look.get()?;
        let lanes = &look.lanes;
        let locale = i18n.get_locale();
        let count = lanes.transactions.len();
        if count == 0 {
            return Some(td_string!(locale, strategy.lanes_none).to_owned());
        }
        let quicker = lanes.ticks_in_order as f64 / lanes.ticks.max(1) as f64;
        let most = lanes.ticks_in_order as f64 / lanes.ticks_at_least.max(1) as f64;
        let repeats = u64::from(lanes.executions) - count as u64;
        Some(tell!(
            locale,
            lanes_say,
            count = count,
            lanes = lanes.lanes,
            quicker = format::times(quicker),
            most = format::times(most),
            repeats = repeats,
            same = if lanes.is_same {
                td_string!(locale, strategy.lanes_same)
            } else {
                td_string!(locale, strategy.lanes_differ)
            }
        ))
    };
    let bars = Signal::derive(move || look.get().map_or_else(Vec::new, |look| bars(&look.lanes)));
    let lanes = Signal::derive(move || look.get().map_or(1, |look| look.lanes.lanes));
    let label = Signal::derive(move || words().unwrap_or_default());
    view! {
        <figure class="lanes-part">
            <figcaption>
                <span class="plot-title">{t!(i18n, strategy.lanes)}</span>
                <span class="note">{move || words().unwrap_or_else(|| t_string!(i18n, shell.computing).to_owned())}</span>
            </figcaption>
            <Strip bars=bars lanes=lanes label=label />
        </figure>
    }
}

/// Bars with what they say.
fn bars(lanes: &StepLanes) -> Vec<(Bar, String)> {
    let said = |bar: Bar| {
        let transaction = lanes.transactions.get(bar.tx as usize)?;
        let slot = bar.slot.and_then(|slot| lanes.keys.get(slot as usize));
        let slot = slot.map_or_else(String::new, |key| format!(" · {key}"));
        let title = format!(
            "{}: {} → {}{slot}",
            bar.tx, transaction.sender, transaction.contract
        );
        Some((bar, title))
    };
    strip::bars(lanes).into_iter().filter_map(said).collect()
}

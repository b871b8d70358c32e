//! The present step's transactions on parallel lanes: automation load is parallel load.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::strip::{self, Bar, Gain};
use crate::view::shell::program::BlockLink;
use crate::widget::LaneStrip as Strip;
use engine::scenario::recorded::Origin;
use engine::trace::intent::StepLanes;
use leptos::prelude::*;

/// The strip.
#[component]
pub(super) fn LaneStrip() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let look = Memo::new(move |_| stores.look.get());
    let name = stores.run.document.part(|document| document.name.clone());
    let words = move || {
        let look = look.get()?;
        let lanes = &look.lanes;
        let locale = i18n.get_locale();
        let count = lanes.transactions.len();
        if count == 0 {
            return Some(td_string!(locale, strategy.lanes_none).to_owned());
        }
        let gain = Gain::of(lanes);
        Some(tell!(
            locale,
            lanes_say,
            count = count,
            lanes = lanes.lanes,
            quicker = gain.quicker,
            most = gain.most,
            repeats = gain.repeats,
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
            <BlockLink look=move |show| {
                look.with(|look| {
                    if let Some(look) = look {
                        name.with(|name| show((&look.lanes, Origin::Strategies, name)));
                    }
                });
            } />
        </figure>
    }
}

/// Bars with what they say.
fn bars(lanes: &StepLanes) -> Vec<(Bar, String)> {
    let said = |bar: Bar| {
        let transaction = lanes.transactions.get(bar.tx as usize)?;
        let (sender, contract) = (&transaction.sender, &transaction.contract);
        let title = bar.title(&format!("{}: {sender} → {contract}", bar.tx), lanes);
        Some((bar, title))
    };
    strip::bars(lanes).into_iter().filter_map(said).collect()
}

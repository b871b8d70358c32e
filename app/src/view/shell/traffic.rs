//! Where a block's transactions come from: the seed, a real block, or another lab.

use super::desk::use_desk;
use super::knob::{Knob, Words};
use crate::i18n::*;
use engine::scenario::traffic::TRAFFIC_BLOCKS;
use engine::scenario::{Workload, recorded};
use leptos::prelude::*;

/// The choice of a recorded block; others are a real block's number, or nothing.
const RECORDED: &str = "recorded";

fn choice(workload: &Workload) -> String {
    match workload.traffic {
        Some(number) => number.to_string(),
        None if !workload.recorded.is_empty() => RECORDED.to_owned(),
        None => String::new(),
    }
}

/// The choice, and what a recorded block holds.
#[component]
pub(super) fn TrafficKnob() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.scenario;
    let value = store.part(|scenario| choice(&scenario.workload));
    let recorded = store.part(|scenario| scenario.workload.recorded.clone());
    let base = store.base();
    let default = Memo::new(move |_| base.with(|scenario| choice(&scenario.workload)));
    // A block that is given up for another kind of traffic can be chosen again.
    let kept = Memo::new(move |before: Option<&String>| {
        let found = recorded.get();
        match before {
            Some(before) if found.is_empty() => before.clone(),
            _ => found,
        }
    });
    let set = move |choice: &str| {
        store.edit("traffic", |scenario| {
            let workload = &mut scenario.workload;
            workload.traffic = choice.parse().ok();
            workload.recorded = match choice {
                RECORDED => kept.get_untracked(),
                _ => String::new(),
            };
        });
    };
    let choices = move || {
        let generated = (
            String::new(),
            t_string!(i18n, shell.traffic_generated).to_owned(),
        );
        let real = TRAFFIC_BLOCKS.iter().map(|number| {
            let number = number.to_string();
            let name = t_string!(i18n, shell.traffic_block, number = number.clone());
            (number, name)
        });
        let recorded = kept.with(|kept| !kept.is_empty()).then(|| {
            let name = t_string!(i18n, shell.traffic_recorded).to_owned();
            (RECORDED.to_owned(), name)
        });
        let all = std::iter::once(generated).chain(real).chain(recorded);
        all.collect::<Vec<_>>()
    };
    let default_name = Signal::derive(move || {
        let default = default.get();
        let mut choices = choices().into_iter();
        let found = choices.find(|(choice, _)| *choice == default);
        found.map_or_else(String::new, |(_, name)| name)
    });
    let words = Words {
        label: t_string!(i18n, shell.knob.traffic.label),
        unit: t_string!(i18n, shell.knob.traffic.unit),
        help: t_string!(i18n, shell.knob.traffic.help),
    };
    let says = move || {
        let found = recorded.with(|recorded| {
            let workload = Workload {
                recorded: recorded.clone(),
                ..Workload::default()
            };
            recorded::read(&workload).ok().flatten()
        })?;
        Some(t_string!(
            i18n,
            shell.recorded_say,
            transactions = found.transactions.len(),
            slots = found.slots(),
            contracts = found.contracts.len()
        ))
    };
    view! {
        <Knob field="traffic" words=words is_default=Signal::derive(move || value.get() == default.get())
            default=default_name reset=move || set(&default.get_untracked())>
            <select
                id="knob-traffic"
                aria-describedby="knob-traffic-help"
                on:change=move |event| set(&event_target_value(&event))
            >
                {move || choices().into_iter().map(|(choice, name)| {
                    let this = choice.clone();
                    view! { <option value=choice prop:selected=move || value.get() == this>{name}</option> }
                }).collect_view()}
            </select>
        </Knob>
        {move || says().map(|says| view! { <p class="note recorded">{says}</p> })}
    }
}

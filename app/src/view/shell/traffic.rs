//! Where a block's transactions come from: the seed, a real block, or another lab.

use super::desk::use_desk;
use super::knob::{ChoiceKnob, Words};
use crate::i18n::*;
use engine::scenario::traffic::TRAFFIC_BLOCKS;
use engine::scenario::{Scenario, Workload, recorded};
use leptos::prelude::*;

/// The choice of a recorded block; others are a real block's number, or nothing.
const RECORDED: &str = "recorded";

fn choice(scenario: &Scenario) -> String {
    let workload = &scenario.workload;
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
    let recorded = store.part(|scenario| scenario.workload.recorded.clone());
    // A block that is given up for another kind of traffic can be chosen again.
    let kept = Memo::new(move |before: Option<&String>| {
        let found = recorded.get();
        match before {
            Some(before) if found.is_empty() => before.clone(),
            _ => found,
        }
    });
    let write = move |scenario: &mut Scenario, choice: &str| {
        let workload = &mut scenario.workload;
        workload.traffic = choice.parse().ok();
        workload.recorded = match choice {
            RECORDED => kept.get_untracked(),
            _ => String::new(),
        };
    };
    let choices = Signal::derive(move || {
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
        all.collect()
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
        <ChoiceKnob field="traffic" words=words choices=choices read=choice write=write />
        {move || says().map(|says| view! { <p class="note recorded">{says}</p> })}
    }
}

//! The knob that chooses the scheduler, with what each of them does and promises.

use super::desk::use_desk;
use super::knob::{ChoiceKnob, Words};
use crate::i18n::*;
use crate::view::execution::{SchedulerCard, scheduler_title};
use engine::scenario::{Scenario, Scheduler};
use leptos::prelude::*;

/// A list to choose from, the chosen one's promises under it, and all of them side by side on demand.
#[component]
pub(super) fn SchedulerKnob() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.scenario;
    let chosen = store.part(|scenario| scenario.execution.scheduler);
    let choose = move |scheduler| {
        store.edit("scheduler", |scenario| {
            scenario.execution.scheduler = scheduler
        });
    };
    let words = Words {
        label: t_string!(i18n, shell.knob.scheduler.label),
        unit: t_string!(i18n, shell.knob.scheduler.unit),
        help: t_string!(i18n, shell.knob.scheduler.help),
    };
    let choice = |scheduler: Scheduler| (scheduler.name().to_owned(), scheduler_title(scheduler));
    let choices = Scheduler::ALL.map(choice).to_vec();
    view! {
        <div class="scheduler-knob">
            <ChoiceKnob
                field="scheduler"
                words=words
                choices=choices
                read=|scenario: &Scenario| scenario.execution.scheduler.name().to_owned()
                write=|scenario: &mut Scenario, value: &str| {
                    scenario.execution.scheduler = Scheduler::named(value).unwrap_or_default();
                }
            />
            <SchedulerCard scheduler=chosen />
            <details class="schedulers">
                <summary>{move || t_string!(i18n, shell.schedulers_all)}</summary>
                <ul>
                    {Scheduler::ALL.into_iter().map(|scheduler| view! {
                        <li>
                            <button
                                type="button"
                                aria-pressed=move || (chosen.get() == scheduler).to_string()
                                on:click=move |_| choose(scheduler)
                            >
                                {scheduler_title(scheduler)}
                            </button>
                            <SchedulerCard scheduler=Signal::stored(scheduler) />
                        </li>
                    }).collect_view()}
                </ul>
            </details>
        </div>
    }
}

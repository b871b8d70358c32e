//! The measured run: its button, its progress, its figures.

use super::badge::Badge;
use super::command::Command;
use super::desk::use_desk;
use crate::i18n::*;
use crate::link::Purpose;
use crate::store::conductor::without_execution;
use crate::view::execution::MeasuredResults;
use leptos::prelude::*;

/// The card of the measured run.
#[component]
pub(super) fn RunCard() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let run = desk.stores.run;
    let threads = desk.stores.status.threads();
    let is_running = run.is_asked(Purpose::Live);
    let progress = move || {
        let (purpose, done, total) = run.progress.get()?;
        (purpose == Purpose::Live && total > 0).then(|| f64::from(done) / f64::from(total))
    };
    let is_stale = Memo::new(move |_| {
        let present = desk.stores.scenario.document().with(without_execution);
        run.measured.with(|measured| {
            measured
                .as_ref()
                .is_some_and(|measured| measured.of != present)
        })
    });
    view! {
        <div class="card">
            <Badge />
            <MeasuredResults
                live=Signal::derive(move || run.measured.with(|measured| measured.as_ref().map(|measured| measured.live.clone())))
                is_stale=is_stale
            />
            {move || if is_running.get() {
                view! {
                    <div class="running">
                        <progress aria-label=move || t_string!(i18n, shell.measured.running) max="1" prop:value=move || progress().unwrap_or(0.0)></progress>
                        <button type="button" on:click=move |_| desk.conductor.cancel(Purpose::Live)>
                            {t!(i18n, shell.cancel)}
                        </button>
                    </div>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="primary" data-action="run-live" on:click=move |_| Command::RunLive.run(desk)>
                        {move || if threads.get() == 1 {
                            t_string!(i18n, shell.measured.run_one).to_owned()
                        } else {
                            t_string!(i18n, shell.measured.run, threads = threads.get())
                        }}
                    </button>
                }.into_any()
            }}
        </div>
    }
}

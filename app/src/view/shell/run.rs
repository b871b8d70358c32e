//! The measured run: its button, its progress, its figures.

use super::badge::Badge;
use super::command::Command;
use super::desk::use_desk;
use crate::i18n::*;
use crate::link::Purpose;
use crate::model::format;
use crate::store::conductor::without_execution;
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
        run.measured.with(|measured| measured.as_ref().is_some_and(|measured| measured.of != present))
    });
    view! {
        <section class="card measured" aria-labelledby="measured-title">
            <h2 id="measured-title">{t!(i18n, shell.measured.title)}</h2>
            <Badge />
            {move || run.measured.get().map(|measured| {
                let live = measured.live;
                let gain = live.serial_seconds / live.execute_seconds;
                view! {
                    <div class:stale=move || is_stale.get()>
                        <p class="headline" title=format!("{:.0} TPS", live.tps())>
                            <span class="figure">{format::three_figures(live.tps())}</span>
                            " " {t!(i18n, shell.measured.tps)}
                        </p>
                        <dl class="facts">
                            <dt>{t!(i18n, shell.measured.without_root)}</dt>
                            <dd class="figure">{format::three_figures(live.tps_without_root())}</dd>
                            <dt>{t!(i18n, shell.measured.gain)}</dt>
                            <dd class="figure">{format::times(gain)}</dd>
                            <dt>{t!(i18n, shell.measured.transactions)}</dt>
                            <dd class="figure">{format::whole(live.transactions)}</dd>
                            <dt>{t!(i18n, shell.measured.aborts)}</dt>
                            <dd class="figure">{format::whole(live.aborts)}</dd>
                        </dl>
                        <p class="note">
                            {if live.equals_serial {
                                t_string!(i18n, shell.measured.equal)
                            } else {
                                t_string!(i18n, shell.measured.unequal)
                            }}
                        </p>
                    </div>
                    <Show when=move || is_stale.get()>
                        <p class="note">{t!(i18n, shell.measured.stale)}</p>
                    </Show>
                }
            })}
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
        </section>
    }
}

//! The middle and the right: the lab's picture and what it means.

use super::desk::use_desk;
use super::run::RunCard;
use super::sweep::SweepCard;
use crate::i18n::*;
use crate::link::Purpose;
use crate::store::Freshness;
use crate::view::execution::{
    ExecutionPicture, InkLegend, ModelledResults, RemedyPanel, SelectionPanel,
};
use leptos::prelude::*;

/// The middle: what happens. While the engine computes, the old picture stays, greyed.
#[component]
pub(super) fn Picture() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let run = desk.stores.run;
    let progress = move || {
        let (purpose, done, total) = run.progress.get()?;
        (purpose == Purpose::Picture && total > 0).then(|| f64::from(done) / f64::from(total))
    };
    view! {
        <main id="main" class="picture" class:stale=move || run.freshness.get() != Freshness::Fresh>
            {move || match run.freshness.get() {
                Freshness::Fresh => ().into_any(),
                Freshness::Computing => view! {
                    <div class="state computing">
                        <p>{t!(i18n, shell.computing)}</p>
                        <progress aria-label=move || t_string!(i18n, shell.computing) max="1" prop:value=move || progress().unwrap_or(0.0)></progress>
                        <button type="button" on:click=move |_| desk.conductor.cancel(Purpose::Picture)>{t!(i18n, shell.cancel)}</button>
                    </div>
                }.into_any(),
                Freshness::Stopped => view! {
                    <div class="state">
                        <p>{t!(i18n, shell.stopped)}</p>
                        <button type="button" on:click=move |_| desk.conductor.compute_again()>{t!(i18n, shell.again)}</button>
                    </div>
                }.into_any(),
                Freshness::Failed(reasons) => view! {
                    <div class="state trouble" role="alert">
                        <p>{t!(i18n, shell.failed)}</p>
                        <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
                        <button type="button" on:click=move |_| desk.conductor.compute_again()>{t!(i18n, shell.again)}</button>
                        <button type="button" on:click=move |_| desk.stores.scenario.undo()>{t!(i18n, shell.undo_edit)}</button>
                    </div>
                }.into_any(),
            }}
            <ExecutionPicture
                stage=desk.stage
                other=run.comparison
                playing=desk.stores.playback.playing()
                is_busy=Signal::derive(move || run.freshness.get() == Freshness::Computing)
                on_seek=Callback::new(move |step| desk.stores.playback.seek(step))
            />
        </main>
    }
}

/// The right: what it means.
#[component]
pub(super) fn Results() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let run = desk.stores.run;
    let is_remedied_stale = Memo::new(move |_| {
        let present = desk.stores.scenario.document().get();
        run.remedied.with(|remedied| {
            remedied
                .as_ref()
                .is_some_and(|remedied| remedied.of != present)
        })
    });
    let is_remedying = run.is_asked(Purpose::Remedies);
    let remedy_progress = move || {
        is_remedying.get().then(|| match run.progress.get() {
            Some((Purpose::Remedies, done, total)) if total > 0 => {
                f64::from(done) / f64::from(total)
            }
            _ => 0.0,
        })
    };
    view! {
        <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
            <RunCard />
            <ModelledResults picture=run.picture selection=desk.stores.selection />
            <SelectionPanel stage=desk.stage />
            <RemedyPanel
                picture=run.picture
                selection=desk.stores.selection
                trials=Signal::derive(move || run.remedied.with(|remedied| {
                    remedied.as_ref().map(|remedied| (remedied.key.clone(), remedied.trials.clone()))
                }))
                is_stale=is_remedied_stale
                progress=Signal::derive(remedy_progress)
                on_run=Callback::new(move |key| desk.conductor.remedy(key))
                on_cancel=Callback::new(move |()| desk.conductor.cancel(Purpose::Remedies))
            />
            <SweepCard />
            <InkLegend />
        </aside>
    }
}

//! The middle and the right: the lab's picture and what it means.

use super::desk::use_desk;
use super::run::RunCard;
use crate::i18n::*;
use crate::link::Purpose;
use crate::model::compare::Comparison;
use crate::store::Freshness;
use crate::view::execution::lanes::LanePicture;
use crate::view::execution::legend::Legend;
use engine::primitives::Tick;
use engine::scenario::{Execution, Scheduler};
use leptos::prelude::*;
use std::sync::Arc;

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
    let step = desk.stores.playback.step();
    let seek = Callback::new(move |tick| desk.stores.playback.seek_tick(tick));
    let comparison = Memo::new(move |_| {
        let (this, other) = (run.picture.get()?, run.comparison.get()?);
        Some(Arc::new(Comparison::new(&this, &other)))
    });
    // Colours are read anew whenever the theme changes.
    let preference = desk.stores.preference;
    let appearance = Memo::new(move |before: Option<&u32>| {
        preference.theme().track();
        preference.is_dark().track();
        before.map_or(0, |before| before + 1)
    });
    let is_comparing = Memo::new(move |_| run.comparison.with(Option::is_some));
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
            <div class="lane-run">
                <LanePicture
                    picture=run.picture
                    step=step
                    selection=desk.stores.selection
                    hovered=desk.hovered
                    window=desk.window
                    comparison=comparison
                    zoom_wishes=desk.zoom_wishes
                    appearance=appearance
                    has_keys=true
                    on_seek_tick=seek
                />
            </div>
            <Show when=move || is_comparing.get()>
                <h2 class="other">{move || run.comparison.get().map(|index| {
                    let Execution { scheduler, lanes, .. } = index.replay.execution;
                    match scheduler {
                        Scheduler::Serial => t_string!(i18n, shell.compare.beside_serial).to_owned(),
                        Scheduler::BlockStm => t_string!(i18n, shell.compare.beside, lanes),
                    }
                })}</h2>
                <div class="lane-run">
                    <LanePicture
                        picture=run.comparison
                        step=Memo::new(move |_| run.comparison.with(|other| {
                            let now = desk.stores.playback.now().get();
                            other.as_ref().map_or(0, |index| index.timeline.at(Tick(now)))
                        }))
                        selection=desk.stores.selection
                        hovered=desk.hovered
                        window=desk.window
                        comparison=comparison
                        appearance=appearance
                        on_seek_tick=seek
                    />
                </div>
            </Show>
            <Legend />
        </main>
    }
}

/// The right: what it means.
#[component]
pub(super) fn Results() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
            <RunCard />
        </aside>
    }
}

//! The whole lab: left is cause, middle is what happens, right is what it means, bottom is time.

use super::beside::{CompareCard, ScaleCard};
use super::chart::Charts;
use super::city::CityPicture;
use super::command;
use super::deals::DealList;
use super::figures::{CostCard, ScalingCard};
use super::hand::HandCard;
use super::knobs::Knobs;
use super::pick::PickCard;
use super::placement::PlacementCard;
use super::share::ShareSheet;
use super::takeover::TakeoverCard;
use super::time::TimeBar;
use super::verdict::VerdictCard;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::shard::ShardIndex;
use crate::store::{Freshness, Lab, ShardStores, autosave, route};
use crate::view::shell::board::Board;
use crate::view::shell::header::Header;
use crate::view::shell::keyboard;
use crate::view::shell::notices::NoticeList;
use crate::view::shell::palette::PaletteSheet;
use crate::view::shell::sheet::HelpSheet;
use engine::scenario::shard::{ShardScenario, preset};
use leptos::prelude::*;

/// What the lab's commands act on. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stores: ShardStores,
    pub(super) board: Board,
}

/// The desk of the page that this runs in.
pub(super) fn use_desk() -> Desk {
    expect_context::<Desk>()
}

/// The lab: opens what the address names, or what this tab was at, or the first preset.
#[component]
pub fn Shell() -> impl IntoView {
    view! {
        <I18nContextProvider>
            <Frame />
        </I18nContextProvider>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let i18n = use_i18n();
    let stores = ShardStores::new();
    let board = Board::new(Lab::Shards, stores.preference, stores.notices);
    let desk = Desk { stores, board };
    provide_context(desk);
    provide_context(board);
    provide_context(stores.document);
    stores.begin();
    stores.start();
    board.entries.set_value(command::entries(i18n, desk));
    board.dress();
    autosave::keep(stores.document, stores.notices, move || {
        stores.course.at().get_untracked()
    });
    route::follow(stores.document, move |hash| stores.open_hash(hash));
    keyboard::listen(board);
    animate(stores);
    let report = move |read: fn(&ShardIndex) -> String| {
        let picture = stores.picture;
        picture.with(|picture| picture.as_ref().map(|index| read(index)))
    };
    view! {
        <div
            class="shell shards"
            data-lab="shards"
            data-ready=move || (stores.freshness.get() == Freshness::Fresh).to_string()
            data-at=move || stores.course.at().get()
            data-end=move || stores.course.end().get()
            data-digest=move || report(|index| index.ran.report.digest.clone())
            data-acts=move || stores.document.document().with(|document| document.acts.len())
            data-compared=move || stores.beside.with(|beside| beside.protocols.len())
            data-scaled=move || stores.beside.with(|beside| beside.scale.len())
        >
            <Header
                store=stores.document
                presets=preset::all().iter().map(|preset| preset.name).collect()
                preset=|name: &str| preset::named(name).map(preset::Preset::scenario)
                describe=describe
            />
            <Knobs />
            <Middle />
            <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
                <VerdictCard />
                <PickCard />
                <HandCard />
                <ScalingCard />
                <CostCard />
                <CompareCard />
                <ScaleCard />
                <PlacementCard />
                <TakeoverCard />
            </aside>
            <TimeBar />
            <NoticeList on_default=move |()| stores.open(preset::all()[0].scenario()) />
            <ShareSheet />
            <PaletteSheet />
            <HelpSheet />
        </div>
    }
}

/// A document in a few words.
fn describe(scenario: &ShardScenario) -> String {
    format!(
        "{} · {} shards · {} · seed {}",
        scenario.name,
        scenario.shards,
        scenario.protocol.name(),
        scenario.seed
    )
}

/// The middle: what happens. While the engine computes, the old picture stays, greyed.
#[component]
fn Middle() -> impl IntoView {
    let stores = use_desk().stores;
    view! {
        <main id="main" class="picture" class:stale=move || stores.freshness.get() != Freshness::Fresh>
            <States />
            <div class="city-frame">
                <CityPicture />
                <Charts />
                <DealList />
            </div>
        </main>
    }
}

/// What stands over the picture while there is none of the present document.
#[component]
fn States() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let progress = move || {
        let (at, ended, of) = stores.underway.get()?;
        let locale = i18n.get_locale();
        Some(tell!(
            locale,
            computing,
            at = time(at),
            ended = ended,
            of = of
        ))
    };
    let share = move || {
        let underway = stores.underway.get();
        underway.map_or(0.0, |(_, ended, of)| ended as f64 / of.max(1) as f64)
    };
    move || {
        match stores.freshness.get() {
        Freshness::Fresh => ().into_any(),
        Freshness::Computing => view! {
            <div class="state computing">
                <p>{move || progress().unwrap_or_else(|| t_string!(i18n, shell.computing).to_owned())}</p>
                <progress aria-label=move || t_string!(i18n, shell.computing) max="1" prop:value=share></progress>
                <button type="button" on:click=move |_| stores.stop()>{t!(i18n, shell.cancel)}</button>
            </div>
        }
        .into_any(),
        Freshness::Stopped => view! {
            <div class="state">
                <p>{t!(i18n, shell.stopped)}</p>
                <button type="button" on:click=move |_| stores.compute()>{t!(i18n, shell.again)}</button>
            </div>
        }
        .into_any(),
        Freshness::Failed(reasons) => view! {
            <div class="state trouble" role="alert">
                <p>{t!(i18n, shell.failed)}</p>
                <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
                <button type="button" on:click=move |_| stores.start_anew()>{t!(i18n, shell.again)}</button>
                <button type="button" disabled=move || !stores.document.can_undo().get() on:click=move |_| stores.document.undo()>
                    {t!(i18n, shell.undo_edit)}
                </button>
            </div>
        }
        .into_any(),
    }
    }
}

/// Moves time while it runs; a page that is still asks for no frames.
fn animate(stores: ShardStores) {
    let playing = stores.course.playing();
    Effect::new(move || {
        if playing.get() {
            request_animation_frame(move || tick(stores, now_ms()));
        }
    });
}

fn tick(stores: ShardStores, before_ms: f64) {
    let now = now_ms();
    stores.course.frame(now - before_ms);
    if stores.course.playing().get_untracked() {
        request_animation_frame(move || tick(stores, now));
    }
}

fn now_ms() -> f64 {
    let performance = window().performance();
    performance.map_or(0.0, |performance| performance.now())
}

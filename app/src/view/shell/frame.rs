//! The whole page.

use super::desk::Desk;
use super::header::Header;
use super::knobs::Knobs;
use super::lab::{Picture, Results};
use super::notices::NoticeList;
use super::palette::PaletteSheet;
use super::share::ShareSheet;
use super::sheet::HelpSheet;
use super::timeline::TimeBar;
use super::{command, compare, isolation, keyboard, probe};
use crate::bridge::Build;
use crate::i18n::*;
use crate::store::status::Worker;
use crate::store::{Conductor, Freshness, Notice, Stores, autosave, route};
use engine::scenario::{LinkMoment, Scenario, preset};
use leptos::prelude::*;

/// The page: opens what the address names, or what this tab was at, or the default scenario.
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
    let stores = Stores::new();
    provide_context(stores);
    let moment = begin(stores);
    let conductor = Conductor::start(stores);
    if let Some(moment) = moment {
        conductor.enter_at(moment);
    }
    let desk = Desk::new(stores, conductor);
    let board = desk.board;
    provide_context(desk);
    provide_context(board);
    provide_context(stores.scenario);
    board.entries.set_value(command::entries(use_i18n(), desk));
    autosave::keep(stores.scenario, stores.notices, move || {
        stores.playback.step().get_untracked().into()
    });
    route::follow(stores.scenario, move |hash| open(desk, hash));
    keyboard::listen(board);
    compare::follow(desk);
    isolation::offer();
    probe::open(desk);
    animate(stores);
    board.dress();

    let run = stores.run;
    let worker = stores.status.worker;
    let digest = move |read: fn(&engine::session::ReplaySummary) -> String| {
        run.picture
            .with(|picture| picture.as_ref().map(|index| read(&index.replay.summary)))
    };
    view! {
        <div
            class="shell"
            data-ready=move || (run.freshness.get() == Freshness::Fresh).to_string()
            data-worker=move || match worker.get() {
                Worker::Starting => "starting",
                Worker::Ready(Build::Threads, _) => "threads",
                Worker::Ready(Build::Single, _) => "single",
                Worker::Closed(_) => "closed",
            }
            data-threads=move || stores.status.threads().get()
            data-deaths=move || stores.status.deaths.get()
            data-step=move || stores.playback.step().get()
            data-last=move || stores.playback.last().get()
            data-root=move || digest(|summary| summary.state_root.to_string())
            data-receipts=move || digest(|summary| summary.receipts_digest.to_string())
            data-trace=move || digest(|summary| summary.trace_digest.to_string())
            data-scheduler=move || run.picture.with(|picture| {
                picture.as_ref().map(|index| index.replay.execution.scheduler.name())
            })
            data-measured=move || run.measured.with(|measured| {
                measured.as_ref().map(|measured| measured.live.transactions.to_string())
            })
        >
            <Header
                store=stores.scenario
                presets=preset::all().iter().map(|preset| preset.name).collect()
                preset=|name: &str| preset::named(name).map(preset::Preset::scenario)
                describe=describe
            />
            <Knobs />
            <Picture />
            <Results />
            <TimeBar />
            <NoticeList on_default=move |()| desk.open(preset::all()[0].scenario()) />
            <ShareSheet />
            <PaletteSheet />
            <HelpSheet />
        </div>
    }
}

/// Puts the first document in place, and gives the moment to enter at, if one is known.
fn begin(stores: Stores) -> Option<LinkMoment> {
    let hash = route::hash();
    // After a reload the slot is what was on the screen. So it is where the address is still the slot's,
    // and knows less. A reload in mid-edit has the address of before the edit, which the slot lost sight
    // of: the browser takes it when the reload begins, the page follows the document until it is gone.
    let is_reload = route::is_reload();
    let slot = autosave::slot::<Scenario>();
    if let Some(slot) = slot.filter(|slot| is_reload || slot.hash == hash) {
        stores.scenario.begin_from(slot.scenario, slot.base);
        return Some(LinkMoment {
            step: slot.step.try_into().unwrap_or(u32::MAX),
            ..LinkMoment::default()
        });
    }
    match route::read(&hash) {
        route::Destination::Document(link) => {
            stores.scenario.begin(link.scenario);
            link.moment
        }
        route::Destination::Nothing => None,
        route::Destination::Broken(reason) => {
            stores.notices.show(Notice::BadLink(reason));
            None
        }
    }
}

/// Opens whatever a hash names; one that names nothing is told, and changes nothing.
fn open(desk: Desk, hash: &str) {
    let stores = desk.stores;
    match route::read(hash) {
        route::Destination::Nothing => {}
        route::Destination::Broken(reason) => {
            stores.notices.show(Notice::BadLink(reason));
            route::restore(&stores.scenario.document().get_untracked());
        }
        route::Destination::Document(link) => {
            if let Some(moment) = link.moment {
                desk.conductor.enter_at(moment);
            }
            desk.open(link.scenario);
        }
    }
}

/// Moves time while it runs; a page that is still asks for no frames.
fn animate(stores: Stores) {
    let playing = stores.playback.playing();
    Effect::new(move || {
        if playing.get() {
            request_animation_frame(move || frame(stores, now_ms()));
        }
    });
}

fn frame(stores: Stores, before_ms: f64) {
    let now = now_ms();
    stores.playback.frame(now - before_ms);
    if stores.playback.playing().get_untracked() {
        request_animation_frame(move || frame(stores, now));
    }
}

fn now_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// A scenario in a few words.
pub(super) fn describe(scenario: &Scenario) -> String {
    let Scenario {
        name,
        seed,
        workload,
        execution,
        ..
    } = scenario;
    let lanes = execution.lanes;
    if !workload.is_generated() {
        return format!("{name} · {lanes} lanes · seed {seed}");
    }
    format!(
        "{name} · {} tx · {lanes} lanes · seed {seed}",
        workload.transactions
    )
}

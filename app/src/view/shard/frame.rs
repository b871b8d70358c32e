//! The whole lab: left is cause, middle is what happens, right is what it means, bottom is time.

use super::beside::{CompareCard, ScaleCard};
use super::block::BlockPicture;
use super::chart::Charts;
use super::city::CityPicture;
use super::command;
use super::deals::DealList;
use super::entry::EntryCard;
use super::figures::{CostCard, ScalingCard};
use super::hand::HandCard;
use super::knobs::Knobs;
use super::pick::PickCard;
use super::placement::PlacementCard;
use super::race::RaceCard;
use super::takeover::TakeoverCard;
use super::verdict::VerdictCard;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::shard::ShardIndex;
use crate::store::{Freshness, ShardStores};
use crate::view::shell::program::{CourseBar, Doing, LabHeader, LabSheets, Program, States};
use engine::primitives::Micros;
use engine::scenario::shard::ShardScenario;
use leptos::prelude::*;

/// What the lab's commands act on. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stores: ShardStores,
    pub(super) program: Program<ShardScenario, ShardIndex>,
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
    let program = Program::new(stores.run);
    let desk = Desk { stores, program };
    provide_context(desk);
    stores.run.arrival.begin();
    stores.start();
    program.begin(command::entries(i18n, desk));
    let report = move |read: fn(&ShardIndex) -> String| {
        let picture = stores.run.picture;
        picture.with(|picture| picture.as_ref().map(|index| read(index)))
    };
    view! {
        <div
            class="shell shards"
            data-lab="shards"
            data-ready=move || (stores.run.freshness.get() == Freshness::Fresh).to_string()
            data-at=move || stores.run.course.at().get()
            data-end=move || stores.run.course.end().get()
            data-digest=move || report(|index| index.ran.report.digest.clone())
            data-looked=move || stores.look.with(|look| look.as_ref().map(|look| look.glance.at.0))
            data-zoom=move || stores.zoom.get().map(|zoom| zoom.shard)
            data-acts=move || stores.run.document.document().with(|document| document.acts.len())
            data-compared=move || stores.beside.with(|beside| beside.protocols.len())
            data-scaled=move || stores.beside.with(|beside| beside.scale.len())
        >
            <LabHeader program=program />
            <Knobs />
            <Middle />
            <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
                <VerdictCard />
                <EntryCard />
                <PickCard />
                <HandCard />
                <ScalingCard />
                <CostCard />
                <CompareCard />
                <ScaleCard />
                <RaceCard />
                <PlacementCard />
                <TakeoverCard />
            </aside>
            <TimeBar />
            <LabSheets program=program />
        </div>
    }
}

/// The middle: what happens. While the engine computes, the old picture stays, greyed.
#[component]
fn Middle() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let underway = move || {
        let (at, ended, of) = stores.run.underway.get()?;
        let locale = i18n.get_locale();
        let words = tell!(locale, computing, at = time(at), ended = ended, of = of);
        Some((words, ended as f64 / of.max(1) as f64))
    };
    let shard = Memo::new(move |_| stores.zoom.get().map(|zoom| zoom.shard));
    let doing = Doing::new(
        stores.run.document,
        move || stores.stop(),
        move || stores.compute(),
        move || stores.start_anew(),
    );
    view! {
        <main id="main" class="picture" class:stale=move || stores.run.freshness.get() != Freshness::Fresh>
            <States freshness=stores.run.freshness underway=Signal::derive(underway) doing=doing />
            <div class="city-frame">
                {move || match shard.get() {
                    Some(shard) => view! { <BlockPicture shard=shard /> }.into_any(),
                    None => view! { <CityPicture /> }.into_any(),
                }}
                <Charts />
                // From near, the block's own entries take the room of what is open.
                <Show when=move || shard.get().is_none()>
                    <DealList />
                </Show>
            </div>
        </main>
    }
}

/// The bottom: time.
#[component]
fn TimeBar() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let course = stores.run.course;
    let (now, end) = (course.at(), course.end());
    let position = move || {
        let (now, end) = (time(Micros(now.get())), time(Micros(end.get())));
        tell!(i18n.get_locale(), time_of, now = now, end = end)
    };
    view! {
        <CourseBar
            course=course
            words=command::words(i18n)
            position=Signal::derive(position)
            density=|index: &ShardIndex| index.density()
        />
    }
}

//! The whole lab: left is cause, middle is what happens, right is what it means, bottom is time.

use super::auction::AuctionCard;
use super::chart::{EquityChart, PriceChart};
use super::command;
use super::events::EventList;
use super::fan::FanCard;
use super::fare::{FareCard, PositionCard};
use super::intents::IntentCard;
use super::knobs::Knobs;
use super::lanes::LaneStrip;
use super::words::{span, tell};
use crate::i18n::*;
use crate::model::strategy::StrategyIndex;
use crate::store::{Freshness, StrategyStores};
use crate::view::shell::program::{CourseBar, Doing, LabHeader, LabSheets, Program, States};
use engine::scenario::strategy::StrategyScenario;
use leptos::prelude::*;

/// Columns of the little curve of what happens.
const COLUMNS: usize = 160;

/// What the lab's commands act on. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stores: StrategyStores,
    pub(super) program: Program<StrategyScenario, StrategyIndex>,
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
    let stores = StrategyStores::new();
    let program = Program::new(stores.run);
    let desk = Desk { stores, program };
    provide_context(desk);
    stores.run.arrival.begin();
    stores.start();
    program.begin(command::entries(i18n, desk));
    let report = move |read: fn(&StrategyIndex) -> String| {
        let picture = stores.run.picture;
        picture.with(|picture| picture.as_ref().map(|index| read(index)))
    };
    let looked = move || {
        let look = stores.look.get()?;
        Some(look.lanes.step.to_string())
    };
    view! {
        <div
            class="shell strategies"
            data-lab="strategies"
            data-ready=move || (stores.run.freshness.get() == Freshness::Fresh).to_string()
            data-at=move || stores.run.course.at().get()
            data-end=move || stores.run.course.end().get()
            data-digest=move || report(|index| index.summary.digest.clone())
            data-log=move || report(|index| index.summary.log_digest.clone())
            data-looked=looked
            data-fan-ms=move || stores.fans.state.with(|state| state.found.is_some().then_some(state.took_ms))
            data-fan=move || stores.fans.state.with(|state| state.found.is_some()).to_string()
        >
            <LabHeader program=program />
            <Knobs />
            <Middle />
            <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
                <FareCard />
                <IntentCard />
                <FanCard />
                <AuctionCard />
                <PositionCard />
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
        let [made, of] = stores.run.underway.get()?;
        let words = tell!(i18n.get_locale(), computing, made = made, of = of);
        Some((words, f64::from(made) / f64::from(of.max(1))))
    };
    let doing = Doing::new(
        stores.run.document,
        move || stores.stop(),
        move || stores.compute(),
        move || stores.start_anew(),
    );
    view! {
        <main id="main" class="picture" class:stale=move || stores.run.freshness.get() != Freshness::Fresh>
            <States freshness=stores.run.freshness underway=Signal::derive(underway) doing=doing />
            <div class="market-frame">
                <PriceChart />
                <EquityChart />
                <LaneStrip />
                <EventList />
            </div>
        </main>
    }
}

/// The bottom: time.
#[component]
fn TimeBar() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (course, picture) = (stores.run.course, stores.run.picture);
    let (now, end) = (course.at(), course.end());
    let position = move || {
        let step_s = picture.with(|picture| {
            let index = picture.as_ref();
            index.map_or(0, |index| u64::from(index.recording.step_s))
        });
        tell!(
            i18n.get_locale(),
            time_of,
            now = span(now.get() * step_s),
            end = span(end.get() * step_s)
        )
    };
    view! {
        <CourseBar
            course=course
            words=command::words(i18n)
            position=Signal::derive(position)
            density=|index: &StrategyIndex| index.density(COLUMNS)
        />
    }
}

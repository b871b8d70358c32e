//! The whole lab: left is cause, middle is what happens, right is what it means, bottom is time.

use super::command;
use super::compare::CompareCard;
use super::diagram::{Diagram, Sight};
use super::figures::{CostCard, LatencyCard};
use super::hand::HandCard;
use super::knobs::Knobs;
use super::legend::Legend;
use super::map::MapCard;
use super::moment::MomentList;
use super::network::NetworkCard;
use super::replicas::ReplicaCard;
use super::selection::SelectionCard;
use super::verdict::VerdictCard;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::Projection;
use crate::model::agreement::AgreementIndex;
use crate::store::{AgreementStores, Freshness};
use crate::view::shell::program::{CourseBar, Doing, LabHeader, LabSheets, Program, States};
use engine::primitives::Micros;
use engine::scenario::consensus::{ConsensusScenario, Deed};
use leptos::prelude::*;
use std::sync::Arc;

/// Columns of the little curve of what happens.
const COLUMNS: usize = 160;

/// What the lab's commands act on. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stores: AgreementStores,
    pub(super) program: Program<ConsensusScenario, AgreementIndex>,
    /// Counts wishes to see the selection whole.
    pub(super) zoom_wishes: RwSignal<u32>,
    /// The window of time; none shows the whole run.
    pub(super) window: RwSignal<Option<Projection>>,
    /// Nodes that are ticked to be cut off.
    pub(super) side: RwSignal<Vec<u32>>,
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
    let stores = AgreementStores::new();
    let program = Program::new(stores.run);
    let desk = Desk {
        stores,
        program,
        zoom_wishes: RwSignal::new(0),
        window: RwSignal::new(None),
        side: RwSignal::new(Vec::new()),
    };
    provide_context(desk);
    stores.run.arrival.begin();
    stores.start();
    program.begin(command::entries(i18n, desk));
    let report = move |read: fn(&AgreementIndex) -> String| {
        stores
            .run
            .picture
            .with(|picture| picture.as_ref().map(|index| read(index)))
    };
    view! {
        <div
            class="shell agreement"
            data-lab="consensus"
            data-ready=move || (stores.run.freshness.get() == Freshness::Fresh).to_string()
            data-at=move || stores.run.course.at().get()
            data-end=move || stores.run.course.end().get()
            data-digest=move || report(|index| index.report.digest.clone())
            data-safe=move || report(|index| index.report.verdict.is_safe().to_string())
            data-acts=move || stores.run.document.document().with(|document| document.acts.len())
            data-beside=move || stores.beside.with(|beside| match beside {
                Some(Ok(index)) => Some(index.report.digest.clone()),
                _ => None,
            })
        >
            <LabHeader program=program />
            <Knobs />
            <Middle />
            <aside class="results" aria-label=move || t_string!(i18n, shell.results)>
                <VerdictCard />
                <SelectionCard />
                <HandCard />
                <CompareCard />
                <CostCard />
                <LatencyCard />
                <MapCard />
                <ReplicaCard />
                <NetworkCard />
            </aside>
            <TimeBar />
            <LabSheets program=program />
        </div>
    }
}

/// The middle: what happens. While the engine computes, the old picture stays, greyed.
#[component]
fn Middle() -> impl IntoView {
    let desk = use_desk();
    let Desk {
        stores, program, ..
    } = desk;
    let i18n = use_i18n();
    let underway = move || {
        let underway = stores.run.underway.get()?;
        let words = tell!(
            i18n.get_locale(),
            computing,
            at = time(underway.at),
            decided = underway.decided,
            of = underway.of
        );
        Some((words, underway.decided as f64 / underway.of.max(1) as f64))
    };
    let doing = Doing::new(
        stores.run.document,
        move || stores.stop(),
        move || stores.compute(),
        move || stores.start_anew(),
    );
    let beside = Memo::new(move |_| {
        stores
            .beside
            .with(|beside| beside.as_ref().is_some_and(Result::is_ok))
    });
    let sight = Sight {
        picture: stores.run.picture.into(),
        ghost: stores.ghost.into(),
        at: stores.run.course.at(),
        pick: stores.pick,
        is_whole: stores.is_whole.into(),
        window: desk.window,
        zoom_wishes: desk.zoom_wishes.into(),
        appearance: program.board.appearance().into(),
        on_seek: Callback::new(move |at| stores.run.course.seek(at)),
        on_lasso: Callback::new(move |side: Vec<u32>| {
            desk.side.set(side.clone());
            stores.act(Deed::Partition { groups: vec![side] });
        }),
    };
    let other = Sight {
        picture: Signal::derive(move || {
            stores.beside.with(|beside| match beside {
                Some(Ok(index)) => Some(Arc::clone(index)),
                _ => None,
            })
        }),
        ghost: Signal::stored(None),
        pick: RwSignal::new(crate::model::agreement::Pick::None),
        on_lasso: Callback::new(|_| {}),
        ..sight
    };
    view! {
        <main id="main" class="picture" class:stale=move || stores.run.freshness.get() != Freshness::Fresh>
            <States freshness=stores.run.freshness underway=Signal::derive(underway) doing=doing />
            <div class="space-time">
                <Legend />
                <Diagram sight=sight has_keys=true />
                <Show when=move || beside.get()>
                    <h2 class="beside-title">
                        {move || stores.compare.get().map(super::words::spaced)}
                    </h2>
                    <Diagram sight=other />
                </Show>
                <MomentList />
            </div>
        </main>
    }
}

/// The bottom: time.
#[component]
fn TimeBar() -> impl IntoView {
    let i18n = use_i18n();
    let Desk { stores, .. } = use_desk();
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
            density=|index: &AgreementIndex| index.density(COLUMNS)
        />
    }
}

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
use super::share::ShareSheet;
use super::time::TimeBar;
use super::verdict::VerdictCard;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::Projection;
use crate::model::agreement::AgreementIndex;
use crate::store::{AgreementStores, Freshness, Lab, autosave, route};
use crate::view::shell::board::Board;
use crate::view::shell::header::Header;
use crate::view::shell::keyboard;
use crate::view::shell::notices::NoticeList;
use crate::view::shell::palette::PaletteSheet;
use crate::view::shell::sheet::HelpSheet;
use engine::scenario::consensus::{ConsensusScenario, Deed, preset};
use leptos::prelude::*;
use std::sync::Arc;

/// What the lab's commands act on. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) stores: AgreementStores,
    pub(super) board: Board,
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
    let board = Board::new(Lab::Consensus, stores.preference, stores.notices);
    let desk = Desk {
        stores,
        board,
        zoom_wishes: RwSignal::new(0),
        window: RwSignal::new(None),
        side: RwSignal::new(Vec::new()),
    };
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
    let report = move |read: fn(&AgreementIndex) -> String| {
        stores
            .picture
            .with(|picture| picture.as_ref().map(|index| read(index)))
    };
    view! {
        <div
            class="shell agreement"
            data-lab="consensus"
            data-ready=move || (stores.freshness.get() == Freshness::Fresh).to_string()
            data-at=move || stores.course.at().get()
            data-end=move || stores.course.end().get()
            data-digest=move || report(|index| index.report.digest.clone())
            data-safe=move || report(|index| index.report.verdict.is_safe().to_string())
            data-acts=move || stores.document.document().with(|document| document.acts.len())
            data-beside=move || stores.beside.with(|beside| match beside {
                Some(Ok(index)) => Some(index.report.digest.clone()),
                _ => None,
            })
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
            <NoticeList on_default=move |()| stores.open(preset::all()[0].scenario()) />
            <ShareSheet />
            <PaletteSheet />
            <HelpSheet />
        </div>
    }
}

/// A document in a few words.
fn describe(scenario: &ConsensusScenario) -> String {
    let ConsensusScenario {
        name,
        protocol,
        nodes,
        seed,
        ..
    } = scenario;
    format!("{name} · {protocol} · {nodes} nodes · seed {seed}")
}

/// The middle: what happens. While the engine computes, the old picture stays, greyed.
#[component]
fn Middle() -> impl IntoView {
    let desk = use_desk();
    let Desk { stores, board, .. } = desk;
    let beside = Memo::new(move |_| {
        stores
            .beside
            .with(|beside| beside.as_ref().is_some_and(Result::is_ok))
    });
    let sight = Sight {
        picture: stores.picture.into(),
        ghost: stores.ghost.into(),
        at: stores.course.at(),
        pick: stores.pick,
        is_whole: stores.is_whole.into(),
        window: desk.window,
        zoom_wishes: desk.zoom_wishes.into(),
        appearance: board.appearance().into(),
        on_seek: Callback::new(move |at| stores.course.seek(at)),
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
        <main id="main" class="picture" class:stale=move || stores.freshness.get() != Freshness::Fresh>
            <States />
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

/// What stands over the picture while there is none of the present document.
#[component]
fn States() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let progress = move || {
        stores.underway.get().map(|underway| {
            tell!(
                i18n.get_locale(),
                computing,
                at = time(underway.at),
                decided = underway.decided,
                of = underway.of
            )
        })
    };
    let share = move || {
        stores.underway.get().map_or(0.0, |underway| {
            underway.decided as f64 / underway.of.max(1) as f64
        })
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
fn animate(stores: AgreementStores) {
    let playing = stores.course.playing();
    Effect::new(move || {
        if playing.get() {
            request_animation_frame(move || tick(stores, now_ms()));
        }
    });
}

fn tick(stores: AgreementStores, before_ms: f64) {
    let now = now_ms();
    stores.course.frame(now - before_ms);
    if stores.course.playing().get_untracked() {
        request_animation_frame(move || tick(stores, now));
    }
}

fn now_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

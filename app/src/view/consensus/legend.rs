//! What arrows and knots mean, and the tools of the picture.

use super::frame::use_desk;
use super::words::{spaced, tell, time};
use crate::draw::message::look;
use crate::i18n::*;
use crate::model::Projection;
use crate::model::agreement::AgreementIndex;
use crate::model::agreement::layout::ARROWS_MAX;
use engine::primitives::Micros;
use leptos::prelude::*;
use std::sync::Arc;

/// The legend: kinds that occur in this run, then knots. At its right, how near the picture is.
#[component]
pub(super) fn Legend() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let picture = desk.stores.run.picture;
    let kinds = Memo::new(move |_| {
        picture.with(|picture| {
            picture
                .as_ref()
                .map_or_else(Vec::new, |index| occurring(index))
        })
    });
    let is_forked = Memo::new(move |_| {
        picture.with(|picture| {
            let is_safe = |index: &Arc<AgreementIndex>| index.report.verdict.is_safe();
            picture.as_ref().is_some_and(|index| !is_safe(index))
        })
    });
    let is_whole = desk.stores.is_whole;
    let zoom = move |factor: f64| {
        let whole = picture.with_untracked(|picture| {
            let index = picture.as_ref()?;
            Some(Projection::fit(index.end.0 + index.end.0 / 32, 600.0))
        });
        if let Some(whole) = whole {
            let now = desk.window.get_untracked().unwrap_or(whole);
            let next = now.zoomed(factor, now.width / 2.0);
            desk.window.set((next.zoom() > 1.000_1).then_some(next));
        }
    };
    view! {
        <div class="legend-row">
            <ul class="legend" aria-label=move || t_string!(i18n, consensus.legend)>
                {move || kinds.get().into_iter().map(|(name, colour, width, is_dashed)| view! {
                    <li>
                        <svg class="shape" width="26" height="10" aria-hidden="true">
                            <path
                                d="M1 5H24M19 1.500L24 5L19 8.500"
                                fill="none"
                                style=format!("stroke:var({colour});stroke-width:{width}")
                                stroke-dasharray=is_dashed.then_some("5 3")
                            />
                        </svg>
                        {name}
                    </li>
                }).collect_view()}
                <li>
                    <svg class="shape" width="12" height="12" aria-hidden="true">
                        <circle cx="6" cy="6" r="3.500" fill="none" style="stroke:var(--ink-soft);stroke-width:2" />
                    </svg>
                    {t!(i18n, consensus.legend_certificate)}
                </li>
                <li>
                    <svg class="shape" width="12" height="12" aria-hidden="true">
                        <circle cx="6" cy="6" r="5" style="fill:var(--state-committed)" />
                    </svg>
                    {t!(i18n, consensus.legend_decision)}
                </li>
                <Show when=move || is_forked.get()>
                    <li>
                        <svg class="shape" width="12" height="12" aria-hidden="true">
                            <rect x="1" y="1" width="10" height="10" style="fill:var(--state-aborted)" />
                        </svg>
                        {t!(i18n, consensus.legend_conflict)}
                    </li>
                </Show>
            </ul>
            <div class="picture-tools">
                <button type="button" class="icon" aria-label=move || t_string!(i18n, consensus.farther) title=move || t_string!(i18n, consensus.farther) on:click=move |_| zoom(0.4)>"−"</button>
                <button type="button" class="icon" aria-label=move || t_string!(i18n, consensus.closer) title=move || t_string!(i18n, consensus.closer) on:click=move |_| zoom(2.5)>"+"</button>
                <button type="button" class="icon" title=move || t_string!(i18n, consensus.fit_help) disabled=move || desk.window.get().is_none() on:click=move |_| desk.window.set(None)>
                    {t!(i18n, consensus.fit)}
                </button>
                <button type="button" class="icon" title=move || t_string!(i18n, consensus.chain_help) aria-pressed=move || is_whole.get().to_string() on:click=move |_| is_whole.update(|is_whole| *is_whole = !*is_whole)>
                    {t!(i18n, consensus.chain)}
                </button>
            </div>
        </div>
        <Notes />
    }
}

/// What the picture does not show, and why.
#[component]
fn Notes() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let stride = move || {
        stores.run.picture.with(|picture| {
            let index = picture.as_ref()?;
            let window = desk.window.get();
            let (from, to) = window.map_or((0, index.end.0), |window| window.range());
            let count = index.between(Micros(from), Micros(to)).count();
            Some(count.div_ceil(ARROWS_MAX)).filter(|stride| *stride > 1)
        })
    };
    let full = move || {
        stores.run.picture.with(|picture| {
            let recording = &picture.as_ref()?.recording;
            recording.full_at.map(|at| (recording.limit, at))
        })
    };
    view! {
        {move || stride().map(|stride| view! {
            <p class="note">{tell!(i18n.get_locale(), share_of_arrows, stride = stride)}</p>
        })}
        {move || full().map(|(limit, at)| view! {
            <p class="note">{tell!(i18n.get_locale(), limit, limit = crate::model::format::whole(limit.into()), at = time(at))}</p>
        })}
        {move || stores.ghost.with(Option::is_some).then(|| view! {
            <p class="note ghost-note">
                {t!(i18n, consensus.ghost)}
                " "
                <button type="button" class="icon" on:click=move |_| stores.ghost.set(None)>{t!(i18n, consensus.ghost_hide)}</button>
            </p>
        })}
    }
}

/// Names and looks of the kinds of which there are messages.
fn occurring(index: &AgreementIndex) -> Vec<(String, &'static str, f32, bool)> {
    let recording = &index.recording;
    let mut is_there = vec![false; recording.kinds.len()];
    for message in &recording.messages {
        if let Some(is_there) = is_there.get_mut(usize::from(message.kind)) {
            *is_there = true;
        }
    }
    let kinds = recording.kinds.iter().zip(is_there).enumerate();
    kinds
        .filter(|(_, (_, is_there))| *is_there)
        .map(|(number, (kind, _))| {
            let look = look(&recording.kinds, number as u8);
            (
                spaced(&kind.name),
                look.ink.token(),
                look.width + 0.5,
                look.is_dashed,
            )
        })
        .collect()
}

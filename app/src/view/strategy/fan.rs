//! One strategy under many seeds: a fan of outcomes, its distribution, and a second document beside it.

use super::frame::use_desk;
use super::words::{amount, share, signed, tell};
use crate::i18n::*;
use crate::model::format;
use crate::model::strategy::Scale;
use crate::model::strategy::scale::{COLUMNS, TALL, float};
use crate::store::Linked;
use crate::store::fan::Found;
use crate::widget::Pairs;
use engine::primitives::Decimal;
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::{Comparison, Ending, PersonFan};
use leptos::prelude::*;

/// Numbers of seeds on offer.
const SEEDS: [u32; 3] = [100, 1_000, 5_000];
/// What is beside the document: nothing, the document as it was opened, or a preset's.
const BASE: &str = "=";

/// The card.
#[component]
pub(super) fn FanCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let fans = stores.fans;
    let against = RwSignal::new(String::new());
    let run = move |_| {
        let document = stores.run.document.document().get_untracked();
        let other = match against.get_untracked().as_str() {
            "" => None,
            BASE => Some(stores.run.document.base().get_untracked()),
            name => StrategyScenario::preset(name),
        };
        fans.run(document, other);
    };
    let is_sound = move || {
        use crate::store::Document;
        stores
            .run
            .document
            .document()
            .with(StrategyScenario::is_sound)
    };
    let is_stale = move || {
        let document = stores.run.document.document().get();
        fans.state
            .with(|state| state.of.as_ref() != Some(&document))
    };
    view! {
        <section class="card fan" aria-label=move || t_string!(i18n, strategy.fan)>
            <h2>{t!(i18n, strategy.fan)}</h2>
            <p class="note">{t!(i18n, strategy.fan_help)}</p>
            <div class="fan-ask">
                <label>
                    <span class="note">{t!(i18n, strategy.fan_seeds)}</span>
                    <select on:change=move |event| {
                        if let Ok(seeds) = event_target_value(&event).parse() {
                            fans.seeds.set(seeds);
                        }
                    }>
                        {SEEDS.into_iter().map(|seeds| view! {
                            <option value=seeds prop:selected=move || fans.seeds.get() == seeds>{format::whole(seeds.into())}</option>
                        }).collect_view()}
                    </select>
                </label>
                <label>
                    <span class="note">{t!(i18n, strategy.fan_against)}</span>
                    <select on:change=move |event| against.set(event_target_value(&event))>
                        <option value="">{t!(i18n, strategy.fan_alone)}</option>
                        <option value=BASE>{t!(i18n, strategy.fan_base)}</option>
                        {StrategyScenario::presets().into_iter().map(|name| view! {
                            <option value=name>{name}</option>
                        }).collect_view()}
                    </select>
                </label>
                {move || match fans.state.with(|state| state.underway) {
                    None => view! {
                        <button type="button" class="primary" disabled=move || !is_sound() on:click=run>{t!(i18n, strategy.fan_run)}</button>
                    }.into_any(),
                    Some(_) => view! {
                        <button type="button" on:click=move |_| fans.stop()>{t!(i18n, shell.cancel)}</button>
                    }.into_any(),
                }}
            </div>
            {move || fans.state.with(|state| state.underway).map(|[done, of]| view! {
                <progress aria-label=t_string!(i18n, strategy.fan) max=of prop:value=done></progress>
                <p class="note">{tell!(i18n.get_locale(), fan_underway, done = format::whole(done.into()), of = format::whole(of.into()))}</p>
            })}
            {move || fans.state.with(|state| state.trouble.clone()).map(|text| view! { <p class="trouble" role="alert">{text}</p> })}
            <div class:stale=is_stale>
                <Outcome />
            </div>
        </section>
    }
}

#[component]
fn Outcome() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let state = stores.fans.state.get();
        let found = state.found.clone()?;
        let locale = i18n.get_locale();
        let at = stores.person.get() as usize;
        let (report, other) = match &*found {
            Found::One(report) => (report, None),
            Found::Two(comparison) => (&comparison.one, Some(comparison)),
        };
        let person = report.people.get(at).or_else(|| report.people.first())?;
        let took = tell!(
            locale,
            fan_took,
            seeds = format::whole(report.seeds.into()),
            transactions = format::whole(report.transactions),
            took = format::seconds(state.took_ms / 1e3),
            workers = state.workers
        );
        let name = state.against.clone().unwrap_or_default();
        Some(view! {
            <p class="note measured">{took}</p>
            <FanPicture person=person.clone() />
            <Figures person=person.clone() seeds=report.seeds />
            {other.map(|comparison| view! { <Beside comparison=comparison.clone() name=name /> })}
            <p class="note figure digest" title=report.digest.clone()>{tell!(locale, digest, digest = report.digest[..12].to_owned())}</p>
        })
    }
}

/// Equity over time: the middle half dark, nine tenths light, the median a line.
#[component]
fn FanPicture(person: PersonFan) -> impl IntoView {
    let i18n = use_i18n();
    let level = |at: usize| -> Vec<Decimal> { person.equity.iter().map(|row| row[at]).collect() };
    let [outer, inner] = [[1, 5], [2, 4]].map(|pair| pair.map(level));
    let median = level(3);
    let all = outer.iter().flatten().chain(&median).copied().map(float);
    let scale = Scale::of(all)?;
    let labels = [scale.high, scale.low].map(|value| format::whole(value.max(0.0) as u64));
    let bars = bars(&person);
    Some(view! {
        <figure class="fan-picture">
            <svg viewBox=format!("0 0 {COLUMNS} {TALL}") preserveAspectRatio="none" role="img" aria-label=t_string!(i18n, strategy.fan_picture)>
                <path class="band outer" d=scale.band(&outer[0], &outer[1]) />
                <path class="band inner" d=scale.band(&inner[0], &inner[1]) />
                <path class="line median" d=scale.path(&median) />
            </svg>
            <span class="fan-high figure">{labels[0].clone()}</span>
            <span class="fan-low figure">{labels[1].clone()}</span>
            <figcaption class="note">{t!(i18n, strategy.fan_legend)}</figcaption>
            <ul class="bars" aria-hidden="true">
                {bars.into_iter().map(|(share, is_loss)| view! {
                    <li class:loss=is_loss style=format!("--share:{share:.1}%")></li>
                }).collect_view()}
            </ul>
            <figcaption class="note bars-ends">
                <span class="figure">{signed(person.distribution.0)}</span>
                <span>{t!(i18n, strategy.fan_profit)}</span>
                <span class="figure">{signed(person.distribution.1)}</span>
            </figcaption>
        </figure>
    })
}

/// Heights of the distribution in per cent of the highest, and whether a bar is a loss.
fn bars(person: &PersonFan) -> Vec<(f64, bool)> {
    let (low, high, counts) = &person.distribution;
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let wide = (float(*high) - float(*low)) / counts.len().max(1) as f64;
    let bars = counts.iter().enumerate();
    bars.map(|(at, count)| {
        let middle = float(*low) + wide * (at as f64 + 0.5);
        (f64::from(*count) * 100.0 / f64::from(most), middle < 0.0)
    })
    .collect()
}

#[component]
fn Figures(person: PersonFan, seeds: u32) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale();
    let of_all = |count: u32| share(f64::from(count) / f64::from(seeds.max(1)));
    let rows = [
        (
            td_string!(locale, strategy.fan_median),
            signed(person.profit[3]),
        ),
        (
            td_string!(locale, strategy.fan_mean),
            signed(person.mean_profit),
        ),
        (
            td_string!(locale, strategy.fan_worst),
            signed(person.profit[1]),
        ),
        (
            td_string!(locale, strategy.fan_best),
            signed(person.profit[5]),
        ),
        (
            td_string!(locale, strategy.fan_gained),
            of_all(person.gained),
        ),
        (
            td_string!(locale, strategy.fan_over),
            signed(person.over_holding[3]),
        ),
        (
            td_string!(locale, strategy.fan_fall),
            share(float(person.drawdown[3])),
        ),
    ];
    let endings = Ending::ALL.into_iter().zip(person.endings);
    let endings: Vec<String> = endings
        .filter(|(_, count)| *count > 0)
        .map(|(ending, count)| {
            let name = match ending {
                Ending::Ruined => td_string!(locale, strategy.ending_ruined),
                Ending::Liquidated => td_string!(locale, strategy.ending_liquidated),
                Ending::Done => td_string!(locale, strategy.ending_done),
                Ending::NeverFilled => td_string!(locale, strategy.ending_never),
                Ending::Horizon => td_string!(locale, strategy.ending_horizon),
            };
            format!("{name} {}", of_all(count))
        })
        .collect();
    view! {
        <Pairs rows=rows.into() modelled=true />
        <p class="note">{endings.join(" · ")}</p>
    }
}

/// Seed by seed, what the other document would have done.
#[component]
fn Beside(comparison: Comparison, name: String) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale();
    let seeds = comparison.one.seeds;
    let text = tell!(
        locale,
        fan_beside,
        name = name,
        better = share(f64::from(comparison.better) / f64::from(seeds.max(1))),
        median = signed(comparison.difference[3]),
        low = signed(comparison.difference[1]),
        high = signed(comparison.difference[5])
    );
    let other = comparison.two.people.first().cloned();
    view! {
        <p class="beside">{text}</p>
        {other.map(|other| view! { <p class="note">{tell!(locale, fan_other_median, name = other.name, profit = amount(other.profit[3]))}</p> })}
    }
}

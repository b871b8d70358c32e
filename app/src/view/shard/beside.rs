//! The same document under other protocols, and with other numbers of shards.

use super::frame::use_desk;
use super::words::{protocol, tell};
use crate::i18n::*;
use crate::model::format;
use engine::session::shard::ScalePoint;
use engine::shard::ShardsReport;
use leptos::prelude::*;
use std::fmt::Write;

/// Size of the curve, in units of its picture.
const WIDE: f64 = 240.0;
const TALL: f64 = 120.0;

/// A protocol's name without whose it is.
fn short(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(name, _)| name)
}

/// A span in seconds, for a narrow column.
fn brief(micros: u64) -> String {
    format::seconds(micros as f64 / 1e6)
}

/// All protocols on this document.
#[component]
pub(super) fn CompareCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let beside = stores.beside;
    let is_old = Memo::new(move |_| {
        let document = stores.run.document.document();
        beside.with(|beside| document.with(|document| beside.of.as_ref() != Some(document)))
    });
    let row = move |report: &ShardsReport| {
        let fates = &report.fates;
        let off = if report.conservation.off == 0 {
            t_string!(i18n, shard.compare_kept)
        } else {
            t_string!(i18n, shard.compare_off)
        };
        let serial = if report.isolation.is_serializable() {
            t_string!(i18n, shard.compare_yes)
        } else {
            t_string!(i18n, shard.compare_no)
        };
        view! {
            <tr data-protocol=report.protocol.name()>
                <th scope="row" title=protocol(i18n.get_locale(), report.protocol)>{short(protocol(i18n.get_locale(), report.protocol))}</th>
                <td class="figure">{format::whole(fates.committed)}</td>
                <td class="figure">{brief(report.latency_crossing_us.p50)}</td>
                <td class="figure">{format::whole(report.messages.values().sum::<u64>() + report.client_messages)}</td>
                <td>{serial}</td>
                <td>{off}</td>
            </tr>
        }
    };
    view! {
        <section class="card compare" aria-label=move || t_string!(i18n, shard.compare)>
            <h2>{t!(i18n, shard.compare)}</h2>
            <p class="note">{t!(i18n, shard.compare_help)}</p>
            <Show when=move || beside.with(|beside| !beside.protocols.is_empty())>
                <table class="table cost modelled" class:stale=move || is_old.get()>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, shard.compare_protocol)}</th>
                            <th scope="col">{t!(i18n, shard.compare_done)}</th>
                            <th scope="col">{t!(i18n, shard.compare_latency)}</th>
                            <th scope="col">{t!(i18n, shard.compare_messages)}</th>
                            <th scope="col">{t!(i18n, shard.compare_isolated)}</th>
                            <th scope="col">{t!(i18n, shard.compare_units)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || beside.with(|beside| beside.protocols.iter().map(|report| row(report)).collect_view())}
                    </tbody>
                </table>
            </Show>
            <Trouble />
            <div class="buttons">
                <button type="button" data-run="compare" disabled=move || beside.with(|beside| beside.is_running) on:click=move |_| stores.compare()>
                    {t!(i18n, shard.compare_run)}
                </button>
                <Stop />
            </div>
        </section>
    }
}

/// Throughput against the number of shards, beside the ceilings.
#[component]
pub(super) fn ScaleCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let beside = stores.beside;
    let curves = Memo::new(move |_| beside.with(|beside| curves(&beside.scale)));
    view! {
        <section class="card scale" aria-label=move || t_string!(i18n, shard.scale)>
            <h2>{t!(i18n, shard.scale)}</h2>
            <p class="note">{t!(i18n, shard.scale_help)}</p>
            <Show when=move || beside.with(|beside| !beside.scale.is_empty())>
                <svg viewBox=format!("0 0 {WIDE} {TALL}") role="img" aria-label=move || t_string!(i18n, shard.scale)>
                    {move || curves.get().into_iter().map(|(class, path)| view! { <path class=class d=path /> }).collect_view()}
                </svg>
                <ul class="city-legend note">
                    <li><span class="key curve measured-curve" aria-hidden="true"></span>{t!(i18n, shard.scale_run)}</li>
                    <li><span class="key curve linear" aria-hidden="true"></span>{t!(i18n, shard.scale_linear)}</li>
                    <li><span class="key curve relay" aria-hidden="true"></span>{t!(i18n, shard.scale_relay)}</li>
                    <li><span class="key curve two-phase" aria-hidden="true"></span>{t!(i18n, shard.scale_two_phase)}</li>
                </ul>
                <table class="table cost modelled">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, shard.scale_shards)}</th>
                            <th scope="col">{t!(i18n, shard.scale_per_second)}</th>
                            <th scope="col">{t!(i18n, shard.scale_crossing)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || beside.with(|beside| beside.scale.iter().map(|point| view! {
                            <tr data-shards=point.shards>
                                <th scope="row" class="figure">{point.shards}</th>
                                <td class="figure">{format::whole(point.per_second)}</td>
                                <td class="figure">{super::words::share(point.crossing_ppm)}</td>
                            </tr>
                        }).collect_view())}
                    </tbody>
                </table>
            </Show>
            <div class="buttons">
                <button type="button" data-run="scale" disabled=move || beside.with(|beside| beside.is_running) on:click=move |_| stores.scale()>
                    {t!(i18n, shard.scale_button)}
                </button>
                <Stop />
            </div>
        </section>
    }
}

#[component]
pub(super) fn Stop() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    view! {
        <Show when=move || stores.beside.with(|beside| beside.is_running)>
            <button type="button" on:click=move |_| stores.stop_beside()>{t!(i18n, shell.cancel)}</button>
        </Show>
    }
}

#[component]
fn Trouble() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let reason = stores.beside.with(|beside| beside.trouble.clone())?;
        Some(
            view! { <p class="trouble" role="alert">{tell!(i18n.get_locale(), beside_failed, reason = reason)}</p> },
        )
    }
}

/// Both axes are logarithmic: linear growth is a straight line.
fn curves(points: &[ScalePoint]) -> Vec<(&'static str, String)> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let ln = |value: u64| (value.max(1) as f64).ln();
    let low = points
        .iter()
        .map(|point| point.per_second)
        .min()
        .unwrap_or(1);
    let low = ln(low.min(first.two_phase_ceiling)) - 0.1;
    let high = ln(last.capacity) + 0.1;
    let wide = ln(u64::from(last.shards)).max(0.1);
    let line = |read: fn(&ScalePoint) -> u64| {
        let mut path = String::new();
        for (place, point) in points.iter().enumerate() {
            let x = 4.0 + (WIDE - 8.0) * ln(point.shards.into()) / wide;
            let y = TALL - 4.0 - (TALL - 8.0) * (ln(read(point)) - low) / (high - low).max(0.1);
            let letter = if place == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
        }
        path
    };
    vec![
        ("curve linear", line(|point| point.capacity)),
        ("curve relay", line(|point| point.relay_ceiling)),
        ("curve two-phase", line(|point| point.two_phase_ceiling)),
        ("curve measured-curve", line(|point| point.per_second)),
    ]
}

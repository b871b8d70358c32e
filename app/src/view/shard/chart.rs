//! Over time: what is on its way, what waits where, what is committed. A press goes to that moment.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::format;
use crate::model::shard::ShardIndex;
use crate::model::shard::index::COLUMNS;
use engine::primitives::Micros;
use leptos::prelude::*;
use std::fmt::Write;
use std::sync::Arc;

/// Height of a chart, in units of its picture.
const TALL: f64 = 60.0;

/// Steps of shade of what waits.
const SHADES: usize = 5;

/// The three charts over one time.
#[component]
pub(super) fn Charts() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let picture = stores.run.picture;
    let on_way = Memo::new(move |_| picture.get().map(|index| lines(&index)));
    let queues = Memo::new(move |_| picture.get().map(|index| heat(&index)));
    let committed = Memo::new(move |_| picture.get().map(|index| bars(&index)));
    let now = move || {
        let index = picture.get()?;
        let at = Micros(stores.run.course.at().get());
        let sample = index.sample(at)?;
        let locale = i18n.get_locale();
        let tokens = index.ran.recording.tokens.iter().zip(&sample.in_flight);
        let words: Vec<String> = tokens
            .filter(|(_, units)| **units != 0)
            .map(|(token, units)| format!("{} {token}", format::whole(units.unsigned_abs())))
            .collect();
        Some(if words.is_empty() {
            td_string!(locale, shard.on_way_none).to_owned()
        } else {
            tell!(locale, on_way_now, units = words.join(", "))
        })
    };
    view! {
        <section class="charts" aria-label=move || t_string!(i18n, shard.charts)>
            <Chart title=Signal::derive(move || t_string!(i18n, shard.on_way).to_owned()) value=Signal::derive(move || now().unwrap_or_default())>
                {move || on_way.get().map(|paths| paths.into_iter().map(|(class, path)| view! {
                    <path class=class d=path />
                }).collect_view())}
            </Chart>
            <Chart
                title=Signal::derive(move || t_string!(i18n, shard.waiting).to_owned())
                value=Signal::derive(move || queues.with(|queues| queues.as_ref().map_or_else(String::new, |(most, _)| {
                    tell!(i18n.get_locale(), waiting_most, most = format::whole(u64::from(*most)))
                })))
            >
                {move || queues.get().map(|(_, paths)| paths.into_iter().enumerate().map(|(shade, path)| view! {
                    <path class="shade" style=format!("opacity:{:.2}", (shade + 1) as f64 / SHADES as f64) d=path />
                }).collect_view())}
            </Chart>
            <Chart
                title=Signal::derive(move || t_string!(i18n, shard.committed).to_owned())
                value=Signal::derive(move || committed.with(|bars| bars.as_ref().map_or_else(String::new, |(most, ..)| {
                    tell!(i18n.get_locale(), committed_most, most = format::whole(*most))
                })))
            >
                {move || committed.get().map(|(_, one, many)| view! {
                    <path class="area one" d=one />
                    <path class="area many" d=many />
                })}
            </Chart>
        </section>
    }
}

/// A chart with the present moment in it.
#[component]
fn Chart(title: Signal<String>, value: Signal<String>, children: Children) -> impl IntoView {
    let stores = use_desk().stores;
    let course = stores.run.course;
    let end = course.end();
    let x = move || {
        let share = course.at().get() as f64 / end.get().max(1) as f64;
        share * COLUMNS as f64
    };
    let seek = move |event: web_sys::MouseEvent| {
        let Some(chart) = event.current_target() else {
            return;
        };
        let chart: web_sys::Element = wasm_bindgen::JsCast::unchecked_into(chart);
        let width = chart.get_bounding_client_rect().width().max(1.0);
        let share = (f64::from(event.offset_x()) / width).clamp(0.0, 1.0);
        course.seek((share * end.get_untracked() as f64) as u64);
    };
    view! {
        <figure class="chart">
            <figcaption>
                <span>{move || title.get()}</span>
                <span class="figure">{move || value.get()}</span>
            </figcaption>
            <svg viewBox=format!("0 0 {COLUMNS} {TALL}") preserveAspectRatio="none" aria-hidden="true" on:click=seek>
                {children()}
                <line class="now" x1=x x2=x y1="0" y2=TALL />
            </svg>
        </figure>
    }
}

/// Units on their way by token, each over its own most, and in red what was created or lost.
fn lines(index: &ShardIndex) -> Vec<(String, String)> {
    let line = |values: &[i64], most: i64| {
        let mut path = String::new();
        for (column, value) in values.iter().enumerate() {
            let y = TALL - 2.0 - (TALL - 6.0) * value.unsigned_abs() as f64 / most.max(1) as f64;
            let letter = if column == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{column} {y:.1}");
        }
        path
    };
    let mut paths = Vec::new();
    for (token, values) in index.on_way.iter().enumerate() {
        let most = values.iter().copied().max().unwrap_or(0);
        if most > 0 {
            paths.push((format!("line token-{token}"), line(values, most)));
        }
    }
    let off = index
        .drift
        .iter()
        .map(|units| units.abs())
        .max()
        .unwrap_or(0);
    if off > 0 {
        paths.push(("line off".to_owned(), line(&index.drift, off)));
    }
    paths
}

/// What waits, a row a shard, in shades; and the most.
fn heat(index: &ShardIndex) -> (u32, Vec<String>) {
    let most = index.queues.iter().flatten().copied().max().unwrap_or(0);
    let mut paths = vec![String::new(); SHADES];
    let tall = TALL / index.queues.len().max(1) as f64;
    for (shard, row) in index.queues.iter().enumerate() {
        for (column, waiting) in row.iter().enumerate() {
            if *waiting == 0 {
                continue;
            }
            let shade = (*waiting as usize * SHADES).div_ceil(most.max(1) as usize);
            let y = shard as f64 * tall;
            let _ = write!(
                paths[shade.clamp(1, SHADES) - 1],
                "M{column} {y:.2}h1v{tall:.2}h-1z"
            );
        }
    }
    (most, paths)
}

/// Transactions committed: of one shard, and between shards on top; and the most in a second.
fn bars(index: &Arc<ShardIndex>) -> (u64, String, String) {
    let most = index
        .committed
        .iter()
        .map(|[one, many]| one + many)
        .max()
        .unwrap_or(0);
    let (mut one_path, mut many_path) = (String::new(), String::new());
    let tall = |count: u32| (TALL - 4.0) * f64::from(count) / f64::from(most.max(1));
    for (column, [one, many]) in index.committed.iter().enumerate() {
        let (low, high) = (tall(*one), tall(*many));
        let y = TALL - low;
        let _ = write!(one_path, "M{column} {y:.2}h1v{low:.2}h-1z");
        let _ = write!(many_path, "M{column} {:.2}h1v{high:.2}h-1z", y - high);
    }
    let column = index.end.0.max(1) / COLUMNS as u64;
    (
        u64::from(most) * 1_000_000 / column.max(1),
        one_path,
        many_path,
    )
}

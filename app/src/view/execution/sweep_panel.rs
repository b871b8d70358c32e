//! The sweep: the same block with 1 to 64 lanes.

use crate::i18n::*;
use crate::model::{ReplayIndex, format, sweep};
use crate::view::execution::wording::say;
use crate::widget::{LineChart, Series};
use engine::session::SweepPoint;
use leptos::prelude::*;
use std::sync::Arc;

/// Speedup against lanes beside the bound that the critical path gives. All modelled.
#[component]
pub fn SweepPanel(
    /// The replay: its summary gives one lane's time and the bound.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The points, once swept.
    #[prop(into)]
    points: Signal<Option<Vec<SweepPoint>>>,
    /// Whether they are of settings that are no longer the present ones.
    #[prop(into)]
    is_stale: Signal<bool>,
    /// Whether a sweep is under way.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// Asked for a sweep.
    #[prop(into)]
    on_run: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let curve = Memo::new(move |_| {
        let points = points.get()?;
        let index = picture.get()?;
        Some(sweep::curve(&index.replay.summary, &points)).filter(|curve| !curve.is_empty())
    });
    let series = Signal::derive(move || {
        let locale = i18n.get_locale();
        curve.get().map_or_else(Vec::new, |curve| {
            let line = |value: fn(&sweep::Point) -> f64| {
                curve
                    .iter()
                    .map(|point| (f64::from(point.lanes), value(point)))
                    .collect()
            };
            vec![
                Series {
                    name: td_string!(locale, execution.sweep_bound).to_owned(),
                    points: line(|point| point.bound),
                    class: "modelled",
                    is_reference: true,
                },
                Series {
                    name: td_string!(locale, execution.sweep_speedup).to_owned(),
                    points: line(|point| point.speedup),
                    class: "modelled",
                    is_reference: false,
                },
            ]
        })
    });
    let summary = Signal::derive(move || {
        let last = curve.with(|curve| curve.as_ref()?.last().copied());
        last.map_or_else(String::new, |last| {
            say!(
                i18n.get_locale(),
                sweep_summary,
                lanes = last.lanes,
                speedup = format::three_figures(last.speedup),
                bound = format::three_figures(last.bound)
            )
        })
    });
    let lanes = Signal::derive(move || {
        picture.with(|picture| {
            picture
                .as_ref()
                .map(|index| f64::from(index.recording().lanes))
        })
    });
    let text = move |read: fn(Locale) -> &'static str| {
        Signal::derive(move || read(i18n.get_locale()).to_owned())
    };
    view! {
        <section class="sweep" class:stale=is_stale>
            <h2>{move || t_string!(i18n, execution.sweep_title)}</h2>
            <Show
                when=move || curve.with(Option::is_some)
                fallback=move || view! { <p class="note">{t_string!(i18n, execution.sweep_none)}</p> }
            >
                <LineChart
                    label=summary
                    x_label=text(|locale| td_string!(locale, execution.sweep_x))
                    y_label=text(|locale| td_string!(locale, execution.sweep_y))
                    series=series
                    marked=lanes
                />
                <p class="note">{summary}</p>
                <Show when=move || is_stale.get()>
                    <p class="note">{move || t_string!(i18n, execution.sweep_stale)}</p>
                </Show>
            </Show>
            <button type="button" disabled=is_busy on:click=move |_| on_run.run(())>
                {move || t_string!(i18n, execution.sweep_run)}
            </button>
        </section>
    }
}

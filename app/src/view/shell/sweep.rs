//! The sweeps: what the panel shows, and its files.

use super::desk::use_desk;
use super::file;
use crate::draw::Palette;
use crate::i18n::*;
use crate::link::Purpose;
use crate::store::SweepStore;
use crate::store::sweep::Swept;
use crate::view::execution::wording::say;
use crate::view::execution::{SaveAs, SweepChart, SweepPanel, axis_name};
use engine::session::sweep::{Table, csv, published};
use leptos::prelude::*;

/// The card of the sweeps.
#[component]
pub(super) fn SweepCard() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let SweepStore {
        picks,
        swept,
        trouble,
        ..
    } = stores.sweep;
    let scenario = stores.scenario.document();
    let threads = stores.status.threads();
    // What was found over another axis is not shown over this one.
    let shown = Memo::new(move |_| {
        let axis = picks.get().axis;
        let found = swept.get();
        if found.axis == axis {
            return found;
        }
        Swept {
            axis,
            ..Swept::default()
        }
    });
    let chart = Memo::new(move |_| {
        let (picks, present) = (picks.get(), scenario.get());
        let values = SweepStore::values(picks, &present, threads.get());
        shown.with(|shown| {
            let is_modelled = !shown.modelled.is_empty();
            let of = if is_modelled {
                &shown.modelled_of
            } else {
                &present
            };
            SweepChart::new(
                i18n.get_locale(),
                picks.axis,
                (of.execution.scheduler, &shown.modelled),
                (shown.method, &shown.measured),
                &values,
            )
        })
    });
    let counts =
        Memo::new(move |_| shown.with(|shown| (shown.modelled.len(), shown.measured.len())));
    let is_stale = Memo::new(move |_| {
        let present = scenario.get();
        shown.with(|shown| shown.is_stale(&present))
    });
    let progress = move || {
        let within = match stores.run.progress.get() {
            Some((Purpose::Sweep, done, total)) if total > 0 => f64::from(done) / f64::from(total),
            _ => 0.0,
        };
        stores.sweep.share(within)
    };
    // A pick or a document that means nothing says so before anybody tries.
    let idle = Memo::new(move |_| {
        let (picks, present) = (picks.get(), scenario.get());
        let values = SweepStore::values(picks, &present, 1);
        let problem = picks.axis.at(&present, 1).err();
        problem
            .filter(|_| values.is_empty())
            .map(|error| error.to_string())
    });
    let save = move |kind: SaveAs| {
        let locale = i18n.get_locale_untracked();
        let present = scenario.get_untracked();
        let axis = picks.get_untracked().axis;
        shown.with_untracked(|shown| match kind {
            SaveAs::Csv => {
                let text = csv(&Table {
                    axis,
                    scheduler: shown.modelled_of.execution.scheduler,
                    modelled: &shown.modelled,
                    measured: &shown.measured,
                    published: published(axis),
                });
                file::save_text(&format!("sweep-{}.csv", axis.name()), "text/csv", &text);
            }
            SaveAs::Svg => {
                let Some(root) = document().body() else {
                    return;
                };
                let of = if shown.modelled.is_empty() {
                    &present
                } else {
                    &shown.modelled_of
                };
                chart.with_untracked(|chart| {
                    let title = say!(
                        locale,
                        sweep_file_title,
                        scenario = of.name,
                        what = chart.quantity(),
                        axis = axis_name(locale, axis)
                    );
                    let text = chart.svg(&Palette::read(&root), &title);
                    file::save_text(
                        &format!("sweep-{}.svg", axis.name()),
                        "image/svg+xml",
                        &text,
                    );
                });
            }
        });
    };
    view! {
        <SweepPanel
            picks=picks
            chart=chart
            appearance=desk.stage.appearance
            counts=counts
            is_stale=is_stale
            progress=Signal::derive(progress)
            trouble=Signal::derive(move || trouble.get().or_else(|| idle.get()))
            on_run=Callback::new(move |()| desk.conductor.sweep())
            on_cancel=Callback::new(move |()| desk.conductor.cancel(Purpose::Sweep))
            on_save=Callback::new(save)
        />
    }
}

//! The panel: what to sweep over and how, the chart as it grows, and the files.

use super::chart::Chart;
use super::{marks, words};
use crate::draw::Palette;
use crate::draw::canvas::Canvas;
use crate::i18n::*;
use crate::store::sweep::{Picks, Way};
use crate::view::execution::painter::root;
use crate::widget::Table;
use engine::session::sweep::Axis;
use leptos::prelude::*;
use leptos::{ev, html};

/// Height of the plot without its legend, in pixels.
const PLOT: f32 = 216.0;

/// A file that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaveAs {
    /// Comma-separated values.
    Csv,
    /// The chart.
    Svg,
}

/// Curves over an axis: modelled, measured and published ones, in inks and shapes of their own.
#[component]
pub fn SweepPanel(
    /// What is picked.
    picks: RwSignal<Picks>,
    /// The chart of the picked axis.
    #[prop(into)]
    chart: Signal<Chart>,
    /// Changes whenever colours do.
    #[prop(into)]
    appearance: Signal<u32>,
    /// How many points of our own the chart has: modelled, measured.
    #[prop(into)]
    counts: Signal<(usize, usize)>,
    /// Whether they are of settings that are no longer the present ones.
    #[prop(into)]
    is_stale: Signal<bool>,
    /// How far a sweep is, if one is under way.
    #[prop(into)]
    progress: Signal<Option<f64>>,
    /// Why nothing can be swept as it is picked, or what went wrong.
    #[prop(into)]
    trouble: Signal<Option<String>>,
    /// Asked for a sweep.
    #[prop(into)]
    on_run: Callback<()>,
    /// Asked to stop.
    #[prop(into)]
    on_cancel: Callback<()>,
    /// Asked for a file.
    #[prop(into)]
    on_save: Callback<SaveAs>,
) -> impl IntoView {
    let i18n = use_i18n();
    let has_points = move || counts.get() != (0, 0);
    let sentence = Memo::new(move |_| chart.with(|chart| chart.sentence(i18n.get_locale())));
    let action = move || {
        if let Some(done) = progress.get() {
            return view! {
                <div class="running">
                    <progress aria-label=move || t_string!(i18n, execution.sweep_running) max="1" prop:value=done></progress>
                    <button type="button" data-action="sweep-cancel" on:click=move |_| on_cancel.run(())>{t!(i18n, shell.cancel)}</button>
                </div>
            }
            .into_any();
        }
        view! {
            <button type="button" data-action="sweep" on:click=move |_| on_run.run(())>
                {move || match picks.get().way {
                    Way::Modelled => t_string!(i18n, execution.sweep_run_modelled),
                    Way::Chosen | Way::BlockStm2 => t_string!(i18n, execution.sweep_run_measured),
                }}
            </button>
        }
        .into_any()
    };
    view! {
        <section
            class="sweep"
            class:stale=is_stale
            data-axis=move || picks.get().axis.name()
            data-modelled=move || counts.get().0
            data-measured=move || counts.get().1
        >
            <h2>{move || t_string!(i18n, execution.sweep_title)}</h2>
            <Pickers picks=picks />
            <Plot chart=chart appearance=appearance label=sentence />
            <Show when=move || !has_points()>
                <p class="note">{move || t_string!(i18n, execution.sweep_none)}</p>
            </Show>
            <Show when=move || is_stale.get()>
                <p class="note">{move || t_string!(i18n, execution.sweep_stale)}</p>
            </Show>
            {move || trouble.get().map(|text| view! { <p class="note fault" role="alert">{text}</p> })}
            {action}
            <div class="sweep-files">
                <button type="button" data-action="sweep-csv" on:click=move |_| on_save.run(SaveAs::Csv)>
                    {move || t_string!(i18n, execution.sweep_csv)}
                </button>
                <button type="button" data-action="sweep-svg" on:click=move |_| on_save.run(SaveAs::Svg)>
                    {move || t_string!(i18n, execution.sweep_svg)}
                </button>
            </div>
            <Figures chart=chart />
        </section>
    }
}

/// Over what, and how.
#[component]
fn Pickers(picks: RwSignal<Picks>) -> impl IntoView {
    let i18n = use_i18n();
    let way_name = move |way: Way| {
        let locale = i18n.get_locale();
        match way {
            Way::Modelled => td_string!(locale, execution.sweep_way_modelled),
            Way::Chosen => td_string!(locale, execution.sweep_way_measured),
            Way::BlockStm2 => td_string!(locale, execution.sweep_way_block_stm),
        }
    };
    view! {
        <div class="sweep-picks">
            <label for="sweep-axis">{move || t_string!(i18n, execution.sweep_over)}</label>
            <select
                id="sweep-axis"
                on:change=move |event| {
                    if let Some(axis) = Axis::named(&event_target_value(&event)) {
                        picks.update(|picks| picks.axis = axis);
                    }
                }
            >
                {Axis::ALL.into_iter().map(|axis| view! {
                    <option value=axis.name() prop:selected=move || picks.get().axis == axis>
                        {move || words::axis_name(i18n.get_locale(), axis)}
                    </option>
                }).collect_view()}
            </select>
            <label for="sweep-way">{move || t_string!(i18n, execution.sweep_how)}</label>
            <select
                id="sweep-way"
                on:change=move |event| {
                    if let Some(way) = Way::named(&event_target_value(&event)) {
                        picks.update(|picks| picks.way = way);
                    }
                }
            >
                {Way::ALL.into_iter().map(|way| view! {
                    <option value=way.name() prop:selected=move || picks.get().way == way>
                        {move || way_name(way)}
                    </option>
                }).collect_view()}
            </select>
        </div>
    }
}

/// The chart on a canvas.
#[component]
fn Plot(
    chart: Signal<Chart>,
    appearance: Signal<u32>,
    /// The chart in a sentence.
    label: Memo<String>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0_f32);
    let measure = move || {
        let host = canvas
            .get_untracked()
            .and_then(|canvas| canvas.parent_element());
        if let Some(host) = host {
            width.set(host.client_width() as f32);
        }
    };
    let on_resize = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || on_resize.remove());
    let height = move || PLOT + chart.with(marks::legend_height);
    let painter = StoredValue::new_local(None::<Canvas>);
    Effect::new(move |_| {
        let Some(element) = canvas.get() else { return };
        if width.get() == 0.0 {
            // The element has its size once the page has been laid out with it.
            return request_animation_frame(measure);
        }
        appearance.track();
        let Some(palette) = root().map(|root| Palette::read(&root)) else {
            return;
        };
        painter.update_value(|painter| {
            if painter.is_none() {
                *painter = Canvas::new(element, palette.clone());
            }
            let Some(painter) = painter else { return };
            painter.set_palette(palette);
            let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
            painter.resize(f64::from(width.get()), f64::from(height()), scale);
            painter.paint(&chart.with(|chart| marks::draw(chart, width.get(), height())));
        });
    });
    view! {
        <div class="sweep-plot" role="img" aria-label=label>
            <canvas
                node_ref=canvas
                aria-hidden="true"
                style:width=move || format!("{}px", width.get())
                style:height=move || format!("{}px", height())
            ></canvas>
        </div>
    }
}

/// The chart in numbers, and whose the published ones are.
#[component]
fn Figures(chart: Signal<Chart>) -> impl IntoView {
    let i18n = use_i18n();
    let caption = Memo::new(move |_| chart.with(|chart| chart.y_title.to_owned()));
    let headings = Memo::new(move |_| {
        let locale = i18n.get_locale();
        vec![
            td_string!(locale, execution.sweep_curve).to_owned(),
            chart.with(|chart| chart.x_title.to_owned()),
            td_string!(locale, execution.sweep_times).to_owned(),
        ]
    });
    let rows = Memo::new(move |_| chart.with(Chart::rows));
    view! {
        <details class="sweep-figures">
            <summary>{move || t_string!(i18n, execution.sweep_figures)}</summary>
            <Table caption=caption headings=headings rows=rows />
            <ul class="note">
                {move || chart.with(|chart| {
                    chart.settings.iter().map(|setting| view! { <li>{setting.clone()}</li> }).collect_view()
                })}
            </ul>
        </details>
    }
}

//! The map of regions: distances are delays, and a region can be dragged.

use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::agreement::map::{self, Frame, Place};
use engine::primitives::Micros;
use engine::session::consensus::oracle;
use leptos::prelude::*;
use leptos::svg;

/// How far an arrow key moves a region, in microseconds, alone and with Shift.
const STEP_US: i32 = 1_000;
const STRIDE_US: i32 = 10_000;

/// The regions of the document's table, and what moving them does to the latency.
#[component]
pub(super) fn MapCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let document = stores.run.document.document();
    let places = Memo::new(move |_| document.with(map::places));
    let has_map = Memo::new(move |_| places.with(|places| !places.is_empty()));
    // By name, so that a region keeps its mark while it is dragged.
    let names = Memo::new(move |_| {
        places.with(|places| places.iter().map(|place| place.name).collect::<Vec<_>>())
    });
    let frame = Memo::new(move |_| places.with(|places| Frame::of(places)));
    let is_moved = move || document.with(|document| !document.moved.is_empty());
    let sheet = NodeRef::<svg::Svg>::new();
    view! {
        <Show when=move || has_map.get()>
            <section class="card map" aria-label=move || t_string!(i18n, consensus.map)>
                <h2>{t!(i18n, consensus.map)}</h2>
                <p class="note">{t!(i18n, consensus.map_help)}</p>
                <svg
                    node_ref=sheet
                    class="map-sheet"
                    role="group"
                    aria-label=move || t_string!(i18n, consensus.map)
                    viewBox=move || frame.with(|frame| format!("{:.1} {:.1} {:.1} {:.1}", frame.left, frame.top, frame.width, frame.height))
                    style=move || frame.with(|frame| format!("--pixel:{:.3}px", frame.pixel))
                >
                    {move || names.get().into_iter().map(|name| view! { <Region name=name places=places frame=frame sheet=sheet /> }).collect_view()}
                </svg>
                <Latency />
                <div class="buttons">
                    <button
                        type="button"
                        data-map="reset"
                        disabled=move || !is_moved()
                        on:click=move |_| stores.run.document.edit("moved", |document| document.moved.clear())
                    >
                        {t!(i18n, consensus.map_reset)}
                    </button>
                </div>
            </section>
        </Show>
    }
}

/// One region: where it is, where it belongs, and how many nodes stand there.
#[component]
fn Region(
    name: &'static str,
    places: Memo<Vec<Place>>,
    frame: Memo<Frame>,
    sheet: NodeRef<svg::Svg>,
) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let place = Memo::new(move |_| {
        let place = places.with(|places| places.iter().find(|place| place.name == name).copied());
        place.unwrap_or_default()
    });
    // Where the pointer took it, and how far it had been moved then.
    let held = StoredValue::new(None::<([f64; 2], [i32; 2])>);
    let moved = move || place.with_untracked(|place| place.moved);
    let set = move |by: [i32; 2]| {
        stores
            .run
            .document
            .edit("moved", |document| map::set(document, name, by));
    };
    let drag = move |event: web_sys::PointerEvent| {
        let (Some((from, before)), Some(sheet)) = (held.get_value(), sheet.get_untracked()) else {
            return;
        };
        let sheet: &web_sys::Element = sheet.as_ref();
        let width = sheet.get_bounding_client_rect().width().max(1.0);
        let scale = frame.with_untracked(|frame| frame.width) / width;
        let to = [f64::from(event.client_x()), f64::from(event.client_y())];
        set([0, 1].map(|axis| map::dragged(before[axis], (to[axis] - from[axis]) * scale)));
    };
    let press = move |event: web_sys::KeyboardEvent| {
        let step = if event.shift_key() {
            STRIDE_US
        } else {
            STEP_US
        };
        let [east, south] = moved();
        let by = match event.key().as_str() {
            "ArrowRight" => [east.saturating_add(step), south],
            "ArrowLeft" => [east.saturating_sub(step), south],
            "ArrowDown" => [east, south.saturating_add(step)],
            "ArrowUp" => [east, south.saturating_sub(step)],
            "Home" => [0, 0],
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        set(by.map(map::within));
    };
    let said = move || {
        let place = place.get();
        let [east, south] = place.moved.map(|by| by / 1_000);
        tell!(
            i18n.get_locale(),
            map_region,
            region = name,
            nodes = place.nodes,
            east = east,
            south = south
        )
    };
    let is_off = move || place.with(|place| place.moved != [0, 0]);
    let is_left = move || place.with(|place| place.is_left);
    let pixels = move |count: f64| frame.with(|frame| frame.pixel) * count;
    let at = move |axis: usize| place.with(|place| place.at()[axis]);
    let home = move |axis: usize| place.with(|place| place.home[axis]);
    view! {
        <g
            class="region"
            class:off=is_off
            data-region=name
            tabindex="0"
            role="img"
            aria-label=said
            on:pointerdown=move |event: web_sys::PointerEvent| {
                let from = [f64::from(event.client_x()), f64::from(event.client_y())];
                held.set_value(Some((from, moved())));
                let mark = event_target::<web_sys::Element>(&event);
                // Without capture the drag ends at the mark's edge; nothing worse.
                let _ = mark.set_pointer_capture(event.pointer_id());
                event.prevent_default();
            }
            on:pointermove=drag
            on:pointerup=move |_| held.set_value(None)
            on:pointercancel=move |_| held.set_value(None)
            on:keydown=press
        >
            <title>{said}</title>
            <line class="way" x1=move || home(0) y1=move || home(1) x2=move || at(0) y2=move || at(1) />
            <circle class="home" cx=move || home(0) cy=move || home(1) r=move || pixels(2.0) />
            <circle class="grip" cx=move || at(0) cy=move || at(1) r=move || pixels(12.0) />
            <circle class="spot" cx=move || at(0) cy=move || at(1) r=move || pixels(place.with(|place| map::radius(place.nodes))) />
            <text
                class:left=is_left
                x=move || f64::from(at(0)) + if is_left() { -pixels(9.0) } else { pixels(9.0) }
                y=move || f64::from(at(1)) + pixels(4.0)
            >
                {name}
            </text>
        </g>
    }
}

/// The mean latency as simulated, beside the closed form.
#[component]
fn Latency() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let document = stores.run.document.document();
    // Jitter spreads the delays about the same middle: the form is of the middle.
    let form = Memo::new(move |_| {
        let mut still = document.get();
        still.network.jitter_ppm = 0;
        still.network.jitter_law = None;
        oracle::expected(&still)
    });
    let run = move || {
        let picture = stores.run.picture.get()?;
        (picture.report.latency_us.p99 > 0).then_some(picture.report.latency_us.mean)
    };
    let none = move || t_string!(i18n, consensus.map_none).to_owned();
    let shown = move |micros: Option<u64>| micros.map_or_else(none, |micros| time(Micros(micros)));
    view! {
        <dl class="map-latency">
            <dt>{t!(i18n, consensus.map_run)}</dt>
            <dd class="figure modelled" data-map="run">{move || shown(run())}</dd>
            <dt>{t!(i18n, consensus.map_form)}</dt>
            <dd class="figure" data-map="form">{move || shown(form.get())}</dd>
        </dl>
        <Show when=move || form.get().is_none()>
            <p class="note">{t!(i18n, consensus.map_no_form)}</p>
        </Show>
    }
}

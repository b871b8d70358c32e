//! The picture of the lanes: two canvases, a pointer, and keys.

use crate::i18n::*;
use crate::model::compare::Comparison;
use crate::model::{Projection, ReplayIndex, Selection, format};
use crate::view::execution::hand::{describe, is_typing, neighbour, observe_size};
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::layout::{Layout, present};
use crate::view::execution::overlay::Lit;
use crate::view::execution::painter::{self, Due, Painter};
use crate::view::execution::pointer::{Gesture, Gestures};
use crate::view::execution::wording::{Words, say};
use crate::widget::PointerTip;
use engine::primitives::TxIndex;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// How much one key press or button zooms.
const ZOOM_STEP: f64 = 1.6;
/// The share of the window that one key press moves.
const PAN_SHARE: f64 = 0.15;

/// The lanes over virtual time. Hover lights a transaction up, click selects a task, double click zooms,
/// wheel or pinch zooms at the pointer, drag moves, a drag on the axis scrubs; W A S D, 0 and arrow keys
/// do the same by hand.
#[component]
pub fn LanePicture(
    /// The replay; nothing is drawn without one.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The step number of the playhead.
    #[prop(into)]
    step: Signal<u32>,
    /// What is selected; a click changes it.
    selection: RwSignal<Selection>,
    /// The transaction under the pointer, here or elsewhere.
    hovered: RwSignal<Option<TxIndex>>,
    /// The window of time; none shows the whole block.
    window: RwSignal<Option<Projection>>,
    /// The other run: gives the common axis and marks the differences.
    #[prop(into, optional)]
    comparison: Signal<Option<Arc<Comparison>>>,
    /// Counts wishes to frame the selection.
    #[prop(into, optional)]
    zoom_wishes: Signal<u32>,
    /// Changes whenever colours do.
    #[prop(into, optional)]
    appearance: Signal<u32>,
    /// Whether keys of the whole page zoom and move this picture; for one picture of a page.
    #[prop(optional)]
    has_keys: bool,
    /// Asked to go to a tick.
    #[prop(into)]
    on_seek_tick: Callback<u64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let host = NodeRef::<html::Div>::new();
    let (below, above) = (
        NodeRef::<html::Canvas>::new(),
        NodeRef::<html::Canvas>::new(),
    );
    let size = RwSignal::new((0.0_f64, 0.0_f64));
    let canvases = StoredValue::new_local(None::<Painter>);
    let due = StoredValue::new(Due::default());
    let tip = RwSignal::new(None::<(String, f64, f64, f64)>);
    let words = Memo::new(move |_| Words::new(i18n.get_locale()));

    let end_of = move |index: &ReplayIndex| {
        comparison.with_untracked(|comparison| {
            comparison
                .as_ref()
                .map_or(index.recording().end.0, |both| both.end)
        })
    };
    // Layout and window of what is on the screen now; none while there is nothing.
    let frame = move || {
        let index = picture.try_get_untracked()??;
        let (width, height) = size.try_get_untracked()?;
        if width < 80.0 || height < 40.0 {
            return None;
        }
        let layout = Layout::new(width as f32, height as f32, index.recording().lanes);
        let projection = present(
            window.try_get_untracked()?,
            end_of(&index),
            layout.time_width(),
        );
        Some((index, layout, projection))
    };
    let draw = move || {
        let Some(asked) = due.try_get_value() else {
            return;
        };
        due.set_value(Due::default());
        let (Some((index, layout, projection)), Some(step)) = (frame(), step.try_get_untracked())
        else {
            return;
        };
        let both = comparison.get_untracked();
        let words = words.get_untracked();
        let lit = Lit {
            selection: selection.get_untracked(),
            hovered: hovered.get_untracked(),
        };
        let now = index.timeline.tick(step);
        let scene = Scene {
            index: &index,
            projection: &projection,
            layout: &layout,
            words: &words,
            now,
            comparison: both.as_deref(),
        };
        let _ = canvases.try_update_value(|painter| {
            if painter.is_none() {
                *painter = painter::open(below, above);
            }
            if let Some(painter) = painter {
                painter.paint(&scene, lit, asked);
            }
        });
    };
    let request = move |wanted: Due| {
        let is_asked = due.with_value(|due| due.is_asked);
        due.update_value(|due| {
            due.is_asked = true;
            due.has_new_bars |= wanted.has_new_bars;
            due.has_new_colours |= wanted.has_new_colours;
        });
        if !is_asked {
            request_animation_frame(draw);
        }
    };
    Effect::new(move |_| {
        picture.with(|_| ());
        comparison.with(|_| ());
        window.track();
        size.track();
        words.with(|_| ());
        request(Due {
            has_new_bars: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        // Reading, not only tracking: a memo that nobody has read yet follows nothing.
        appearance.get();
        request(Due {
            has_new_bars: true,
            has_new_colours: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        step.with(|_| ());
        selection.track();
        hovered.track();
        request(Due::default());
    });
    observe_size(host, size);

    let change = move |change: &dyn Fn(Projection) -> Projection| {
        if let Some((_, _, projection)) = frame() {
            let changed = change(projection);
            let is_whole = changed.zoom() <= 1.000_1;
            window.set((!is_whole).then_some(changed));
        }
    };
    let zoom =
        move |factor: f64| change(&|window: Projection| window.zoomed(factor, window.width / 2.0));
    let frame_selection = move || {
        if let Some((index, ..)) = frame()
            && let Some((from, to)) = index.span(selection.get_untracked())
        {
            change(&|window: Projection| window.framing(from, to));
        }
    };
    Effect::new(move |before: Option<u32>| {
        let wishes = zoom_wishes.get();
        if before.is_some_and(|before| before != wishes) {
            frame_selection();
        }
        wishes
    });
    // What is selected elsewhere, or comes up as time runs on, comes into the window.
    Effect::new(move |before: Option<Selection>| {
        let selected = selection.get();
        if before.is_some_and(|before| before != selected)
            && let Some((index, _, projection)) = frame()
            && let Selection::Task(task) = selected
            && let Some(task) = index.task(task)
        {
            let moved = projection.revealing(task.start.0);
            if moved != projection {
                window.set(Some(moved));
            }
        }
        selected
    });
    let under = move |x: f64, y: f64| {
        let (index, layout, projection) = frame()?;
        let lane = layout.lane_at(y as f32)?;
        let tick = projection.tick(x - f64::from(layout.left));
        let slack = (projection.ticks_per_pixel * 3.0).ceil() as u64;
        let task = index.lanes.at(index.recording(), lane, tick, slack)?;
        Some((index, task))
    };
    let point_at = move |x: f64, y: f64| {
        let found = under(x, y);
        let tx = found
            .as_ref()
            .and_then(|(index, task)| index.task(*task))
            .map(|task| task.tx);
        if hovered.get_untracked() != tx {
            hovered.set(tx);
        }
        let width = size.get_untracked().0;
        tip.set(found.map(|(index, task)| {
            (
                describe(
                    i18n.get_locale_untracked(),
                    &index,
                    task,
                    step.get_untracked(),
                ),
                x,
                y,
                width,
            )
        }));
    };
    let scrub_to = move |x: f64| {
        if let Some((_, layout, projection)) = frame() {
            on_seek_tick.run(projection.tick(x - f64::from(layout.left)));
        }
    };
    let gestures = StoredValue::new(Gestures::default());
    let act = move |gesture: Gesture| match gesture {
        Gesture::Hover { x, y } => point_at(x, y),
        Gesture::Click { x, y } => {
            selection.set(under(x, y).map_or(Selection::None, |(_, task)| Selection::Task(task)));
        }
        Gesture::Pan { by } => {
            tip.set(None);
            change(&|window: Projection| window.panned(-by));
        }
        Gesture::Pinch { factor, x, by } => {
            let left = frame().map_or(0.0, |(_, layout, _)| f64::from(layout.left));
            change(&|window: Projection| window.zoomed(factor, x - left).panned(-by));
        }
        Gesture::Scrub { x } => scrub_to(x),
        Gesture::None => {}
    };
    let place = move |event: &web_sys::PointerEvent| {
        let bounds = host
            .get_untracked()
            .map(|host| host.get_bounding_client_rect());
        let (left, top) = bounds.map_or((0.0, 0.0), |bounds| (bounds.left(), bounds.top()));
        (
            f64::from(event.client_x()) - left,
            f64::from(event.client_y()) - top,
        )
    };
    let on_down = move |event: web_sys::PointerEvent| {
        let (x, y) = place(&event);
        let is_outside = frame().is_some_and(|(_, layout, _)| {
            y < f64::from(layout.top) || y > f64::from(layout.bottom)
        });
        if let Some(host) = host.get_untracked() {
            // Without capture a drag ends at the picture's edge; nothing worse.
            let _ = host.set_pointer_capture(event.pointer_id());
        }
        let gesture = gestures
            .try_update_value(|gestures| gestures.down(event.pointer_id(), x, y, is_outside));
        act(gesture.unwrap_or(Gesture::None));
    };
    let on_move = move |event: web_sys::PointerEvent| {
        let (x, y) = place(&event);
        let gesture =
            gestures.try_update_value(|gestures| gestures.moved(event.pointer_id(), x, y));
        act(gesture.unwrap_or(Gesture::None));
    };
    let on_up = move |event: web_sys::PointerEvent| {
        let (x, y) = place(&event);
        let gesture = gestures.try_update_value(|gestures| gestures.up(event.pointer_id(), x, y));
        act(gesture.unwrap_or(Gesture::None));
    };
    let on_wheel = move |event: web_sys::WheelEvent| {
        event.prevent_default();
        let left = frame().map_or(0.0, |(_, layout, _)| f64::from(layout.left));
        let bounds = host
            .get_untracked()
            .map_or(0.0, |host| host.get_bounding_client_rect().left());
        let x = f64::from(event.client_x()) - bounds - left;
        // Lines and pages count as so many pixels.
        let unit = [1.0, 16.0, 240.0][event.delta_mode().min(2) as usize];
        let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.shift_key() || across.abs() > down.abs() {
            change(&|window: Projection| window.panned(if across == 0.0 { down } else { across }));
        } else {
            change(&|window: Projection| window.zoomed((-down / 400.0).exp(), x));
        }
    };
    let on_double = move |event: web_sys::MouseEvent| {
        let left = frame().map_or(0.0, |(_, layout, _)| f64::from(layout.left));
        let bounds = host
            .get_untracked()
            .map_or(0.0, |host| host.get_bounding_client_rect().left());
        let x = f64::from(event.client_x()) - bounds - left;
        change(&|window: Projection| window.zoomed(4.0, x));
    };
    let move_key = move |key: &str| {
        match key {
            "w" | "W" => zoom(ZOOM_STEP),
            "s" => zoom(1.0 / ZOOM_STEP),
            "a" | "A" => change(&|window: Projection| window.panned(-window.width * PAN_SHARE)),
            "d" | "D" => change(&|window: Projection| window.panned(window.width * PAN_SHARE)),
            "0" => window.set(None),
            _ => return false,
        }
        true
    };
    if has_keys {
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !has_modifier
                && !event.default_prevented()
                && !is_typing(&event)
                && move_key(&event.key())
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some((index, ..)) = frame() else { return };
        let chosen = match event.key().as_str() {
            "ArrowRight" => neighbour(&index, selection.get_untracked(), 1, 0),
            "ArrowLeft" => neighbour(&index, selection.get_untracked(), -1, 0),
            "ArrowDown" => neighbour(&index, selection.get_untracked(), 0, 1),
            "ArrowUp" => neighbour(&index, selection.get_untracked(), 0, -1),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(task) = chosen {
            selection.set(Selection::Task(task));
        }
    };
    let help = move || {
        picture.with(|picture| {
            picture.as_ref().map(|index| {
                let recording = index.recording();
                say!(
                    i18n.get_locale(),
                    picture_help,
                    lanes = recording.lanes,
                    transactions = format::whole(u64::from(recording.transactions)),
                    ticks = format::whole(recording.end.0)
                )
            })
        })
    };
    let crowd = move || {
        let lanes = picture.with(|picture| picture.as_ref().map(|index| index.recording().lanes));
        lanes
            .filter(|lanes| *lanes > super::layout::LANES_DRAWN_MAX)
            .map(|lanes| {
                view! { <p class="lanes-note">{say!(i18n.get_locale(), crowd, lanes = lanes)}</p> }
            })
    };
    view! {
        <div class="lanes">
            <div class="lanes-tools">
                <button
                    type="button"
                    class="icon"
                    aria-label=move || t_string!(i18n, execution.farther)
                    title=move || t_string!(i18n, execution.farther)
                    on:click=move |_| zoom(1.0 / (ZOOM_STEP * ZOOM_STEP))
                >
                    "−"
                </button>
                <button
                    type="button"
                    class="icon"
                    aria-label=move || t_string!(i18n, execution.closer)
                    title=move || t_string!(i18n, execution.closer)
                    on:click=move |_| zoom(ZOOM_STEP * ZOOM_STEP)
                >
                    "+"
                </button>
                <button
                    type="button"
                    class="icon"
                    title=move || t_string!(i18n, execution.fit_help)
                    disabled=move || window.get().is_none()
                    on:click=move |_| window.set(None)
                >
                    {move || t_string!(i18n, execution.fit)}
                </button>
            </div>
            <div
                class="lanes-picture"
                role="group"
                tabindex="0"
                aria-label=move || t_string!(i18n, execution.picture_label)
                node_ref=host
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
                on:pointerleave=move |_| {
                    tip.set(None);
                    hovered.set(None);
                }
                on:wheel=on_wheel
                on:dblclick=on_double
                on:keydown=on_key
            >
                <canvas node_ref=below aria-hidden="true"></canvas>
                <canvas node_ref=above aria-hidden="true"></canvas>
                <PointerTip tip=tip />
                <p class="hidden-text">{help}</p>
            </div>
            {crowd}
        </div>
    }
}

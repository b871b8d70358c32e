//! The picture of the lanes: two canvases, a pointer, and keys.

use crate::draw::canvas::Canvas;
use crate::draw::{Palette, Picture};
use crate::i18n::*;
use crate::model::compare::Comparison;
use crate::model::lane::Column;
use crate::model::{Projection, ReplayIndex, Selection, format};
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::layout::Layout;
use crate::view::execution::overlay::Lit;
use crate::view::execution::pointer::{Gesture, Gestures};
use crate::view::execution::wording::{self, Words, say};
use crate::widget::PointerTip;
use engine::primitives::{Tick, TxIndex};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// How much one key press or button zooms.
const ZOOM_STEP: f64 = 1.6;
/// The share of the window that one key press moves.
const PAN_SHARE: f64 = 0.15;

/// What paints, with the room it uses again from frame to frame.
struct Painter {
    below: Canvas,
    above: Canvas,
    picture: Picture,
    overlay: Picture,
    columns: Vec<Column>,
    /// The step number for which the bars were last painted.
    painted: Option<Tick>,
}

/// What has to be painted in the next frame.
#[derive(Clone, Copy, Default)]
struct Due {
    is_asked: bool,
    has_new_bars: bool,
    has_new_colours: bool,
}

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
    let (below, above) = (NodeRef::<html::Canvas>::new(), NodeRef::<html::Canvas>::new());
    let size = RwSignal::new((0.0_f64, 0.0_f64));
    let painter = StoredValue::new_local(None::<Painter>);
    let due = StoredValue::new(Due::default());
    let tip = RwSignal::new(None::<(String, f64, f64, f64)>);
    let words = Memo::new(move |_| Words::new(i18n.get_locale()));

    let end_of = move |index: &ReplayIndex| {
        comparison.with_untracked(|comparison| comparison.as_ref().map_or(index.recording().end.0, |both| both.end))
    };
    // Layout and window of what is on the screen now; none while there is nothing.
    let frame = move || {
        let index = picture.try_get_untracked()??;
        let (width, height) = size.try_get_untracked()?;
        if width < 80.0 || height < 40.0 {
            return None;
        }
        let layout = Layout::new(width as f32, height as f32, index.recording().lanes);
        let projection = present(window.try_get_untracked()?, end_of(&index), layout.time_width());
        Some((index, layout, projection))
    };
    let draw = move || {
        let Some(asked) = due.try_get_value() else { return };
        due.set_value(Due::default());
        let (Some((index, layout, projection)), Some(step)) = (frame(), step.try_get_untracked()) else { return };
        let both = comparison.get_untracked();
        let words = words.get_untracked();
        let lit = Lit { selection: selection.get_untracked(), hovered: hovered.get_untracked() };
        let now = index.timeline.tick(step);
        let scene = Scene {
            index: &index,
            projection: &projection,
            layout: &layout,
            words: &words,
            now,
            comparison: both.as_deref(),
        };
        let _ = painter.try_update_value(|painter| {
            if painter.is_none() {
                *painter = open(below, above);
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
        picture.track();
        comparison.track();
        window.track();
        size.track();
        words.track();
        request(Due { has_new_bars: true, ..Due::default() });
    });
    Effect::new(move |_| {
        appearance.track();
        request(Due { has_new_bars: true, has_new_colours: true, ..Due::default() });
    });
    Effect::new(move |_| {
        step.track();
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
    let zoom = move |factor: f64| change(&|window: Projection| window.zoomed(factor, window.width / 2.0));
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
        let tx = found.as_ref().and_then(|(index, task)| index.task(*task)).map(|task| task.tx);
        if hovered.get_untracked() != tx {
            hovered.set(tx);
        }
        let width = size.get_untracked().0;
        tip.set(found.map(|(index, task)| (describe(i18n.get_locale_untracked(), &index, task, step.get_untracked()), x, y, width)));
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
        let bounds = host.get_untracked().map(|host| host.get_bounding_client_rect());
        let (left, top) = bounds.map_or((0.0, 0.0), |bounds| (bounds.left(), bounds.top()));
        (f64::from(event.client_x()) - left, f64::from(event.client_y()) - top)
    };
    let on_down = move |event: web_sys::PointerEvent| {
        let (x, y) = place(&event);
        let is_outside = frame().is_some_and(|(_, layout, _)| y < f64::from(layout.top) || y > f64::from(layout.bottom));
        if let Some(host) = host.get_untracked() {
            // Without capture a drag ends at the picture's edge; nothing worse.
            let _ = host.set_pointer_capture(event.pointer_id());
        }
        let gesture = gestures.try_update_value(|gestures| gestures.down(event.pointer_id(), x, y, is_outside));
        act(gesture.unwrap_or(Gesture::None));
    };
    let on_move = move |event: web_sys::PointerEvent| {
        let (x, y) = place(&event);
        let gesture = gestures.try_update_value(|gestures| gestures.moved(event.pointer_id(), x, y));
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
        let bounds = host.get_untracked().map_or(0.0, |host| host.get_bounding_client_rect().left());
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
        let bounds = host.get_untracked().map_or(0.0, |host| host.get_bounding_client_rect().left());
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
            if !has_modifier && !event.default_prevented() && !is_typing(&event) && move_key(&event.key()) {
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
        lanes.filter(|lanes| *lanes > super::layout::LANES_DRAWN_MAX).map(|lanes| {
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

impl Painter {
    fn paint(&mut self, scene: &Scene<'_>, lit: Lit, due: Due) {
        if due.has_new_colours
            && let Some(root) = root()
        {
            let palette = Palette::read(&root);
            self.below.set_palette(palette.clone());
            self.above.set_palette(palette);
        }
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let (width, height) = (f64::from(scene.layout.width), f64::from(scene.layout.height));
        self.below.resize(width, height, scale);
        self.above.resize(width, height, scale);
        // Bars know the playhead; shares do not, and stay as they are while time runs.
        let is_moved = self.painted != Some(scene.now) && scene.is_detailed();
        if due.has_new_bars || is_moved || self.painted.is_none() {
            self.picture.clear();
            scene.paint(&mut self.picture, &mut self.columns);
            self.below.paint(&self.picture, false);
            self.painted = Some(scene.now);
        }
        self.overlay.clear();
        scene.paint_overlay(&mut self.overlay, lit);
        self.above.paint(&self.overlay, false);
    }
}

fn open(below: NodeRef<html::Canvas>, above: NodeRef<html::Canvas>) -> Option<Painter> {
    let palette = Palette::read(&root()?);
    Some(Painter {
        below: Canvas::new(below.get_untracked()?, palette.clone())?,
        above: Canvas::new(above.get_untracked()?, palette)?,
        picture: Picture::default(),
        overlay: Picture::default(),
        columns: Vec::new(),
        painted: None,
    })
}

/// The element on which the theme's colours hold.
pub(super) fn root() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.body()
}

/// The window as it is now: a window of another length of time is not one of this block.
pub(super) fn present(window: Option<Projection>, end: u64, width: f64) -> Projection {
    let fit = Projection::fit(end, width);
    match window {
        Some(window) if window.end == fit.end => window.resized(width),
        _ => fit,
    }
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.closest("dialog").ok().flatten().is_some()
    })
}

/// The task beside the selected one: along its lane, or on another lane at the same time.
fn neighbour(index: &ReplayIndex, selection: Selection, along: i64, across: i64) -> Option<u32> {
    let Selection::Task(selected) = selection else {
        let tx = index.selected_transaction(selection);
        return tx.map_or_else(
            || (0..index.lanes.count()).find_map(|lane| index.lanes.of(lane).first().copied()),
            |tx| index.history.tasks_of(tx).first().copied(),
        );
    };
    let task = *index.task(selected)?;
    if across != 0 {
        let lane = u32::try_from(i64::from(task.lane.0) + across).ok()?;
        return index.lanes.at(index.recording(), lane, task.start.0, index.recording().end.0);
    }
    let lane = index.lanes.of(task.lane.0);
    let place = lane.iter().position(|other| *other == selected)?;
    lane.get(usize::try_from(place as i64 + along).ok()?).copied()
}

/// A task in a few words, for beside the pointer.
fn describe(locale: Locale, index: &ReplayIndex, task: u32, step: u32) -> String {
    let Some(found) = index.task(task) else { return String::new() };
    let look = index.look(task, index.timeline.tick(step));
    let run = match found.kind {
        engine::trace::TaskKind::Execute => say!(locale, run_number, run = found.incarnation.0 + 1),
        engine::trace::TaskKind::Validate => say!(locale, check_number, run = found.incarnation.0 + 1),
    };
    let ticks = say!(locale, ticks_value, ticks = format::whole(found.end.0 - found.start.0));
    format!("{} · {run} · {} · {ticks}", wording::party(locale, index.party(found.tx)), wording::look_name(locale, look))
}

/// Keeps `size` at the element's size in CSS pixels.
fn observe_size(host: NodeRef<html::Div>, size: RwSignal<(f64, f64)>) {
    let kept = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut(js_sys::Array)>)>);
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        let measured = element.clone();
        let closure = Closure::<dyn FnMut(js_sys::Array)>::new(move |_| {
            let now = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if size.try_get_untracked().is_some_and(|before| before != now) {
                size.set(now);
            }
        });
        // Every browser that runs this program observes sizes; one that does not would draw nothing.
        if let Ok(observer) = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, closure)));
        }
    });
    on_cleanup(move || {
        let _ = kept.try_update_value(|kept| {
            if let Some((observer, _)) = kept.take() {
                observer.disconnect();
            }
        });
    });
}

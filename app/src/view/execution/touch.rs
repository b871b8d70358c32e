//! Events of pointers and keys into what they do to a picture of the lanes.

use crate::model::Selection;
use crate::view::execution::hand::{is_typing, neighbour};
use crate::view::execution::pointer::{Gesture, Gestures};
use crate::view::execution::sight::Sight;
use leptos::html;
use leptos::prelude::*;

/// How much one key press or button zooms.
const ZOOM_STEP: f64 = 1.6;
/// How much a double click zooms.
const ZOOM_DOUBLE: f64 = 4.0;
/// The share of the window that one key press moves.
const PAN_SHARE: f64 = 0.15;
/// Pixels of the wheel that zoom by Euler's number.
const WHEEL_PIXELS: f64 = 400.0;

/// What hands do to one picture. Copies are the same hands.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    sight: Sight,
    host: NodeRef<html::Div>,
    gestures: StoredValue<Gestures>,
}

impl Touch {
    /// Hands on the picture in this element.
    pub(super) fn new(sight: Sight, host: NodeRef<html::Div>) -> Self {
        Self {
            sight,
            host,
            gestures: StoredValue::new(Gestures::default()),
        }
    }

    fn act(&self, gesture: Gesture) {
        let sight = self.sight;
        match gesture {
            Gesture::Hover { x, y } => sight.point_at(x, y),
            Gesture::Click { x, y } => sight.select_at(x, y),
            Gesture::Pan { by } => {
                sight.tip.set(None);
                sight.change(|window| window.panned(-by));
            }
            Gesture::Pinch { factor, x, by } => {
                sight.tip.set(None);
                let left = sight.left();
                sight.change(|window| window.zoomed(factor, x - left).panned(-by));
            }
            Gesture::Scrub { x } => sight.scrub_to(x),
            Gesture::None => {}
        }
    }

    /// Where an event is, from the picture's left and top.
    fn place(&self, event: &web_sys::MouseEvent) -> (f64, f64) {
        let bounds = self
            .host
            .get_untracked()
            .map(|host| host.get_bounding_client_rect());
        let (left, top) = bounds.map_or((0.0, 0.0), |bounds| (bounds.left(), bounds.top()));
        (
            f64::from(event.client_x()) - left,
            f64::from(event.client_y()) - top,
        )
    }

    fn gesture(&self, read: impl FnOnce(&mut Gestures) -> Gesture) {
        let gesture = self.gestures.try_update_value(read);
        self.act(gesture.unwrap_or(Gesture::None));
    }

    /// A pointer goes down.
    pub(super) fn on_down(&self, event: &web_sys::PointerEvent) {
        let (x, y) = self.place(event);
        let is_outside = self.sight.frame().is_some_and(|(_, layout, _)| {
            y < f64::from(layout.top) || y > f64::from(layout.bottom)
        });
        if let Some(host) = self.host.get_untracked() {
            // Without capture a drag ends at the picture's edge; nothing worse.
            let _ = host.set_pointer_capture(event.pointer_id());
        }
        self.gesture(|gestures| gestures.down(event.pointer_id(), x, y, is_outside));
    }

    /// A pointer moves.
    pub(super) fn on_move(&self, event: &web_sys::PointerEvent) {
        let (x, y) = self.place(event);
        self.gesture(|gestures| gestures.moved(event.pointer_id(), x, y));
    }

    /// A pointer goes up, or is taken away.
    pub(super) fn on_up(&self, event: &web_sys::PointerEvent) {
        let (x, y) = self.place(event);
        self.gesture(|gestures| gestures.up(event.pointer_id(), x, y));
    }

    /// The wheel turns: down and up zoom at the pointer, sideways moves.
    pub(super) fn on_wheel(&self, event: &web_sys::WheelEvent) {
        event.prevent_default();
        let x = self.place(event).0 - self.sight.left();
        // Lines and pages count as so many pixels.
        let unit = [1.0, 16.0, 240.0][event.delta_mode().min(2) as usize];
        let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.shift_key() || across.abs() > down.abs() {
            let by = if across == 0.0 { down } else { across };
            self.sight.change(|window| window.panned(by));
        } else {
            let factor = (-down / WHEEL_PIXELS).exp();
            self.sight.change(|window| window.zoomed(factor, x));
        }
    }

    /// A double click zooms in at the pointer.
    pub(super) fn on_double(&self, event: &web_sys::MouseEvent) {
        let x = self.place(event).0 - self.sight.left();
        self.sight.change(|window| window.zoomed(ZOOM_DOUBLE, x));
    }

    /// One button press closer, or farther.
    pub(super) fn zoom(&self, is_closer: bool) {
        let factor = ZOOM_STEP * ZOOM_STEP;
        self.sight
            .zoom(if is_closer { factor } else { 1.0 / factor });
    }

    /// Keys of the whole page that move this picture, for as long as it is there.
    pub(super) fn listen(self) {
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !has_modifier
                && !event.default_prevented()
                && !is_typing(&event)
                && self.move_key(&event.key())
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }

    /// Whether a key moves the picture; then it did.
    fn move_key(&self, key: &str) -> bool {
        let sight = self.sight;
        match key {
            "w" | "W" => sight.zoom(ZOOM_STEP),
            "s" => sight.zoom(1.0 / ZOOM_STEP),
            "a" | "A" => sight.change(|window| window.panned(-window.width * PAN_SHARE)),
            "d" | "D" => sight.change(|window| window.panned(window.width * PAN_SHARE)),
            "0" => sight.stage.window.set(None),
            _ => return false,
        }
        true
    }

    /// Arrow keys walk from task to task.
    pub(super) fn on_key(&self, event: &web_sys::KeyboardEvent) {
        let Some((index, ..)) = self.sight.frame() else {
            return;
        };
        let selection = self.sight.stage.selection;
        let (along, across) = match event.key().as_str() {
            "ArrowRight" => (1, 0),
            "ArrowLeft" => (-1, 0),
            "ArrowDown" => (0, 1),
            "ArrowUp" => (0, -1),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(task) = neighbour(&index, selection.get_untracked(), along, across) {
            selection.set(Selection::Task(task));
        }
    }
}

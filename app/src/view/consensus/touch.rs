//! Events of pointers and keys into what they do to a diagram.

use super::diagram::Frame;
use crate::model::agreement::Pick;
use crate::view::execution::hand::is_typing;
use crate::view::execution::pointer::{Gesture, Gestures};
use leptos::prelude::*;

/// How much one key press zooms.
const ZOOM_STEP: f64 = 1.6;
/// How much a double click zooms.
const ZOOM_DOUBLE: f64 = 4.0;
/// The share of the window that one key press moves.
const PAN_SHARE: f64 = 0.15;
/// Pixels of the wheel that zoom by Euler's number.
const WHEEL_PIXELS: f64 = 400.0;

impl Frame {
    fn act(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover { x, y } => self.point_at(x, y),
            Gesture::Click { x, y } => {
                if let Some((index, rows, window)) = self.shown() {
                    self.sight
                        .pick
                        .set(rows.under(&index, &window, x as f32, y as f32));
                }
            }
            Gesture::Pan { by } => {
                self.point_away();
                self.change(|window| window.panned(-by));
            }
            Gesture::Pinch { factor, x, by } => {
                self.point_away();
                let left = self
                    .shown()
                    .map_or(0.0, |(_, rows, _)| f64::from(rows.left()));
                self.change(|window| window.zoomed(factor, x - left).panned(-by));
            }
            Gesture::Scrub { x } => {
                if let Some((_, rows, window)) = self.shown() {
                    let at = window.tick(x - f64::from(rows.left()));
                    self.sight.on_seek.run(at);
                }
            }
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

    /// A pointer goes down: on a name it begins a lasso.
    pub(super) fn on_down(&self, event: &web_sys::PointerEvent) {
        let (x, y) = self.place(event);
        let Some((_, rows, _)) = self.shown() else {
            return;
        };
        if let Some(host) = self.host.get_untracked() {
            // Without capture a drag ends at the picture's edge; nothing worse.
            let _ = host.set_pointer_capture(event.pointer_id());
        }
        let is_beside = y < f64::from(rows.top()) || y > f64::from(rows.bottom());
        if x < f64::from(rows.left()) && !is_beside {
            let node = rows.node_at(y as f32);
            self.lasso.set(node.map(|node| (node, node)));
            return;
        }
        self.gesture(|gestures| gestures.down(event.pointer_id(), x, y, is_beside));
    }

    /// A pointer moves.
    pub(super) fn on_move(&self, event: &web_sys::PointerEvent) {
        let (x, y) = self.place(event);
        if let (Some((first, last)), Some((_, rows, _))) =
            (self.lasso.get_untracked(), self.shown())
        {
            // The end that the hand is nearer to moves.
            if let Some(node) = rows.node_at(y as f32)
                && (node < first || node > last)
            {
                self.lasso.set(Some((first.min(node), last.max(node))));
            }
            return;
        }
        self.gesture(|gestures| gestures.moved(event.pointer_id(), x, y));
    }

    /// A pointer goes up, or is taken away.
    pub(super) fn on_up(&self, event: &web_sys::PointerEvent) {
        if let Some((first, last)) = self.lasso.get_untracked() {
            self.lasso.set(None);
            if first == last {
                self.sight.pick.set(Pick::Node(first));
            } else {
                self.sight.on_lasso.run((first..=last).collect());
            }
            return;
        }
        let (x, y) = self.place(event);
        self.gesture(|gestures| gestures.up(event.pointer_id(), x, y));
    }

    /// The wheel turns: down and up zoom at the pointer, sideways moves.
    pub(super) fn on_wheel(&self, event: &web_sys::WheelEvent) {
        event.prevent_default();
        let Some((_, rows, _)) = self.shown() else {
            return;
        };
        let x = self.place(event).0 - f64::from(rows.left());
        // Lines and pages count as so many pixels.
        let unit = [1.0, 16.0, 240.0][event.delta_mode().min(2) as usize];
        let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.shift_key() || across.abs() > down.abs() {
            let by = if across == 0.0 { down } else { across };
            self.change(|window| window.panned(by));
        } else {
            self.change(|window| window.zoomed((-down / WHEEL_PIXELS).exp(), x));
        }
    }

    /// A double click zooms in at the pointer.
    pub(super) fn on_double(&self, event: &web_sys::MouseEvent) {
        let Some((_, rows, _)) = self.shown() else {
            return;
        };
        let x = self.place(event).0 - f64::from(rows.left());
        self.change(|window| window.zoomed(ZOOM_DOUBLE, x));
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

    fn move_key(&self, key: &str) -> bool {
        match key {
            "w" | "W" => self.zoom(ZOOM_STEP),
            "s" => self.zoom(1.0 / ZOOM_STEP),
            "a" | "A" => self.change(|window| window.panned(-window.width * PAN_SHARE)),
            "d" | "D" => self.change(|window| window.panned(window.width * PAN_SHARE)),
            "0" => self.sight.window.set(None),
            _ => return false,
        }
        true
    }

    /// Arrow keys walk: up and down from node to node, left along causes, right along effects.
    pub(super) fn on_key(&self, event: &web_sys::KeyboardEvent) {
        let Some((index, ..)) = self.shown() else {
            return;
        };
        let key = event.key();
        if !key.starts_with("Arrow") || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        let pick = index.neighbour(self.sight.pick.get_untracked(), &key);
        if let Some(pick) = pick {
            self.sight.pick.set(pick);
        }
    }
}

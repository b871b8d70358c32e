//! What lies over the diagram and changes all the time: the present, what is on its way, the selection.

use super::scene::Scene;
use crate::draw::{Fill, Ink, Knot, Line, Picture, Rect, Shape};
use crate::model::agreement::Pick;
use crate::model::agreement::cause::Lit;
use crate::model::agreement::layout::{Flight, is_drawn};
use engine::primitives::Micros;
use engine::trace::consensus::{Fate, Message};

/// Most messages on their way that are drawn as dots.
const DOTS_MAX: usize = 600;

/// What is lit up.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Lights {
    /// The selection.
    pub(super) pick: Pick,
    /// What it is linked to.
    pub(super) lit: Lit,
    /// What is under the pointer.
    pub(super) hovered: Pick,
    /// Nodes within a lasso.
    pub(super) lasso: Option<(u32, u32)>,
}

impl Scene<'_> {
    /// Veil, selection, playhead, and dots for what is on its way.
    pub(super) fn paint_overlay(&self, picture: &mut Picture, now: Micros, lights: &Lights) {
        for (ink, fill) in [(Ink::Paper, Fill::Veil), (Ink::Accent, Fill::Faint)] {
            picture.layer(ink, fill);
        }
        self.veil(picture, now);
        self.chain(picture, &lights.lit);
        self.pick(picture, lights.hovered, false);
        self.pick(picture, lights.pick, true);
        if let Some((first, last)) = lights.lasso {
            let (top, bottom) = (self.rows.y(first), self.rows.y(last));
            let half = self.rows.spacing / 2.0;
            let rect = Rect::new(0.0, top - half, self.rows.width, bottom - top + 2.0 * half);
            picture.rect(Ink::Accent, Fill::Faint, rect);
            picture.rect(Ink::Accent, Fill::Halo, rect);
        }
        self.playhead(picture, now);
        self.dots(picture, now);
    }

    fn veil(&self, picture: &mut Picture, now: Micros) {
        let x = self.held(self.x(now));
        let (top, bottom) = (self.rows.top() - 2.0, self.rows.bottom() + 4.0);
        let veil = Rect::new(x, top, (self.rows.width - x).max(0.0), bottom - top);
        picture.rect(Ink::Paper, Fill::Veil, veil);
    }

    fn playhead(&self, picture: &mut Picture, now: Micros) {
        let x = self.x(now);
        if (self.rows.left() - 1.0..=self.rows.width + 1.0).contains(&x) {
            let x = x.min(self.rows.width - 1.0);
            let (top, bottom) = (self.rows.top(), self.rows.bottom());
            picture.line(Ink::Text, 2.0, (x, top - 4.0), (x, bottom + 4.0));
            picture.rect(
                Ink::Text,
                Fill::Solid,
                Rect::new(x - 5.0, top - 8.0, 10.0, 8.0),
            );
        }
    }

    /// Messages on their way stand on the playhead, each where it is between its two lines.
    fn dots(&self, picture: &mut Picture, now: Micros) {
        let x = self.x(now);
        if x < self.rows.left() || x > self.rows.width {
            return;
        }
        let flying = |row: &u32| {
            let message = self.index.message(*row)?;
            let (since, until) = (self.index.since(message), self.index.until(message));
            (since < now && now < until && message.fate != Fate::Held)
                .then_some((message, since, until))
        };
        let count = self.index.between(now, now).count();
        let stride = count.div_ceil(DOTS_MAX).max(1) as u32;
        let radius = (self.rows.spacing * 0.25).clamp(1.5, 4.0);
        for (message, since, until) in self.index.between(now, now).filter_map(|row| flying(&row)) {
            if !is_drawn(message, stride) {
                continue;
            }
            let share = (now.0 - since.0) as f32 / (until.0 - since.0).max(1) as f32;
            let (from, to) = (self.rows.y(message.from), self.rows.y(message.to));
            picture.knots.push(Knot {
                at: (x, from + (to - from) * share),
                radius,
                ink: self.look(message).ink,
                shape: Shape::Disc,
            });
        }
    }

    fn chain(&self, picture: &mut Picture, lit: &Lit) {
        let arrow = |picture: &mut Picture, row: u32, ink: Ink, width: f32| {
            if let Some(message) = self.index.message(row) {
                self.uplink(picture, message, ink);
                let flight = self.rows.flight(self.index, &self.window, message);
                let has_head = self.rows.spacing > 8.0;
                self.flight(picture, flight, ink, width, false, has_head);
            }
        };
        for row in &lit.after {
            let ink = self
                .index
                .message(*row)
                .map_or(Ink::Text, |message| self.look(message).ink);
            arrow(picture, *row, ink, 2.5);
        }
        for row in &lit.before {
            arrow(picture, *row, Ink::Accent, 2.5);
        }
        if let Some(row) = lit.own {
            arrow(picture, row, Ink::Text, 3.0);
        }
    }

    /// The wait for the sender's uplink, along the sender's line.
    fn uplink(&self, picture: &mut Picture, message: &Message, ink: Ink) {
        let since = self.index.since(message);
        if since <= message.sent {
            return;
        }
        let y = self.rows.y(message.from);
        let (from, to) = (self.held(self.x(message.sent)), self.held(self.x(since)));
        picture.line(ink, 4.0, (from, y), (to, y));
    }

    fn pick(&self, picture: &mut Picture, pick: Pick, is_selected: bool) {
        match pick {
            Pick::None => {}
            Pick::Node(node) => {
                let high = (self.rows.spacing * 0.8).clamp(3.0, 40.0);
                let y = self.rows.y(node) - high / 2.0;
                let rect = Rect::new(0.0, y, self.rows.width, high);
                picture.rect(Ink::Accent, Fill::Faint, rect);
                if is_selected {
                    picture.rect(Ink::Accent, Fill::Halo, rect);
                }
            }
            Pick::Message(row) => {
                if let Some(message) = self.index.message(row) {
                    let Flight { from, to } = self.rows.flight(self.index, &self.window, message);
                    picture.lines.push(Line {
                        from: (self.held(from.0), from.1),
                        to,
                        ink: Ink::Text,
                        width: 2.5,
                        is_dashed: false,
                        has_arrow: self.rows.spacing > 8.0,
                    });
                }
            }
            Pick::Mark(row) => {
                if let Some(mark) = self.index.mark(row) {
                    let (x, y) = (self.x(mark.at), self.rows.y(mark.node));
                    let rect = Rect::new(x - 10.0, y - 10.0, 20.0, 20.0);
                    let fill = if is_selected {
                        Fill::Halo
                    } else {
                        Fill::Outline
                    };
                    picture.rect(Ink::Text, fill, rect);
                }
            }
        }
    }
}

//! One run seen through a window of time, as marks.

use crate::draw::message::{Look, look};
use crate::draw::{Align, Fill, Ink, Knot, Line, Picture, Rect, Shape};
use crate::model::Projection;
use crate::model::agreement::index::is_knot;
use crate::model::agreement::layout::{Flight, is_drawn};
use crate::model::agreement::span::State;
use crate::model::agreement::{AgreementIndex, Rows};
use crate::model::format;
use crate::store::agreement::Ghost;
use engine::primitives::Micros;
use engine::trace::consensus::{Fate, Mark, Message, What};

/// With more arrows than this, heads would be all that is seen.
const HEADS_MAX: usize = 500;
/// With more arrows than this they are drawn as hairs.
const THICK_MAX: usize = 1_000;
/// Lines this far apart have room for words beside knots.
const WORDS_SPACING: f32 = 30.0;
/// Colours of the groups of a cut network.
const GROUPS: [Ink; 4] = [Ink::Executing, Ink::Aborted, Ink::Validating, Ink::Waiting];
/// Colours of the blocks decided at one height, in the order in which they were decided.
pub(super) const BLOCKS: [Ink; 3] = [Ink::Committed, Ink::Aborted, Ink::Validating];

/// A run, a window, and where lines are.
pub(super) struct Scene<'a> {
    pub(super) index: &'a AgreementIndex,
    pub(super) window: Projection,
    pub(super) rows: Rows,
    /// What a line is called, before its number.
    pub(super) node_word: &'a str,
}

impl Scene<'_> {
    pub(super) fn x(&self, at: Micros) -> f32 {
        self.rows.x(&self.window, at)
    }

    /// A place held within the lines' room.
    pub(super) fn held(&self, x: f32) -> f32 {
        x.clamp(self.rows.left(), self.rows.width)
    }

    /// First and last moment in the window.
    pub(super) fn range(&self) -> (Micros, Micros) {
        let (from, to) = self.window.range();
        (Micros(from), Micros(to))
    }

    /// Lines, faults, messages and knots; before them the future that did not come.
    pub(super) fn paint(&self, picture: &mut Picture, ghost: Option<&Ghost>) {
        self.cuts(picture);
        if let Some(ghost) = ghost {
            self.ghost(picture, ghost);
        }
        self.lines(picture);
        self.messages(picture);
        self.knots(picture);
        self.axis(picture);
    }

    fn axis(&self, picture: &mut Picture) {
        let marks = self.window.axis(110.0);
        for at in marks {
            let x = self.x(Micros(at));
            if x < self.rows.left() || x > self.rows.width - 28.0 {
                continue;
            }
            picture.line(
                Ink::Hairline,
                1.0,
                (x, self.rows.top() - 4.0),
                (x, self.rows.bottom()),
            );
            let text = format::simulated(at);
            picture.label(Ink::TextSoft, 11.0, (x, 10.0), Align::Middle, text);
        }
    }

    fn cuts(&self, picture: &mut Picture) {
        let high = (self.rows.spacing * 0.62).min(28.0);
        for cut in &self.index.spans.cuts {
            let (from, to) = (self.held(self.x(cut.from)), self.held(self.x(cut.to)));
            if to - from < 0.5 {
                continue;
            }
            for (node, group) in cut.groups.iter().enumerate() {
                let y = self.rows.y(node as u32);
                let rect = Rect::new(from, y - high / 2.0, to - from, high);
                picture.rect(
                    GROUPS[usize::from(*group) % GROUPS.len()],
                    Fill::Faint,
                    rect,
                );
            }
            for x in [from, to] {
                if x > self.rows.left() && x < self.rows.width {
                    picture.lines.push(Line {
                        from: (x, self.rows.top()),
                        to: (x, self.rows.bottom()),
                        ink: Ink::Aborted,
                        width: 1.5,
                        is_dashed: true,
                        has_arrow: false,
                    });
                }
            }
        }
    }

    fn lines(&self, picture: &mut Picture) {
        let (left, right) = (self.rows.left(), self.rows.width);
        let every = self.rows.name_every();
        let width = if self.rows.spacing < 8.0 { 0.5 } else { 1.0 };
        for node in 0..self.rows.nodes {
            let y = self.rows.y(node);
            picture.line(Ink::Edge, width, (left, y), (right, y));
            let is_liar = self.index.spans.nodes.iter();
            let is_liar = is_liar
                .clone()
                .any(|span| span.node == node && span.state == State::Lies);
            if is_liar {
                let high = self.rows.spacing.min(12.0);
                let rect = Rect::new(left - 10.0, y - high / 2.0, 7.0, high);
                picture.rect(Ink::Aborted, Fill::Hatch, rect);
            }
            if node % every == 0 {
                let name = format!("{} {}", self.node_word, self.index.name(node));
                let ink = if is_liar { Ink::Aborted } else { Ink::Text };
                picture.label(ink, 12.0, (left - 14.0, y), Align::End, name);
            }
        }
        for span in &self.index.spans.nodes {
            let y = self.rows.y(span.node);
            let (from, to) = (self.held(self.x(span.from)), self.held(self.x(span.to)));
            if to - from < 0.5 {
                continue;
            }
            let (ink, is_dashed) = match span.state {
                State::Down => (Ink::Paper, false),
                State::Lies => (Ink::Aborted, false),
                State::Slow => (Ink::Waiting, false),
            };
            picture.lines.push(Line {
                from: (from, y),
                to: (to, y),
                ink,
                width: (self.rows.spacing / 3.0).clamp(1.0, 3.0),
                is_dashed,
                has_arrow: false,
            });
            if span.state == State::Down {
                picture.lines.push(Line {
                    from: (from, y),
                    to: (to, y),
                    ink: Ink::Superseded,
                    width: 1.0,
                    is_dashed: true,
                    has_arrow: false,
                });
                cross(
                    picture,
                    Ink::Aborted,
                    (from, y),
                    (self.rows.spacing / 3.0).clamp(2.0, 6.0),
                );
            }
        }
    }

    /// How a message is drawn.
    pub(super) fn look(&self, message: &Message) -> Look {
        look(&self.index.recording.kinds, message.kind)
    }

    fn messages(&self, picture: &mut Picture) {
        let (from, to) = self.range();
        let stride = self.rows.stride(self.index, &self.window);
        let mut shown: Vec<(u8, u32)> = Vec::new();
        for row in self.index.between(from, to) {
            if let Some(message) = self.index.message(row)
                && is_drawn(message, stride)
            {
                shown.push((message.kind, row));
            }
        }
        // One kind after the other: neighbours of one look are one stroke. The last lie on top.
        shown.sort_unstable_by_key(|(kind, row)| (std::cmp::Reverse(*kind), *row));
        let has_heads = shown.len() <= HEADS_MAX && self.rows.spacing > 14.0;
        let is_thin = shown.len() > THICK_MAX;
        for (_, row) in shown {
            let Some(message) = self.index.message(row) else {
                continue;
            };
            let flight = self.rows.flight(self.index, &self.window, message);
            let look = self.look(message);
            let width = if is_thin { 0.5 } else { look.width };
            self.flight(picture, flight, look.ink, width, look.is_dashed, has_heads);
            self.end(picture, message, flight);
        }
    }

    /// An arrow, cut at the left edge of the lines' room.
    pub(super) fn flight(
        &self,
        picture: &mut Picture,
        flight: Flight,
        ink: Ink,
        width: f32,
        is_dashed: bool,
        has_arrow: bool,
    ) {
        let left = self.rows.left();
        let Flight { mut from, to } = flight;
        if to.0 < left {
            return;
        }
        if from.0 < left {
            let share = (left - from.0) / (to.0 - from.0).max(1e-6);
            from = (left, from.1 + (to.1 - from.1) * share);
        }
        picture.lines.push(Line {
            from,
            to,
            ink,
            width,
            is_dashed,
            has_arrow,
        });
    }

    /// The end of one that does not arrive.
    fn end(&self, picture: &mut Picture, message: &Message, flight: Flight) {
        if flight.to.0 < self.rows.left() || self.rows.spacing < 6.0 {
            return;
        }
        match message.fate {
            Fate::Dropped(_) => cross(picture, Ink::Aborted, flight.to, 4.0),
            Fate::Held => {
                let (x, y) = flight.to;
                picture.line(Ink::Aborted, 2.0, (x, y - 5.0), (x, y + 5.0));
            }
            Fate::Delivered | Fate::Flying => {}
        }
    }

    fn ghost(&self, picture: &mut Picture, ghost: &Ghost) {
        let (from, to) = self.range();
        let stride = self.rows.stride(&ghost.index, &self.window);
        for row in ghost.index.between(from.max(ghost.since), to) {
            let Some(message) = ghost.index.message(row) else {
                continue;
            };
            let is_one = message.from < self.rows.nodes && message.to < self.rows.nodes;
            if message.sent < ghost.since || !is_one || !is_drawn(message, stride) {
                continue;
            }
            let flight = self.rows.flight(&ghost.index, &self.window, message);
            self.flight(picture, flight, Ink::Hairline, 1.0, false, false);
        }
    }

    fn knots(&self, picture: &mut Picture) {
        let (from, to) = self.range();
        let radius = (self.rows.spacing * 0.3).clamp(1.5, 5.5);
        let has_words = self.rows.spacing >= WORDS_SPACING;
        for row in self.index.marks_between(from, to) {
            let Some(mark) = self.index.mark(row).filter(|mark| is_knot(mark)) else {
                continue;
            };
            let at = (self.x(mark.at), self.rows.y(mark.node));
            if at.0 >= self.rows.left() {
                self.knot(picture, mark, at, radius, has_words);
            }
        }
    }

    fn knot(
        &self,
        picture: &mut Picture,
        mark: &Mark,
        at: (f32, f32),
        radius: f32,
        has_words: bool,
    ) {
        let mut word = |ink, text: String| {
            if has_words {
                picture.label(
                    ink,
                    11.0,
                    (at.0 + 2.0, at.1 - radius - 8.0),
                    Align::Middle,
                    text,
                );
            }
        };
        match mark.what {
            What::Certified { .. } => picture.knots.push(Knot {
                at,
                radius: radius * 0.7,
                ink: Ink::TextSoft,
                shape: Shape::Ring,
            }),
            What::Decided { height, block, .. } => {
                let order = self.order(height, block);
                let ink = BLOCKS[order.min(BLOCKS.len() - 1)];
                word(ink, height.to_string());
                // Another block at the same height has another shape as well.
                let shape = if order == 0 {
                    Shape::Disc
                } else {
                    Shape::Square
                };
                picture.knots.push(Knot {
                    at,
                    radius,
                    ink,
                    shape,
                });
            }
            What::Entered { view, .. } if view > 0 => {
                word(Ink::Aborted, format!("v{view}"));
                let half = radius.max(3.0);
                picture.line(Ink::Aborted, 2.0, (at.0, at.1 - half), (at.0, at.1 + half));
            }
            What::Evidence { .. } => {
                let rect = Rect::new(at.0 - 3.0, at.1 - 3.0, 6.0, 6.0);
                picture.rect(Ink::Aborted, Fill::Solid, rect);
            }
            _ => {}
        }
    }

    /// The place of a block among those decided at its height, in the order in which they were.
    fn order(&self, height: u64, block: u64) -> usize {
        let mut seen: Vec<u64> = Vec::new();
        for mark in &self.index.recording.marks {
            if let What::Decided {
                height: at,
                block: other,
                ..
            } = mark.what
                && at == height
                && !seen.contains(&other)
            {
                if other == block {
                    break;
                }
                seen.push(other);
            }
        }
        seen.len()
    }
}

/// A small cross.
pub(super) fn cross(picture: &mut Picture, ink: Ink, at: (f32, f32), half: f32) {
    for turn in [1.0, -1.0] {
        let by = half * turn;
        picture.line(ink, 2.0, (at.0 - half, at.1 - by), (at.0 + half, at.1 + by));
    }
}

//! Where lines and messages are, what lies under a pointer, and how many arrows are drawn.

use super::index::AgreementIndex;
use super::pick::Pick;
use crate::model::Projection;
use engine::primitives::Micros;
use engine::trace::consensus::{Fate, Message};

/// Room for the axis.
const TOP: f32 = 26.0;
/// Room below the last line.
const BOTTOM: f32 = 6.0;
/// Room for the nodes' names.
const LEFT: f32 = 64.0;
/// Two lines are never farther apart.
const SPACING_MAX: f32 = 96.0;
/// A name needs so much.
const NAME_HEIGHT: f32 = 14.0;
/// Most arrows in one picture.
pub const ARROWS_MAX: usize = 2_400;
/// A pointer finds what is so near.
const REACH: f32 = 7.0;
/// How far a lost message gets, as a share of its way.
const LOST_AT: f32 = 0.6;
/// How far a message gets that a partition holds.
const HELD_AT: f32 = 0.25;

/// The lines of the diagram.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rows {
    /// Width of the whole picture.
    pub width: f32,
    /// Height of the whole picture.
    pub height: f32,
    /// How many lines.
    pub nodes: u32,
    /// From one line to the next.
    pub spacing: f32,
}

/// A flight in pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flight {
    /// Where it begins.
    pub from: (f32, f32),
    /// Where it ends, or is lost.
    pub to: (f32, f32),
}

impl Rows {
    /// Lines for so many nodes in this room.
    pub fn new(width: f64, height: f64, nodes: u32) -> Self {
        let (width, height) = (width as f32, height as f32);
        let room = (height - TOP - BOTTOM).max(1.0);
        Self {
            width,
            height,
            nodes,
            spacing: (room / nodes.max(1) as f32).min(SPACING_MAX),
        }
    }

    /// Where lines begin.
    pub const fn left(&self) -> f32 {
        LEFT
    }

    /// Where lines begin, from the top.
    pub const fn top(&self) -> f32 {
        TOP
    }

    /// The lower end of the lines' room.
    pub fn bottom(&self) -> f32 {
        TOP + self.spacing * self.nodes as f32
    }

    /// Width of the window of time.
    pub fn room(&self) -> f64 {
        f64::from((self.width - LEFT - 8.0).max(1.0))
    }

    /// The height of a node's line.
    pub fn y(&self, node: u32) -> f32 {
        TOP + self.spacing * (node as f32 + 0.5)
    }

    /// The node whose line is nearest to a height, within the lines' room.
    pub fn node_at(&self, y: f32) -> Option<u32> {
        let place = (y - TOP) / self.spacing;
        (place >= 0.0 && place < self.nodes as f32).then_some(place as u32)
    }

    /// Every how many lines a name has room.
    pub fn name_every(&self) -> u32 {
        (NAME_HEIGHT / self.spacing).ceil().max(1.0) as u32
    }

    /// Where a moment is, from the picture's left.
    pub fn x(&self, window: &Projection, at: Micros) -> f32 {
        LEFT + window.x(at.0) as f32
    }

    /// A message's flight: a lost one ends on its way, a held one soon after its start.
    pub fn flight(&self, index: &AgreementIndex, window: &Projection, message: &Message) -> Flight {
        let begin = index.since(message);
        let from = (self.x(window, begin), self.y(message.from));
        let end = (self.x(window, index.until(message)), self.y(message.to));
        let share = match message.fate {
            Fate::Delivered | Fate::Flying => 1.0,
            Fate::Dropped(_) => LOST_AT,
            Fate::Held => HELD_AT,
        };
        let to = (
            from.0 + (end.0 - from.0) * share,
            from.1 + (end.1 - from.1) * share,
        );
        Flight { from, to }
    }

    /// What lies under a point: a knot before a message, a message before a line.
    pub fn under(&self, index: &AgreementIndex, window: &Projection, x: f32, y: f32) -> Pick {
        if x < LEFT {
            return self.node_at(y).map_or(Pick::None, Pick::Node);
        }
        let at = |x: f32| Micros(window.tick(f64::from(x - LEFT)));
        let (early, late) = (at(x - REACH), at(x + REACH));
        let mut nearest = (REACH, Pick::None);
        for row in index.marks_between(early, late) {
            let Some(mark) = index.mark(row) else {
                continue;
            };
            if !super::index::is_knot(mark) {
                continue;
            }
            let distance = (self.x(window, mark.at) - x).hypot(self.y(mark.node) - y);
            // A knot is small and lies over lines: it has the better claim.
            if distance * 0.6 < nearest.0 {
                nearest = (distance * 0.6, Pick::Mark(row));
            }
        }
        if nearest.1 != Pick::None {
            return nearest.1;
        }
        let stride = self.stride(index, window);
        for row in index.between(early, late) {
            let Some(message) = index.message(row) else {
                continue;
            };
            if !is_drawn(message, stride) {
                continue;
            }
            let flight = self.flight(index, window, message);
            let distance = distance((x, y), flight);
            if distance < nearest.0 {
                nearest = (distance, Pick::Message(row));
            }
        }
        if nearest.1 != Pick::None {
            return nearest.1;
        }
        match self.node_at(y) {
            Some(node) if (self.y(node) - y).abs() < REACH => Pick::Node(node),
            _ => Pick::None,
        }
    }

    /// One in so many arrows is drawn in this window.
    pub fn stride(&self, index: &AgreementIndex, window: &Projection) -> u32 {
        let (from, to) = window.range();
        let count = index.between(Micros(from), Micros(to)).count();
        count.div_ceil(ARROWS_MAX).max(1) as u32
    }
}

/// Whether a message is among those that are drawn: of every sender and every receiver an even share.
pub fn is_drawn(message: &Message, stride: u32) -> bool {
    message.from.wrapping_add(message.to).is_multiple_of(stride)
}

fn distance(point: (f32, f32), flight: Flight) -> f32 {
    let (across, down) = (flight.to.0 - flight.from.0, flight.to.1 - flight.from.1);
    let length = (across * across + down * down).max(1e-6);
    let along = ((point.0 - flight.from.0) * across + (point.1 - flight.from.1) * down) / length;
    let along = along.clamp(0.0, 1.0);
    (flight.from.0 + along * across - point.0).hypot(flight.from.1 + along * down - point.1)
}

#[cfg(test)]
mod tests {
    use super::super::index::run;
    use super::*;
    use engine::scenario::consensus::preset;

    fn shown(name: &str) -> (AgreementIndex, Rows, Projection) {
        let index = run(&preset::named(name).unwrap().scenario());
        let rows = Rows::new(700.0, 460.0, index.nodes());
        let window = Projection::fit(index.end.0, rows.room());
        (index, rows, window)
    }

    #[test]
    fn every_line_has_its_place_and_is_found_there() {
        for nodes in [1, 4, 7, 100, 1_024] {
            let rows = Rows::new(700.0, 460.0, nodes);
            for node in 0..nodes {
                assert_eq!(rows.node_at(rows.y(node)), Some(node));
            }
            assert!(rows.bottom() <= 460.0 && rows.spacing > 0.0);
            assert_eq!(rows.node_at(2.0), None);
            assert!(rows.name_every() as f32 * rows.spacing >= NAME_HEIGHT - 0.01);
        }
    }

    #[test]
    fn what_is_drawn_is_found_under_the_pointer() {
        let (index, rows, window) = shown("fault-free");
        let mut found = 0;
        for row in 0..index.recording.messages.len() as u32 {
            let message = index.message(row).unwrap();
            let flight = rows.flight(&index, &window, message);
            let middle = (
                (flight.from.0 + flight.to.0) / 2.0,
                (flight.from.1 + flight.to.1) / 2.0,
            );
            match rows.under(&index, &window, middle.0, middle.1) {
                Pick::Message(other) => {
                    // Another one may cross there; it is as near.
                    let other = index.message(other).unwrap();
                    let near = rows.flight(&index, &window, other);
                    assert!(distance(middle, near) < REACH);
                    found += 1;
                }
                Pick::Mark(_) => {}
                other => panic!("{other:?} under message {row}"),
            }
        }
        assert!(found > 20);
        let line = rows.under(&index, &window, 10.0, rows.y(2));
        assert_eq!(line, Pick::Node(2));
    }

    #[test]
    fn a_hundred_nodes_are_drawn_by_an_even_share_and_whole_from_near() {
        let (index, rows, window) = shown("a-hundred");
        let stride = rows.stride(&index, &window);
        assert!(stride > 1);
        let mut sent = vec![0; 100];
        let mut heard = vec![0; 100];
        let mut count = 0;
        for row in index.between(Micros(0), index.end) {
            let message = index.message(row).unwrap();
            if is_drawn(message, stride) {
                sent[message.from as usize] += 1;
                heard[message.to as usize] += 1;
                count += 1;
            }
        }
        assert!(count <= ARROWS_MAX * 11 / 10, "{count}");
        // The first leader sends no prepare.
        assert!(sent.iter().all(|count| *count > 5) && heard.iter().all(|count| *count > 5));
        let near = window.zoomed(4_000.0, 300.0);
        assert!(rows.stride(&index, &near) < stride);
    }

    #[test]
    fn lost_messages_end_on_their_way() {
        let mut scenario = preset::all()[0].scenario();
        scenario.acts = vec![engine::scenario::consensus::ActDocument {
            at_us: 0,
            deed: engine::scenario::consensus::Deed::Crash { node: 3 },
        }];
        let index = run(&scenario);
        let rows = Rows::new(700.0, 460.0, index.nodes());
        let window = Projection::fit(index.end.0, rows.room());
        let lost = |message: &&Message| matches!(message.fate, Fate::Dropped(_));
        let lost = index
            .recording
            .messages
            .iter()
            .find(lost)
            .expect("a lost message");
        let flight = rows.flight(&index, &window, lost);
        assert!((flight.to.1 - rows.y(lost.to)).abs() > 5.0);
    }
}

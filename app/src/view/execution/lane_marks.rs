//! The lanes as marks: their ground, and on it one bar a task when there is room, shares a pixel column
//! when there is not.

use crate::draw::{Align, Fill, Ink, Picture, Rect};
use crate::model::compare::Comparison;
use crate::model::lane::Column;
use crate::model::{Projection, ReplayIndex, format};
use crate::view::execution::layout::Layout;
use crate::view::execution::wording::Words;
use engine::primitives::Tick;

/// Tasks are drawn one by one while each has this many pixels on average.
const PIXELS_PER_TASK_MIN: f64 = 3.0;

/// What the picture of the lanes is made from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The replay.
    pub index: &'a ReplayIndex,
    /// The window of time.
    pub projection: &'a Projection,
    /// Where things go.
    pub layout: &'a Layout,
    /// What things are called.
    pub words: &'a Words,
    /// The playhead.
    pub now: Tick,
    /// The other run, if two are compared.
    pub comparison: Option<&'a Comparison>,
}

impl Scene<'_> {
    /// Whether every task gets a bar of its own; then the bars depend on the playhead.
    pub fn is_detailed(&self) -> bool {
        let index = self.index;
        let count = index
            .lanes
            .visible_count(index.recording(), self.projection);
        let room = self.layout.time_width() * f64::from(self.layout.lanes);
        !self.layout.is_crowd() && count as f64 * PIXELS_PER_TASK_MIN <= room
    }

    /// Lanes, axis and tasks. `columns` is room that is used again from frame to frame.
    pub fn paint(&self, picture: &mut Picture, columns: &mut Vec<Column>) {
        self.order(picture);
        self.ground(picture);
        if self.layout.is_crowd() {
            self.crowd(picture, columns);
        } else if self.is_detailed() {
            self.bars(picture);
        } else {
            self.shares(picture, columns);
        }
        self.gutter(picture);
        self.first_pass(picture);
    }

    /// Where a first pass over the block ends, if there was one.
    fn first_pass(&self, picture: &mut Picture) {
        let layout = self.layout;
        let end = self.index.recording().first_pass;
        let x = layout.left + self.projection.x(end.0) as f32;
        if end == Tick::default() || x < layout.left || x > layout.width {
            return;
        }
        let line = Rect::new(x - 1.0, layout.top, 2.0, layout.bottom - layout.top);
        picture.rect(Ink::Text, Fill::Solid, line);
        // Most of a first pass leaves all lanes but one empty: there is room on its side of the line.
        let place = (x - 6.0, layout.bottom - 8.0);
        let name = self.words.first_pass_end.to_owned();
        picture.label(Ink::Text, 12.0, place, Align::End, name);
    }

    /// What is painted over what.
    fn order(&self, picture: &mut Picture) {
        for (ink, fill) in [
            (Ink::Hairline, Fill::Solid),
            (Ink::Executing, Fill::Faint),
            (Ink::Validating, Fill::Faint),
            (Ink::Executing, Fill::Solid),
            (Ink::Validating, Fill::Solid),
            (Ink::Validating, Fill::Light),
            (Ink::Aborted, Fill::Faint),
            (Ink::Aborted, Fill::Hatch),
            (Ink::Aborted, Fill::Outline),
            (Ink::Waiting, Fill::Outline),
            (Ink::Superseded, Fill::Outline),
            (Ink::Committed, Fill::Solid),
            (Ink::Aborted, Fill::Solid),
            (Ink::Text, Fill::Solid),
            (Ink::Paper, Fill::Solid),
        ] {
            picture.layer(ink, fill);
        }
    }

    fn ground(&self, picture: &mut Picture) {
        let layout = self.layout;
        let rows = if layout.is_crowd() { 1 } else { layout.lanes };
        let every = if layout.row < 9.0 { 8 } else { 1 };
        for lane in (0..=rows).step_by(every) {
            let line = Rect::new(
                layout.left,
                layout.lane_top(lane) - 0.5,
                layout.width - layout.left,
                1.0,
            );
            picture.rect(Ink::Hairline, Fill::Solid, line);
        }
        let last = (layout.width - 24.0).max(layout.left);
        let axis = self.projection.axis(110.0);
        let step = axis
            .get(1)
            .zip(axis.first())
            .map_or(1, |(second, first)| second - first);
        for tick in axis {
            let x = layout.left + self.projection.x(tick) as f32;
            if x < layout.left - 0.5 || x > layout.width {
                continue;
            }
            picture.rect(
                Ink::Hairline,
                Fill::Solid,
                Rect::new(x, layout.top, 1.0, layout.bottom - layout.top + 5.0),
            );
            picture.figure(
                Ink::TextSoft,
                12.0,
                (x.min(last), layout.bottom + 14.0),
                Align::Middle,
                format::axis(tick, step),
            );
        }
    }

    fn gutter(&self, picture: &mut Picture) {
        let layout = self.layout;
        if layout.is_crowd() {
            for (share, y) in [(1, layout.top + 8.0), (0, layout.bottom - 8.0)] {
                let lanes = format::whole(u64::from(layout.lanes * share));
                picture.figure(
                    Ink::TextSoft,
                    12.0,
                    (layout.left - 6.0, y),
                    Align::End,
                    lanes,
                );
            }
            return;
        }
        let every = (14.0 / layout.row).ceil().max(1.0) as u32;
        let every = if every > 1 {
            every.next_power_of_two()
        } else {
            1
        };
        for lane in (0..layout.lanes).step_by(every as usize) {
            let y = layout.lane_top(lane) + layout.row / 2.0;
            let has_room = layout.left > 50.0 && layout.lanes <= 16;
            let name = if has_room {
                format!("{} {lane}", self.words.lane)
            } else {
                lane.to_string()
            };
            picture.label(
                Ink::TextSoft,
                12.0,
                (layout.left - 6.0, y),
                Align::End,
                name,
            );
        }
    }
}

//! Shares of a lane's time a pixel column, for more tasks than have room of their own.

use crate::draw::{Fill, Ink, Picture, Rect};
use crate::model::lane::Column;
use crate::view::execution::lane_marks::Scene;

impl Scene<'_> {
    /// What every lane did, a pixel column at a time.
    pub(super) fn shares(&self, picture: &mut Picture, columns: &mut Vec<Column>) {
        let index = self.index;
        for lane in 0..self.layout.lanes {
            columns.clear();
            columns.resize(self.layout.time_width() as usize, Column::default());
            index.lanes.add_columns(
                index.recording(),
                &index.history,
                lane,
                self.projection,
                columns,
            );
            let body = self.layout.body(self.projection, lane, 0, 1);
            self.stack(picture, columns, body.y, body.height);
        }
    }

    /// What all lanes together did, a pixel column at a time.
    pub(super) fn crowd(&self, picture: &mut Picture, columns: &mut Vec<Column>) {
        let index = self.index;
        columns.clear();
        columns.resize(self.layout.time_width() as usize, Column::default());
        for lane in 0..self.layout.lanes {
            index.lanes.add_columns(
                index.recording(),
                &index.history,
                lane,
                self.projection,
                columns,
            );
        }
        let share = 1.0 / self.layout.lanes as f32;
        for column in columns.iter_mut() {
            column.executed *= share;
            column.validated *= share;
            column.wasted *= share;
        }
        self.stack(
            picture,
            columns,
            self.layout.top + 1.0,
            self.layout.row - 2.0,
        );
    }

    /// Shares from the bottom up: runs that stood, validations, waste. Equal neighbours become one mark.
    fn stack(&self, picture: &mut Picture, columns: &[Column], top: f32, height: f32) {
        let quantum = (height / 2.0).max(4.0).round();
        let level = |share: f32| (share * quantum).round() / quantum * height;
        let mut first = 0;
        let heights = |column: &Column| {
            let executed = level(column.executed);
            let validated = level(column.executed + column.validated) - executed;
            let wasted =
                level(column.executed + column.validated + column.wasted) - executed - validated;
            (executed, validated, wasted)
        };
        for end in 1..=columns.len() {
            let run = heights(&columns[first]);
            if columns.get(end).is_some_and(|next| heights(next) == run) {
                continue;
            }
            let (x, width) = (self.layout.left + first as f32, (end - first) as f32);
            let mut bottom = top + height;
            for (ink, fill, part) in [
                (Ink::Executing, Fill::Solid, run.0),
                (Ink::Validating, Fill::Light, run.1),
                (Ink::Aborted, Fill::Hatch, run.2),
            ] {
                if part > 0.0 {
                    bottom -= part;
                    picture.rect(ink, fill, Rect::new(x, bottom, width, part));
                    if ink == Ink::Aborted {
                        picture.rect(ink, Fill::Faint, Rect::new(x, bottom, width, part));
                    }
                }
            }
            // A flag above the lane: narrow hatches cannot be seen from the back of a room.
            if run.2 > 0.0 && self.layout.row > 20.0 && !self.layout.is_crowd() {
                picture.rect(
                    Ink::Aborted,
                    Fill::Solid,
                    Rect::new(x - 0.5, top - 5.0, width.max(2.0), 4.0),
                );
            }
            first = end;
        }
    }
}

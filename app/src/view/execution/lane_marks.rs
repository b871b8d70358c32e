//! The lanes as marks: one bar a task when there is room, shares a pixel column when there is not.

use crate::draw::{Align, Fill, Ink, Picture, Rect};
use crate::model::compare::Comparison;
use crate::model::lane::Column;
use crate::model::look::Look;
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

    fn bars(&self, picture: &mut Picture) {
        let recording = self.index.recording();
        let (from, to) = self.projection.range();
        for lane in 0..self.layout.lanes {
            for task in self.index.lanes.visible(recording, lane, from, to) {
                self.bar(picture, *task);
            }
        }
    }

    fn bar(&self, picture: &mut Picture, index: u32) {
        let Some(task) = self.index.task(index) else {
            return;
        };
        let body = self
            .layout
            .body(self.projection, task.lane.0, task.start.0, task.end.0);
        let look = self.index.look(index, self.now);
        let done = f64::from(self.layout.left) + self.projection.x(self.now.0);
        let split = ((done as f32) - body.x).clamp(0.0, body.width);
        match look {
            Look::Future if task.kind == engine::trace::TaskKind::Execute => {
                picture.rect(Ink::Executing, Fill::Faint, body);
            }
            Look::Future => picture.rect(Ink::Validating, Fill::Faint, thin(body)),
            Look::Executing => {
                picture.rect(
                    Ink::Executing,
                    Fill::Solid,
                    Rect {
                        width: split,
                        ..body
                    },
                );
                let rest = Rect {
                    x: body.x + split,
                    width: body.width - split,
                    ..body
                };
                picture.rect(Ink::Executing, Fill::Faint, rest);
            }
            Look::Executed => picture.rect(Ink::Executing, Fill::Solid, body),
            Look::Committed => {
                picture.rect(Ink::Executing, Fill::Solid, body);
                let height = (body.height * 0.16).clamp(1.5, 5.0);
                // A gap of paper keeps the rule apart from the bar where colours cannot.
                let rule = Rect {
                    y: body.y + body.height - height,
                    height,
                    ..body
                };
                if body.height > 14.0 {
                    picture.rect(
                        Ink::Paper,
                        Fill::Solid,
                        Rect {
                            y: rule.y - 2.0,
                            height: 2.0,
                            ..rule
                        },
                    );
                }
                picture.rect(Ink::Committed, Fill::Solid, rule);
            }
            Look::Withdrawn => {
                picture.rect(Ink::Aborted, Fill::Hatch, body);
                if body.width > 5.0 {
                    picture.rect(Ink::Aborted, Fill::Outline, body);
                    picture.rect(Ink::Paper, Fill::Solid, notch(body));
                }
            }
            Look::Waiting => picture.rect(
                Ink::Waiting,
                Fill::Outline,
                Rect {
                    width: body.width.max(3.0),
                    ..body
                },
            ),
            Look::Validating => {
                picture.rect(
                    Ink::Validating,
                    Fill::Solid,
                    thin(Rect {
                        width: split,
                        ..body
                    }),
                );
                let rest = Rect {
                    x: body.x + split,
                    width: body.width - split,
                    ..body
                };
                picture.rect(Ink::Validating, Fill::Faint, thin(rest));
            }
            Look::Validated => picture.rect(Ink::Validating, Fill::Solid, thin(body)),
            Look::Failed => {
                picture.rect(Ink::Aborted, Fill::Solid, thin(body));
                let x = body.x + body.width - 1.0;
                picture.rect(
                    Ink::Aborted,
                    Fill::Solid,
                    Rect {
                        x,
                        width: 2.0,
                        ..body
                    },
                );
            }
            Look::Superseded => picture.rect(Ink::Superseded, Fill::Outline, thin(body)),
        }
        if self.index.is_critical(task.tx)
            && matches!(look, Look::Committed | Look::Executed | Look::Executing)
        {
            picture.rect(
                Ink::Text,
                Fill::Solid,
                Rect {
                    y: body.y - 2.0,
                    height: 2.0,
                    ..body
                },
            );
        }
        if self
            .comparison
            .is_some_and(|comparison| comparison.is_different(task.tx))
            && body.width >= 2.0
        {
            let side = (body.height * 0.25).clamp(2.0, 5.0);
            picture.rect(
                Ink::Text,
                Fill::Solid,
                Rect {
                    width: side.min(body.width),
                    height: side,
                    ..body
                },
            );
        }
        let part = match look {
            // The name goes where there is room: into what is done, or into what is to come.
            Look::Executing if split >= body.width / 2.0 => Rect {
                width: split,
                ..body
            },
            Look::Executing => Rect {
                x: body.x + split,
                width: body.width - split,
                ..body
            },
            _ => body,
        };
        let is_ahead = look == Look::Executing && split < body.width / 2.0;
        self.name(
            picture,
            index,
            if is_ahead { Look::Future } else { look },
            part,
        );
    }

    fn name(&self, picture: &mut Picture, index: u32, look: Look, body: Rect) {
        let Some(task) = self.index.task(index) else {
            return;
        };
        let ink = match look {
            Look::Executed | Look::Committed | Look::Executing => Ink::Paper,
            Look::Withdrawn | Look::Waiting | Look::Future => Ink::Text,
            Look::Validating | Look::Validated | Look::Failed | Look::Superseded => return,
        };
        let is_future = look == Look::Future && task.kind != engine::trace::TaskKind::Execute;
        let number = task.tx.to_string();
        let room = body.width - 8.0;
        if is_future || body.height < 13.0 || room < number.len() as f32 * 7.0 {
            return;
        }
        let kind = self.index.party(task.tx).kind;
        let long = kind.map(|kind| format!("{number} {}", self.words.kind(kind)));
        let text = long
            .filter(|long| room >= long.chars().count() as f32 * 6.6)
            .unwrap_or(number);
        // The rule below takes room; the middle of what is left looks centred.
        let y = body.y + body.height * if look == Look::Committed { 0.43 } else { 0.5 };
        if look == Look::Withdrawn {
            let width = text.chars().count() as f32 * 6.6 + 10.0;
            let plate = Rect::new(
                body.x + body.width / 2.0 - width / 2.0,
                y - 8.0,
                width,
                16.0,
            );
            picture.rect(Ink::Paper, Fill::Solid, plate);
        }
        picture.label(
            ink,
            12.0,
            (body.x + body.width / 2.0, y),
            Align::Middle,
            text,
        );
    }

    fn shares(&self, picture: &mut Picture, columns: &mut Vec<Column>) {
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

    fn crowd(&self, picture: &mut Picture, columns: &mut Vec<Column>) {
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

fn thin(body: Rect) -> Rect {
    let height = (body.height * 0.3).max(1.0);
    Rect {
        y: body.y + (body.height - height) / 2.0,
        height,
        ..body
    }
}

fn notch(body: Rect) -> Rect {
    let width = (body.width * 0.3).min(7.0);
    Rect {
        x: body.x + body.width - width,
        y: body.y - 0.5,
        width: width + 0.5,
        height: body.height * 0.4,
    }
}

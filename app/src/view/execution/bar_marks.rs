//! One bar a task, by how the task looks at the playhead.

use crate::draw::{Align, Fill, Ink, Picture, Rect};
use crate::model::look::Look;
use crate::view::execution::lane_marks::Scene;
use engine::trace::TaskKind;

impl Scene<'_> {
    /// Every task in the window.
    pub(super) fn bars(&self, picture: &mut Picture) {
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
            Look::Future if task.kind == TaskKind::Execute => {
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
            Look::Recorded => picture.rect(Ink::Superseded, Fill::Outline, body),
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
            Look::Withdrawn | Look::Waiting | Look::Future | Look::Recorded => Ink::Text,
            Look::Validating | Look::Validated | Look::Failed | Look::Superseded => return,
        };
        let is_future = look == Look::Future && task.kind != TaskKind::Execute;
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

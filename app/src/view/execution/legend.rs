//! What the shapes mean.

use crate::draw::{Fill, Ink, Picture, Rect, svg};
use crate::i18n::*;
use crate::model::ReplayIndex;
use crate::widget::Tooltip;
use engine::primitives::Tick;
use leptos::prelude::*;
use std::sync::Arc;

/// A shape that stands for a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A run under way, or ended and not yet committed.
    Executing,
    /// A run that counts.
    Committed,
    /// A run that had to wait.
    Waiting,
    /// A run that was withdrawn.
    Aborted,
    /// A validation.
    Validating,
    /// A run of a first pass over the block.
    Recorded,
    /// On the critical path.
    Critical,
}

/// The shapes, in the order of a transaction's life.
pub const SHAPES: [Shape; 7] = [
    Shape::Recorded,
    Shape::Executing,
    Shape::Validating,
    Shape::Committed,
    Shape::Waiting,
    Shape::Aborted,
    Shape::Critical,
];

impl Shape {
    /// Draws it in a box.
    pub fn draw(self, picture: &mut Picture, body: Rect) {
        match self {
            Self::Executing => picture.rect(Ink::Executing, Fill::Solid, body),
            Self::Committed => {
                let rule = Rect {
                    y: body.y + body.height - 3.0,
                    height: 3.0,
                    ..body
                };
                picture.rect(
                    Ink::Executing,
                    Fill::Solid,
                    Rect {
                        height: body.height - 5.0,
                        ..body
                    },
                );
                picture.rect(Ink::Committed, Fill::Solid, rule);
            }
            Self::Waiting => picture.rect(Ink::Waiting, Fill::Outline, body),
            Self::Recorded => picture.rect(Ink::Superseded, Fill::Outline, body),
            Self::Aborted => {
                picture.rect(Ink::Aborted, Fill::Hatch, body);
                picture.rect(Ink::Aborted, Fill::Outline, body);
                let notch = Rect::new(
                    body.x + body.width - 7.0,
                    body.y - 0.5,
                    7.5,
                    body.height * 0.4,
                );
                picture.rect(Ink::Paper, Fill::Solid, notch);
            }
            Self::Validating => {
                let bar = Rect {
                    y: body.y + body.height / 2.0 - 2.5,
                    height: 5.0,
                    ..body
                };
                picture.rect(Ink::Validating, Fill::Solid, bar);
            }
            Self::Critical => {
                picture.rect(
                    Ink::Executing,
                    Fill::Solid,
                    Rect {
                        y: body.y + 3.0,
                        height: body.height - 3.0,
                        ..body
                    },
                );
                picture.rect(
                    Ink::Text,
                    Fill::Solid,
                    Rect {
                        height: 2.0,
                        ..body
                    },
                );
            }
        }
    }

    /// What it is called.
    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Self::Executing => td_string!(locale, execution.look_executing),
            Self::Committed => td_string!(locale, execution.look_committed),
            Self::Waiting => td_string!(locale, execution.look_waiting),
            Self::Aborted => td_string!(locale, execution.look_aborted),
            Self::Validating => td_string!(locale, execution.look_validating),
            Self::Critical => td_string!(locale, execution.look_critical),
            Self::Recorded => td_string!(locale, execution.look_recorded),
        }
    }

    /// Whether a replay's scheduler makes such tasks at all; what merely did not happen is still explained.
    pub(super) fn can_appear(self, index: &ReplayIndex) -> bool {
        match self {
            Self::Recorded => index.recording().first_pass != Tick::default(),
            Self::Validating => index.replay.summary.validations > 0,
            _ => true,
        }
    }

    fn help(self, locale: Locale) -> &'static str {
        match self {
            Self::Executing => td_string!(locale, execution.look_executing_help),
            Self::Committed => td_string!(locale, execution.look_committed_help),
            Self::Waiting => td_string!(locale, execution.look_waiting_help),
            Self::Aborted => td_string!(locale, execution.look_aborted_help),
            Self::Validating => td_string!(locale, execution.look_validating_help),
            Self::Critical => td_string!(locale, execution.look_critical_help),
            Self::Recorded => td_string!(locale, execution.look_recorded_help),
        }
    }
}

/// The key: every shape that the replay's scheduler makes, with its name, and a definition on hover and
/// focus.
#[component]
pub fn Legend(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shapes = Memo::new(move |_| {
        picture.with(|picture| {
            let shapes = SHAPES.into_iter();
            let index = picture.as_ref();
            shapes
                .filter(|shape| index.is_none_or(|index| shape.can_appear(index)))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="legend" aria-label=move || t_string!(i18n, execution.legend)>
            {move || shapes.get().into_iter().map(|shape| {
                view! {
                    <li>
                        <Tooltip text=Signal::derive(move || shape.help(i18n.get_locale()).to_owned())>
                            <ShapeMark shape=shape />
                            <span>{move || shape.name(i18n.get_locale())}</span>
                        </Tooltip>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// A shape as a small picture in the theme's colours.
#[component]
fn ShapeMark(
    /// Which.
    shape: Shape,
) -> impl IntoView {
    let mut picture = Picture::default();
    shape.draw(&mut picture, Rect::new(1.0, 1.0, 24.0, 14.0));
    let hatch = format!("legend-hatch-{shape:?}");
    let marks = picture.batches().flat_map(|batch| {
        let colour = format!("var({})", batch.ink.token());
        let frame = batch.fill.frame() as f32;
        batch
            .rects
            .iter()
            .map(|rect| (*rect, batch.fill, colour.clone(), frame))
            .collect::<Vec<_>>()
    });
    let marks = marks.map(|(rect, fill, colour, frame)| {
        let style = match fill {
            Fill::Outline | Fill::Halo => format!("fill:none;stroke:{colour};stroke-width:{frame}"),
            Fill::Hatch => format!("fill:url(#{hatch})"),
            Fill::Solid | Fill::Light | Fill::Faint | Fill::Veil => {
                format!("fill:{colour};fill-opacity:{}", fill.opacity())
            }
        };
        let inset = frame / 2.0;
        view! {
            <rect
                x=rect.x + inset
                y=rect.y + inset
                width=rect.width - frame
                height=rect.height - frame
                style=style
            />
        }
    });
    let pattern = hatch.clone();
    view! {
        <svg class="shape" width="26" height="16" viewBox="0 0 26 16" aria-hidden="true">
            <pattern id=pattern width=svg::TILE height=svg::TILE patternUnits="userSpaceOnUse">
                <path d=svg::STRIPES style=format!("stroke:var({});stroke-width:2", Ink::Aborted.token()) />
            </pattern>
            {marks.collect_view()}
        </svg>
    }
}

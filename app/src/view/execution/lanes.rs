//! The picture of the lanes: two canvases, a pointer, and keys.

use crate::i18n::*;
use crate::model::compare::Comparison;
use crate::model::{Selection, format};
use crate::view::execution::hand::observe_size;
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::layout::LANES_DRAWN_MAX;
use crate::view::execution::overlay::Lit;
use crate::view::execution::painter::{self, Due, Painter};
use crate::view::execution::sight::Sight;
use crate::view::execution::stage::Stage;
use crate::view::execution::touch::Touch;
use crate::view::execution::wording::{Words, say};
use crate::widget::PointerTip;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// The lanes over virtual time. Hover lights a transaction up, click selects a task, double click zooms,
/// wheel or pinch zooms at the pointer, drag moves, a drag on the axis scrubs; W A S D, 0 and arrow keys
/// do the same by hand.
#[component]
pub fn LanePicture(
    /// The replay, the moment, and what a hand does to them.
    stage: Stage,
    /// The other run: gives the common axis and marks the differences.
    #[prop(into, optional)]
    comparison: Signal<Option<Arc<Comparison>>>,
    /// Whether keys of the whole page zoom and move this picture; for one picture of a page.
    #[prop(optional)]
    has_keys: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let host = NodeRef::<html::Div>::new();
    let below = NodeRef::<html::Canvas>::new();
    let above = NodeRef::<html::Canvas>::new();
    let sight = Sight {
        stage,
        comparison,
        size: RwSignal::new((0.0, 0.0)),
        tip: RwSignal::new(None),
        i18n,
    };
    observe_size(host, sight.size);
    paint(sight, below, above);
    follow(sight, has_keys);
    let touch = Touch::new(sight, host);
    if has_keys {
        touch.listen();
    }
    let picture = stage.picture;
    let help = move || {
        picture.with(|picture| {
            picture.as_ref().map(|index| {
                let recording = index.recording();
                say!(
                    i18n.get_locale(),
                    picture_help,
                    lanes = recording.lanes,
                    transactions = format::whole(u64::from(recording.transactions)),
                    ticks = format::whole(recording.end.0)
                )
            })
        })
    };
    let crowd = move || {
        let lanes = picture.with(|picture| picture.as_ref().map(|index| index.recording().lanes));
        lanes.filter(|lanes| *lanes > LANES_DRAWN_MAX).map(|lanes| {
            view! { <p class="lanes-note">{say!(i18n.get_locale(), crowd, lanes = lanes)}</p> }
        })
    };
    view! {
        <div class="lanes">
            <div class="lanes-tools">
                <button
                    type="button"
                    class="icon"
                    aria-label=move || t_string!(i18n, execution.farther)
                    title=move || t_string!(i18n, execution.farther)
                    on:click=move |_| touch.zoom(false)
                >
                    "−"
                </button>
                <button
                    type="button"
                    class="icon"
                    aria-label=move || t_string!(i18n, execution.closer)
                    title=move || t_string!(i18n, execution.closer)
                    on:click=move |_| touch.zoom(true)
                >
                    "+"
                </button>
                <button
                    type="button"
                    class="icon"
                    title=move || t_string!(i18n, execution.fit_help)
                    disabled=move || stage.window.get().is_none()
                    on:click=move |_| stage.window.set(None)
                >
                    {move || t_string!(i18n, execution.fit)}
                </button>
            </div>
            <div
                class="lanes-picture"
                role="group"
                tabindex="0"
                aria-label=move || t_string!(i18n, execution.picture_label)
                node_ref=host
                on:pointerdown=move |event| touch.on_down(&event)
                on:pointermove=move |event| touch.on_move(&event)
                on:pointerup=move |event| touch.on_up(&event)
                on:pointercancel=move |event| touch.on_up(&event)
                on:pointerleave=move |_| sight.point_away()
                on:wheel=move |event| touch.on_wheel(&event)
                on:dblclick=move |event| touch.on_double(&event)
                on:keydown=move |event| touch.on_key(&event)
            >
                <canvas node_ref=below aria-hidden="true"></canvas>
                <canvas node_ref=above aria-hidden="true"></canvas>
                <PointerTip tip=sight.tip />
                <p class="hidden-text">{help}</p>
            </div>
            {crowd}
        </div>
    }
}

/// Paints in the next frame after anything changed: bars only if they did, what lies over them always.
fn paint(sight: Sight, below: NodeRef<html::Canvas>, above: NodeRef<html::Canvas>) {
    let Sight {
        stage,
        comparison,
        size,
        i18n,
        ..
    } = sight;
    let canvases = StoredValue::new_local(None::<Painter>);
    let due = StoredValue::new(Due::default());
    let words = Memo::new(move |_| Words::new(i18n.get_locale()));
    let draw = move || {
        let Some(asked) = due.try_get_value() else {
            return;
        };
        due.set_value(Due::default());
        let (Some((index, layout, projection)), Some(step)) =
            (sight.frame(), stage.step.try_get_untracked())
        else {
            return;
        };
        let both = comparison.get_untracked();
        let words = words.get_untracked();
        let lit = Lit {
            selection: stage.selection.get_untracked(),
            hovered: stage.hovered.get_untracked(),
        };
        let scene = Scene {
            index: &index,
            projection: &projection,
            layout: &layout,
            words: &words,
            now: index.timeline.tick(step),
            comparison: both.as_deref(),
        };
        let _ = canvases.try_update_value(|painter| {
            if painter.is_none() {
                *painter = painter::open(below, above);
            }
            if let Some(painter) = painter {
                painter.paint(&scene, lit, asked);
            }
        });
    };
    let request = move |wanted: Due| {
        let is_asked = due.with_value(|due| due.is_asked);
        due.update_value(|due| {
            due.is_asked = true;
            due.has_new_bars |= wanted.has_new_bars;
            due.has_new_colours |= wanted.has_new_colours;
        });
        if !is_asked {
            request_animation_frame(draw);
        }
    };
    Effect::new(move |_| {
        stage.picture.with(|_| ());
        comparison.with(|_| ());
        stage.window.track();
        size.track();
        words.with(|_| ());
        request(Due {
            has_new_bars: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        // Reading, not only tracking: a memo that nobody has read yet follows nothing.
        stage.appearance.get();
        request(Due {
            has_new_bars: true,
            has_new_colours: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        stage.step.with(|_| ());
        stage.selection.track();
        stage.hovered.track();
        request(Due::default());
    });
}

/// Keeps what is selected, here or elsewhere, within the window; and the playhead, if this picture leads.
fn follow(sight: Sight, is_leading: bool) {
    let stage = sight.stage;
    Effect::new(move |before: Option<u32>| {
        let wishes = stage.zoom_wishes.get();
        if before.is_some_and(|before| before != wishes) {
            sight.frame_selection();
        }
        wishes
    });
    Effect::new(move |before: Option<Selection>| {
        let selected = stage.selection.get();
        if before.is_some_and(|before| before != selected) {
            sight.reveal(selected);
        }
        selected
    });
    if is_leading {
        Effect::new(move |before: Option<u32>| {
            let step = stage.step.get();
            if before.is_some_and(|before| before != step) {
                sight.reveal_step(step);
            }
            step
        });
    }
}

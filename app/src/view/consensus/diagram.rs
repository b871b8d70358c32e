//! The space-time diagram: two canvases, a pointer, and keys.

use super::painter::paint;
use super::words::{self, tell};
use crate::i18n::*;
use crate::model::Projection;
use crate::model::agreement::{AgreementIndex, Pick, Rows};
use crate::store::agreement::Ghost;
use crate::view::execution::hand::observe_size;
use crate::view::execution::pointer::Gestures;
use crate::widget::PointerTip;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// Room behind the last moment, as a share of the run: the last knots are seen whole.
const MARGIN: u64 = 32;

/// What a diagram looks at, and what a hand does there. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    /// The run.
    pub(super) picture: Signal<Option<Arc<AgreementIndex>>>,
    /// The future that did not come.
    pub(super) ghost: Signal<Option<Ghost>>,
    /// The present, in microseconds.
    pub(super) at: Signal<u64>,
    /// What is selected.
    pub(super) pick: RwSignal<Pick>,
    /// Whether the whole chain is lit up.
    pub(super) is_whole: Signal<bool>,
    /// The window of time; none shows the whole run.
    pub(super) window: RwSignal<Option<Projection>>,
    /// Counts wishes to frame the selection.
    pub(super) zoom_wishes: Signal<u32>,
    /// Changes whenever colours do.
    pub(super) appearance: Signal<u32>,
    /// Asked to go to a moment.
    pub(super) on_seek: Callback<u64>,
    /// Asked to cut these nodes off.
    pub(super) on_lasso: Callback<Vec<u32>>,
}

/// A diagram in its room on the page.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) sight: Sight,
    pub(super) size: RwSignal<(f64, f64)>,
    pub(super) hovered: RwSignal<Pick>,
    pub(super) tip: RwSignal<Option<(String, f64, f64, f64)>>,
    /// First and last node of a lasso under way.
    pub(super) lasso: RwSignal<Option<(u32, u32)>>,
    pub(super) gestures: StoredValue<Gestures>,
    pub(super) host: NodeRef<html::Div>,
    pub(super) i18n: leptos_i18n::I18nContext<Locale>,
}

/// Lines over simulated time. Hover explains, click selects, double click zooms, wheel or pinch zooms at the
/// pointer, drag moves, a drag on the axis scrubs, a drag over names is a lasso; W A S D, 0 and arrow keys do
/// the same by hand.
#[component]
pub(super) fn Diagram(
    /// What it looks at.
    sight: Sight,
    /// Whether keys of the whole page move it; for one diagram of a page.
    #[prop(optional)]
    has_keys: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let host = NodeRef::<html::Div>::new();
    let below = NodeRef::<html::Canvas>::new();
    let above = NodeRef::<html::Canvas>::new();
    let frame = Frame {
        sight,
        size: RwSignal::new((0.0, 0.0)),
        hovered: RwSignal::new(Pick::None),
        tip: RwSignal::new(None),
        lasso: RwSignal::new(None),
        gestures: StoredValue::new(Gestures::default()),
        host,
        i18n,
    };
    observe_size(host, frame.size);
    paint(frame, below, above);
    frame.follow();
    if has_keys {
        frame.listen();
    }
    let help = move || {
        let counts = sight.picture.with(|picture| {
            let index = picture.as_ref()?;
            Some((index.nodes(), index.recording.messages.len()))
        });
        let (nodes, messages) = counts.unwrap_or_default();
        tell!(
            i18n.get_locale(),
            picture_help,
            nodes = nodes,
            messages = messages
        )
    };
    view! {
        <div
            class="diagram"
            role="group"
            tabindex="0"
            aria-label=move || t_string!(i18n, consensus.picture_label)
            node_ref=host
            on:pointerdown=move |event| frame.on_down(&event)
            on:pointermove=move |event| frame.on_move(&event)
            on:pointerup=move |event| frame.on_up(&event)
            on:pointercancel=move |event| frame.on_up(&event)
            on:pointerleave=move |_| frame.point_away()
            on:wheel=move |event| frame.on_wheel(&event)
            on:dblclick=move |event| frame.on_double(&event)
            on:keydown=move |event| frame.on_key(&event)
        >
            <canvas node_ref=below aria-hidden="true"></canvas>
            <canvas node_ref=above aria-hidden="true"></canvas>
            <PointerTip tip=frame.tip />
            <p class="hidden-text">{help}</p>
        </div>
    }
}

impl Sight {
    /// Changes the window; one that shows the whole run is none.
    fn set(&self, window: Projection) {
        self.window.set((window.zoom() > 1.000_1).then_some(window));
    }
}

/// The window of a run in so much room; the whole of it if none is chosen.
fn projection(index: &AgreementIndex, chosen: Option<Projection>, room: f64) -> Projection {
    let whole = Projection::fit(index.end.0 + index.end.0 / MARGIN, room);
    match chosen {
        Some(window) if (window.end - whole.end).abs() < 0.5 => window.resized(room),
        // Another run, or the one beside: as much of the same time as it has.
        Some(window) if window.zoom() > 1.0 => Projection {
            end: whole.end.max(window.end),
            ..window.resized(room)
        },
        _ => whole,
    }
}

impl Frame {
    /// The run, its lines and its window, once there is room.
    pub(super) fn shown(&self) -> Option<(Arc<AgreementIndex>, Rows, Projection)> {
        let index = self.sight.picture.get_untracked()?;
        let (width, height) = self.size.get_untracked();
        if width < 80.0 || height < 40.0 {
            return None;
        }
        let rows = Rows::new(width, height, index.nodes());
        let chosen = self.sight.window.get_untracked();
        let window = projection(&index, chosen, rows.room());
        Some((index, rows, window))
    }

    /// Changes the window.
    pub(super) fn change(&self, change: impl FnOnce(Projection) -> Projection) {
        if let Some((_, _, window)) = self.shown() {
            self.sight.set(change(window));
        }
    }

    /// Zooms about the middle.
    pub(super) fn zoom(&self, factor: f64) {
        self.change(|window| window.zoomed(factor, window.width / 2.0));
    }

    /// Keeps the present within the window, and shows the selection whole when that is wished.
    fn follow(self) {
        let sight = self.sight;
        Effect::new(move |before: Option<u64>| {
            let at = sight.at.get();
            let is_zoomed = sight.window.with_untracked(Option::is_some);
            if is_zoomed && before.is_some_and(|before| before != at) {
                self.change(|window| window.revealing(at));
            }
            at
        });
        Effect::new(move |before: Option<u32>| {
            let wishes = sight.zoom_wishes.get();
            if before.is_some_and(|before| before != wishes) {
                self.frame_selection();
            }
            wishes
        });
    }

    fn frame_selection(&self) {
        let Some((index, ..)) = self.shown() else {
            return;
        };
        let lit = index.lit(
            self.sight.pick.get_untracked(),
            self.sight.is_whole.get_untracked(),
        );
        let rows = lit.own.iter().chain(&lit.before).chain(&lit.after);
        let spans = rows.filter_map(|row| index.message(*row));
        let spans: Vec<_> = spans
            .map(|message| (message.sent.0, index.until(message).0))
            .collect();
        let from = spans.iter().map(|span| span.0).min();
        let to = spans.iter().map(|span| span.1).max();
        if let (Some(from), Some(to)) = (from, to) {
            self.change(|window| window.framing(from, to));
        }
    }

    /// Lights up what is at a point, and says what it is.
    pub(super) fn point_at(&self, x: f64, y: f64) {
        let Some((index, rows, window)) = self.shown() else {
            return;
        };
        let found = rows.under(&index, &window, x as f32, y as f32);
        if self.hovered.get_untracked() != found {
            self.hovered.set(found);
        }
        let locale = self.i18n.get_locale_untracked();
        let width = self.size.get_untracked().0;
        let tip = words::brief(locale, &index, found).map(|text| (text, x, y, width));
        if self.tip.with_untracked(|before| *before != tip) {
            self.tip.set(tip);
        }
    }

    /// Lights nothing up.
    pub(super) fn point_away(&self) {
        self.tip.set(None);
        self.hovered.set(Pick::None);
    }
}

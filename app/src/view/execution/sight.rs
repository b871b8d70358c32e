//! What one picture of the lanes shows now, and how its window of time moves.

use crate::i18n::*;
use crate::model::compare::Comparison;
use crate::model::{Projection, ReplayIndex, Selection};
use crate::view::execution::hand::describe;
use crate::view::execution::layout::{Layout, present};
use crate::view::execution::stage::Stage;
use leptos::prelude::*;
use std::sync::Arc;

/// A picture narrower or lower than this shows nothing.
const SIZE_MIN: (f64, f64) = (80.0, 40.0);

/// Words beside the pointer: what, from the left, from the top, and the picture's width.
pub(super) type Tip = Option<(String, f64, f64, f64)>;

/// One picture of the lanes as it is seen. Copies are the same picture.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    pub(super) stage: Stage,
    /// The other run: gives the common axis and marks the differences.
    pub(super) comparison: Signal<Option<Arc<Comparison>>>,
    /// Width and height in CSS pixels.
    pub(super) size: RwSignal<(f64, f64)>,
    /// Words beside the pointer.
    pub(super) tip: RwSignal<Tip>,
    pub(super) i18n: leptos_i18n::I18nContext<Locale>,
}

impl Sight {
    /// Layout and window of what is on the screen now; none while there is nothing.
    pub(super) fn frame(&self) -> Option<(Arc<ReplayIndex>, Layout, Projection)> {
        let index = self.stage.picture.try_get_untracked()??;
        let (width, height) = self.size.try_get_untracked()?;
        if width < SIZE_MIN.0 || height < SIZE_MIN.1 {
            return None;
        }
        let layout = Layout::new(width as f32, height as f32, index.recording().lanes);
        let end = self.comparison.with_untracked(|comparison| {
            comparison
                .as_ref()
                .map_or(index.recording().end.0, |both| both.end)
        });
        let window = self.stage.window.try_get_untracked()?;
        let projection = present(window, end, layout.time_width());
        Some((index, layout, projection))
    }

    /// Where time begins, from the left.
    pub(super) fn left(&self) -> f64 {
        self.frame()
            .map_or(0.0, |(_, layout, _)| f64::from(layout.left))
    }

    /// Changes the window; one that shows the whole block is none.
    pub(super) fn change(&self, change: impl FnOnce(Projection) -> Projection) {
        if let Some((_, _, projection)) = self.frame() {
            let changed = change(projection);
            let is_whole = changed.zoom() <= 1.000_1;
            self.stage.window.set((!is_whole).then_some(changed));
        }
    }

    /// Zooms by a factor about the middle.
    pub(super) fn zoom(&self, factor: f64) {
        self.change(|window| window.zoomed(factor, window.width / 2.0));
    }

    /// Shows all of the selection.
    pub(super) fn frame_selection(&self) {
        if let Some((index, ..)) = self.frame()
            && let Some((from, to)) = index.span(self.stage.selection.get_untracked())
        {
            self.change(|window| window.framing(from, to));
        }
    }

    /// Moves the window to a selected task that lies outside.
    pub(super) fn reveal(&self, selected: Selection) {
        self.reveal_tick(|index| match selected {
            Selection::Task(task) => index.task(task).map(|task| task.start.0),
            Selection::None | Selection::Transaction(_) | Selection::Key(_) => None,
        });
    }

    /// Moves the window to a step that lies outside.
    pub(super) fn reveal_step(&self, step: u32) {
        self.reveal_tick(|index| Some(index.timeline.tick(step).0));
    }

    fn reveal_tick(&self, tick: impl FnOnce(&ReplayIndex) -> Option<u64>) {
        // Nothing lies outside the whole block.
        let is_zoomed = self.stage.window.with_untracked(Option::is_some);
        if is_zoomed
            && let Some((index, _, projection)) = self.frame()
            && let Some(tick) = tick(&index)
        {
            let moved = projection.revealing(tick);
            if moved != projection {
                self.stage.window.set(Some(moved));
            }
        }
    }

    /// The task at a point.
    pub(super) fn under(&self, x: f64, y: f64) -> Option<(Arc<ReplayIndex>, u32)> {
        let (index, layout, projection) = self.frame()?;
        let lane = layout.lane_at(y as f32)?;
        let tick = projection.tick(x - f64::from(layout.left));
        let slack = (projection.ticks_per_pixel * 3.0).ceil() as u64;
        let task = index.lanes.at(index.recording(), lane, tick, slack)?;
        Some((index, task))
    }

    /// Lights up what is at a point, and says what it is.
    pub(super) fn point_at(&self, x: f64, y: f64) {
        let Stage { hovered, step, .. } = self.stage;
        let found = self.under(x, y);
        let tx = found
            .as_ref()
            .and_then(|(index, task)| index.task(*task))
            .map(|task| task.tx);
        if hovered.get_untracked() != tx {
            hovered.set(tx);
        }
        let width = self.size.get_untracked().0;
        let locale = self.i18n.get_locale_untracked();
        self.tip.set(found.map(|(index, task)| {
            let words = describe(locale, &index, task, step.get_untracked());
            (words, x, y, width)
        }));
    }

    /// Lights nothing up.
    pub(super) fn point_away(&self) {
        self.tip.set(None);
        self.stage.hovered.set(None);
    }

    /// Selects what is at a point.
    pub(super) fn select_at(&self, x: f64, y: f64) {
        let found = self.under(x, y);
        let selected = found.map_or(Selection::None, |(_, task)| Selection::Task(task));
        self.stage.selection.set(selected);
    }

    /// Takes the playhead to a point.
    pub(super) fn scrub_to(&self, x: f64) {
        if let Some((_, layout, projection)) = self.frame() {
            let tick = projection.tick(x - f64::from(layout.left));
            self.stage.on_seek_tick.run(tick);
        }
    }
}

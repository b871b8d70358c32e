//! Where on the time line we are, and whether time runs.

use crate::model::ReplayIndex;
use leptos::prelude::*;
use std::sync::Arc;

/// At speed 1 the whole run takes this long.
const WHOLE_RUN_MS: f64 = 20_000.0;
/// The longest that one frame moves time by: a tab that was hidden does not jump.
const FRAME_MAX_MS: f64 = 100.0;

/// The speeds on offer, slow to fast.
pub const SPEEDS: [f64; 9] = [0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 16.0];

/// The time line. A *step number* counts the steps that have happened.
#[derive(Clone, Copy)]
pub struct Playback {
    picture: RwSignal<Option<Arc<ReplayIndex>>>,
    step: RwSignal<u32>,
    /// Virtual time between two steps, while time runs.
    tick: StoredValue<f64>,
    playing: RwSignal<bool>,
    /// The speed, as a factor.
    pub speed: RwSignal<f64>,
}

impl Playback {
    pub(super) fn new(picture: RwSignal<Option<Arc<ReplayIndex>>>) -> Self {
        Self {
            picture,
            step: RwSignal::new(0),
            tick: StoredValue::new(0.0),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
        }
    }

    /// The step number, to follow.
    pub fn step(&self) -> Signal<u32> {
        self.step.into()
    }

    /// Whether time runs.
    pub fn playing(&self) -> Signal<bool> {
        self.playing.into()
    }

    /// The tick of the step number.
    pub fn now(&self) -> Memo<u64> {
        let (picture, step) = (self.picture, self.step);
        Memo::new(move |_| {
            picture.with(|picture| {
                picture
                    .as_ref()
                    .map_or(0, |index| index.timeline.tick(step.get()).0)
            })
        })
    }

    /// The tick of the last step.
    pub fn end(&self) -> Memo<u64> {
        let picture = self.picture;
        Memo::new(move |_| {
            picture.with(|picture| picture.as_ref().map_or(0, |index| index.timeline.end().0))
        })
    }

    /// The last step number.
    pub fn last(&self) -> Memo<u32> {
        let picture = self.picture;
        Memo::new(move |_| {
            picture.with(|picture| picture.as_ref().map_or(0, |index| index.timeline.len()))
        })
    }

    /// Goes to a step number; numbers beyond the end mean the end. Time goes on from there if it ran.
    pub fn seek(&self, step: u32) {
        let Some((step, tick)) = self.with_picture(|index| {
            let step = step.min(index.timeline.len());
            (step, index.timeline.tick(step).0)
        }) else {
            return;
        };
        self.tick.set_value(tick as f64);
        if self.step.get_untracked() != step {
            self.step.set(step);
        }
    }

    /// Goes to a tick.
    pub fn seek_tick(&self, tick: u64) {
        if let Some(step) =
            self.with_picture(|index| index.timeline.at(engine::primitives::Tick(tick)))
        {
            self.seek(step);
        }
    }

    /// So many steps on, or back if negative. Time stops.
    pub fn walk(&self, steps: i64) {
        self.pause();
        let step = i64::from(self.step.get_untracked()).saturating_add(steps);
        self.seek(u32::try_from(step.max(0)).unwrap_or(u32::MAX));
    }

    /// To the next run that is withdrawn, or the one before. Time stops.
    pub fn to_abort(&self, is_forward: bool) {
        let step = self.step.get_untracked();
        let found = self.with_picture(|index| {
            if is_forward {
                index.timeline.next_abort(step)
            } else {
                index.timeline.previous_abort(step)
            }
        });
        self.pause();
        if let Some(step) = found.flatten() {
            self.seek(step);
        }
    }

    /// Starts or stops time; at the end it starts over.
    pub fn toggle(&self) {
        if self.playing.get_untracked() {
            return self.pause();
        }
        let Some(length) = self.with_picture(|index| index.timeline.len()) else {
            return;
        };
        if self.step.get_untracked() >= length {
            self.seek(0);
        }
        self.playing.set(true);
    }

    /// Stops time.
    pub fn pause(&self) {
        if self.playing.get_untracked() {
            self.playing.set(false);
        }
    }

    /// The next faster or slower speed on offer.
    pub fn change_speed(&self, is_faster: bool) {
        let speed = self.speed.get_untracked();
        let place = SPEEDS
            .iter()
            .position(|other| *other >= speed)
            .unwrap_or(SPEEDS.len() - 1);
        let place = if is_faster {
            (place + 1).min(SPEEDS.len() - 1)
        } else {
            place.saturating_sub(1)
        };
        self.speed.set(SPEEDS[place]);
    }

    /// One frame of running time.
    pub fn frame(&self, elapsed_ms: f64) {
        if !self.playing.get_untracked() {
            return;
        }
        let speed = self.speed.get_untracked();
        let from = self.tick.get_value();
        let Some((step, tick, is_over)) = self.with_picture(|index| {
            let end = index.timeline.end().0 as f64;
            let tick = from + elapsed_ms.min(FRAME_MAX_MS) * speed * end / WHOLE_RUN_MS;
            let step = index.timeline.at(engine::primitives::Tick(tick as u64));
            (step, tick, step >= index.timeline.len())
        }) else {
            return;
        };
        self.tick.set_value(tick);
        if step != self.step.get_untracked() {
            self.step.set(step);
        }
        if is_over {
            self.pause();
        }
    }

    fn with_picture<T>(&self, read: impl FnOnce(&ReplayIndex) -> T) -> Option<T> {
        self.picture
            .with_untracked(|picture| picture.as_deref().map(read))
    }
}

//! Where in a run's simulated time we are, and whether time runs.

use engine::primitives::Micros;
use leptos::prelude::*;
use std::sync::Arc;

/// At speed 1 the whole run takes this long.
const WHOLE_RUN_MS: f64 = 16_000.0;
/// The longest that one frame moves time by: a tab that was hidden does not jump.
const FRAME_MAX_MS: f64 = 100.0;
/// The speeds on offer, slow to fast.
pub const SPEEDS: [f64; 7] = [0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0];

/// A run in simulated time, as a time line sees it.
pub trait Moments: Send + Sync + 'static {
    /// Its last moment.
    fn end(&self) -> Micros;
    /// The moment so many steps away; beyond the first and the last there is none.
    fn step(&self, at: Micros, steps: i64) -> Micros;
    /// The next moment that matters from afar, or the one before.
    fn knot(&self, at: Micros, is_forward: bool) -> Micros;
}

/// The time line. Copies are the same one.
pub struct Course<I: Moments> {
    picture: RwSignal<Option<Arc<I>>>,
    at: RwSignal<u64>,
    /// Time between two moments, while it runs.
    exact: StoredValue<f64>,
    playing: RwSignal<bool>,
    /// The speed, as a factor.
    pub speed: RwSignal<f64>,
}

impl<I: Moments> Clone for Course<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I: Moments> Copy for Course<I> {}

impl<I: Moments> Course<I> {
    pub(super) fn new(picture: RwSignal<Option<Arc<I>>>) -> Self {
        Self {
            picture,
            at: RwSignal::new(0),
            exact: StoredValue::new(0.0),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
        }
    }

    /// The moment, in microseconds, to follow.
    pub fn at(&self) -> Signal<u64> {
        self.at.into()
    }

    /// Whether time runs.
    pub fn playing(&self) -> Signal<bool> {
        self.playing.into()
    }

    /// The last moment, in microseconds.
    pub fn end(&self) -> Memo<u64> {
        let picture = self.picture;
        Memo::new(move |_| {
            picture.with(|picture| picture.as_ref().map_or(0, |index| index.end().0))
        })
    }

    /// Whether there is a run.
    pub fn is_there(&self) -> Signal<bool> {
        let picture = self.picture;
        Signal::derive(move || picture.with(Option::is_some))
    }

    /// Something of the run, to follow; `None` while there is none.
    pub fn read<T>(&self, of: impl FnOnce(&I) -> T) -> Option<T> {
        self.picture.with(|picture| picture.as_deref().map(of))
    }

    /// Goes to a moment; one beyond the end means the end. Time goes on from there if it ran.
    pub fn seek(&self, at: u64) {
        let end = self.end_now();
        let at = at.min(end);
        self.exact.set_value(at as f64);
        if self.at.get_untracked() != at {
            self.at.set(at);
        }
    }

    /// So many moments on, or back if negative. Time stops.
    pub fn walk(&self, steps: i64) {
        self.go(|index, at| index.step(at, steps));
    }

    /// To the next knot or the one before. Time stops.
    pub fn to_knot(&self, is_forward: bool) {
        self.go(|index, at| index.knot(at, is_forward));
    }

    fn go(&self, to: impl FnOnce(&I, Micros) -> Micros) {
        self.pause();
        let at = Micros(self.at.get_untracked());
        let found = self
            .picture
            .with_untracked(|picture| picture.as_ref().map(|index| to(index, at)));
        if let Some(found) = found {
            self.seek(found.0);
        }
    }

    /// Starts or stops time; at the end it starts over.
    pub fn toggle(&self) {
        if self.playing.get_untracked() {
            return self.pause();
        }
        if self.end_now() == 0 {
            return;
        }
        if self.at.get_untracked() >= self.end_now() {
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
        let place = SPEEDS.iter().position(|other| *other >= speed);
        let place = place.unwrap_or(SPEEDS.len() - 1);
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
        let end = self.end_now() as f64;
        let by = elapsed_ms.min(FRAME_MAX_MS) * self.speed.get_untracked() * end / WHOLE_RUN_MS;
        let exact = self.exact.get_value() + by;
        self.seek(exact as u64);
        self.exact.set_value(exact.min(end));
        if exact >= end {
            self.pause();
        }
    }

    fn end_now(&self) -> u64 {
        self.picture
            .with_untracked(|picture| picture.as_ref().map_or(0, |index| index.end().0))
    }
}

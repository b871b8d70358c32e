//! The client's watch over its worker: a worker that hangs says nothing, so somebody has to look.

use super::client::{Client, Phase};
use super::wire::Wire;
use leptos::prelude::{set_interval_with_handle, window};
use std::time::Duration;

/// How long a worker may take to load. Generous: the network may be slow.
const LOAD_LIMIT_MS: f64 = 60_000.0;
/// How long its threads may take to start once it is loaded.
const POOL_LIMIT_MS: f64 = 5_000.0;
/// How long a request may make no progress at all.
const SILENCE_LIMIT_MS: f64 = 30_000.0;
/// How long a cancelled request may go on before its worker is ended.
const CANCEL_LIMIT_MS: f64 = 400.0;
/// How often the client looks, while there is something to look at.
const BEAT: Duration = Duration::from_millis(100);

impl Client {
    /// Looks at the worker now and then, but only while there is something to see.
    pub(super) fn keep_beat(&self) {
        let mut state = self.state.borrow_mut();
        let is_wanted = match state.phase {
            Phase::Closed => false,
            Phase::Loading | Phase::Pooling => true,
            Phase::Ready => state.queue.running().is_some(),
        };
        if !is_wanted {
            if let Some(beat) = state.beat.take() {
                beat.clear();
            }
        } else if state.beat.is_none() {
            let client = self.clone();
            state.beat = set_interval_with_handle(move || client.watch(), BEAT).ok();
        }
    }

    /// One look: progress, and the limits.
    fn watch(&self) {
        let now = now_ms();
        let seen = {
            let state = self.state.borrow();
            state
                .queue
                .running()
                .zip(state.wire.as_ref().and_then(Wire::progress))
        };
        if let Some(((id, _), (done, total))) = seen {
            self.progress(id, done, total);
        }
        let (phase, silence_ms, cancelled_ms) = {
            let state = self.state.borrow();
            (
                state.phase,
                now - state.changed_ms,
                state.cancelled_ms.map(|since| now - since),
            )
        };
        match phase {
            Phase::Loading if silence_ms > LOAD_LIMIT_MS => {
                self.fail("it did not load in a minute".to_owned())
            }
            Phase::Pooling if silence_ms > POOL_LIMIT_MS => {
                self.fail("its threads did not start in five seconds".to_owned());
            }
            Phase::Ready if cancelled_ms.is_some_and(|since| since > CANCEL_LIMIT_MS) => {
                self.replace()
            }
            Phase::Ready if silence_ms > SILENCE_LIMIT_MS => {
                self.fail("it made no progress for half a minute".to_owned());
            }
            _ => {}
        }
    }

    /// Ends a worker that goes on with what nobody wants, and starts another: no fault, so no alarm.
    fn replace(&self) {
        let threads = self.state.borrow().threads;
        self.restart(threads);
    }
}

/// Milliseconds since the page began.
pub(super) fn now_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

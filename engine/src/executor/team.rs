//! Lanes that stay together for a block: waking a thread takes longer than some phases of the work.
//!
//! ```text
//!   leader   ─ run(a) ─▶ a(0) ─ waits for who is inside ─ … ─ run(b) ─▶ b(0) ─ … ─ end
//!   helper        looks ─▶ a(1) ─ looks … sleeps ─ woken ─▶ b(1) ─ looks ─ … ─────────▶ end
//! ```
//!
//! A helper that comes late, because its thread is busy elsewhere or was put to sleep, misses a phase and
//! holds nobody up: whatever a phase has to do, the leader can do alone.
//!
//! One of the engine's few files with `unsafe` code; decision 0006 says why.
#![allow(unsafe_code)]

#[cfg(feature = "threads")]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How often somebody who has nothing to do looks again before going to sleep: some tens of microseconds.
const LOOKS: u32 = 4_000;

/// A phase: what every lane does, given its number.
type Phase<'a> = &'a (dyn Fn(usize) + Sync);

/// What the leader and the helpers share.
#[derive(Default)]
pub(super) struct Team {
    /// Twice the number of phases begun, and one more while the newest is open to helpers.
    turn: AtomicU32,
    /// Helpers inside a phase.
    inside: AtomicU32,
    #[cfg(feature = "threads")]
    is_over: AtomicBool,
    sleepers: AtomicU32,
    phase: Mutex<Option<Phase<'static>>>,
    bell: Condvar,
}

impl Team {
    /// Calls `body` with a team of so many lanes, the caller's among them.
    pub(super) fn with<T>(lanes: usize, body: impl FnOnce(&Self) -> T) -> T {
        let team = Self::default();
        #[cfg(feature = "threads")]
        if lanes > 1 {
            return rayon::in_place_scope(|scope| {
                for lane in 1..lanes {
                    let team = &team;
                    scope.spawn(move |_| team.help(lane));
                }
                let _end = End(&team);
                body(&team)
            });
        }
        let _ = lanes;
        body(&team)
    }

    /// Has all lanes that come by do `phase`, the leader among them as number zero; returns when nobody is
    /// at it any more.
    pub(super) fn run(&self, phase: Phase<'_>) {
        // SAFETY: the reference is handed out, under the lock, only while `turn` is odd, to helpers that
        // have counted themselves inside; `Close` makes `turn` even, takes the reference back and waits
        // until nobody is inside, before `phase` can end, by a panic as well.
        let lent = unsafe { std::mem::transmute::<Phase<'_>, Phase<'static>>(phase) };
        *self.lock() = Some(lent);
        self.turn.fetch_add(1, Ordering::SeqCst);
        let _close = Close(self);
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            let _guard = self.lock();
            self.bell.notify_all();
        }
        phase(0);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Phase<'static>>> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A helper, from the first phase that it sees to the end.
    #[cfg(feature = "threads")]
    fn help(&self, lane: usize) {
        let mut seen = 0;
        loop {
            let mut looks = 0;
            let turn = loop {
                let turn = self.turn.load(Ordering::SeqCst);
                if self.is_over.load(Ordering::SeqCst) {
                    return;
                }
                if turn != seen && turn % 2 == 1 {
                    break turn;
                }
                looks += 1;
                if looks < LOOKS {
                    std::hint::spin_loop();
                } else {
                    self.sleep(seen);
                    looks = 0;
                }
            };
            seen = turn;
            let phase = {
                let phase = self.lock();
                // Under the lock, like taking the phase back: it is either still there, and this helper is
                // waited for, or gone.
                self.inside
                    .fetch_add(u32::from(phase.is_some()), Ordering::SeqCst);
                *phase
            };
            if let Some(phase) = phase {
                let _leave = Leave(self);
                phase(lane);
            }
        }
    }

    /// Sleeps unless there is a phase newer than `seen`.
    #[cfg(feature = "threads")]
    fn sleep(&self, seen: u32) {
        let guard = self.lock();
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let turn = self.turn.load(Ordering::SeqCst);
        let has_news = turn != seen && turn % 2 == 1;
        if !has_news && !self.is_over.load(Ordering::SeqCst) {
            drop(self.bell.wait(guard));
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends a phase: no helper begins it any more, and those inside are waited for.
struct Close<'a>(&'a Team);

impl Drop for Close<'_> {
    fn drop(&mut self) {
        let team = self.0;
        team.turn.fetch_add(1, Ordering::SeqCst);
        *team.lock() = None;
        let mut looks = 0;
        while team.inside.load(Ordering::SeqCst) > 0 {
            looks += 1;
            if looks < LOOKS {
                std::hint::spin_loop();
                continue;
            }
            let guard = team.lock();
            team.sleepers.fetch_add(1, Ordering::SeqCst);
            if team.inside.load(Ordering::SeqCst) > 0 {
                drop(team.bell.wait(guard));
            }
            team.sleepers.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A helper leaves a phase, by a panic as well.
#[cfg(feature = "threads")]
struct Leave<'a>(&'a Team);

#[cfg(feature = "threads")]
impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let was = self.0.inside.fetch_sub(1, Ordering::SeqCst);
        if was == 1 && self.0.sleepers.load(Ordering::SeqCst) > 0 {
            let _guard = self.0.lock();
            self.0.bell.notify_all();
        }
    }
}

/// The end of the block: helpers go home.
#[cfg(feature = "threads")]
struct End<'a>(&'a Team);

#[cfg(feature = "threads")]
impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
        let _guard = self.0.lock();
        self.0.bell.notify_all();
    }
}

#[cfg(all(test, feature = "threads"))]
mod tests {
    use super::*;

    #[test]
    fn every_phase_is_done_whole_by_whoever_comes() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
        pool.expect("a pool").install(|| {
            for round in 0..200u32 {
                let mut sum = 0;
                Team::with(4, |team| {
                    for phase in 0..20u32 {
                        let next = AtomicU32::new(0);
                        let found = AtomicU32::new(0);
                        team.run(&|_| {
                            while next.fetch_add(1, Ordering::SeqCst) < 50 {
                                found.fetch_add(1, Ordering::SeqCst);
                            }
                        });
                        assert_eq!(found.into_inner(), 50, "round {round}, phase {phase}");
                        sum += 50;
                    }
                });
                assert_eq!(sum, 1_000);
            }
        });
    }

    #[test]
    fn a_helper_that_never_comes_is_not_waited_for() {
        // One thread: the helpers' turn comes when the leader is done.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let ran = pool.expect("a pool").install(|| {
            let ran = AtomicU32::new(0);
            Team::with(3, |team| {
                team.run(&|lane| {
                    ran.fetch_add(1 + lane as u32, Ordering::SeqCst);
                });
            });
            ran.into_inner()
        });
        assert_eq!(ran, 1);
    }
}

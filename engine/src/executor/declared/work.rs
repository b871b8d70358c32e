//! Who runs what: lanes go through the block in order, a few transactions at a time. What is not ready yet
//! is passed over, and left to the lane that makes it ready.
//!
//! So work stays near one front, where memory is warm, and chains stay with one lane. Each lane keeps a
//! stack of its own, without locks; only when somebody has nothing to do does a lane with more than one
//! transaction left give half of them away. Whoever finds nothing sleeps; when all sleep, it is done.

use super::lane::{Ran, Shared};
use crate::state::DenseStorage;
use crate::vm::{Effects, Fault, Vm};
use std::hash::Hash;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Transactions that a lane goes through at a time, at most.
const BATCH_MAX: u32 = 16;

/// How often a lane that has found nothing looks again before it goes to sleep: some microseconds, less
/// than waking takes, and next to nothing beside being descheduled.
const LOOKS: u32 = 2_000;

/// What lanes have in common.
#[derive(Debug, Default)]
pub(in crate::executor) struct Lanes {
    /// The next transaction that no lane has come by.
    next: Apart<AtomicU32>,
    /// How many lanes have nothing to do: hint for those who have.
    idle: Apart<AtomicU32>,
    /// How many transactions were given away and not yet taken: hint for those who look.
    given: Apart<AtomicU32>,
    /// The first transaction that broke its declaration; nothing after it counts.
    breach: Apart<AtomicU32>,
    is_over: Apart<AtomicBool>,
    shared: Mutex<Pot>,
    bell: Condvar,
}

/// On a cache line of its own.
#[repr(align(128))]
#[derive(Debug, Default)]
struct Apart<T>(T);

/// What lanes have given away, and how many there are.
#[derive(Debug, Default)]
struct Pot {
    ready: Vec<u32>,
    /// Transactions that wait for another one that they had not reckoned with.
    stalled: Vec<Stalled>,
    /// Lanes that have begun.
    begun: u32,
    /// Of these, lanes that have nothing to do.
    idle: u32,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug)]
struct Stalled {
    tx: u32,
    on: u32,
}

/// One lane's memory.
pub(in crate::executor) struct Worker<M: Vm> {
    effects: Effects<M>,
    /// Ready transactions that are its own to run.
    stack: Vec<u32>,
    /// Transactions that it is the first to come by.
    batch: Range<u32>,
    /// What its runs left, the first `kept` of them in this plan; the others' memory waits for use.
    left: Vec<Left<M::Output>>,
    kept: usize,
}

/// What a run leaves beside its changes.
#[derive(Clone, Default, Debug)]
pub(in crate::executor) struct Left<O> {
    pub(in crate::executor) tx: u32,
    pub(in crate::executor) gas: u64,
    pub(in crate::executor) output: O,
}

impl<M: Vm> Worker<M> {
    /// What to run next: what it has made ready, then what it comes by and `pass` says is ready.
    fn next(&mut self, pass: impl Fn(u32) -> bool) -> Option<u32> {
        self.stack.pop().or_else(|| self.batch.find(|tx| pass(*tx)))
    }

    fn keep(&mut self, tx: u32) {
        if self.kept == self.left.len() {
            self.left.push(Left::default());
        }
        let left = &mut self.left[self.kept];
        left.tx = tx;
        left.gas = self.effects.gas;
        std::mem::swap(&mut left.output, &mut self.effects.output);
        self.kept += 1;
    }

    /// What its runs of this plan left.
    pub(in crate::executor) fn left(&mut self) -> &mut [Left<M::Output>] {
        &mut self.left[..self.kept]
    }
}

impl<M: Vm> Default for Worker<M> {
    fn default() -> Self {
        Self {
            effects: Effects::default(),
            stack: Vec::new(),
            batch: 0..0,
            left: Vec::new(),
            kept: 0,
        }
    }
}

impl Pot {
    /// Whether there is something to do, those included who need wait no longer.
    fn has_ready(&mut self, is_published: impl Fn(u32) -> bool) -> bool {
        let ready = &mut self.ready;
        self.stalled.retain(|stalled| {
            let waits = !is_published(stalled.on);
            if !waits {
                ready.push(stalled.tx);
            }
            waits
        });
        !ready.is_empty()
    }
}

impl Lanes {
    /// Forgets the last plan.
    pub(in crate::executor) fn reset(&mut self) {
        *self.next.0.get_mut() = 0;
        *self.idle.0.get_mut() = 0;
        *self.given.0.get_mut() = 0;
        *self.breach.0.get_mut() = u32::MAX;
        *self.is_over.0.get_mut() = false;
        let pot = self
            .shared
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        pot.ready.clear();
        pot.stalled.clear();
        (pot.begun, pot.idle, pot.fault) = (0, 0, None);
    }

    /// How many of `count` planned transactions count, the lanes having ended.
    ///
    /// # Errors
    /// The first [`Fault`] that a lane met.
    pub(in crate::executor) fn outcome(&self, count: usize) -> Result<usize, Fault> {
        match self.pot().fault {
            Some(fault) => Err(fault),
            None => Ok(count.min(self.breach.0.load(Ordering::Relaxed) as usize)),
        }
    }

    fn pot(&self) -> MutexGuard<'_, Pot> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One lane, from its first transaction until nothing is left for anybody.
    pub(in crate::executor) fn work<M: Vm, S: DenseStorage<M::Key, M::Value>>(
        &self,
        worker: &mut Worker<M>,
        shared: &Shared<'_, M, S>,
    ) where
        M::Key: Eq + Hash,
    {
        worker.stack.clear();
        worker.batch = 0..0;
        worker.kept = 0;
        self.pot().begun += 1;
        let _end = EndOnPanic(self);
        while !self.is_over.0.load(Ordering::Acquire) {
            let Some(tx) = worker.next(|tx| shared.plan.board.pass(tx)) else {
                if !self.fetch(worker, shared) {
                    return;
                }
                continue;
            };
            if tx >= self.breach.0.load(Ordering::Relaxed) {
                continue;
            }
            match shared.run(tx, &mut worker.effects) {
                Ok(Ran::Done) => {
                    worker.keep(tx);
                    for follower in shared.plan.followers(tx) {
                        if shared.plan.board.release(follower) {
                            worker.stack.push(follower);
                        }
                    }
                    if self.idle.0.load(Ordering::Relaxed) > 0 {
                        self.share(worker);
                    }
                }
                Ok(Ran::Waits(on)) => self.pot().stalled.push(Stalled { tx, on }),
                Ok(Ran::Breach) => {
                    self.breach.0.fetch_min(tx, Ordering::Relaxed);
                }
                Err(fault) => {
                    let mut pot = self.pot();
                    pot.fault.get_or_insert(fault);
                    self.is_over.0.store(true, Ordering::Release);
                    self.bell.notify_all();
                }
            }
        }
    }

    /// Gets something to do; false when there is nothing left for anybody.
    fn fetch<M: Vm, S: DenseStorage<M::Key, M::Value>>(
        &self,
        worker: &mut Worker<M>,
        shared: &Shared<'_, M, S>,
    ) -> bool
    where
        M::Key: Eq + Hash,
    {
        let count = shared.plan.count as u32;
        let left = count.saturating_sub(self.next.0.load(Ordering::Relaxed));
        if left > 0 {
            // Smaller towards the end, lest one lane still have much to do when the others are done.
            let size = (left / (4 * shared.lanes)).clamp(1, BATCH_MAX);
            let from = self.next.0.fetch_add(size, Ordering::Relaxed);
            worker.batch = from.min(count)..(from.saturating_add(size)).min(count);
            return true;
        }
        // Those who have something see that somebody looks, and give.
        self.idle.0.fetch_add(1, Ordering::Relaxed);
        for _ in 0..LOOKS {
            if self.given.0.load(Ordering::Relaxed) > 0 || self.is_over.0.load(Ordering::Relaxed) {
                break;
            }
            std::hint::spin_loop();
        }
        let mut pot = self.pot();
        pot.idle += 1;
        while !pot.has_ready(|on| shared.plan.board.changes(on).is_some()) {
            if pot.idle == pot.begun {
                // Whoever still waits, waits for a transaction that will not run in this plan.
                for stalled in pot.stalled.drain(..) {
                    self.breach.0.fetch_min(stalled.tx, Ordering::Relaxed);
                }
                self.is_over.0.store(true, Ordering::Release);
                self.bell.notify_all();
            }
            if self.is_over.0.load(Ordering::Acquire) {
                return false;
            }
            pot = self.bell.wait(pot).unwrap_or_else(PoisonError::into_inner);
        }
        pot.idle -= 1;
        self.idle.0.fetch_sub(1, Ordering::Relaxed);
        let kept = pot.ready.len() / 2;
        worker.stack.extend(pot.ready.drain(kept..));
        self.given.0.store(kept as u32, Ordering::Relaxed);
        true
    }

    /// Gives away the older half of what a lane has ready, if it has something left to do then.
    fn share<M: Vm>(&self, worker: &mut Worker<M>) {
        let ready = worker.stack.len();
        let given = match worker.batch.is_empty() {
            true => ready / 2,
            false => ready.div_ceil(2),
        };
        if given > 0 {
            let mut pot = self.pot();
            pot.ready.extend(worker.stack.drain(..given));
            self.given
                .0
                .store(pot.ready.len() as u32, Ordering::Relaxed);
            self.bell.notify_all();
        }
    }
}

/// Ends the others' work when a lane's run panics: they would wait for it for ever.
struct EndOnPanic<'a>(&'a Lanes);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _pot = self.0.pot();
            self.0.is_over.0.store(true, Ordering::Release);
            self.0.bell.notify_all();
        }
    }
}

//! Who runs what when: each list in block order, by one lane at a time, as far as it can go.
//!
//! ```text
//!   list 0   ▇▇▇▇▇▇▇▇▷          a transaction needs so many of each other list's to have run:
//!   list 1   ▇▇▇▇▇│▷ needs 9    one number a list, so that waiting is one comparison, and
//!                 └ of list 0   publishing is one store
//! ```
//!
//! A lane prefers the list of its own number. When that waits for a list on which nobody works, it goes
//! on there; when it waits for somebody who works, it looks again for some microseconds and then sleeps.
//! The first transaction that has not run waits for nobody, so there is always somebody who can go on.
//!
//! One of the engine's few files with `unsafe` code; decision 0006 says why.
#![allow(unsafe_code)]

use super::lane::{Found, Log, Ran, Shared};
use super::plan::{LISTS_MAX, Plan};
use crate::executor::near::{Near, TOGETHER};
use crate::state::Places;
use crate::vm::{Effects, Fault, Vm};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering, fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How often a lane that has to wait looks again before it goes to sleep: some microseconds, less than
/// waking takes, and next to nothing beside being descheduled.
const LOOKS: u32 = 2_000;

/// Transactions of another lane's list that a lane runs before it looks whether that one has come.
const FOREIGN: u64 = 16;

/// A lane makes sure once in so many transactions of a list that it overlooks nobody who sleeps until they have
/// run. To be as sure after each, it would have to wait until all that the transaction has written has reached
/// the other cores; as it is, who falls asleep in just that moment is woken by the next transaction, or one of
/// the next few.
const SURE: u32 = 16;

/// What lanes have in common.
#[derive(Debug, Default)]
pub(in crate::executor) struct Lanes {
    lists: [List; LISTS_MAX],
    /// The first transaction that broke its declaration or met a fault; nothing after it counts.
    breach: Apart<AtomicU32>,
    is_over: Apart<AtomicBool>,
    /// The first transaction that met a fault, with that.
    fault: Mutex<Option<(u32, Fault)>>,
    bell: Condvar,
}

/// How far a list is.
#[repr(align(128))]
#[derive(Debug, Default)]
struct List {
    /// How many of its transactions have run.
    done: AtomicU32,
    /// Whether a lane works on it.
    is_taken: AtomicBool,
    /// How many somebody who sleeps waits for, at least; the greatest number for nobody.
    awaited: AtomicU32,
}

/// On a cache line of its own.
#[repr(align(128))]
#[derive(Debug, Default)]
struct Apart<T>(T);

/// One lane's memory; on cache lines of its own.
#[repr(align(128))]
pub(in crate::executor) struct Worker<M: Vm> {
    effects: Effects<M>,
    /// The slots that the transaction in hand has read.
    found: Vec<Found<M::Key>>,
    pub(in crate::executor) log: Log<M::Key, M::Value>,
    /// How many it has run in this plan.
    pub(in crate::executor) ran: u64,
    near: Near,
    /// How far each list was when it last looked.
    seen: [u32; LISTS_MAX],
    /// How much of each list has been brought near.
    near_to: [u32; LISTS_MAX],
}

impl<M: Vm> Default for Worker<M> {
    fn default() -> Self {
        Self {
            effects: Effects::default(),
            found: Vec::new(),
            log: Log::default(),
            ran: 0,
            near: Near::default(),
            seen: [0; LISTS_MAX],
            near_to: [0; LISTS_MAX],
        }
    }
}

impl Lanes {
    /// Forgets the last plan.
    pub(in crate::executor) fn reset(&mut self) {
        for list in &mut self.lists {
            *list = List::default();
            list.awaited = AtomicU32::new(u32::MAX);
        }
        *self.breach.0.get_mut() = u32::MAX;
        *self.is_over.0.get_mut() = false;
        *self.fault.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How many of `count` planned transactions count, the lanes having ended, and the [`Fault`] that the
    /// next one met, if it did.
    pub(super) fn outcome(&self, count: usize) -> (usize, Option<Fault>) {
        let breach = self.breach.0.load(Ordering::Relaxed);
        // What a later one met may be for what the one that broke its declaration left undone.
        let fault = self.fault().filter(|(tx, _)| *tx == breach);
        (count.min(breach as usize), fault.map(|(_, fault)| fault))
    }

    /// The first `count` transactions of a plan stand, and nothing of later ones: lanes may go on from there.
    pub(in crate::executor) fn resume<K, V>(&mut self, plan: &Plan<K, V>, count: u32) {
        self.reset();
        for (list, txs) in self.lists.iter_mut().zip(&plan.lists) {
            *list.done.get_mut() = txs.partition_point(|tx| *tx < count) as u32;
        }
    }

    fn fault(&self) -> MutexGuard<'_, Option<(u32, Fault)>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.is_over.0.load(Ordering::Acquire)
    }

    /// Ends everybody's work.
    fn end(&self) {
        self.is_over.0.store(true, Ordering::Release);
        self.wake();
    }

    /// Wakes all who sleep; they say again what they wait for.
    fn wake(&self) {
        let _guard = self.fault();
        for list in &self.lists {
            list.awaited.store(u32::MAX, Ordering::SeqCst);
        }
        self.bell.notify_all();
    }

    /// One lane, until nothing is left for anybody.
    pub(in crate::executor) fn work<M: Vm, P: Places<M::Key>>(
        &self,
        lane: usize,
        worker: &mut Worker<M>,
        shared: &Shared<'_, M, P>,
    ) where
        M::Key: Eq + Hash,
    {
        (worker.seen, worker.near_to) = ([0; LISTS_MAX], [0; LISTS_MAX]);
        let _end = EndOnPanic(self);
        let width = shared.plan.width;
        while !self.is_over() {
            let (mut is_open, mut has_moved) = (false, false);
            for step in 0..width {
                let at = (lane + step) % width;
                if !self.is_open(at, shared) {
                    continue;
                }
                is_open = true;
                let list = &self.lists[at];
                if list.is_taken.swap(true, Ordering::SeqCst) {
                    continue;
                }
                let before = worker.ran;
                let most = if step == 0 { u64::MAX } else { FOREIGN };
                self.go_on(at, worker, shared, before.saturating_add(most));
                list.is_taken.store(false, Ordering::SeqCst);
                has_moved |= worker.ran > before;
            }
            if !is_open {
                self.wake();
                return;
            }
            if !has_moved && !self.finds(shared) {
                self.rest(shared);
            }
        }
    }

    /// The next transaction of a list, if it still counts.
    fn next<M: Vm, P>(&self, list: usize, done: u32, shared: &Shared<'_, M, P>) -> Option<u32> {
        let next = shared.plan.lists[list].get(done as usize).copied();
        next.filter(|tx| *tx < self.breach.0.load(Ordering::Relaxed))
    }

    /// Whether there is something left to do on a list.
    fn is_open<M: Vm, P>(&self, list: usize, shared: &Shared<'_, M, P>) -> bool {
        let done = self.lists[list].done.load(Ordering::SeqCst);
        self.next(list, done, shared).is_some()
    }

    /// Runs a list's transactions as far as possible, or until the lane has run so many in all. The list
    /// is this lane's.
    fn go_on<M: Vm, P: Places<M::Key>>(
        &self,
        at: usize,
        worker: &mut Worker<M>,
        shared: &Shared<'_, M, P>,
        until: u64,
    ) where
        M::Key: Eq + Hash,
    {
        let list = &self.lists[at];
        // Acquires what whoever had the list before has done on it.
        let mut done = list.done.load(Ordering::SeqCst);
        'list: while let Some(tx) = self.next(at, done, shared) {
            let needs = shared.plan.needs(tx).iter().zip(&mut worker.seen);
            for (other, (need, seen)) in needs.enumerate() {
                let need = u32::from(*need);
                if *seen < need {
                    *seen = self.look(other, need);
                    if *seen < need {
                        break 'list;
                    }
                }
            }
            if self.is_over() || worker.ran == until {
                break;
            }
            if shared.is_far && worker.near_to[at] <= done {
                let next = &shared.plan.lists[at][done as usize..];
                let next = &next[..next.len().min(TOGETHER)];
                shared.bring_near(next, &mut worker.near);
                worker.near_to[at] = done + next.len() as u32;
            }
            worker.ran += 1;
            // SAFETY: the list is this lane's, so nobody else runs the transaction; those on this list
            // before it have run, here or by a lane that has stored `done` and given the list back; those
            // on other lists that the plan puts before it have run by what `look` has loaded.
            let ran =
                unsafe { shared.run(tx, &mut worker.effects, &mut worker.found, &mut worker.log) };
            if ran != Ok(Ran::Done) {
                if let Err(fault) = ran {
                    self.note(tx, fault);
                }
                self.breach.0.fetch_min(tx, Ordering::SeqCst);
                self.wake();
                break;
            }
            done += 1;
            list.done.store(done, Ordering::Release);
            if done.is_multiple_of(SURE) {
                fence(Ordering::SeqCst);
            }
            self.wake_who_awaits(list, done);
        }
        // Whoever goes to sleep says so first and looks at the list after: of the two of us, one sees what the
        // other has stored.
        fence(Ordering::SeqCst);
        self.wake_who_awaits(list, done);
    }

    /// Wakes whoever sleeps until a list is as far as it is.
    fn wake_who_awaits(&self, list: &List, done: u32) {
        if list.awaited.load(Ordering::Relaxed) <= done {
            self.wake();
        }
    }

    /// A transaction met a fault; of several the first one counts.
    fn note(&self, tx: u32, fault: Fault) {
        let mut first = self.fault();
        if first.is_none_or(|(other, _)| tx < other) {
            *first = Some((tx, fault));
        }
    }

    /// How far a list is, looking again for a while if somebody works on it and it is not far enough.
    fn look(&self, list: usize, need: u32) -> u32 {
        let list = &self.lists[list];
        let mut done = list.done.load(Ordering::SeqCst);
        for _ in 0..LOOKS {
            if done >= need || !list.is_taken.load(Ordering::Relaxed) {
                break;
            }
            std::hint::spin_loop();
            done = list.done.load(Ordering::SeqCst);
        }
        done
    }

    /// Looks for a while for a list that can go on and that nobody has.
    fn finds<M: Vm, P>(&self, shared: &Shared<'_, M, P>) -> bool {
        let is_free = |list: usize| {
            let is_taken = self.lists[list].is_taken.load(Ordering::SeqCst);
            !is_taken && self.can_go_on(list, shared)
        };
        (0..LOOKS / 4).any(|_| {
            std::hint::spin_loop();
            (0..shared.plan.width).any(is_free) || self.is_over()
        })
    }

    /// Whether a list's next transaction has all that it needs.
    fn can_go_on<M: Vm, P>(&self, list: usize, shared: &Shared<'_, M, P>) -> bool {
        let done = self.lists[list].done.load(Ordering::SeqCst);
        self.next(list, done, shared).is_some_and(|tx| {
            let mut needs = shared.plan.needs(tx).iter().zip(&self.lists);
            needs.all(|(need, other)| other.done.load(Ordering::SeqCst) >= u32::from(*need))
        })
    }

    /// Sleeps until something may have changed. Nothing could be done a moment ago.
    fn rest<M: Vm, P>(&self, shared: &Shared<'_, M, P>) {
        let guard = self.fault();
        for list in 0..shared.plan.width {
            let done = self.lists[list].done.load(Ordering::SeqCst);
            let Some(tx) = self.next(list, done, shared) else {
                continue;
            };
            let mut waits = false;
            for (need, other) in shared.plan.needs(tx).iter().zip(&self.lists) {
                let need = u32::from(*need);
                if other.done.load(Ordering::SeqCst) < need {
                    // Said first, looked for again after: whoever gets there sees the one or the other.
                    other.awaited.fetch_min(need, Ordering::SeqCst);
                    waits |= other.done.load(Ordering::SeqCst) < need;
                }
            }
            if !waits && !self.lists[list].is_taken.load(Ordering::SeqCst) {
                return;
            }
        }
        let is_open = |list| self.is_open(list, shared);
        if !self.is_over() && (0..shared.plan.width).any(is_open) {
            drop(self.bell.wait(guard));
        }
    }
}

/// Ends the others' work when a lane's run panics: they would wait for it for ever.
struct EndOnPanic<'a>(&'a Lanes);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end();
        }
    }
}

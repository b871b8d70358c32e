//! Who runs or validates what next.
//!
//! ```text
//!            start                 finish_execution              try_commit
//!   Ready(i) ─────▶ Executing(i) ─────────────────▶ Executed(i) ───────────▶ Committed
//!     ▲                  │ wait_for                     │ try_abort
//!     │                  ▼                              ▼
//!     ├───────────── Suspended(i) ◀─ resumes with i+1   Aborting(i)
//!     └──────────────────────────────────────────────────┘ finish_abort, i+1
//! ```
//!
//! Two counters hand out work, lowest transaction first (paper, algorithms 4 and 5). The validation
//! counter carries a *wave* number: it rises whenever the counter is set back, and a transaction may be
//! committed once all before it are and it was validated in a wave not older than any set-back at or
//! below it.

use crate::primitives::{Incarnation, TxIndex};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Something for a lane to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// Run a transaction.
    Execute(TxIndex, Incarnation),
    /// Check what a run read, in this wave.
    Validate(TxIndex, Incarnation, u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
    Ready,
    Executing,
    Suspended,
    Executed,
    Aborting,
    Committed,
}

/// A transaction's state; on a cache line of its own, since lanes work on neighbours.
#[repr(align(64))]
#[derive(Debug)]
struct State {
    incarnation: Incarnation,
    status: Status,
    /// Newest wave in which this incarnation was found valid.
    validated_wave: Option<u32>,
    /// Oldest wave whose validation of this incarnation counts.
    required_wave: u32,
    /// Transactions that wait for this one to end.
    dependents: Vec<TxIndex>,
}

/// On cache lines of its own: what one lane writes here does not slow another that reads the neighbour.
#[repr(align(128))]
#[derive(Default, Debug)]
struct Apart<T>(T);

impl<T> Deref for Apart<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Apart<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// The block's schedule. Every method may be called by every lane at any time.
#[derive(Debug, Default)]
pub struct Scheduler {
    states: Vec<Mutex<State>>,
    /// Newest wave that a set-back to this transaction started.
    triggered_wave: Vec<AtomicU32>,
    /// Next transaction to run.
    execution: Apart<AtomicU32>,
    /// Wave (high half) and next transaction to validate (low half).
    validation: Apart<AtomicU64>,
    /// Next transaction to commit, and the newest wave triggered at or below it.
    commit: Apart<Mutex<(u32, u32)>>,
    committed: Apart<AtomicU32>,
    is_stopped: Apart<AtomicBool>,
    /// Counts set-backs and the stop: whoever found no work waits for it to change.
    news: Apart<AtomicU32>,
    /// How many lanes wait for news.
    sleepers: Apart<AtomicU32>,
    bell: (Mutex<()>, Condvar),
}

const fn unpack(packed: u64) -> (u32, u32) {
    ((packed >> 32) as u32, packed as u32)
}

impl Scheduler {
    /// Forgets the last block and starts one of `count` transactions, keeping the memory.
    pub fn reset(&mut self, count: u32) {
        self.states.truncate(count as usize);
        for state in &mut self.states {
            let state = state.get_mut().unwrap_or_else(PoisonError::into_inner);
            state.incarnation = Incarnation(0);
            state.status = Status::Ready;
            state.validated_wave = None;
            state.required_wave = 0;
            state.dependents.clear();
        }
        self.states.resize_with(count as usize, || {
            Mutex::new(State {
                incarnation: Incarnation(0),
                status: Status::Ready,
                validated_wave: None,
                required_wave: 0,
                dependents: Vec::new(),
            })
        });
        self.triggered_wave.clear();
        self.triggered_wave
            .resize_with(count as usize, || AtomicU32::new(0));
        *self.execution.get_mut() = 0;
        *self.validation.get_mut() = 0;
        *self
            .commit
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner) = (0, 0);
        *self.committed.get_mut() = 0;
        *self.is_stopped.get_mut() = count == 0;
    }

    fn count(&self) -> u32 {
        self.states.len() as u32
    }

    fn state(&self, tx: TxIndex) -> MutexGuard<'_, State> {
        self.states[tx.as_usize()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How many transactions are committed: always a prefix of the block.
    pub fn committed(&self) -> u32 {
        self.committed.load(SeqCst)
    }

    /// Whether there is nothing left to do, or nobody wants it done.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.load(SeqCst)
    }

    /// Ends the block where it is; lanes finish the task that they have. What is committed stays so.
    pub fn stop(&self) {
        self.is_stopped.store(true, SeqCst);
        self.ring();
    }

    /// A number that changes whenever work appears for lanes that found none, or the block ends.
    pub fn news(&self) -> u32 {
        self.news.load(SeqCst)
    }

    /// Sleeps until the news are other than `seen`. A lane that finds no work calls this with the number
    /// it read before looking, so that no work is missed and no core is burnt.
    pub fn wait_for_news(&self, seen: u32) {
        self.sleepers.fetch_add(1, SeqCst);
        let mut guard = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        while self.news() == seen && !self.is_stopped() {
            guard = self
                .bell
                .1
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(guard);
        self.sleepers.fetch_sub(1, SeqCst);
    }

    fn ring(&self) {
        self.news.fetch_add(1, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(self.bell.0.lock().unwrap_or_else(PoisonError::into_inner));
            self.bell.1.notify_all();
        }
    }

    /// The next task; `None` if there is none at the moment.
    pub fn next_task(&self) -> Option<Task> {
        while !self.is_stopped() {
            let packed = self.validation.load(SeqCst);
            let (wave, to_validate) = unpack(packed);
            let to_execute = self.execution.load(SeqCst);
            if to_validate < to_execute.min(self.count()) {
                if self
                    .validation
                    .compare_exchange(packed, packed + 1, SeqCst, SeqCst)
                    .is_ok()
                {
                    let tx = TxIndex(to_validate);
                    let state = self.state(tx);
                    if state.status == Status::Executed {
                        return Some(Task::Validate(tx, state.incarnation, wave));
                    }
                }
            } else if to_execute < self.count() {
                let tx = TxIndex(self.execution.fetch_add(1, SeqCst));
                if tx.0 < self.count()
                    && let Some(task) = self.start(tx)
                {
                    return Some(task);
                }
            } else {
                return None;
            }
        }
        None
    }

    fn start(&self, tx: TxIndex) -> Option<Task> {
        let mut state = self.state(tx);
        (state.status == Status::Ready).then(|| {
            state.status = Status::Executing;
            Task::Execute(tx, state.incarnation)
        })
    }

    /// The running `tx` met an estimate of `on`: suspends it until `on` has run. False if `on` has run
    /// meanwhile: then run again at once.
    pub fn wait_for(&self, tx: TxIndex, on: TxIndex) -> bool {
        // Locks are taken in block order everywhere.
        let mut writer = self.state(on);
        if matches!(writer.status, Status::Executed | Status::Committed) {
            return false;
        }
        self.state(tx).status = Status::Suspended;
        writer.dependents.push(tx);
        true
    }

    /// The run's writes are published. `wrote_new` tells whether it wrote a slot that its predecessor
    /// had not: then everything after it must be validated again. May hand back a task.
    pub fn finish_execution(
        &self,
        tx: TxIndex,
        incarnation: Incarnation,
        wrote_new: bool,
    ) -> Option<Task> {
        let mut state = self.state(tx);
        let (mut wave, to_validate) = unpack(self.validation.load(SeqCst));
        let is_passed = to_validate > tx.0;
        if is_passed && wrote_new {
            // Before the status changes: nothing after `tx` can be committed until `tx` is.
            wave = self.set_validation_back(tx.0 + 1).unwrap_or(wave);
        }
        state.status = Status::Executed;
        state.validated_wave = None;
        state.required_wave = wave;
        let dependents = std::mem::take(&mut state.dependents);
        drop(state);
        if let Some(first) = dependents.iter().min() {
            for dependent in &dependents {
                let mut state = self.state(*dependent);
                state.status = Status::Ready;
                state.incarnation.0 += 1;
            }
            self.execution.fetch_min(first.0, SeqCst);
            self.ring();
        }
        // If the counter has gone by, it saw the old status: validate it here.
        is_passed.then_some(Task::Validate(tx, incarnation, wave))
    }

    /// The run's reads still hold, checked in this wave.
    pub fn finish_validation(&self, tx: TxIndex, incarnation: Incarnation, wave: u32) {
        let mut state = self.state(tx);
        if state.status == Status::Executed && state.incarnation == incarnation {
            state.validated_wave = state.validated_wave.max(Some(wave));
        }
        drop(state);
        // Only the next one in line can be committed, and whoever commits the one before looks again.
        if self.committed() == tx.0 {
            self.try_commit();
        }
    }

    /// Claims the right to withdraw a run whose reads no longer hold: true for exactly one caller.
    pub fn try_abort(&self, tx: TxIndex, incarnation: Incarnation) -> bool {
        let mut state = self.state(tx);
        let is_mine = state.status == Status::Executed && state.incarnation == incarnation;
        if is_mine {
            state.status = Status::Aborting;
        }
        is_mine
    }

    /// The withdrawn run's writes are estimates now. May hand back the task of running it again.
    pub fn finish_abort(&self, tx: TxIndex) -> Option<Task> {
        let mut state = self.state(tx);
        self.set_validation_back(tx.0 + 1);
        state.status = Status::Ready;
        state.incarnation.0 += 1;
        state.validated_wave = None;
        drop(state);
        if self.execution.load(SeqCst) > tx.0 {
            self.start(tx)
        } else {
            None
        }
    }

    /// Sets the validation counter back to `target`; the new wave, if it was beyond.
    fn set_validation_back(&self, target: u32) -> Option<u32> {
        let triggered = self.triggered_wave.get(target as usize)?;
        let set_back = self.validation.fetch_update(SeqCst, SeqCst, |packed| {
            let (wave, index) = unpack(packed);
            (index > target).then(|| u64::from(wave + 1) << 32 | u64::from(target))
        });
        let wave = unpack(set_back.ok()?).0 + 1;
        triggered.fetch_max(wave, SeqCst);
        self.ring();
        Some(wave)
    }

    /// Commits what can be. Whoever finds somebody else at it goes on: that one looks again when done.
    fn try_commit(&self) {
        loop {
            let Ok(mut commit) = self.commit.try_lock() else {
                return;
            };
            let (next, wave) = &mut *commit;
            while *next < self.count() {
                *wave = (*wave).max(self.triggered_wave[*next as usize].load(SeqCst));
                let mut state = self.state(TxIndex(*next));
                if !state.is_committable(*wave) {
                    break;
                }
                state.status = Status::Committed;
                *next += 1;
            }
            let (next, wave) = *commit;
            self.committed.store(next, SeqCst);
            if next == self.count() {
                self.stop();
                return;
            }
            drop(commit);
            // A validation that ended meanwhile saw the old number or a taken lock, and left it to us.
            let wave = wave.max(self.triggered_wave[next as usize].load(SeqCst));
            if !self.state(TxIndex(next)).is_committable(wave) {
                return;
            }
        }
    }
}

impl State {
    /// Whether it may be committed, all before it being so, in this wave.
    fn is_committable(&self, wave: u32) -> bool {
        let needed = wave.max(self.required_wave);
        self.status == Status::Executed && self.validated_wave.is_some_and(|valid| valid >= needed)
    }
}

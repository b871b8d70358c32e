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

use super::apart::Apart;
use super::status::{Phase, Status, Statuses};
use crate::primitives::{Incarnation, TxIndex};
use std::ops::Range;
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

/// What is known of a transaction besides its status; on a cache line of its own, since lanes work on
/// neighbours. Whoever ends a run, withdraws or commits one holds it while changing the status.
#[repr(align(64))]
#[derive(Default, Debug)]
struct State {
    /// Newest wave in which this incarnation was found valid.
    validated_wave: Option<u32>,
    /// Oldest wave whose validation of this incarnation counts.
    required_wave: u32,
    /// Transactions that wait for this one to end.
    dependents: Vec<TxIndex>,
}

/// The block's schedule. Every method may be called by every lane at any time.
#[derive(Debug, Default)]
pub struct Scheduler {
    statuses: Statuses,
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

const fn pack(wave: u32, index: u32) -> u64 {
    (wave as u64) << 32 | index as u64
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
            state.validated_wave = None;
            state.required_wave = 0;
            state.dependents.clear();
        }
        self.states.resize_with(count as usize, Mutex::default);
        self.statuses.reset(count);
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
            let to_execute = self.execution.load(SeqCst).min(self.count());
            if to_validate < to_execute {
                let next = self.executed_in(to_validate..to_execute);
                if next > to_validate {
                    self.skip_validations(packed, next);
                } else if self
                    .validation
                    .compare_exchange(packed, packed + 1, SeqCst, SeqCst)
                    .is_ok()
                {
                    let tx = TxIndex(to_validate);
                    let status = self.statuses.of(tx);
                    if status.is(Phase::Executed) {
                        return Some(Task::Validate(tx, status.incarnation(), wave));
                    }
                }
            } else if to_execute < self.count() {
                // Who comes to where the validations are has to let them go first.
                let next = self.statuses.find(to_execute..self.count(), |tx, status| {
                    status.is(Phase::Ready) || tx >= to_validate && status.is(Phase::Executed)
                });
                if next > to_execute {
                    self.skip_executions(to_execute, next);
                    continue;
                }
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

    fn executed_in(&self, range: Range<u32>) -> u32 {
        self.statuses
            .find(range, |_, status| status.is(Phase::Executed))
    }

    /// Moves the counter on to `next`: nothing before it is to be validated.
    fn skip_validations(&self, packed: u64, next: u32) {
        let (wave, from) = unpack(packed);
        let skipped = pack(wave, next);
        let is_skipped = self
            .validation
            .compare_exchange(packed, skipped, SeqCst, SeqCst);
        if is_skipped.is_ok() {
            self.go_back_for_late(from..next);
        }
    }

    /// A run that ended after somebody looked, and before the counter went by, may not have seen it go: the
    /// counter goes back for it. Like every set-back this begins a wave: who comes after it may have been checked
    /// before a run in between publishes, which then finds the counter below itself and sets nothing back.
    fn go_back_for_late(&self, skipped: Range<u32>) {
        let late = self.executed_in(skipped.clone());
        if late == skipped.end {
            return;
        }
        // Nobody is committed before it is known which wave that takes.
        let commit = self.commit.lock().unwrap_or_else(PoisonError::into_inner);
        self.begin_wave(late, late.max(commit.0));
        drop(commit);
        self.try_commit();
    }

    /// Moves the counter on to `next`: nothing before it is to be run.
    fn skip_executions(&self, from: u32, next: u32) {
        let skipped = self.execution.compare_exchange(from, next, SeqCst, SeqCst);
        // The same as for validations.
        let is_ready = |_, status: Status| status.is(Phase::Ready);
        let late = self.statuses.find(from..next, is_ready);
        if skipped.is_ok() && late < next {
            self.execution.fetch_min(late, SeqCst);
        }
    }

    fn start(&self, tx: TxIndex) -> Option<Task> {
        let status = self.statuses.of(tx);
        let incarnation = status.incarnation();
        let started = Status::new(Phase::Executing, incarnation);
        (status.is(Phase::Ready) && self.statuses.change(tx, status, started))
            .then_some(Task::Execute(tx, incarnation))
    }

    /// The running `tx` met an estimate of `on`: suspends it until `on` has run. False if `on` has run
    /// meanwhile: then run again at once.
    pub fn wait_for(&self, tx: TxIndex, on: TxIndex) -> bool {
        let mut writer = self.state(on);
        let status = self.statuses.of(on);
        if status.is(Phase::Executed) || status.is(Phase::Committed) {
            return false;
        }
        let incarnation = self.statuses.of(tx).incarnation();
        self.statuses
            .set(tx, Status::new(Phase::Suspended, incarnation));
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
        state.validated_wave = None;
        state.required_wave = wave;
        let dependents = std::mem::take(&mut state.dependents);
        self.statuses
            .set(tx, Status::new(Phase::Executed, incarnation));
        drop(state);
        if let Some(first) = dependents.iter().min() {
            for dependent in &dependents {
                self.make_ready(*dependent);
            }
            self.execution.fetch_min(first.0, SeqCst);
            self.ring();
        }
        // If the counter has gone by, it may have seen the old status: validate it here.
        let (wave, to_validate) = unpack(self.validation.load(SeqCst));
        (is_passed || to_validate > tx.0).then_some(Task::Validate(tx, incarnation, wave))
    }

    /// The next incarnation may be started.
    fn make_ready(&self, tx: TxIndex) {
        let next = Incarnation(self.statuses.of(tx).incarnation().0 + 1);
        self.statuses.set(tx, Status::new(Phase::Ready, next));
    }

    /// The run's reads still hold, checked in this wave.
    pub fn finish_validation(&self, tx: TxIndex, incarnation: Incarnation, wave: u32) {
        let mut state = self.state(tx);
        if self.statuses.of(tx) == Status::new(Phase::Executed, incarnation) {
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
        // Whoever commits it holds this lock.
        let _state = self.state(tx);
        let executed = Status::new(Phase::Executed, incarnation);
        let aborting = Status::new(Phase::Aborting, incarnation);
        self.statuses.change(tx, executed, aborting)
    }

    /// The withdrawn run's writes are estimates now. May hand back the task of running it again.
    pub fn finish_abort(&self, tx: TxIndex) -> Option<Task> {
        let mut state = self.state(tx);
        self.set_validation_back(tx.0 + 1);
        state.validated_wave = None;
        self.make_ready(tx);
        drop(state);
        if self.execution.load(SeqCst) > tx.0 {
            self.start(tx)
        } else {
            None
        }
    }

    /// Sets the validation counter back to `target`; the new wave, if it was beyond.
    fn set_validation_back(&self, target: u32) -> Option<u32> {
        self.begin_wave(target, target)
    }

    /// Sets the validation counter back to `target`, and has what is from `first` on validated in the wave which
    /// that begins, before it is committed; the wave, if the counter was beyond.
    fn begin_wave(&self, target: u32, first: u32) -> Option<u32> {
        let triggered = self.triggered_wave.get(first as usize)?;
        let set_back = self.validation.fetch_update(SeqCst, SeqCst, |packed| {
            let (wave, index) = unpack(packed);
            (index > target).then(|| pack(wave + 1, target))
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
                let tx = TxIndex(*next);
                let state = self.state(tx);
                let status = self.statuses.of(tx);
                if !status.is(Phase::Executed) || !state.is_valid(*wave) {
                    break;
                }
                self.statuses
                    .set(tx, Status::new(Phase::Committed, status.incarnation()));
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
            let tx = TxIndex(next);
            if !self.state(tx).is_valid(wave) || !self.statuses.of(tx).is(Phase::Executed) {
                return;
            }
        }
    }
}

impl State {
    /// Whether the last run was found valid in this wave or later, and late enough for itself.
    fn is_valid(&self, wave: u32) -> bool {
        let needed = wave.max(self.required_wave);
        self.validated_wave.is_some_and(|valid| valid >= needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counter is moved over two runs, of which the first ends just then.
    #[test]
    fn nobody_is_committed_on_what_was_checked_before_the_counter_went_back_for_somebody() {
        let mut scheduler = Scheduler::default();
        scheduler.reset(4);
        let all @ [withdrawn, late, writer, reader] = [0, 1, 2, 3].map(TxIndex);
        let (first, second) = (Incarnation(0), Incarnation(1));
        for tx in all {
            assert_eq!(scheduler.next_task(), Some(Task::Execute(tx, first)));
        }
        assert!(scheduler.finish_execution(reader, first, true).is_none());
        // One is withdrawn, so that the counter goes back to who comes after it, who still runs.
        let check = scheduler.finish_execution(withdrawn, first, true);
        assert!(matches!(check, Some(Task::Validate(..))));
        assert!(scheduler.try_abort(withdrawn, first));
        let again = scheduler.finish_abort(withdrawn);
        assert_eq!(again, Some(Task::Execute(withdrawn, second)));
        let packed = scheduler.validation.load(SeqCst);
        let (wave, index) = unpack(packed);
        assert_eq!((wave, index), (1, late.0));
        // A lane sees that neither of the two has ended, and is held; the first one ends; the lane moves the
        // counter on, and is held again.
        assert_eq!(scheduler.finish_execution(late, first, true), None);
        scheduler.validation.store(pack(wave, reader.0), SeqCst);
        // Another lane finds that what the reader has read still stands: the writer has not published.
        let check = Some(Task::Validate(reader, first, wave));
        assert_eq!(scheduler.next_task(), check);
        scheduler.finish_validation(reader, first, wave);
        scheduler.go_back_for_late(late.0..reader.0);
        // Now it publishes. Others end what they have.
        assert_eq!(scheduler.finish_execution(writer, first, true), None);
        let check = scheduler.finish_execution(withdrawn, second, false);
        let (mut next, mut checked) = (check, Vec::new());
        while let Some(Task::Validate(tx, incarnation, wave)) = next {
            if tx == reader {
                assert_eq!(
                    scheduler.committed(),
                    reader.0,
                    "it has not been checked since"
                );
            }
            checked.push(tx);
            scheduler.finish_validation(tx, incarnation, wave);
            next = scheduler.next_task();
        }
        assert_eq!(checked, all);
        assert!(scheduler.is_stopped());
    }
}

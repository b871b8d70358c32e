//! Who runs what next.
//!
//! First runs are handed out by one counter, lowest transaction first (Block-STM, PPoPP 2023, section 4).
//! There is no second counter for validations: a run that publishes a change names the readers of what
//! it changed, and they are withdrawn ([`Scheduler::invalidate`]). Two rules keep runs from being wasted:
//! a transaction runs again only when all before it have run once, so that everything it may depend on
//! is known; and one that was withdrawn because of a writer waits until that writer has an outcome.
//!
//! A transaction that is `Executed`, all before it being committed, is final: only a lower one could
//! withdraw it, and each of those has withdrawn whom it had to before it became `Executed` itself. So
//! committing is counting, and takes no lock. The states are drawn in `status.rs`.

use super::status::{
    AWAITED, DOOMED, EXECUTED, EXECUTING, HAS_RUN, NONE, READY, State, Status, WAITING,
};
use super::sync::{AtomicBool, AtomicU32, Condvar, Mutex, MutexGuard, Ordering, PoisonError};
use crate::primitives::{Incarnation, TxIndex};
use Ordering::{Relaxed, SeqCst};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A run for a lane to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Task {
    /// Which transaction.
    pub tx: TxIndex,
    /// Which run of it.
    pub incarnation: Incarnation,
}

/// Before all first runs are handed out, every so many transactions it is seen what can be committed.
const COMMIT_EVERY: u32 = 16;

/// On cache lines of its own: what one lane writes here does not slow another that reads the neighbour.
#[repr(align(128))]
#[derive(Debug)]
struct Apart<T>(T);

/// The block's schedule. Every method may be called by every lane at any time.
#[derive(Debug)]
pub struct Scheduler {
    /// At least as many as the block has transactions.
    states: Vec<State>,
    count: u32,
    /// Next transaction to run for the first time.
    first_runs: Apart<AtomicU32>,
    /// How many transactions are committed.
    committed: Apart<AtomicU32>,
    /// So many transactions, from the first on, are known to have run once.
    has_run: Apart<AtomicU32>,
    /// Transactions to run again, the lowest on top.
    again: Apart<Mutex<BinaryHeap<Reverse<u32>>>>,
    /// The lowest of them.
    lowest_again: Apart<AtomicU32>,
    is_stopped: Apart<AtomicBool>,
    /// Counts calls for help and the stop: whoever found no work waits for it to change.
    news: AtomicU32,
    /// How many lanes wait for news.
    sleepers: AtomicU32,
    bell: (Mutex<()>, Condvar),
}

impl Default for Scheduler {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            count: 0,
            first_runs: Apart(AtomicU32::new(0)),
            committed: Apart(AtomicU32::new(0)),
            has_run: Apart(AtomicU32::new(0)),
            again: Apart(Mutex::new(BinaryHeap::new())),
            lowest_again: Apart(AtomicU32::new(NONE)),
            is_stopped: Apart(AtomicBool::new(false)),
            news: AtomicU32::new(0),
            sleepers: AtomicU32::new(0),
            bell: (Mutex::new(()), Condvar::new()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scheduler {
    /// Begins a block of so many transactions, keeping the memory.
    pub fn reset(&mut self, count: u32) {
        if self.states.len() < count as usize {
            self.states.resize_with(count as usize, State::default);
        }
        // Transactions that were never handed out are as they were: all, mostly, of a block that was given up.
        let handed_out = (*self.first_runs.0.get_mut()).min(self.count);
        for state in &mut self.states[..handed_out as usize] {
            *state.status.get_mut() = READY;
            *state.writer.get_mut() = NONE;
            let dependents = state.dependents.get_mut();
            dependents.unwrap_or_else(PoisonError::into_inner).clear();
        }
        self.count = count;
        let again = self.again.0.get_mut();
        again.unwrap_or_else(PoisonError::into_inner).clear();
        *self.lowest_again.0.get_mut() = NONE;
        *self.first_runs.0.get_mut() = 0;
        *self.committed.0.get_mut() = 0;
        *self.has_run.0.get_mut() = 0;
        *self.is_stopped.0.get_mut() = count == 0;
    }

    fn state(&self, tx: TxIndex) -> &State {
        &self.states[tx.as_usize()]
    }

    /// How many transactions are committed: always a prefix of the block.
    pub fn committed(&self) -> u32 {
        self.committed.0.load(SeqCst)
    }

    /// Whether the transaction's last run stands, as far as anybody knows.
    pub fn is_executed(&self, tx: TxIndex) -> bool {
        self.state(tx).status().phase() == EXECUTED
    }

    /// Whether there is nothing left to do, or nobody wants it done.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.0.load(SeqCst)
    }

    /// Ends the block where it is; lanes finish the task that they have. What is committed stays so.
    pub fn stop(&self) {
        self.is_stopped.0.store(true, SeqCst);
        self.news.fetch_add(1, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(lock(&self.bell.0));
            self.bell.1.notify_all();
        }
    }

    /// A number that changes whenever there is work for lanes that found none, or the block ends.
    pub fn news(&self) -> u32 {
        self.news.load(SeqCst)
    }

    /// Sleeps until the news are other than `seen`. A lane that finds no work calls this with the number
    /// it read before looking, so that no work is missed and no core is burnt.
    pub fn wait_for_news(&self, seen: u32) {
        self.sleepers.fetch_add(1, SeqCst);
        let mut guard = lock(&self.bell.0);
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

    /// Wakes one lane that sleeps.
    fn call_for_help(&self) {
        self.news.fetch_add(1, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(lock(&self.bell.0));
            self.bell.1.notify_one();
        }
    }

    /// The next run; `None` if there is none at the moment. A lane that has finished one always looks
    /// here, so whoever makes work does it, and only what is left over wakes others.
    pub fn next_task(&self) -> Option<Task> {
        while !self.is_stopped() {
            let lowest = self.lowest_again.0.load(SeqCst);
            if lowest != NONE && self.have_run_before(lowest) {
                if let Some(task) = self.run_again() {
                    return Some(task);
                }
                continue;
            }
            if self.first_runs.0.load(SeqCst) >= self.count {
                return None;
            }
            let next = self.first_runs.0.fetch_add(1, SeqCst);
            if next < self.count {
                // Nobody has seen this transaction yet, so nobody else changes its status.
                self.states[next as usize].status.store(EXECUTING, Relaxed);
                return Some(Task {
                    tx: TxIndex(next),
                    incarnation: Incarnation(0),
                });
            }
        }
        None
    }

    /// Whether all transactions below this one have run once.
    fn have_run_before(&self, tx: u32) -> bool {
        let known = self.has_run.0.load(Relaxed);
        let mut run = known;
        while run < tx && self.states[run as usize].status().is(HAS_RUN) {
            run += 1;
        }
        if run > known {
            self.has_run.0.fetch_max(run, Relaxed);
        }
        run >= tx
    }

    /// Takes the lowest transaction that is to run again; if the writer that withdrew it is itself not
    /// done, it waits for it instead.
    fn run_again(&self) -> Option<Task> {
        let mut again = lock(&self.again.0);
        let lowest = again.peek()?.0;
        if !self.have_run_before(lowest) {
            return None;
        }
        again.pop();
        let next = again.peek().map_or(NONE, |next| next.0);
        self.lowest_again.0.store(next, SeqCst);
        drop(again);
        if next != NONE && self.have_run_before(next) {
            self.call_for_help();
        }
        let tx = TxIndex(lowest);
        let state = self.state(tx);
        let writer = state.writer.load(Relaxed);
        if writer < lowest && self.park(tx, TxIndex(writer), 0) {
            return None;
        }
        let ready = state.change(|status| Some(status.to(EXECUTING, 0)))?;
        Some(Task {
            tx,
            incarnation: ready.incarnation(),
        })
    }

    /// Queues transactions that are to run again.
    pub(super) fn queue(&self, txs: impl Iterator<Item = TxIndex>) {
        let mut txs = txs.peekable();
        if txs.peek().is_none() {
            return;
        }
        let mut again = lock(&self.again.0);
        again.extend(txs.map(|tx| Reverse(tx.0)));
        let lowest = again.peek().map_or(NONE, |lowest| lowest.0);
        self.lowest_again.0.store(lowest, SeqCst);
    }

    /// Lets `tx` wait until `on` is executed, `runs` runs later than now. False if it already is.
    fn park(&self, tx: TxIndex, on: TxIndex, runs: u32) -> bool {
        // Whoever ends the wait takes this lock after seeing the flag, and so finds the entry.
        let writer = self.state(on);
        let mut dependents = lock(&writer.dependents);
        let is_not_done =
            |status: Status| (status.phase() != EXECUTED).then_some(Status(status.0 | AWAITED));
        if writer.change(is_not_done).is_none() {
            return false;
        }
        self.state(tx)
            .change(|status| Some(status.to(WAITING, runs)));
        dependents.push(tx);
        true
    }

    /// The running `tx` met a version whose writer `on` is to run again. Suspends it until `on` has;
    /// if it has meanwhile, hands back the task of running `tx` again at once.
    pub fn wait_for(&self, task: Task, on: TxIndex) -> Option<Task> {
        if self.park(task.tx, on, 1) {
            return None;
        }
        self.state(task.tx)
            .change(|status| Some(status.to(EXECUTING, 1)));
        let incarnation = Incarnation(task.incarnation.0 + 1);
        Some(Task {
            incarnation,
            ..task
        })
    }

    /// What `writer` has just published changes what this run of `reader` read: withdraws the run. False
    /// if it was withdrawn before. A run that has ended must then be handed to
    /// [`Scheduler::finish_execution`], by the writer, as one to be queued.
    pub fn invalidate(&self, reader: Task, writer: TxIndex) -> Option<Invalidated> {
        let state = self.state(reader.tx);
        if state.status().incarnation() != reader.incarnation {
            return None;
        }
        state.writer.store(writer.0, Relaxed);
        let before = state.change(|status| {
            if status.incarnation() != reader.incarnation {
                return None;
            }
            match status.phase() {
                EXECUTING => Some(status.to(DOOMED, 0)),
                EXECUTED => Some(status.to(READY, 1)),
                _ => None,
            }
        })?;
        Some(if before.phase() == EXECUTED {
            Invalidated::Ended
        } else {
            Invalidated::Running
        })
    }

    /// The run's writes are published, and whoever read otherwise is withdrawn; those of them that are
    /// to be `queued` now may be. True if the run stands, false if it was withdrawn on the way.
    pub fn finish_execution(&self, task: Task, queued: impl Iterator<Item = TxIndex>) -> bool {
        let state = self.state(task.tx);
        let before = state.change(|status| {
            Some(if status.phase() == DOOMED {
                Status(status.to(READY, 1).0 | HAS_RUN)
            } else {
                Status(status.to(EXECUTED, 0).0 & !AWAITED | HAS_RUN)
            })
        });
        let Some(before) = before else {
            return false;
        };
        if before.phase() == DOOMED {
            self.queue(queued.chain(std::iter::once(task.tx)));
            return false;
        }
        self.queue(queued);
        if before.is(AWAITED) {
            let mut dependents = lock(&state.dependents);
            self.queue(dependents.drain(..).inspect(|dependent| {
                self.state(*dependent)
                    .change(|status| Some(status.to(READY, 0)));
            }));
        }
        // Committing now and then is enough while there are first runs left, each of which will end.
        let is_due = task.tx.0 % COMMIT_EVERY == COMMIT_EVERY - 1;
        if is_due || self.first_runs.0.load(SeqCst) >= self.count {
            self.commit();
        }
        true
    }

    /// Commits what can be. Called by whoever ends a run; a viewer that wants to see every commit when
    /// it happens calls it after each.
    pub fn commit(&self) {
        let known = self.committed();
        let mut next = known;
        while next < self.count && self.is_executed(TxIndex(next)) {
            next += 1;
        }
        if next > known {
            self.committed.0.fetch_max(next, SeqCst);
        }
        // Whoever ends the block's last run finds all others executed.
        if next == self.count {
            self.stop();
        }
    }
}

/// What an invalidation met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invalidated {
    /// A run that has ended: it is to be queued.
    Ended,
    /// A run on its way: it queues itself when it ends.
    Running,
}

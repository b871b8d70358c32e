//! Every transaction's phase and incarnation, one word each, next to one another: whoever looks for work
//! passes over many of them.

use crate::primitives::{Incarnation, TxIndex};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// Where a transaction stands; the scheduler draws how one leads to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Nobody runs it.
    Ready = 0,
    /// A lane runs it.
    Executing,
    /// It waits for another transaction.
    Suspended,
    /// Its last run is published.
    Executed,
    /// Its last run is being withdrawn.
    Aborting,
    /// Its last run stands for good.
    Committed,
}

/// A phase, and which run it is the phase of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Status(u32);

impl Status {
    const PHASE_BITS: u32 = 3;

    pub(super) const fn new(phase: Phase, incarnation: Incarnation) -> Self {
        Self(incarnation.0 << Self::PHASE_BITS | phase as u32)
    }

    pub(super) const fn is(self, phase: Phase) -> bool {
        self.0 & ((1 << Self::PHASE_BITS) - 1) == phase as u32
    }

    pub(super) const fn incarnation(self) -> Incarnation {
        Incarnation(self.0 >> Self::PHASE_BITS)
    }
}

/// The statuses of a block.
#[derive(Default, Debug)]
pub(super) struct Statuses(Vec<AtomicU32>);

impl Statuses {
    /// So many transactions that nobody has run.
    pub(super) fn reset(&mut self, count: u32) {
        let first = Status::new(Phase::Ready, Incarnation(0));
        self.0.clear();
        self.0
            .resize_with(count as usize, || AtomicU32::new(first.0));
    }

    pub(super) fn of(&self, tx: TxIndex) -> Status {
        Status(self.0[tx.as_usize()].load(SeqCst))
    }

    pub(super) fn set(&self, tx: TxIndex, status: Status) {
        self.0[tx.as_usize()].store(status.0, SeqCst);
    }

    /// Changes one status into another; false if it was a third one.
    pub(super) fn change(&self, tx: TxIndex, from: Status, to: Status) -> bool {
        self.0[tx.as_usize()]
            .compare_exchange(from.0, to.0, SeqCst, SeqCst)
            .is_ok()
    }

    /// The first transaction of the range for which this holds; the range's end if it holds for none.
    pub(super) fn find(&self, range: Range<u32>, holds: impl Fn(u32, Status) -> bool) -> u32 {
        let (from, end) = (range.start, range.end);
        let statuses = &self.0[from as usize..end as usize];
        let found = (from..)
            .zip(statuses)
            .find(|(tx, status)| holds(*tx, Status(status.load(SeqCst))));
        found.map_or(end, |(tx, _)| tx)
    }
}

//! A transaction's state.
//!
//! ```text
//!            start               finish_execution                in line
//!   Ready(i) ─────▶ Executing(i) ────────────────▶ Executed(i) ─────────▶ committed
//!    ▲    │           │   │ invalidate                │ invalidate
//!    │    │           │   ▼                           ▼
//!    │    │           │ Doomed(i) ───────────────▶ Ready(i+1)
//!    │    │           │   │       finish_execution
//!    │    │ its last  │   │ wait_for
//!    │    │ withdrawer│   │
//!    │    ▼ is to run ▼   ▼
//!    │  Waiting(i)   Waiting(i+1)
//!    └────┴───────────┘ the writer is Executed
//! ```

use super::sync::{AtomicU32, Mutex, Ordering::SeqCst};
use crate::primitives::{Incarnation, TxIndex};
use smallvec::SmallVec;

/// Stands for no transaction.
pub(super) const NONE: u32 = u32::MAX;

/// Nobody runs it.
pub(super) const READY: u32 = 0;
/// A lane runs it.
pub(super) const EXECUTING: u32 = 1;
/// A lane runs it, and the run is withdrawn already.
pub(super) const DOOMED: u32 = 2;
/// It waits for a writer.
pub(super) const WAITING: u32 = 3;
/// Its last run is published, and stands as far as anybody knows.
pub(super) const EXECUTED: u32 = 4;
const PHASES: u32 = 7;
/// Some run of it has been published.
pub(super) const HAS_RUN: u32 = 8;
/// Somebody waits for it.
pub(super) const AWAITED: u32 = 16;
const FLAGS: u32 = HAS_RUN | AWAITED;
const INCARNATION: u32 = 5;

/// A transaction's phase, flags and incarnation in one atomic word.
#[derive(Clone, Copy)]
pub(super) struct Status(pub(super) u32);

impl Status {
    pub(super) fn phase(self) -> u32 {
        self.0 & PHASES
    }

    pub(super) fn incarnation(self) -> Incarnation {
        Incarnation(self.0 >> INCARNATION)
    }

    pub(super) fn is(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    /// The same flags with another phase, `runs` runs later.
    pub(super) fn to(self, phase: u32, runs: u32) -> Self {
        let incarnation = self.incarnation().0 + runs;
        Self(incarnation << INCARNATION | self.0 & FLAGS | phase)
    }
}

/// What is known about a transaction; on a cache line of its own, since lanes work on neighbours.
#[repr(align(64))]
#[derive(Debug)]
pub(super) struct State {
    pub(super) status: AtomicU32,
    /// The writer that withdrew it last.
    pub(super) writer: AtomicU32,
    /// Who waits for it.
    pub(super) dependents: Mutex<SmallVec<[TxIndex; 4]>>,
}

impl State {
    pub(super) fn status(&self) -> Status {
        Status(self.status.load(SeqCst))
    }

    /// Changes the status by a rule; what it was, if the rule applied.
    pub(super) fn change(&self, rule: impl Fn(Status) -> Option<Status>) -> Option<Status> {
        let mut old = self.status();
        loop {
            let new = rule(old)?;
            match self
                .status
                .compare_exchange_weak(old.0, new.0, SeqCst, SeqCst)
            {
                Ok(_) => return Some(old),
                Err(found) => old = Status(found),
            }
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            status: AtomicU32::new(READY),
            writer: AtomicU32::new(NONE),
            dependents: Mutex::new(SmallVec::new()),
        }
    }
}

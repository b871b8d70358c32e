//! Pessimistic strict two-phase locking with wound-wait.
//!
//! Sources: Eswaran, Gray, Lorie and Traiger, "The notions of consistency and predicate locks", CACM 1976
//! (two phases); Rosenkrantz, Stearns and Lewis, "System level concurrency control for distributed database
//! systems", TODS 1978 (wound-wait).
//!
//! ```text
//!            start, all locks granted             end                all before committed
//!   Ready ───────────────────────────▶ Running ──────▶ Ran ──────────────────────────────▶ Committed
//!     ▲ ▲      │ a lock is held by an     │             │                              locks released
//!     │ │      ▼ earlier transaction      │ wounded     │ wounded
//!     │ └── Waiting                       │             │
//!     └───────┴───────────────────────────┴─────────────┘ locks released, next incarnation
//! ```
//!
//! A run takes a lock on every slot as it touches it: shared to read, exclusive to replace, and, since
//! additions commute here, one that adders share. Who finds an *earlier* transaction of the block holding
//! a lock in its way waits for it and keeps the locks that it has; who finds only *later* ones wounds them:
//! they lose their locks and run again. A run that reads what an earlier run of its transaction wrote in the
//! end takes the exclusive lock at once, lest all readers of a slot wait for one another's upgrade. So nobody waits for a later one, and there is no deadlock. Locks are
//! held until the commit.
//!
//! Guarantees: needs no access sets. Keeps the block's order, which plain two-phase locking does not: here
//! a transaction is committed, and gives up its locks, only after all before it are. Until then an earlier
//! one can still take them, so that whatever order locks were taken in, the order of commits is the
//! block's. The price is that locks are held longer. Can abort (wounds). A wounded run is not stopped: its
//! lane finishes it in vain. A virtual machine's run cannot be suspended in its middle: one that waited
//! starts from the beginning, on the values that its locks kept, and only its last run takes its gas.

mod locks;
mod protocol;

pub(super) use protocol::TwoPhase;

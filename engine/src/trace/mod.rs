//! Floor 1: what a viewer can draw, as plain data.
//!
//! Vocabulary: a *task* is one stretch of work of one lane (an execution or a validation), an *access*
//! is one slot read, written or compared by a task, an *origin* is where a read value came from, a *step*
//! is one change that a person can stop at.
//! Invariants: every floor may record, none may react to a recording. Time here is virtual time.
//! Start at [`execution::Recording`] for blocks, at [`consensus::Recording`] for networks, at
//! [`shard::Recording`] for shards ([`look::Look`] is one moment of theirs from near), and at [`intent::Recording`] for markets with strategies.

pub mod consensus;
pub mod cursor;
pub mod execution;
pub mod intent;
pub mod look;
pub mod shard;

pub use cursor::{Phase, Step, steps};
pub use execution::{Access, AccessKind, Origin, Outcome, Recording, Task, TaskKind};

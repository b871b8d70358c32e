//! Floor 3: runs blocks, in parallel, with the result of running them in order.
//!
//! Vocabulary: a *crew* is who works (`serial`: one after the other, the oracle; `stepped`: virtual lanes
//! in virtual time on one thread; `threaded`: real threads), a *lane* is one worker of a crew, an
//! *incarnation* is one run of a transaction, a *version* is what an incarnation wrote to a slot, an
//! *estimate* marks a slot that a withdrawn incarnation wrote and its successor probably will again; a
//! *plan* gives every declared read its version before anything runs, and a *foreseen* slot its values.
//! Invariants: every crew leaves the same storage and the same outputs, for every seed and every number
//! of lanes. The algorithm in [`optimistic`] is written once; crews differ only in who calls it when.
//! Absent on purpose: contracts, shards, clocks (whoever lets [`Executor::chosen`] choose hands one in); a
//! crew never looks inside a transaction.
//! Start at [`Executor`], then `declared` for the quickest lane and [`laboratory`] for other people's.

mod block;
mod choose;
mod clockwork;
pub mod crew;
pub mod critical_path;
mod declared;
#[cfg(all(test, feature = "threads"))]
mod faults;
#[cfg(all(test, feature = "threads"))]
mod held;
pub mod laboratory;
mod near;
pub mod optimistic;
mod prefix;
pub mod reactive;
mod sorted;
mod team;
#[cfg(test)]
mod tests;
mod turns;
pub mod written;

pub use block::{BlockStats, Executor};
pub use clockwork::Script;

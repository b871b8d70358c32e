//! Blocks whose transactions say beforehand what they touch: no versions, no validation, no aborts.
//!
//! ```text
//!   declare (parallel)      link (in order)            run (parallel)           commit (in order)
//!   tx → slots, intents ──▶ each transaction gets a ──▶ a transaction runs  ──▶ sums are drawn;
//!                           list, and how far others    once, straight on       or what comes after a
//!                           must be before it           the storage's values    breach is undone
//! ```
//!
//! Who runs after whom is known before anything runs, as in Calvin (Thomson et al., SIGMOD 2012) and for
//! Sui's shared objects. A slot has one value: whoever changes it comes after all who read or changed it
//! before, so that no versions are kept and nothing is copied. Additions to a slot that nobody looks at
//! wait for nobody; they are summed up at the end.
//! Vocabulary: an *access* is one declared slot of one transaction, a *list* is what one lane runs in
//! block order, a *need* is how many of another list's transactions must have run, a *breach* is an
//! access that was not declared.
//! A transaction that reads what it did not declare stops the lanes, is run alone on the values as of its
//! place (`rescue`), and the lanes go on.
//! Invariants: no two threads are ever at the same value; after a change that was not declared, everything of later
//! transactions is undone, and the rest is planned again. So a wrong declaration costs time and never a
//! result.
//! Absent on purpose: knowledge of contracts; clocks.
//! Start at [`Plan`], then [`Run`] and [`Lanes`].

mod foresight;
mod lane;
mod page;
mod plan;
mod planner;
mod rescue;
mod run;
#[cfg(test)]
mod tests;
mod work;

pub(super) use lane::Left;
pub(super) use plan::Plan;
pub(super) use planner::{Planner, Terms};
pub(super) use run::Run;
pub(super) use work::{Lanes, Worker};

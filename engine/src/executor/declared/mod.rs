//! Blocks whose transactions say beforehand what they touch: no versions, no validation, no aborts.
//!
//! ```text
//!   declare (parallel)      link (in order)            run (parallel)           commit (in order)
//!   tx → regions, intents ─▶ each transaction gets a ─▶ a transaction runs  ──▶ sums are drawn;
//!                           list, and how far others    once, straight on       or what comes after a
//!                           must be before it           the storage's values    breach is undone
//! ```
//!
//! Who runs after whom is known before anything runs, as in Calvin (Thomson et al., SIGMOD 2012) and for
//! Sui's shared objects. What is kept in order is not the slot but its *region*
//! ([`crate::vm::Vm::region`]), as with locks of a coarser grain (Gray et al., 1976): an account with all
//! that is its own, a pool. A slot has one value: whoever changes it comes after all who touched its region
//! before, so that no versions are kept and nothing is copied. Additions to a region to which all only add
//! wait for nobody; they are summed up at the end.
//! Vocabulary: a *claim* is one region of one transaction, with what it may do there; a *list* is what one
//! lane runs in block order, a *need* is how many of another list's transactions must have run, a *breach*
//! is an access that was not declared, a *set* is what one transaction foresees.
//! A transaction that breaches stops the lanes; everything later is undone, it runs alone, and the rest is
//! planned again. So a wrong declaration costs time and never a result.
//! Invariants: no two threads are ever at the same value, since every access is looked up among the claims.
//! Absent on purpose: knowledge of contracts; clocks.
//! Start at [`Plan`], then [`Run`] and [`Lanes`].

mod foresight;
mod fresh;
mod lane;
mod page;
mod plan;
mod planner;
mod run;
#[cfg(test)]
mod tests;
mod work;

pub(super) use fresh::Fresh;
pub(super) use lane::Left;
pub(super) use plan::Plan;
pub(super) use planner::{Planner, Terms};
pub(super) use run::Run;
pub(super) use work::{Lanes, Worker};

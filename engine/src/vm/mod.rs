//! Floor 2: what runs a transaction.
//!
//! Vocabulary: a [`Vm`] turns a transaction and a view into *effects*; *gas* bounds every run; a
//! *halt* ends a run that says nothing about the transaction (blocked, or our own bug); a *revert* is
//! a contract's no, a result like any other.
//! Invariants: the same transaction and the same values read give the same effects. A run that reads
//! stale values still ends, because gas bounds it.
//! Absent on purpose: block order, versions, lanes, time. Start at [`Vm`].

mod declaration;
mod effects;
mod halt;
mod machine;
pub mod native;

pub use declaration::{Accesses, Declaration, Foresight, Intent, Region};
pub use effects::Effects;
pub use halt::{Fault, Halt};
pub use machine::Vm;

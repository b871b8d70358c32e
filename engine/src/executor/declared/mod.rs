//! Blocks whose transactions say beforehand what they touch: no versions, no validation, no aborts.
//!
//! ```text
//!   declare (parallel)      link (in order)           run (parallel)            commit
//!   tx → slots, intents ──▶ each access gets the ──▶ a transaction runs once ──▶ writes go to the
//!                           version it will read     all it waits for have run   storage in block order
//! ```
//!
//! Versions are assigned before anything runs, as in BOHM (Faleiro and Abadi, VLDB 2015) and for Sui's
//! shared objects: a write makes a new version and waits for nobody, a read waits for the writer of its
//! version alone, an addition waits for nobody and is summed up by whoever reads.
//! Vocabulary: an *access* is one declared slot of one transaction, its *source* is the access whose
//! value it reads, a *breach* is an access that was not declared.
//! Invariants: the storage is not touched before the lanes have ended; what is then written is the
//! longest prefix in which nobody broke a declaration; the rest is planned again. So a wrong declaration
//! costs time and never a result.
//! Absent on purpose: knowledge of contracts; clocks.
//! Start at [`Plan`], then [`Lanes`].

mod board;
mod lane;
mod page;
mod plan;
mod planner;
mod work;

pub(super) use board::Change;
pub(super) use lane::Shared;
pub(super) use page::Role;
pub(super) use plan::Plan;
pub(super) use planner::{Planner, Terms};
pub(super) use work::{Lanes, Worker};

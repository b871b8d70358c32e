//! The benchmark: the same rows natively and in a browser.
//!
//! Vocabulary: a *row* is one figure with what it must reach, a *course* is a scenario's blocks made
//! beforehand, so that only executing them is measured, a *shape* is how many slots a transaction reads
//! and writes.
//! Invariants: ratios come from runs in which both sides executed the same blocks in turns. Nothing here
//! decides anything: it only measures.
//! Absent on purpose: the machine's name and the table, which `cargo xtask bench` writes.
//! Start at [`rows`].

mod course;
mod curve;
mod race;
mod row;
mod rows;
mod shape;
mod virtual_time;

pub use row::{BenchError, Row};
pub use rows::rows;

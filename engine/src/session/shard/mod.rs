//! Runs of shards, for a page or a command.
//!
//! Invariants: a document gives the same run everywhere, whatever steps it is advanced in; what is done by
//! hand is an act of a new document, which is run from the start.
//! Time is simulated, but for that of a [`Race`], which is this machine's and never mixed with the other.
//! Start at [`Shards`]; [`takeover`] reckons and draws who could take a shard over,
//! [`trial`] makes up documents with faults and looks whether anything is lost.

pub mod bench;
mod race;
mod run;
pub mod takeover;
#[cfg(test)]
mod tests;
pub mod trial;

pub use race::{Race, Raced};
pub use run::{Expected, Ran, SCALE, ScalePoint, Shards, comparison, of_fault, scale_point};

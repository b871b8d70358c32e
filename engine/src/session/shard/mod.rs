//! Runs of shards, for a page or a command.
//!
//! Invariants: a document gives the same run everywhere, whatever steps it is advanced in; what is done by
//! hand is an act of a new document, which is run from the start.
//! Start at [`Shards`]; [`takeover`] reckons and draws who could take a shard over,
//! [`trial`] makes up documents with faults and looks whether anything is lost.

pub mod bench;
mod run;
pub mod takeover;
#[cfg(test)]
mod tests;
pub mod trial;

pub use run::{Expected, Ran, SCALE, ScalePoint, Shards, comparison, of_fault, scale_point};

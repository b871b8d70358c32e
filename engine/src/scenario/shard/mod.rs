//! The document that fixes a run of shards.
//!
//! Apart from the executor's and the agreement protocols' documents: version, shards and their committees,
//! where accounts live, traffic, network, faults.
//! Invariants: (document, seed) fixes the run; acts done by hand are appended to the document's list, after
//! which it is a document like any other. Everything is bounded before anything is allocated.
//! From document to run: [`parse()`] reads it, [`check()`] finds every problem, [`build()`] makes the settings of
//! [`crate::shard`] and the wishes; [`link`] packs it for an address. [`preset`] has those that we ship.
//! Start at [`format::ShardScenario`].

pub mod build;
pub mod check;
pub mod format;
pub mod link;
pub mod parse;
pub mod preset;
#[cfg(test)]
mod tests;
pub mod traffic;

pub use build::{Built, build};
pub use check::check;
pub use format::{
    ActDocument, Deed, Placement, SHARD_VERSION, ShardScenario, TrafficPart, WeaknessName,
};
pub use parse::{parse, print};
pub use preset::Preset;

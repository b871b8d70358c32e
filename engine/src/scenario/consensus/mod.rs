//! The document that fixes a run of an agreement protocol.
//!
//! Apart from the executor's document, since neither needs the other: version, protocol, network, faults.
//! Invariants: (document, seed) fixes the run; acts done by hand are appended to the document's list,
//! after which it is a document like any other. Everything is bounded before anything is allocated.
//! From document to run: [`parse()`] reads it, [`check()`] finds every problem, [`build()`] makes the settings
//! of [`crate::consensus`]; [`link`] packs it for an address. [`preset`] has those that we ship.
//! Start at [`format::ConsensusScenario`].

mod act;
pub mod build;
pub mod check;
pub mod format;
pub mod link;
pub mod parse;
pub mod preset;
#[cfg(test)]
mod tests;

pub use build::{act_of, build, document_act};
pub use check::check;
pub use format::{ActDocument, Adversary, CONSENSUS_VERSION, ConsensusScenario, Deed};
pub use parse::{parse, parse_acts, print};
pub use preset::Preset;

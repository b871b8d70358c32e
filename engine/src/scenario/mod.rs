//! Floor 10: the document that fixes a run.
//!
//! Vocabulary: a *scenario* is the versioned document, a *preset* is one that we ship, a *problem* is
//! one thing wrong with a document (path and hint), a *link* is the document packed for an address.
//! Invariants: (scenario, seed, commands) fixes every run. Everything in a document is bounded before
//! anything is allocated for it.
//! From document to run: [`parse`] reads it, [`check()`] finds every problem, [`build()`] makes the *world*
//! (contracts, state before the first block, a generator of blocks); real *traffic* is a block of
//! Ethereum reduced to who pays or calls whom.
//! Start at [`format::Scenario`]; runs of agreement protocols, of shards, and of markets with strategies have
//! documents of their own, [`consensus`], [`shard`] and [`strategy`].

pub mod build;
mod catalogue;
pub mod check;
pub mod consensus;
mod crowd;
mod draw;
mod fields;
pub mod format;
mod kind;
pub mod link;
pub mod parse;
pub mod preset;
mod problem;
pub mod recorded;
pub mod shard;
pub mod shipped;
pub mod strategy;
pub mod traffic;
pub mod workload;
mod zipf;

pub use build::{Foundation, World, build};
pub use check::check;
pub use format::{DropKind, Execution, Mix, SCENARIO_VERSION, Scenario, Scheduler, Workload};
pub use kind::TxKind;
pub use link::{Link, LinkError, LinkMoment};
pub use preset::Preset;
pub use problem::Problem;
pub use workload::{Block, Generator};

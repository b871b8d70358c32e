//! Floor 10: the document that fixes a run.
//!
//! Vocabulary: a *scenario* is the versioned document, a *preset* is one that we ship, a *problem* is
//! one thing wrong with a document (path and hint), a *link* is the document packed for an address.
//! Invariants: (scenario, seed, commands) fixes every run. Everything in a document is bounded before
//! anything is allocated for it.
//! Start at [`format::Scenario`].

pub mod format;
pub mod workload;
pub mod world;
pub mod zipf;

pub use workload::{Block, Generator, TxKind};
pub use world::World;

pub use format::{DropKind, Execution, Mix, SCENARIO_VERSION, Scenario, Scheduler, Workload};

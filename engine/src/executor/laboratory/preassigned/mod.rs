//! Versions assigned before execution, from declared sets.
//!
//! Sources: BOHM (Faleiro and Abadi, "Rethinking serializable multiversion concurrency control", VLDB
//! 2015, section 3); Sui's assignment of shared objects' versions (Blackshear et al., "Sui Lutris", CCS
//! 2024; `sui-core/src/authority/shared_object_version_manager.rs`).
//!
//! In block order, every declared write makes a new version of its slot, and every declared read is given
//! the newest version before it. A transaction starts when the versions that it was given have been made.
//! Since a writer makes a version of its own, it waits for no reader of the one before and, if it does not
//! read, for no other writer: what a lock makes wait for, a version does not. A declared write may read
//! too, so writes of one slot still form a chain. Additions make a version of their own without needing
//! the one before; a reader waits for all of them. Who cannot declare is a barrier: it runs alone.
//!
//! Guarantees: keeps the block's order. Needs access sets. Aborts nothing as long as declarations hold.
//! The state machine is drawn in [`super::precedence`].

mod assign;

pub(super) use assign::{Assignment, graph};

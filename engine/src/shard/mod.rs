//! Parallel chains that split the state: where an account lives, and who guards each part.
//!
//! A *shard* holds a part of the accounts and has a *committee* of its own. Everything here is
//! integer arithmetic, so that a result is the same on every machine.

pub mod committee;
pub mod placement;

//! What a person sees.
//!
//! Vocabulary: the *shell* is the frame that every lab shares (knobs left, picture middle, results
//! right, time below); a *lab* fills the picture and the results.
//! Invariants: views read stores and call commands; no view keeps a truth of its own, and none
//! computes what the engine could answer.
//! Start at [`shell::Shell`], or for the labs that are programs of their own, at [`consensus::Shell`],
//! [`shard::Shell`] and [`strategy::Shell`].

pub mod consensus;
pub mod execution;
pub mod shard;
pub mod shell;
pub mod strategy;

//! Who works: three ways to drive the same executor.
//!
//! Invariant: for the same block and storage all three leave the same storage and outputs.

pub mod declared;
pub mod serial;
pub mod stepped;
#[cfg(feature = "threads")]
pub mod threaded;
pub(super) mod told;
mod verdicts;

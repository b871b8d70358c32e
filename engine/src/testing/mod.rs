//! A toy machine and generators, for tests and benchmarks.
//!
//! Invariant: nothing here is reachable from the program itself.

pub mod toy;

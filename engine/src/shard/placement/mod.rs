//! Which shard each account lives on.
//!
//! Words: an *assignment* gives every account one shard. The *graph* has accounts as vertices and
//! the transactions between two of them as the weight of an edge. The *cut* is the weight of the
//! edges whose ends are on different shards; its share of all weight is the cross-shard share.
//!
//! Invariants: no floats, no randomness but from a seed, vertices in the order of their numbers,
//! ties to the lowest shard. Absent: moving accounts while blocks run.

pub mod allocation;
pub mod application;
pub mod graph;
pub mod hash;
pub mod louvain;
pub mod measure;
pub mod multilevel;
pub mod occupancy;
pub mod pinned;
pub mod propagation;
pub mod range;
pub mod refine;
#[cfg(test)]
mod tests;

pub use graph::{Graph, GraphError};
pub use measure::{Assignment, Measure, measure};

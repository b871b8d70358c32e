//! What protocols over a directed acyclic graph of blocks share: the graph, its order, fetching.
//!
//! Vocabulary: a *vertex* is one node's block of one *round*; its *parents* are vertices of earlier
//! rounds, a quorum of them of the round before; its *past* is everything that it reaches; an *anchor* is
//! a leader's vertex that is committed; the *ledger* orders the pasts of anchors, one after the other.
//! Invariants: a vertex enters the graph after all its parents; the order within an anchor's past is by
//! round and author, so it is the same wherever the anchors are.
//! A decision is an anchor: its height counts anchors. With the knob `every_block` it is every vertex of
//! the ledger instead, and its height counts those. Both check the whole order: a vertex's name covers its
//! parents, so equal anchors mean equal pasts.
//! Bounds: pasts reach [`graph::depth`] rounds back; older vertices are neither ordered nor kept. Who is
//! further behind would need the state itself, which is absent on purpose.
//! Start at [`graph::Dag`].

pub mod fetch;
pub mod graph;
pub mod ledger;
mod round;
#[cfg(test)]
mod tests;
pub mod vertex;

pub use fetch::Summary;
pub use graph::Dag;
pub use ledger::Ledger;
pub use vertex::{Parent, Sealed, Vertex};

//! Orders to a node by number that are no misbehaviour; those are [`super::Behaviour`]'s.

/// A validator is to leave: it says so on the chain, and validates no longer from the next epoch on.
pub const WITHDRAW: u8 = 32;

/// A node is told a *weak-subjectivity checkpoint* by somebody it trusts: the highest block that honest nodes
/// have decided.
pub const TRUST: u8 = 33;

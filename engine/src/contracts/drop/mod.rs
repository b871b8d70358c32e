//! A token drop: whoever claims gets the next units, and one counter counts the claims.
//!
//! Vocabulary: a *claim* is one call; its *number* is its place among all claims, from one; an
//! *ordered* drop reads the counter and sets it, so that every claim conflicts with every other; a
//! *commutative* drop adds to it, so that none does.
//! Invariants: the units held are the claims times the units of one claim; both kinds leave the same
//! state. Only the ordered drop can tell a claimer the claim's number.
//! Absent on purpose: a limit on claims, which no commutative counter can hold; transfers.
//! Start at [`Drop`].

mod contract;
pub mod invariants;
mod storage;
#[cfg(test)]
mod tests;

pub use contract::{CLAIMED, Drop, DropKind, claim, method};
pub use storage::{claims_key, units_key};

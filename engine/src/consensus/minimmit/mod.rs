//! Minimmit: Chou, Lewis-Pye and O'Grady, arXiv 2508.10862 (in comments, quotes alone are from its
//! specification by `commonware`).
//!
//! One round of votes: 2f+1 open the next view, n-f make the block final, two hops after the proposal. It
//! takes n ≥ 5f+1, so that whoever nullifies or notarises with 2f+1 meets every n-f in f+1 nodes.
//! Invariants: a replica gives a view up after voting only if 2f+1 nodes said something else, and then its
//! block is not final; so a final block's view has no nullification and no other notarised block.
//! Absent on purpose: see [`super::notary`], which has the code. Nobody passes finalisations on: who
//! misses votes learns from later blocks, or asks.
//! Start at [`form`].

pub mod form;
mod replica;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use replica::Minimmit;

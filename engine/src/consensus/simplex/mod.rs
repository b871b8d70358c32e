//! Simplex: Chan and Pass, TCC 2023 (ePrint 2023/463), in the variant of `commonware` (in comments, quotes
//! alone are from its specification).
//!
//! A leader's proposal is its vote; a quorum of votes notarises, opens the next view and is passed on; who
//! has not given the view up then votes that it is final. Two hops to the next view, three to finality.
//! A view without a block is nullified by a quorum: the leader's block has 2Δ, its notarisation 3Δ.
//! Invariants: a finalised view has no nullification, since any two quorums share an honest node and no
//! honest node helps with both; so later blocks extend its block.
//! Absent on purpose: see [`super::notary`], which has the code.
//! Start at [`form`].

pub mod form;
mod replica;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use replica::Simplex;

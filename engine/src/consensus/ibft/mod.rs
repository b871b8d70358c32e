//! IBFT as QBFT has it: Moniz, *The Istanbul BFT Consensus Algorithm*, arXiv 2002.03613 (in comments,
//! Algorithm alone is one of that paper's).
//!
//! Vocabulary: each height is an *instance* λ with *rounds* of its own and a leader for each; a replica has
//! *prepared* a block in a round when a quorum sent it prepares; a *round change* says what its sender
//! prepared last, and a *pre-prepare* of a later round is *justified* by a quorum of round changes.
//! ```text
//!            pre-prepare         q prepares             q commits
//!   (empty) ─────────────▶ voted ──────────▶ prepared ───────────▶ decided, next height
//!              timeout, or f+1 round changes of later rounds: round change, next round
//! ```
//! Invariants: what one honest replica decided, a quorum has prepared, so every later quorum of round
//! changes names it as prepared in the newest round, and no other block is justified. Quorums are
//! [`super::Quorum::right`], the paper's ⌊(n+f)/2⌋+1; with the largest f that n withstands it is ⌈2n/3⌉.
//! The first IBFT (as in Quorum until 2020) locked without justification, and was neither safe nor live.
//! Where the paper leaves room: a replica moves to a later round with a pre-prepare that is justified, since
//! the round changes in it would take it there; one that was down asks others with *status*.
//! Absent on purpose: validators that change, and the external validity of blocks.
//! Start at [`replica::Ibft`].

mod form;
pub mod message;
mod normal;
pub mod replica;
mod round_change;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use message::IbftMessage;
pub use replica::Ibft;

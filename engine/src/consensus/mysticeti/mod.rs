//! Mysticeti-C: Babel, Chursin, Danezis, Kichidis, Kokoris-Kogias, Koshy, Sonnino and Tian, NDSS 2025 (arXiv
//! 2310.14821; in comments, § alone is that paper).
//!
//! Vocabulary: a *slot* is a leader's place in a round; in the next round vertices *vote* for its vertex
//! by naming it, or *blame* it by naming none; a vertex of the third round over a quorum of votes is a
//! *certificate*.
//! ```text
//!   round r: leader's vertex ◀── votes: r+1 ◀── certificates: r+2     a quorum of them: committed
//!                              └─ a quorum of blames at r+1: skipped
//!   neither: as the first later slot that is not skipped has it, its anchor, if that is committed
//! ```
//! Invariants: vertices are not certified, so a liar may have several in a place; but two of them never
//! both have a certificate. Slots are committed or skipped in their order, alike everywhere.
//! Where the paper leaves room: a vertex waits for the leaders of the round before, and for the votes for
//! those of the one before that, until a timeout; missing parents are asked for a Δ after they are missed.
//! Absent on purpose: the fast path for owned objects (Mysticeti-FPC), leader reputation, epochs.
//! Start at [`replica::Mysticeti`].

pub mod committer;
pub mod form;
pub mod message;
pub mod replica;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use replica::Mysticeti;

//! HotStuff-2: Malkhi and Nayak, *HotStuff-2: Optimal Two-Phase Responsive BFT*, ePrint 2023/397, the basic
//! protocol of its §3.
//!
//! Vocabulary: C(B) is a certificate of the first phase, C(C(B)) one of the second; a replica's *lock* is its
//! highest C(B). In each view another leader takes one block through two phases, by messages to and from it.
//! ```text
//!   L ─propose─▶ all ─vote─▶ L ─prepare: C(B)─▶ all ─vote2─▶ L ─commit: C(C(B))─▶ all, next view
//! ```
//! Invariants: a decided block's quorum is locked on it, and votes only for what carries a certificate as
//! high. A leader that holds the certificate of the view before knows that nobody is locked higher, and
//! proposes at once; any other waits for the bound on delays Δ, to hear of every honest lock. That is what
//! saves HotStuff's third phase.
//! The paper leaves the pacemaker open: see [`super::chain`].
//! Start at [`rules::Two`] and [`super::chain::phases`].

mod form;
pub mod rules;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use rules::Hotstuff2;

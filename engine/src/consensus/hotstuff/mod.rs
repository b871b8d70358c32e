//! Basic HotStuff: Yin, Malkhi, Reiter, Golan Gueta and Abraham, *HotStuff: BFT Consensus with Linearity and
//! Responsiveness*, PODC 2019, Algorithms 1 and 2.
//!
//! Vocabulary: a *node* of the paper is a block here; *prepareQC* is the highest certificate of the first
//! phase, *lockedQC* the highest of the second. In each view another leader takes one block through three
//! phases, prepare, pre-commit and commit, and every message goes to or from it.
//! ```text
//!   new-view ─▶ L ─prepare─▶ all ─vote─▶ L ─pre-commit─▶ all ─vote─▶ L ─commit─▶ all ─vote─▶ L ─decide─▶ all
//!                                       prepareQC                 precommitQC              commitQC
//! ```
//! Invariants: a decided block's quorum is locked on it, and votes for another branch only with a newer
//! prepareQC, of which there can be none; a lock's quorum has its prepareQC, so that a leader that hears a
//! quorum's new-views proposes what all locked replicas may vote for: no leader waits for a delay.
//! The paper leaves the pacemaker open: see [`super::chain`].
//! Start at [`rules::Basic`] and [`super::chain::phases`].

mod form;
pub mod rules;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use rules::Hotstuff;

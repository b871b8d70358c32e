//! Chained HotStuff: Yin, Malkhi, Reiter, Golan Gueta and Abraham, *HotStuff: BFT Consensus with Linearity
//! and Responsiveness*, PODC 2019, Algorithm 3, with the updates of Algorithm 4.
//!
//! Vocabulary: a *node* of the paper is a block here. Each view's leader proposes one block with the
//! certificate of its parent, and votes go to the next leader; a vote for a block is at once the next phase's
//! vote for its parent, and so on. Three certified blocks in views in a row decide the first: a *three-chain*.
//! ```text
//!   B₁ ◀─QC─ B₂ ◀─QC─ B₃ ◀─QC─ B₄      views in a row: who sees B₄ is locked on B₂ and decides B₁
//! ```
//! Invariants: a decided block's quorum is locked on it, and votes for another branch only with a newer
//! certificate than the lock's, of which there can be none.
//! A leader stays for a few views (a knob): if leaders changed with every view, three certificates in a row
//! would take four live leaders in a row, which four nodes of which one is down never have.
//! The paper leaves the pacemaker open: see [`super::chain`]. Its new-view, with the highest certificate, goes
//! to all, so that it serves as the timeout as well; two blocks of one branch follow each other directly
//! if their views do, where the paper fills views without a block with dummies.
//! Start at [`rules::ThreeChain`] and [`super::chain::pipeline`].

mod form;
pub mod rules;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use rules::ChainedHotstuff;

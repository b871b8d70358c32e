//! Jolteon, as in DiemBFT version 4: Gelashvili, Kokoris-Kogias, Sonnino, Spiegelman and Xiang, *Jolteon and
//! Ditto: Network-Adaptive Efficient Consensus with Asynchronous Fallback*, arXiv 2106.10362, §4.
//!
//! Vocabulary: a *round* of the paper is a view here. Each view's leader proposes one block with the
//! certificate of its parent, and votes go to the next leader. Two certified blocks in views in a row decide
//! the first: a *two-chain*. A failed view ends with a *timeout certificate*, which says how high the
//! certificates of a quorum were, and the next proposal may not extend anything lower.
//! ```text
//!   B₁ ◀─QC─ B₂ ◀─QC─ B₃      views in a row: who sees B₃ decides B₁
//! ```
//! Invariants: a decided block's quorum has held its certificate when it voted for its child, so any timeout
//! certificate of a later view names a certificate as high, and every later proposal extends the block.
//! Absent on purpose: Ditto's asynchronous fallback, and leaders chosen by their record.
//! Start at [`rules::TwoChain`] and [`super::chain::pipeline`].

mod form;
pub mod rules;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use rules::Jolteon;

//! A market with strategies as pictures and sentences need it: pure, tested natively.
//!
//! Vocabulary: a *mark* is something that happened to somebody's intent and is drawn on the price; a *knot* is
//! a step at which there are marks; a *life* is one intent with everything that befell it.
//! Invariants: nothing here changes a recording. Start at [`index::StrategyIndex`].

pub mod index;
pub mod scale;

pub use index::{Life, Mark, MarkKind, StrategyIndex};
pub use scale::Scale;

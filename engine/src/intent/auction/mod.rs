//! Who fills an order: batch auction, Dutch order, request for quote.
//!
//! Vocabulary: a *directed pair* is (given, got); a bid's *reference* is what the others would reach
//! without that solver; the *missing score* is that of a winner who did not deliver.
//! Invariants: the batch auction follows CoW's published rules (CIP-67, and `winner-selection` of 2026-08)
//! to the unit, greedy as they are. Beside it the best choice there is, by exact set packing, so that the
//! difference can be seen.
//! Absent on purpose: solving. Start at [`select`].

mod dutch;
mod packing;
mod quote;
mod reward;
mod score;
mod select;
#[cfg(test)]
mod tests;

pub use dutch::{Curve, Decay, linear_decay, priority_input, priority_output};
pub use packing::{PACKING_BIDS_MAX, Packing, pack};
pub use quote::{Counter, Quote, QuoteChoice, Quoted, choose, matched, settle_quotes};
pub use reward::{Bounds, reward};
pub use score::{ScoreError, Scored, score};
pub use select::{Bid, Selection, reference_score, select};

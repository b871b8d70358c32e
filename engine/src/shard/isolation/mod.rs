//! Whether what was committed could have happened one after the other, and if not, what is wrong with it.
//!
//! Vocabulary: a *history* is who touched what in which order, subject by subject; a transaction *depends*
//! on another that it must come after (it read or overwrote what the other wrote, or wrote what the other
//! had read before); an *anomaly* is a circle of such dependencies, or a value read that its writer took
//! back. After Adya, "Weak Consistency" (MIT 1999), chapter 4: phenomena G0, G1, G-single and G2.
//! Invariants: additions commute, so that two credits of one account do not depend on each other; only
//! committed transactions are judged; the history is bounded, and says when it is full.
//! Absent on purpose: predicates and real time.
//! Start at [`History`].

mod circle;
mod history;
#[cfg(test)]
mod tests;

pub use circle::{Anomalies, Anomaly, Example};
pub use history::{Access, History, Subject};

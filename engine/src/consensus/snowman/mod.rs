//! Snowman: Snowball on a chain of blocks. Rocket, Yin, Sekniqi, van Renesse and Sirer, Scalable and
//! Probabilistic Leaderless BFT Consensus through Metastability, arXiv 1906.08936 (in comments, § alone is
//! that paper), with blocks for its transactions as in Avalanche's Snowman.
//!
//! Vocabulary: a *poll* asks k nodes, drawn at random, which block they *prefer*; it *succeeds* for a block
//! if α of them prefer it or what extends it; β successes in a row decide.
//! ```text
//!   block ──▶ poll: k queries ──▶ k chits ──▶ α for one block? ──yes──▶ count + 1 ──β──▶ decided
//!               ▲                               │ no: count = 0          │
//!               └───────────────────────────────┴────────────────────────┘
//! ```
//! Invariants: a node decides heights in order, and only blocks that extend what it has decided; it has one
//! poll open at a time; what it asks next depends on its own stream of draws alone.
//! Safety is a matter of probability, not of certainty: with thresholds too weak, or liars too many, two
//! nodes decide two blocks, and the watch says so. A fork needs no signature of anybody's: certificates
//! name those whose chits made the last poll succeed.
//! Where the paper leaves room: with few other nodes a poll asks two thirds of them, and α shrinks in
//! proportion, but stays above a half; blocks are proposed in turn, by the next node if the one before is
//! silent for a timeout (Avalanche's Snowman++ has windows as well); a poll that gets no answers ends with
//! the timeout.
//! Absent on purpose: stake (nodes weigh the same), several polls at once, and the DAG of Avalanche.
//! Start at [`replica::Snowman`]; the decision rule alone is in [`snowball`].

mod form;
pub mod message;
mod poll;
pub mod replica;
pub mod snowball;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use message::SnowmanMessage;
pub use replica::Snowman;

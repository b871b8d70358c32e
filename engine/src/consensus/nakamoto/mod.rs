//! Proof of work with the longest chain: Nakamoto, Bitcoin, 2008 (in comments, § alone is that paper).
//!
//! Vocabulary: a miner *finds* blocks at random moments, as often as its *share* of the hash power says;
//! the *head* is the last block of the chain that a node prefers; a block is *confirmed* once so many
//! blocks of that chain, itself among them, lie on or above it; a block that no chain kept is *stale*; a
//! node that prefers another branch than before leaves, or *reverts*, blocks.
//! ```text
//!   found ──▶ told to the others ──▶ on the preferred chain ──▶ confirmed (decided)
//!                                       ▲        │ a longer branch
//!                                       └────────┴──▶ left; decisions on it are taken back
//! ```
//! A decision here is a node's own, z confirmations, and likely to last, not certain. The watch compares
//! decisions all the same: a verdict of *broken* says that two honest nodes have confirmed two blocks for
//! one height, or one node first one and then another, which is what a merchant calls a double spend. Its
//! certificates name the miners of the blocks that confirm.
//! Invariants: nobody prefers a chain over a longer one that it has; of two as long, the one that came
//! first; a block found is a block told, unless its miner misbehaves.
//! Absent on purpose: puzzles and difficulty (finding is a Poisson process of constant rate), rewards in
//! coins (blocks are counted), and copies of a node as an adversary: whoever has two machines has no more
//! hash power, but the simulation would give it to them.
//! Start at [`replica::Nakamoto`]; closed forms are in [`closed`].

pub mod closed;
pub mod double_spend;
mod form;
pub mod message;
mod relay;
pub mod replica;
pub mod selfish;
#[cfg(test)]
mod tests;

pub use double_spend::DoubleSpend;
pub use form::{DESCRIPTOR, flood, share};
pub use message::NakamotoMessage;
pub use replica::Nakamoto;
pub use selfish::SelfishMining;

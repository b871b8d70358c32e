//! Streamlet: Chan and Shi, AFT 2020 (ePrint 2020/088; in comments, § alone is that paper).
//!
//! Vocabulary: an *epoch* is 2Δ of the local clock; a block is *notarised* by a quorum's votes; a chain is
//! notarised if all its blocks are, and *linked* here says that this replica knows that.
//! ```text
//!   epoch e: leader extends a longest notarised chain ─▶ all vote if it does ─▶ notarised
//!   three notarised blocks in a row of epochs e, e+1, e+2: the middle one and all before it are final
//! ```
//! Invariants: a replica votes once an epoch, and only for what extends a longest notarised chain that it
//! has seen. There is no lock, no timeout and no view change.
//! Where the paper leaves room: leaders are drawn by a hash of the epoch; who misses blocks asks for them.
//! Everybody passing on every message (§3's implicit echo) is a knob, since it makes n³ messages.
//! It takes synchronised clocks: a replica whose epoch is not the others' neither votes nor is heard.
//! Start at [`replica::Streamlet`].

mod finality;
pub mod form;
pub mod message;
pub mod replica;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use replica::Streamlet;

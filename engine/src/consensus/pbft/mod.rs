//! Practical Byzantine Fault Tolerance: Castro and Liskov, OSDI 1999 (in comments, § alone is that paper).
//!
//! Vocabulary: a height is the paper's *sequence number*, a block its request. The primary of a view
//! assigns heights with *pre-prepare*, backups agree on the order within the view with *prepare*, all
//! make it outlast the view with *commit*.
//! ```text
//!            pre-prepare        q prepared            q commits, all below executed
//!   (empty) ─────────────▶ accepted ─────▶ prepared ─────────────────────────────▶ executed
//!              view change: prepared blocks are proposed again under their numbers
//! ```
//! Invariants: what one honest replica has executed, a quorum has prepared, so every later view's
//! NEW-VIEW proposes it again or a stable checkpoint covers it. Quorums are [`super::Quorum::right`],
//! which is the paper's 2f+1 for n = 3f+1.
//! Where the paper leaves room: lost messages are made up for by *status* and *missing* (message
//! retransmission and state transfer of the longer paper, TOCS 20(4), 2002, §5.2 and §6.2), sent only after
//! a timeout, a crash, or a checkpoint that one is behind of.
//! Absent on purpose: client authentication, tentative execution, read-only requests, MAC vectors.
//! Start at [`replica::Pbft`].

mod checkpoint;
mod form;
pub mod message;
mod normal;
pub mod replica;
mod sync;
#[cfg(test)]
mod tests;
mod view_change;

pub use form::DESCRIPTOR;
pub use message::PbftMessage;
pub use replica::Pbft;

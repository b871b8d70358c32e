//! Tendermint: Buchman, Kwon and Milosevic, *The latest gossip on BFT consensus*, arXiv 1807.04938 (in
//! comments, line alone is a line of that paper's Algorithm 1).
//!
//! Vocabulary: each height is decided in *rounds*, each with another proposer; *nil* is a vote for no
//! block. A replica that has seen a quorum of prevotes is *locked* on their block and prevotes no other,
//! until a quorum of a later round has prevoted it; a *valid* block is one that got such a quorum, and is
//! what the replica proposes when its turn comes.
//! ```text
//!   propose ──proposal or timeout──▶ prevote ──q prevotes or timeout──▶ precommit ──q precommits──▶ next height
//!      ▲                                                                   │
//!      └────────── next round: timeout, or f+1 of a later round ───────────┘
//! ```
//! Invariants: one vote of each kind in a round; a block that one honest replica decided has locked a
//! quorum, so no other block gets a quorum of prevotes later.
//! Where the paper leaves room: it relies on gossip, by which whatever reaches one correct process reaches
//! all. Here a proposal of a valid block carries the prevotes that make it valid, and a replica that gets no
//! further in a round says so (*status*), upon which others send what they hold of that round (*held*) or
//! what it has missed (*missing*). A run without faults sends none of these.
//! Absent on purpose: gossip of votes in the usual course, and the pause between heights of implementations.
//! Start at [`replica::Tendermint`].

mod form;
pub mod message;
pub mod replica;
mod round;
mod sync;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use message::TendermintMessage;
pub use replica::Tendermint;

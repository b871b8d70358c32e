//! Narwhal and Bullshark: Danezis, Kokoris-Kogias, Sonnino and Spiegelman, EuroSys 2022 (Narwhal); Spiegelman,
//! Giridharan, Sonnino and Kokoris-Kogias, CCS 2022 (Bullshark, its partially synchronous version).
//!
//! Vocabulary: a node sends a *header* for each round to all, they *vote* for it to its author alone, and a
//! quorum of votes makes it a *certificate*, which alone is a vertex; even rounds have an *anchor*, a
//! leader's vertex, and vertices of the next round that name it vote for it.
//! ```text
//!   round r:  header ─▶ votes ─▶ certificate      a quorum of certificates opens round r + 1
//!   anchor at r (even) ◀── named by enough of r + 1: committed, with every earlier anchor in its past
//! ```
//! Invariants: nobody votes for two headers of one author and round, so a place has one vertex. Enough is
//! n-q+1, which is the paper's f+1 for n = 3f+1: every quorum of the round then has one of them, so every
//! later anchor has a committed one in its past.
//! Where the papers leave room: a node waits for the anchor, and for the votes for it, until a timeout;
//! missing certificates are asked for a Δ after they are missed.
//! Absent on purpose: workers (a header carries its payload), weak links, the asynchronous fallback and
//! Tusk's coin.
//! Start at [`replica::Bullshark`].

mod anchor;
pub mod form;
pub mod message;
mod narwhal;
pub mod replica;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use replica::Bullshark;

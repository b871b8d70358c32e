//! What Simplex and Minimmit share: one chain of notarised blocks through views that are notarised or nullified.
//!
//! Vocabulary: a view ends with a *notarisation* (so many votes for one block) or a *nullification* (so
//! many votes to leave it without one); a block extends a notarised block, and every view between the two
//! is nullified; a *finalisation* decides a block and all that it extends; the *floor* is the view of the
//! last decided block, below which nothing is kept.
//! ```text
//!           propose           notarised: next view            finalised
//!   (view) ─────────▶ voted ───────────────────▶ (view + 1)  ───────────▶ decided, floor rises
//!      └── timers, or contradiction: nullify ── nullified ──▶ (view + 1)
//! ```
//! Invariants: a replica votes for one block of a view; who helps to finalise a view never helps to nullify
//! it, so a finalised view is in every later block's past. What differs is data ([`rules::Rules`]):
//! Simplex finalises with votes of their own, Minimmit with more of the same votes.
//! Where the papers leave room: nobody proposes beyond the heights that are asked for unless the last of
//! them is not final a Δ after the view began; who misses something asks for it by *status*, when it
//! needs it or its retry timer fires.
//! Absent on purpose: skipping the timer of a leader that has been quiet (`commonware` does), and timers
//! that grow: Δ is a bound that holds once the network is stable.
//! Start at [`replica::Notary`].

mod certify;
pub mod chain;
pub mod message;
pub mod replica;
pub mod rules;
mod sync;
pub mod view;
mod voting;

pub use message::NotaryMessage;
pub use replica::Notary;

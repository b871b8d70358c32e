//! A stand-in for contracts of which only the touched slots are known.
//!
//! Vocabulary: a *touch* changes the one slot of its *subject*; its *mode* says whether the slot is
//! read and set or added to. Real traffic is replayed as touches keyed by callee, the worst block as
//! touches of one subject.
//! Invariants: a slot counts its touches, whatever their modes. Absent on purpose: everything else.
//! Start at [`Counter`].

mod contract;
#[cfg(test)]
mod tests;

pub use contract::{Counter, TouchMode, method, touch, touches_key};

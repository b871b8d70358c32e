//! A stand-in for contracts of which only the touched slots are known.
//!
//! Vocabulary: a *touch* changes the one slot of its *subject*; its *mode* says whether the slot is
//! read and set or added to. Real traffic is replayed as touches keyed by callee, the worst block as
//! touches of one subject. An *exchange* between two subjects reads and changes as many slots as it is
//! told: the shape of other people's transactions.
//! Invariants: a slot counts its touches, whatever their modes. Absent on purpose: everything else.
//! Start at [`Counter`].

mod contract;
#[cfg(test)]
mod tests;

pub use contract::{Counter, TouchMode, exchange, method, touch, touches_key};

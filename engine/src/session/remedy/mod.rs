//! "What would fix it?": a block executed again under a change that could take the heat off one slot, on
//! the same seed and lanes, by the stepped crew.
//!
//! Vocabulary: a *remedy* is such a change, a *trial* is what the block took under it, a *part* is one of
//! the slots into which a slot is split.
//! Invariants: nothing here is kept, every trial works on a copy of the state. Making a write commutative
//! and splitting a slot change the contract, and so what the block leaves behind; declaring what
//! transactions touch changes neither.
//! Absent on purpose: what the changed contract would have to do about its bounds.
//! Start at [`Remedy`].

mod machine;
#[cfg(test)]
mod tests;
mod trial;

pub use trial::{Remedy, Trial};

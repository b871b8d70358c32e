//! "What would fix it?": a block executed again under a change that could take the heat off one slot, on
//! the same seed and lanes, by the stepped crew.
//!
//! Vocabulary: a *remedy* is such a change, a *trial* is what the block took under it, a *part* is one of
//! the slots into which a slot is split.
//! Invariants: nothing here is kept, every trial works on a copy of the state. Making a write commutative,
//! bounding it and splitting a slot change the contract, and so what the block leaves behind or who learns
//! what; declaring what transactions touch changes neither. Only a contract's author knows what bounds a
//! slot: the bounded contract is the contract's own ([`crate::vm::native::Contract::bounded`]), and serves
//! and refuses whom the other does; the one made commutative here forgets its bounds.
//! Start at [`Remedy`].

mod machine;
#[cfg(test)]
mod tests;
mod trial;

pub use trial::{Remedy, Trial};

//! A token drop: whoever claims gets the next units, and one counter counts the claims; or a faucet:
//! whoever draws gets what is asked for, as long as it lasts.
//!
//! Vocabulary: a *claim* is one call; its *number* is its place among all claims, from one; an
//! *ordered* drop reads the slot that all share and sets it, so that every claim conflicts with every
//! other; a *commutative* drop adds to it, so that none does; the *cap* is the most claims there may be;
//! a faucet's *stock* is what it has left.
//! Invariants: the units held are the claims times the units of one claim, or what is missing from the
//! stock; there are never more claims than the cap, nor less than nothing in stock; both kinds leave the
//! same state. Only the ordered drop can tell a claimer the claim's number. A commutative drop with a bound
//! asks whether there is enough and sees nothing but the answer (`Context::add_up_to`, `Context::take`).
//! Absent on purpose: transfers; refilling a faucet.
//! Start at [`Drop`].

mod contract;
pub mod invariants;
mod storage;
#[cfg(test)]
mod tests;

pub use contract::{
    CLAIMED, Drop, DropKind, EXCEEDED_CAP, INSUFFICIENT_BALANCE, Terms, claim, draw, method,
};
pub use storage::{claims_key, seed_stock, stock_key, units_key};

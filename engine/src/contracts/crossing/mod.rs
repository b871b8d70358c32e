//! A shard's side of transactions that touch several shards: steps of them, and those that need one only.
//!
//! Vocabulary: a *ticket* numbers a transaction over all shards, a *step* is one of its actions on one
//! shard (debit, credit, trade with a pool, check of a balance), the *transit* holds the units that have
//! left a shard's accounts and not come back: sixteen holders, so that steps of different tickets rarely
//! meet; *preparing* a step locks its subject and remembers what it will come to, *committing* makes it so,
//! *aborting* lets go.
//! Invariants: only the shard's relayers call; a step is executed once for each ticket and phase; what is
//! locked is left alone by everything but its ticket. Units are neither minted nor burnt here: a token's
//! supply on a shard is constant, and what is out of transit on one shard is in transit on another or on
//! its way, so that what all accounts hold and what is on its way add up to the same for ever.
//! [`Weakness`] switches single rules off, to see what they are good for.
//! Absent on purpose: signatures of users, fees of steps, more than one step a call.
//! Start at [`Crossing`], then [`Step`].

mod call;
mod contract;
mod divide;
mod phases;
mod storage;
#[cfg(test)]
mod tests;

pub use call::{Phase, Step, pay, route, step, swap, withdraw};
pub use contract::{Crossing, Weakness};
pub use divide::divide;
pub use storage::{TRANSITS, receipt_key, transit, transit_account};

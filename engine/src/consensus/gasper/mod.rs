//! Gasper: Buterin and others, Combining GHOST and Casper, arXiv 2003.03052, as Ethereum's consensus
//! specifications have it (in comments, `name` alone is a function of `phase0/beacon-chain.md` or
//! `phase0/fork-choice.md` there).
//!
//! Vocabulary: a *slot* is one proposer's turn, an *epoch* so many slots; every validator *attests* once in
//! each epoch, in the slot of its *committee*: for a head (fork choice), and for a link from a *source* to
//! a *target* checkpoint (finality); a *checkpoint* is an epoch with the block that its first slot finds
//! as head; it is *justified* by a quorum of links to it from a justified one, *finalised* by what follows
//! it ([`ffg`]).
//! ```text
//!   slot  │ propose on the head │ attest to the head │            │ next slot
//!         0                     1/3                  2/3          3Δ
//!   epoch e: links ─▶ e justified at its end ─▶ epoch e+1: links e ─▶ e+1 ─▶ e finalised at its end
//! ```
//! Invariants: two conflicting checkpoints are final only if a third of the validators voted against the
//! slashing rules, and whoever sees both votes can prove it; no honest validator ever does, nor after a
//! crash. A block is decided when a checkpoint on or above it is final: finality is on the chain itself,
//! so whoever fetches the blocks sees it too.
//! Where the specification leaves room: a slot lasts three times the bound on delays; committees and
//! proposers come from a coin that all see, in the place of RANDAO; votes are told to all one by one, not
//! aggregated; who leaves says so in a block of its own, and has left from the next epoch on.
//! Whoever has left may sign another history (`forge`); who comes back from a time before may be told a
//! checkpoint by somebody it trusts, and then takes nothing for justified or final that is not on its chain.
//! Absent on purpose: balances, deposits, rewards, the queue of exits, the inactivity leak (validators weigh
//! the same as long as they stay).
//! Start at [`replica::Gasper`]; the finality rules alone are in [`ffg`].

mod ballot;
mod block;
mod duty;
pub mod ffg;
mod forge;
mod fork_choice;
mod form;
pub mod message;
mod propose;
pub mod replica;
mod state;
mod sync;
#[cfg(test)]
mod tests;

pub use form::DESCRIPTOR;
pub use message::{Attestation, GasperMessage, Sealed};
pub use replica::Gasper;

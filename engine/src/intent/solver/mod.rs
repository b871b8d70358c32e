//! Solvers: each turns a batch into solutions, none is believed.
//!
//! Vocabulary: a *flow* is the orders of one directed pair that are filled together at one price, the
//! *net* flow is what is left of a pair after its two directions met.
//! Invariants: a solver sees the batch and a seed, nothing else, and is bounded. What it answers is
//! checked by [`super::verify`]; the dishonest ones are here to show that.
//! The ring solver's linear programme (fill fractions within caps, every token in balance, most surplus)
//! is a circulation, so it is solved exactly in whole numbers by cancelling cycles: no float and no
//! rounding on the way to the optimum (`engine/decisions/0012-rings-without-floats.md`).
//! Start at [`Solver`] and [`all`].

mod clear;
mod cross;
mod dishonest;
mod pick;
mod ring;
mod route;
mod solve;
#[cfg(test)]
mod tests;
mod trial;

pub use dishonest::{Attack, Dishonest};
pub use solve::{Method, Outcome, Settlement, Solver, all, settle_batch};
pub use trial::{Broken, Trials, random_batch, trials};

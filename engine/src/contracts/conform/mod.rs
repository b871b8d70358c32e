//! Plays published vectors against the contracts.
//!
//! Vocabulary: a *vector file* is one JSON document of a protocol's published numbers; a *case* is one
//! operation with its inputs and what it must give; a case *agrees* when every key that it expects is
//! met, exactly or within the case's own tolerance.
//! Invariants: integers are compared as integers, never as floats. Operations on a pair run through the
//! deployed contract, one transaction each; pure arithmetic is called directly. A protocol or an
//! operation that is not here is named, never passed over.
//! Absent on purpose: reading files, and printing. Start at [`play`].

mod aave_v3_7;
mod compare;
mod compound_v2_rates;
mod decimal;
mod error;
mod input;
mod play;
mod report;
#[cfg(test)]
mod tests;
mod uniswap_v2;

pub use error::Error;
pub(crate) use input::{Input, Outcome, Refusal, unknown_operation};
pub(crate) use play::play_by;
pub use play::{JSON_MAX, PROTOCOLS, play};
pub use report::{CaseReport, Report};

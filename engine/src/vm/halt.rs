//! Ends of a run that say nothing about the transaction itself.

use crate::primitives::TxIndex;
use thiserror::Error;

/// Why a run ended without effects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Halt {
    /// An earlier transaction is expected to write what was read, and has not yet.
    #[error("blocked by transaction {0}")]
    Blocked(TxIndex),
    /// Our own bug or a bound of ours that was reached.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A bug or a reached bound of ours; never a transaction's fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// A block touched more distinct keys than its table holds.
    #[error("a block touched more than {0} distinct keys")]
    KeyTableFull(u32),
    /// A transaction touched a slot that it had not declared; only where declarations are relied upon.
    #[error("a transaction touched a slot that it had not declared")]
    Undeclared,
    /// The virtual machine broke one of its invariants.
    #[error("invariant broken: {0}")]
    Invariant(&'static str),
}

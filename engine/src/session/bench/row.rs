//! What a benchmark tells.

use crate::scenario::Problem;
use crate::vm::Fault;
use serde::{Deserialize, Serialize};

/// One figure.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// What it must reach, where something must be reached.
    pub bar: Option<String>,
    /// What else to know.
    pub note: String,
}

/// Why a benchmark ended early.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BenchError {
    /// Our own bug, or a bound of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A scenario of the benchmark's own is not sound.
    #[error("a benchmark scenario is not sound: {0:?}")]
    Problems(Vec<Problem>),
    /// Nobody wants it any more.
    #[error("cancelled")]
    Cancelled,
}

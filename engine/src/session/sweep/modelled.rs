//! A point in virtual time.

use super::{Axis, SweepError};
use crate::scenario::Scenario;
use crate::session::Session;
use crate::session::replay;
use crate::session::report::Progress;
use serde::{Deserialize, Serialize};

/// What the replay of the first block says at one value. All modelled: the same on every machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModelledPoint {
    /// The place on the axis.
    pub value: u32,
    /// Virtual lanes.
    pub lanes: u32,
    /// Transactions of the block.
    pub transactions: u32,
    /// Virtual ticks from the block's start to its last commit, without a first pass.
    pub ticks: u64,
    /// Virtual ticks of a first pass by whoever built the block, in front of `ticks`.
    pub first_pass_ticks: u64,
    /// Virtual ticks of the same block on one lane, as in [`crate::session::ReplaySummary`].
    pub ticks_one_lane: u64,
    /// The longest chain of transactions that depend on one another, in ticks.
    pub critical_path_ticks: u64,
    /// Runs that were withdrawn.
    pub aborts: u32,
    /// Runs that had to wait.
    pub blocked: u32,
}

impl ModelledPoint {
    /// Times as quick as one lane.
    pub fn speedup(&self) -> f64 {
        self.ticks_one_lane as f64 / self.ticks.max(1) as f64
    }

    /// The most there could be: as many times as there are lanes, or what the critical path allows.
    pub fn bound(&self) -> f64 {
        let path = self.ticks_one_lane as f64 / self.critical_path_ticks.max(1) as f64;
        path.min(f64::from(self.lanes))
    }

    /// Transactions committed in a thousand million ticks: a gas is about a nanosecond, so about a second.
    pub fn throughput(&self) -> f64 {
        f64::from(self.transactions) * 1e9 / self.ticks.max(1) as f64
    }
}

/// Replays the first block of the document at this value. `None` when cancelled, which is looked for
/// after building the world and after the run.
///
/// # Errors
/// A [`SweepError`].
pub fn modelled(
    base: &Scenario,
    axis: Axis,
    value: u32,
    progress: &dyn Progress,
) -> Result<Option<ModelledPoint>, SweepError> {
    let scenario = axis.at(base, value)?;
    let execution = scenario.execution.clone();
    let mut session = Session::open(scenario).map_err(SweepError::Problems)?;
    let transactions = session.generator.block(0).transactions;
    progress.report(1, 3);
    if progress.is_cancelled() {
        return Ok(None);
    }
    let mut store = session.chain.store.clone();
    let run = session.step(0, &mut store, &transactions, &execution, true)?;
    progress.report(2, 3);
    if progress.is_cancelled() {
        return Ok(None);
    }
    let ticks = replay::ticks(&run.recording);
    let ticks_one_lane = session.ticks_one_lane(0, &execution, ticks);
    progress.report(3, 3);
    Ok(Some(ModelledPoint {
        value,
        lanes: run.recording.lanes,
        transactions: transactions.len() as u32,
        ticks,
        first_pass_ticks: run.recording.first_pass.0,
        ticks_one_lane,
        critical_path_ticks: run.critical_path.ticks,
        aborts: run.stats.aborts as u32,
        blocked: run.stats.blocked as u32,
    }))
}

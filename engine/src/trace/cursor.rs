//! The moments of a recording at which a person can stop.

use super::execution::Recording;
use crate::primitives::Tick;
use serde::{Deserialize, Serialize};

/// One change that a person can stop at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// When it happens.
    pub tick: Tick,
    /// What happens.
    pub phase: Phase,
    /// The task in [`Recording::tasks`], or for a commit the transaction.
    pub index: u32,
}

/// What happens at a step. At one tick, ends come before commits, and commits before starts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Phase {
    /// A task ends: writes are published, or a verdict falls.
    End,
    /// A transaction is committed.
    Commit,
    /// A task begins.
    Start,
}

/// All steps in the order in which they happen.
pub fn steps(recording: &Recording) -> Vec<Step> {
    let mut steps = Vec::with_capacity(recording.tasks.len() * 2 + recording.commits.len());
    for (index, task) in recording.tasks.iter().enumerate() {
        let index = index as u32;
        steps.push(Step {
            tick: task.start,
            phase: Phase::Start,
            index,
        });
        steps.push(Step {
            tick: task.end,
            phase: Phase::End,
            index,
        });
    }
    for (index, tick) in recording.commits.iter().enumerate() {
        steps.push(Step {
            tick: *tick,
            phase: Phase::Commit,
            index: index as u32,
        });
    }
    steps.sort_by_key(|step| (step.tick, step.phase, step.index));
    steps
}

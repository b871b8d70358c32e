//! One scenario, opened.

use super::chain::Chain;
use crate::executor::Executor;
use crate::scenario::check::{Problem, check};
use crate::scenario::{Generator, Scenario, World, build};
use crate::state::Store;
use crate::vm::native::NativeVm;

/// One scenario with its world: answers replays, live runs and sweeps.
pub struct Session {
    pub(super) scenario: Scenario,
    pub(super) vm: NativeVm,
    pub(super) genesis: Store,
    pub(super) generator: Generator,
    /// The state between blocks that replays start from.
    pub(super) chain: Chain,
    pub(super) executor: Executor<NativeVm>,
}

impl Session {
    /// Opens a scenario: checks it, deploys its contracts, builds the state before its first block.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn open(scenario: Scenario) -> Result<Self, Vec<Problem>> {
        let problems = check(&scenario);
        if !problems.is_empty() {
            return Err(problems);
        }
        let World {
            vm,
            genesis,
            generator,
        } = build(&scenario);
        let chain = Chain::new(genesis.clone());
        Ok(Self {
            scenario,
            vm,
            genesis,
            generator,
            chain,
            executor: Executor::default(),
        })
    }

    /// The document.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }
}

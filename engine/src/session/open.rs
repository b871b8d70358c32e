//! One scenario, opened.

use super::chain::Chain;
use crate::executor::Executor;
use crate::scenario::{Foundation, Generator, Problem, Scenario, World, build, check};
use crate::vm::native::NativeVm;

/// One scenario with its world: answers replays, live runs and sweeps.
pub struct Session {
    pub(super) scenario: Scenario,
    pub(super) vm: NativeVm,
    /// The state before the first block.
    pub(super) ground: Chain,
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
        Ok(Self {
            scenario,
            vm,
            chain: Chain::new(genesis.clone()),
            ground: Chain::new(genesis),
            generator,
            executor: Executor::default(),
        })
    }

    /// Opens another scenario. What both have in common before their first block, contracts, state and
    /// its commitment, is kept.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn reopen(self, scenario: Scenario) -> Result<Self, Vec<Problem>> {
        let problems = check(&scenario);
        if !problems.is_empty() {
            return Err(problems);
        }
        if Foundation::of(&scenario) != Foundation::of(&self.scenario) {
            return Self::open(scenario);
        }
        Ok(Self {
            generator: self.generator.again(&scenario),
            chain: self.ground.clone(),
            scenario,
            ..self
        })
    }

    /// The document.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }
}

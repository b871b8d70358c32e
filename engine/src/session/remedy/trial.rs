//! The trials of one block.

use super::machine::{Commutative, PART_FIELD, Split, part_of};
use crate::executor::Executor;
use crate::executor::crew::stepped::Stepped;
use crate::executor::laboratory::Discipline;
use crate::scenario::{Execution, Scheduler};
use crate::session::report::Progress;
use crate::session::{Session, replay};
use crate::state::{Key, Storage};
use crate::trace::Recording;
use crate::vm::native::{NativeVm, Receipt};
use crate::vm::{Fault, Vm};
use serde::{Deserialize, Serialize};

/// A change that could take the heat off a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Remedy {
    /// None: the block as it is, under Block-STM.
    AsItIs,
    /// Every transaction sees the slot as it stood before the block and adds what it would have changed.
    Commutative,
    /// The slot is added to within its bounds instead of being read and replaced: the contract's author
    /// knows how ([`crate::vm::native::Contract::bounded`]).
    Bounded,
    /// The slot is split into so many parts, each beginning with the slot's value; a sender always uses
    /// the same one.
    Split(u32),
    /// What transactions touch is declared, and versions are assigned beforehand (BOHM).
    Declared,
}

impl Remedy {
    /// Whether it changes the contract, and so the state after the block.
    pub const fn changes_contract(self) -> bool {
        matches!(self, Self::Commutative | Self::Bounded | Self::Split(_))
    }
}

/// What a block took under a remedy. All modelled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// What was changed.
    pub remedy: Remedy,
    /// Virtual ticks from the block's start to its last commit.
    pub ticks: u64,
    /// Virtual ticks of the same runs one after the other, with nothing between.
    pub ticks_in_order: u64,
    /// Runs that were withdrawn.
    pub aborts: u32,
    /// Runs that met an estimate and had to wait, or waited for a version.
    pub blocked: u32,
    /// Transactions that a contract refused, that ran out of gas or that were not valid.
    pub failed: u32,
    /// The name of the slot that made most transactions wait or run again; none if nobody had to. Often
    /// another one than before: a transaction that meets others in two slots is helped only by both.
    pub hottest: Option<String>,
}

impl Session {
    /// Executes a block as it is, with the writes of the slot of this name made commutative, with additions
    /// within its bounds (if the contract knows of such), with the slot split into `ways` parts (at least
    /// 2), and with everything declared; all but the last under Block-STM. Empty if no transaction touches such a slot. `None` when cancelled, which is looked for
    /// between runs.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn remedies(
        &mut self,
        block: u32,
        execution: &Execution,
        key: &str,
        ways: u32,
        progress: &dyn Progress,
    ) -> Result<Option<Vec<Trial>>, Fault> {
        let total = block + 5;
        if !self.advance_to(block, total, progress)? {
            return Ok(None);
        }
        let execution = Execution {
            scheduler: Scheduler::BlockStm,
            ..execution.clone()
        };
        let transactions = self.generator.block(block).transactions;
        let mut store = self.chain.store.clone();
        let run = self.step(block, &mut store, &transactions, &execution, true)?;
        let is_meant = |at: &&Key| self.vm.registry.label(at) == key;
        let Some(key) = run.keys.iter().find(is_meant).copied() else {
            progress.report(total, total);
            return Ok(Some(Vec::new()));
        };
        let mut trials = vec![trial(Remedy::AsItIs, &run, &self.executor, &self.vm)];
        let settings = self.step_settings(block, &execution, true);
        let ways = ways.max(2);
        let registry = &self.vm.registry;
        let mut bounded = registry.get(key.owner).and_then(|at| at.bounded(&key));
        for remedy in [
            Remedy::Commutative,
            Remedy::Bounded,
            Remedy::Split(ways),
            Remedy::Declared,
        ] {
            progress.report(block + trials.len() as u32, total);
            if progress.is_cancelled() {
                return Ok(None);
            }
            let mut store = self.chain.store.clone();
            let before = store.get(&key).unwrap_or_default();
            let vm = &self.vm;
            trials.push(match remedy {
                Remedy::AsItIs | Remedy::Declared => {
                    let executor = &mut self.executor;
                    let discipline = Discipline::Preassigned;
                    let run = executor.laboratory(
                        discipline,
                        vm,
                        &mut store,
                        &transactions,
                        &settings,
                    )?;
                    trial(remedy, &run, executor, vm)
                }
                Remedy::Bounded => {
                    let Some(contract) = bounded.take() else {
                        continue;
                    };
                    let Ok(as_it_is) = self.vm.registry.replace(key.owner, contract) else {
                        continue;
                    };
                    let vm = &self.vm;
                    let executor = &mut self.executor;
                    let run = executor.stepped(vm, &mut store, &transactions, &settings);
                    let trial = run.map(|run| trial(remedy, &run, executor, vm));
                    // Back in its place whatever came of it.
                    let _ = self.vm.registry.replace(key.owner, as_it_is);
                    trial?
                }
                Remedy::Commutative => {
                    let other = Commutative { vm, key, before };
                    let mut executor = Executor::default();
                    let run = executor.stepped(&other, &mut store, &transactions, &settings)?;
                    trial(remedy, &run, &executor, vm)
                }
                Remedy::Split(ways) => {
                    for part in 0..ways {
                        store.set(part_of(key, part), before);
                    }
                    let other = Split { vm, key, ways };
                    let mut executor = Executor::default();
                    let run = executor.stepped(&other, &mut store, &transactions, &settings)?;
                    // A part has the name of the whole.
                    let mut trial = trial(remedy, &run, &executor, vm);
                    let hottest = replay::hot_keys(&run).into_iter().next();
                    if hottest.is_some_and(|hot| run.keys[hot.key as usize].field & PART_FIELD != 0)
                    {
                        trial.hottest = Some(vm.registry.label(&key));
                    }
                    trial
                }
            });
        }
        progress.report(total, total);
        Ok(Some(trials))
    }
}

fn trial<M>(remedy: Remedy, run: &Stepped<Key>, executor: &Executor<M>, vm: &NativeVm) -> Trial
where
    M: Vm<Output = Receipt>,
{
    let recording: &Recording = &run.recording;
    let failed = executor
        .outputs()
        .iter()
        .filter(|receipt| replay::has_failed(receipt));
    let hottest = replay::hot_keys(run).into_iter().next();
    Trial {
        remedy,
        hottest: hottest.map(|hot| vm.registry.label(&run.keys[hot.key as usize])),
        ticks: replay::ticks(recording),
        ticks_in_order: executor.gas().iter().sum(),
        aborts: run.stats.aborts as u32,
        blocked: run.stats.blocked as u32,
        failed: failed.count() as u32,
    }
}

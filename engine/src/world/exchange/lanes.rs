//! A step's transactions as one block on parallel lanes: what automations do to an executor.

use super::run::{Exchange, Trouble};
use crate::contracts::recorded::Recorded;
use crate::executor::Executor;
use crate::executor::crew::stepped::StepSettings;
use crate::primitives::{Address, Seed};
use crate::state::Store;
use crate::trace::intent::{StepLanes, StepTransaction};
use crate::vm::native::{ACCOUNTS, Status, Transaction};

/// Ticks to check one read, and most ticks between two tasks of a lane: those of a plain scenario.
const VALIDATE_READ_TICKS: u32 = 20;
const DISPATCH_TICKS: u32 = 20;

/// The state before a step, and what was executed in it.
pub(super) struct Kept {
    pub(super) store: Store,
    pub(super) block: Vec<Transaction>,
}

impl Exchange {
    /// Makes one step like [`Exchange::advance`], and executes its transactions again as one block in
    /// virtual time on parallel lanes, by Block-STM of the second generation. `None` when there is no step
    /// left.
    ///
    /// # Errors
    /// As [`Exchange::advance`].
    pub fn advance_on_lanes(&mut self, lanes: u32) -> Result<Option<StepLanes>, Trouble> {
        self.ground.kept = Some(Kept {
            store: self.ground.store.clone(),
            block: Vec::new(),
        });
        let step = self.step;
        let made = self.advance();
        let kept = self.ground.kept.take();
        match (made?, kept) {
            (true, Some(kept)) => self.on_lanes(step, lanes, kept).map(Some),
            _ => Ok(None),
        }
    }

    fn on_lanes(&self, step: u32, lanes: u32, kept: Kept) -> Result<StepLanes, Trouble> {
        let Kept { mut store, block } = kept;
        let settings = StepSettings {
            lanes: lanes.max(1),
            validate_read_ticks: VALIDATE_READ_TICKS,
            dispatch_ticks: DISPATCH_TICKS,
            // That of a document with the step as its seed: so the execution lab shows the same lanes.
            seed: Seed::new(step.into()).fork("interleaving").fork_index(0),
            is_recorded: true,
        };
        let mut executor = Executor::default();
        let vm = &self.ground.vm;
        let recorded = match block.is_empty() {
            true => Vec::new(),
            false => Recorded::take(vm, &store, &block)?.pack(),
        };
        let run = executor.reactive_stepped(vm, &mut store, &block, &settings)?;
        let outputs = executor.outputs().iter();
        let transactions = block
            .iter()
            .zip(outputs)
            .map(|(tx, output)| StepTransaction {
                sender: super::account::name(tx.sender, &self.settings.people),
                contract: self.contract(tx.to),
                succeeded: output.status == Status::Success,
            });
        Ok(StepLanes {
            step,
            lanes: settings.lanes,
            transactions: transactions.collect(),
            keys: run.keys.iter().map(|key| vm.registry.label(key)).collect(),
            ticks: run.recording.end.0 - run.recording.first_pass.0,
            ticks_in_order: run.critical_path.total_ticks,
            ticks_at_least: run.critical_path.ticks,
            executions: run.stats.executions as u32,
            is_same: store.sorted() == self.ground.store.sorted(),
            tasks: run.recording.tasks,
            block: recorded,
        })
    }

    fn contract(&self, to: Address) -> String {
        match self.ground.vm.registry.get(to) {
            Some(contract) => contract.name().to_owned(),
            None if to == ACCOUNTS => "accounts".to_owned(),
            None => to.to_string(),
        }
    }
}

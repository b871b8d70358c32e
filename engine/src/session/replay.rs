//! The deterministic run of one block.

use super::report::{HotKey, Progress, Replay, ReplaySummary, TxInfo};
use super::{Session, receipts_digest};
use crate::executor::crew::stepped::{StepSettings, Stepped};
use crate::primitives::{Seed, Tick};
use crate::scenario::{Block, Execution, Scheduler};
use crate::state::{Key, Store};
use crate::trace::{Outcome, Recording, Task, TaskKind};
use crate::vm::Fault;
use crate::vm::native::{Receipt, Status, Transaction};

/// Most entries of the list of hot keys.
const HOT_KEYS_MAX: usize = 32;

impl Session {
    /// Executes a block in virtual time, after bringing the state forward through the blocks before it
    /// (kept, so that the next question about this block or a later one costs less). `None` when
    /// cancelled, which is looked for between blocks and runs.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn replay(
        &mut self,
        block: u32,
        execution: &Execution,
        progress: &dyn Progress,
    ) -> Result<Option<Replay>, Fault> {
        let total = block + 3;
        if !self.advance_to(block, total, progress)? {
            return Ok(None);
        }
        let Block {
            transactions,
            kinds,
        } = self.generator.block(block);
        if block == 0 && self.ground.commitment.is_none() {
            self.ground.commitment(1);
            self.chain = self.ground.clone();
        }
        self.chain.commitment(1);
        let mut chain = self.chain.clone();
        let run = self.step(block, &mut chain.store, &transactions, execution, true)?;
        progress.report(block + 1, total);
        if progress.is_cancelled() {
            return Ok(None);
        }
        let outputs = self.executor.outputs();
        let transactions_info = transactions
            .iter()
            .zip(kinds)
            .zip(outputs)
            .map(|((tx, kind), receipt)| TxInfo {
                kind,
                sender: tx.sender,
                to: tx.to,
                gas: receipt.gas,
                succeeded: receipt.status == Status::Success,
            })
            .collect();
        let reverted = outputs.iter().filter(|r| has_failed(r)).count() as u32;
        let receipts_digest = receipts_digest(outputs);
        let state_root = chain.commitment(1).root();
        progress.report(block + 2, total);
        if progress.is_cancelled() {
            return Ok(None);
        }
        let ticks = ticks(&run.recording);
        let ticks_one_lane = self.ticks_one_lane(block, execution, ticks);
        progress.report(total, total);
        let (useful, wasted) = worth(&run.recording);
        let lanes_ticks = u128::from(run.recording.lanes) * u128::from(ticks);
        let descriptor = execution.scheduler.descriptor();
        let summary = ReplaySummary {
            transactions: transactions.len() as u32,
            reverted,
            executions: run.stats.executions as u32,
            aborts: run.stats.aborts as u32,
            blocked: run.stats.blocked as u32,
            validations: if execution.scheduler == Scheduler::Serial {
                0
            } else {
                run.stats.validations as u32
            },
            keeps_block_order: descriptor.is_none_or(|entry| entry.keeps_block_order),
            breaches: run.stats.breaches as u32,
            ticks,
            first_pass_ticks: run.recording.first_pass.0,
            ticks_one_lane,
            critical_path_ticks: run.critical_path.ticks,
            critical_path: run.critical_path.chain.clone(),
            utilisation_permille: (u128::from(useful) * 1000)
                .checked_div(lanes_ticks)
                .unwrap_or_default() as u32,
            wasted_ticks: wasted,
            hot_keys: hot_keys(&run),
            state_root,
            receipts_digest,
            trace_digest: run.recording.digest(),
        };
        let label = |key: &Key| self.vm.registry.label(key);
        Ok(Some(Replay {
            block,
            execution: execution.clone(),
            summary,
            keys: run.keys.iter().map(label).collect(),
            recording: run.recording,
            transactions: transactions_info,
        }))
    }

    /// Ticks of the block on one lane; for the schedulers of the laboratory, one transaction after the other
    /// with nothing between. `ticks` are those of the run that `execution` gave just now.
    pub(super) fn ticks_one_lane(&self, block: u32, execution: &Execution, ticks: u64) -> u64 {
        if execution.scheduler.discipline().is_some() {
            return self.executor.gas().iter().sum();
        }
        if execution.lanes == 1 || execution.scheduler == Scheduler::Serial {
            return ticks;
        }
        let settings = self.step_settings(block, execution, false);
        let has_validations = execution.scheduler != Scheduler::BlockStm2;
        self.executor.ticks_alone(&settings, has_validations)
    }

    /// Brings the state between blocks to just before this block; false when cancelled.
    pub(super) fn advance_to(
        &mut self,
        block: u32,
        total: u32,
        progress: &dyn Progress,
    ) -> Result<bool, Fault> {
        if self.chain.next > block {
            self.chain = self.ground.clone();
        }
        while self.chain.next < block {
            if progress.is_cancelled() {
                return Ok(false);
            }
            let number = self.chain.next;
            let transactions = self.generator.block(number).transactions;
            self.vm.timestamp = self.generator.seconds(number);
            let store = &mut self.chain.store;
            self.executor.serial(&self.vm, store, &transactions)?;
            self.chain.next += 1;
            progress.report(self.chain.next, total);
        }
        Ok(!progress.is_cancelled())
    }

    /// How a stepped run of a block goes.
    pub(super) fn step_settings(
        &self,
        block: u32,
        execution: &Execution,
        is_recorded: bool,
    ) -> StepSettings {
        step_settings(self.scenario.seed, block, execution, is_recorded)
    }

    pub(super) fn step(
        &mut self,
        block: u32,
        store: &mut Store,
        transactions: &[Transaction],
        execution: &Execution,
        is_recorded: bool,
    ) -> Result<Stepped<Key>, Fault> {
        let is_serial = execution.scheduler == Scheduler::Serial;
        let settings = self.step_settings(block, execution, is_recorded);
        self.vm.timestamp = self.generator.seconds(block);
        let (vm, executor) = (&self.vm, &mut self.executor);
        let mut run = match (execution.scheduler, execution.scheduler.discipline()) {
            (_, Some(discipline)) => {
                executor.laboratory(discipline, vm, store, transactions, &settings)?
            }
            (Scheduler::BlockStm2, _) => {
                executor.reactive_stepped(vm, store, transactions, &settings)?
            }
            _ => executor.stepped(vm, store, transactions, &settings)?,
        };
        if is_serial {
            straighten(&mut run.recording, self.executor.gas());
        }
        Ok(run)
    }
}

/// How a stepped run of a block goes, the scenario's seed being this.
pub(super) fn step_settings(
    seed: u64,
    block: u32,
    execution: &Execution,
    is_recorded: bool,
) -> StepSettings {
    let is_serial = execution.scheduler == Scheduler::Serial;
    let or_zero = |ticks| if is_serial { 0 } else { ticks };
    StepSettings {
        lanes: if is_serial { 1 } else { execution.lanes },
        validate_read_ticks: or_zero(execution.validate_read_ticks),
        dispatch_ticks: or_zero(execution.dispatch_ticks),
        seed: Seed::new(seed)
            .fork("interleaving")
            .fork_index(u64::from(block)),
        is_recorded,
    }
}

/// From the block's start, or the end of a first pass over it, to its last commit.
pub(super) const fn ticks(recording: &Recording) -> u64 {
    recording.end.0 - recording.first_pass.0
}

/// Whether a receipt says anything but success.
pub(super) fn has_failed(receipt: &Receipt) -> bool {
    receipt.status != Status::Success
}

/// Makes of one lane's run what the serial crew does: no validations, one run right after the other.
fn straighten(recording: &mut Recording, gas: &[u64]) {
    let mut end = Tick::default();
    for (commit, gas) in recording.commits.iter_mut().zip(gas) {
        end = end.after(*gas);
        *commit = end;
    }
    recording.end = end;
    recording
        .tasks
        .retain(|task| task.kind == TaskKind::Execute);
    for task in &mut recording.tasks {
        task.end = recording.commits[task.tx.as_usize()];
        task.start = Tick(task.end.0 - gas[task.tx.as_usize()]);
    }
}

/// Ticks of the runs that stood, and ticks of runs and validations that came to nothing; a first pass is
/// neither.
fn worth(recording: &Recording) -> (u64, u64) {
    let length = |task: &Task| task.end.0 - task.start.0;
    let mut last: Vec<Option<(u32, u64)>> = vec![None; recording.transactions as usize];
    let mut wasted = 0;
    let is_counted = |task: &&Task| task.start >= recording.first_pass;
    for task in recording.tasks.iter().filter(is_counted) {
        match task.outcome {
            Outcome::Executed => {
                let slot = &mut last[task.tx.as_usize()];
                let run = (task.incarnation.0, length(task));
                match slot {
                    Some(older) if older.0 > run.0 => wasted += run.1,
                    _ => wasted += slot.replace(run).map_or(0, |(_, ticks)| ticks),
                }
            }
            Outcome::Valid => {}
            // A batch's check that failed: the run that it condemned was replaced by a later one.
            Outcome::Blocked { .. }
            | Outcome::Aborted { .. }
            | Outcome::Superseded
            | Outcome::LockWait { .. }
            | Outcome::Wounded { .. }
            | Outcome::Lost { .. }
            | Outcome::Breached { .. } => {
                wasted += length(task);
            }
        }
    }
    let useful = last.iter().flatten().map(|(_, ticks)| ticks).sum();
    (useful, wasted)
}

pub(super) fn hot_keys(run: &Stepped<Key>) -> Vec<HotKey> {
    let mut keys: Vec<HotKey> = run
        .uses
        .iter()
        .enumerate()
        .map(|(key, uses)| HotKey {
            key: key as u32,
            aborts: 0,
            blocked: 0,
            writers: uses.writers,
            readers: uses.readers,
        })
        .collect();
    for task in &run.recording.tasks {
        match task.outcome {
            Outcome::Aborted { key, .. }
            | Outcome::Wounded { key, .. }
            | Outcome::Lost { key, .. }
            | Outcome::Breached { key } => keys[key as usize].aborts += 1,
            Outcome::Blocked { key, .. } | Outcome::LockWait { key, .. } => {
                keys[key as usize].blocked += 1;
            }
            Outcome::Executed | Outcome::Valid | Outcome::Superseded => {}
        }
    }
    keys.retain(|key| key.aborts + key.blocked > 0);
    keys.sort_by_key(|key| (std::cmp::Reverse(key.aborts + key.blocked), key.key));
    keys.truncate(HOT_KEYS_MAX);
    keys
}

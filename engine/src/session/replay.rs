//! The deterministic run, in virtual time.

use super::chain::Chain;
use super::report::{HotKey, Progress, Replay, ReplaySummary, SweepPoint, TxInfo};
use crate::executor::crew::stepped::{StepSettings, Stepped};
use crate::executor::{BlockStats, Executor};
use crate::primitives::{Incarnation, LaneIndex, Seed, TxIndex};
use crate::scenario::workload::Block;
use crate::scenario::{Execution, Scenario, Scheduler, World};
use crate::state::{Key, Store};
use crate::trace::{Outcome, Recording, Task, TaskKind};
use crate::vm::Fault;
use crate::vm::native::{NativeVm, Receipt, Status};

/// Most hot keys of a summary.
const HOT_KEYS_MAX: usize = 32;

/// One scenario, opened.
pub struct Session {
    pub(super) scenario: Scenario,
    pub(super) world: World,
    pub(super) genesis: Chain,
    pub(super) executor: Executor<NativeVm>,
    /// The state before the block replayed last.
    before: Chain,
}

impl Session {
    /// Builds the world of a scenario that has been checked.
    pub fn open_checked(scenario: Scenario) -> Self {
        let world = World::build(&scenario, scenario.workload.accounts);
        let genesis = Chain::genesis(&scenario, &world);
        Self {
            before: genesis.clone(),
            scenario,
            world,
            genesis,
            executor: Executor::default(),
        }
    }

    /// The scenario.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world before the first block.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Replays one block (the first is 0) under these settings. `None` if cancelled.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a bound of ours.
    pub fn replay(
        &mut self,
        block: u32,
        execution: &Execution,
        progress: &dyn Progress,
    ) -> Result<Option<Replay>, Fault> {
        if !self.go_to(block, progress)? {
            return Ok(None);
        }
        progress.report(block, block + 2);
        let mut after = self.before.clone();
        let drawn = after.draw(&self.scenario, &mut self.world);
        let stepped = self.step(&mut after.store, &drawn, execution, true)?;
        let receipts = self.executor.outputs()[..drawn.transactions.len()].to_vec();
        let state_root = after.root();
        if progress.is_cancelled() {
            return Ok(None);
        }
        progress.report(block + 1, block + 2);
        let ticks_one_lane = if execution.lanes == 1 || execution.scheduler == Scheduler::Serial {
            stepped.recording.end.0
        } else {
            let one = Execution {
                lanes: 1,
                ..execution.clone()
            };
            self.step(&mut self.before.store.clone(), &drawn, &one, false)?
                .recording
                .end
                .0
        };
        progress.report(block + 2, block + 2);
        let summary = ReplaySummary {
            ticks_one_lane,
            state_root,
            receipts_digest: Receipt::digest_all(&receipts),
            ..summarise(&stepped, &receipts)
        };
        Ok(Some(Replay {
            block,
            execution: execution.clone(),
            summary,
            keys: stepped
                .keys
                .iter()
                .map(|key| self.world.vm.registry.label(key))
                .collect(),
            transactions: drawn
                .transactions
                .iter()
                .zip(&drawn.kinds)
                .zip(&receipts)
                .map(|((transaction, kind), receipt)| TxInfo {
                    kind: *kind,
                    sender: transaction.sender,
                    to: transaction.to,
                    gas: receipt.gas,
                    succeeded: receipt.status == Status::Success,
                })
                .collect(),
            recording: stepped.recording,
        }))
    }

    /// Replays the first block for each of these numbers of lanes. `None` if cancelled.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a bound of ours.
    pub fn sweep(
        &mut self,
        lanes: &[u32],
        progress: &dyn Progress,
    ) -> Result<Option<Vec<SweepPoint>>, Fault> {
        let total = lanes.len() as u32;
        let mut points = Vec::with_capacity(lanes.len());
        if !self.go_to(0, progress)? {
            return Ok(None);
        }
        let drawn = self.before.clone().draw(&self.scenario, &mut self.world);
        for (done, lanes) in lanes.iter().enumerate() {
            if progress.is_cancelled() {
                return Ok(None);
            }
            progress.report(done as u32, total);
            let execution = Execution {
                lanes: *lanes,
                ..self.scenario.execution.clone()
            };
            let stepped = self.step(&mut self.before.store.clone(), &drawn, &execution, false)?;
            points.push(SweepPoint {
                lanes: *lanes,
                ticks: stepped.recording.end.0,
                aborts: stepped.stats.aborts as u32,
            });
        }
        progress.report(total, total);
        Ok(Some(points))
    }

    /// Brings `before` to the state before this block. False if cancelled.
    fn go_to(&mut self, block: u32, progress: &dyn Progress) -> Result<bool, Fault> {
        if self.before.height() > block {
            self.before = self.genesis.clone();
        }
        while self.before.height() < block {
            if progress.is_cancelled() {
                return Ok(false);
            }
            progress.report(self.before.height(), block + 2);
            self.before
                .advance(&mut self.executor, &self.scenario, &mut self.world)?;
        }
        Ok(true)
    }

    fn step(
        &mut self,
        store: &mut Store,
        block: &Block,
        execution: &Execution,
        is_recorded: bool,
    ) -> Result<Stepped<Key>, Fault> {
        let vm = &self.world.vm;
        if execution.scheduler == Scheduler::Serial {
            let stats = self.executor.serial(vm, store, &block.transactions)?;
            return Ok(in_order(stats, self.executor.gas()));
        }
        let height = u64::from(self.before.height());
        let settings = StepSettings {
            lanes: execution.lanes,
            validate_read_ticks: execution.validate_read_ticks,
            dispatch_ticks: execution.dispatch_ticks,
            seed: Seed::new(self.scenario.seed)
                .fork("lanes")
                .fork_index(height),
            is_recorded,
        };
        self.executor
            .stepped(vm, store, &block.transactions, &settings)
    }
}

/// The recording of a block run in order: one lane, no bookkeeping, committed as it goes.
fn in_order(stats: BlockStats, gas: &[u64]) -> Stepped<Key> {
    let mut recording = Recording {
        lanes: 1,
        transactions: stats.transactions as u32,
        ..Recording::default()
    };
    for (index, gas) in gas.iter().take(stats.transactions as usize).enumerate() {
        let start = recording.end;
        recording.end = start.after((*gas).max(1));
        recording.tasks.push(Task {
            start,
            end: recording.end,
            lane: LaneIndex(0),
            tx: TxIndex(index as u32),
            incarnation: Incarnation(0),
            kind: TaskKind::Execute,
            outcome: Outcome::Executed,
            access_first: 0,
            access_count: 0,
        });
        recording.commits.push(recording.end);
    }
    Stepped {
        stats,
        keys: Vec::new(),
        critical_path: crate::executor::critical_path::CriticalPath {
            total_ticks: recording.end.0,
            ticks: recording.end.0,
            chain: Vec::new(),
        },
        uses: Vec::new(),
        recording,
    }
}

/// The figures that follow from the recording; digests and the one-lane run are the caller's.
fn summarise(stepped: &Stepped<Key>, receipts: &[Receipt]) -> ReplaySummary {
    let recording = &stepped.recording;
    let last = last_incarnations(recording);
    let (mut useful, mut wasted) = (0u64, 0u64);
    for task in &recording.tasks {
        let ticks = task.end.0 - task.start.0;
        let stands = last[task.tx.as_usize()] == task.incarnation;
        match task.outcome {
            Outcome::Executed if stands => useful += ticks,
            Outcome::Valid => {}
            _ => wasted += ticks,
        }
    }
    let room = recording
        .end
        .0
        .saturating_mul(u64::from(recording.lanes))
        .max(1);
    ReplaySummary {
        transactions: receipts.len() as u32,
        reverted: receipts
            .iter()
            .filter(|r| r.status != Status::Success)
            .count() as u32,
        executions: stepped.stats.executions as u32,
        aborts: stepped.stats.aborts as u32,
        blocked: stepped.stats.blocked as u32,
        validations: stepped.stats.validations as u32,
        ticks: recording.end.0,
        ticks_one_lane: recording.end.0,
        critical_path_ticks: stepped.critical_path.ticks,
        critical_path: stepped.critical_path.chain.clone(),
        utilisation_permille: (u128::from(useful) * 1000 / u128::from(room)) as u32,
        wasted_ticks: wasted,
        hot_keys: hot_keys(stepped),
        state_root: crate::primitives::Digest::default(),
        receipts_digest: crate::primitives::Digest::default(),
        trace_digest: recording.digest(),
    }
}

/// Each transaction's incarnation that was committed.
fn last_incarnations(recording: &Recording) -> Vec<Incarnation> {
    let mut last = vec![Incarnation(0); recording.transactions as usize];
    for task in recording
        .tasks
        .iter()
        .filter(|task| task.outcome == Outcome::Executed)
    {
        let slot = &mut last[task.tx.as_usize()];
        *slot = (*slot).max(task.incarnation);
    }
    last
}

/// The slots that cost most, worst first; then those that several write and others read.
fn hot_keys(stepped: &Stepped<Key>) -> Vec<HotKey> {
    let mut hot: Vec<_> = stepped
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
    for task in &stepped.recording.tasks {
        match task.outcome {
            Outcome::Aborted { key, .. } => hot[key as usize].aborts += 1,
            Outcome::Blocked { key, .. } => hot[key as usize].blocked += 1,
            _ => {}
        }
    }
    hot.retain(|key| key.aborts + key.blocked > 0 || (key.writers > 1 && key.readers > 1));
    hot.sort_by_key(|key| {
        let cost = key.aborts + key.blocked;
        (
            std::cmp::Reverse((cost, key.writers.min(key.readers))),
            key.key,
        )
    });
    hot.truncate(HOT_KEYS_MAX);
    hot
}

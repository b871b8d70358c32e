//! Virtual lanes: how quick a recorded run is, and what a person waits for.

use super::BenchError;
use super::rows::Bench;
use crate::executor::Executor;
use crate::scenario::{Scenario, Scheduler, Workload, World, build, preset};
use crate::session::Session;
use crate::session::replay::step_settings;

/// Virtual lanes of the recorded runs.
const LANES: u32 = 64;

/// Blocks of such a run, after one to warm up.
const STEPPED_BLOCKS: u32 = 5;

impl Bench<'_> {
    /// Recorded runs on virtual lanes, by both generations of Block-STM.
    pub(super) fn stepped(&mut self) -> Result<(), BenchError> {
        for scheduler in [Scheduler::BlockStm, Scheduler::BlockStm2] {
            for name in ["default", "one-pool"] {
                let Some(preset) = preset::named(name) else {
                    continue;
                };
                let mut scenario = preset.scenario();
                scenario.execution.lanes = LANES;
                scenario.execution.scheduler = scheduler;
                self.stepped_row(name, &scenario)?;
                self.go_on()?;
            }
        }
        Ok(())
    }

    fn stepped_row(&mut self, name: &str, scenario: &Scenario) -> Result<(), BenchError> {
        let World {
            mut vm,
            genesis: mut store,
            mut generator,
        } = build(scenario);
        let mut executor = Executor::default();
        let (mut seconds, mut transactions) = (f64::MAX, 0);
        let (mut tasks, mut runs) = (0, 0);
        for block in 0..=STEPPED_BLOCKS {
            let txs = generator.block(block).transactions;
            vm.timestamp = generator.seconds(block);
            let settings = step_settings(scenario.seed, block, &scenario.execution, true);
            let start = self.clock.now_seconds();
            let run = match scenario.execution.scheduler {
                Scheduler::BlockStm2 => {
                    executor.reactive_stepped(&vm, &mut store, &txs, &settings)?
                }
                _ => executor.stepped(&vm, &mut store, &txs, &settings)?,
            };
            seconds = seconds.min(self.clock.now_seconds() - start);
            transactions = txs.len();
            tasks = run.recording.tasks.len();
            runs = run.stats.executions;
        }
        let scheduler = scenario.execution.scheduler.name();
        let title = format!("{name}, stepped on {LANES} virtual lanes by {scheduler}, recorded");
        let note = format!(
            "best of {} blocks of {transactions}; the last one took {runs} runs and {tasks} events",
            STEPPED_BLOCKS + 1
        );
        let bar = Some("≥ 300,000 natively");
        self.push(&title, transactions as f64 / seconds, "tx/s", bar, &note);
        Ok(())
    }

    /// What a person waits for after turning a knob.
    pub(super) fn replays(&mut self) -> Result<(), BenchError> {
        for (transactions, bar) in [(500, Some("< 150 with the picture")), (10_000, None)] {
            let workload = Workload {
                transactions,
                ..Workload::default()
            };
            let scenario = Scenario {
                workload,
                ..Scenario::default()
            };
            let start = self.clock.now_seconds();
            let mut session = Session::open(scenario.clone()).map_err(BenchError::Problems)?;
            let opened = self.clock.now_seconds();
            let replay = session
                .replay(0, &scenario.execution, self.progress)?
                .ok_or(BenchError::Cancelled)?;
            let replayed = self.clock.now_seconds();
            let note = format!(
                "{:.1} ms of it the world of 10,000 accounts; {} events",
                (opened - start) * 1e3,
                replay.recording.tasks.len()
            );
            let name = format!("open and replay {transactions} transactions on 8 virtual lanes");
            self.push(&name, (replayed - start) * 1e3, "ms", bar, &note);
        }
        Ok(())
    }
}

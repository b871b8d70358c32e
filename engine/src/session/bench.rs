//! The benchmark: the same rows natively and in a browser.
//!
//! Every row is a scenario, run for a while; ratios come from one run in which both sides executed the same blocks.

use super::{Clock, Live, LiveSettings, Progress, Session};
use crate::scenario::{Mix, Problem, Scenario, Workload, preset};
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

/// Blocks of a measurement, after one to warm up.
const BLOCKS: u32 = 15;

/// Microseconds of work per transaction on the curve over grain.
const GRAINS_MICROS: [u32; 5] = [0, 1, 5, 20, 100];

/// Accounts on the curve over contention.
const ACCOUNTS: [u32; 5] = [2, 10, 100, 1_000, 10_000];

/// Runs all rows on so many real threads.
///
/// # Errors
/// A [`BenchError`].
pub fn rows(
    threads: u32,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<Row>, BenchError> {
    let mut bench = Bench {
        threads,
        clock,
        progress,
        rows: Vec::new(),
    };
    bench.throughput()?;
    bench.worst_block()?;
    let rounds_per_micro = bench.calibrate()?;
    bench.grains(rounds_per_micro)?;
    bench.contention(rounds_per_micro)?;
    bench.replays()?;
    Ok(bench.rows)
}

struct Bench<'a> {
    threads: u32,
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
    rows: Vec<Row>,
}

impl Bench<'_> {
    fn push(&mut self, name: &str, value: f64, unit: &str, bar: Option<&str>, note: &str) {
        self.rows.push(Row {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            bar: bar.map(str::to_owned),
            note: note.to_owned(),
        });
    }

    fn live(&self, scenario: &Scenario, threads: u32, blocks: u32) -> Result<Live, BenchError> {
        let mut session = Session::open(scenario.clone()).map_err(BenchError::Problems)?;
        let settings = LiveSettings { threads, blocks };
        session
            .live(&settings, self.clock, self.progress)?
            .ok_or(BenchError::Cancelled)
    }

    /// Committed transactions a second, by preset.
    fn throughput(&mut self) -> Result<(), BenchError> {
        for name in [
            "default",
            "payments",
            "one-pool",
            "token-drop",
            "token-drop-commutative",
        ] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let live = self.live(&preset.scenario(), self.threads, BLOCKS)?;
            let bar = (name == "default").then_some("≥ 200,000 in a browser");
            let note = format!(
                "{} aborts in {} transactions, {} run in order; serial: {:.0} without root",
                live.aborts,
                live.transactions,
                live.in_order,
                live.transactions as f64 / live.serial_seconds
            );
            let threads = self.threads;
            let title = format!("{name}, Block-STM, {threads} threads");
            self.push(
                &format!("{title}, with state root"),
                live.tps(),
                "tx/s",
                bar,
                &note,
            );
            let speedup = live.serial_seconds / live.execute_seconds;
            let note = format!("×{speedup:.2} of serial");
            self.push(
                &format!("{title}, without root"),
                live.tps_without_root(),
                "tx/s",
                None,
                &note,
            );
        }
        Ok(())
    }

    /// Everybody writes one slot: parallel work cannot pay, and must not cost.
    fn worst_block(&mut self) -> Result<(), BenchError> {
        let Some(preset) = preset::named("one-key") else {
            return Ok(());
        };
        let scenario = preset.scenario();
        let cpu = self.clock.cpu_seconds();
        let before = self.clock.now_seconds();
        let live = self.live(&scenario, self.threads, BLOCKS)?;
        let elapsed = self.clock.now_seconds() - before;
        let ratio = live.execute_seconds / live.serial_seconds;
        let note = format!(
            "{} of {} transactions run in order",
            live.in_order, live.transactions
        );
        self.push("one-key, time ÷ serial's", ratio, "×", Some("≤ 1.3"), &note);
        if let (Some(before), Some(after)) = (cpu, self.clock.cpu_seconds()) {
            let share = (after - before) / elapsed * 100.0;
            self.push(
                "one-key, processor time",
                share,
                "%",
                Some("≤ 150"),
                "whole run, building the world and the serial half included",
            );
        }
        Ok(())
    }

    /// Rounds of synthetic work in a microsecond on this machine, now.
    fn calibrate(&mut self) -> Result<f64, BenchError> {
        let timed = |rounds| -> Result<f64, BenchError> {
            let live = self.live(&grain(500, 10_000, rounds), 1, 4)?;
            Ok(live.execute_seconds / live.transactions as f64 * 1e6)
        };
        let (short, long) = (timed(0)?, timed(50_000)?);
        Ok(50_000.0 / (long - short).max(1.0))
    }

    /// Speedup over serial against the work in a transaction.
    fn grains(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
        for micros in GRAINS_MICROS {
            let rounds = (f64::from(micros) * rounds_per_micro) as u32;
            let count = if micros < 20 { 10_000 } else { 2_000 };
            let live = self.live(&grain(count, 10_000, rounds), self.threads, 8)?;
            let bar = (micros == 20).then_some("≥ 1.7");
            self.speedup(
                &format!("speedup at {micros} µs of work, 10,000 accounts"),
                bar,
                &live,
            );
        }
        Ok(())
    }

    /// Speedup over serial against the number of accounts, 20 µs of work in a transaction.
    fn contention(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
        let rounds = (20.0 * rounds_per_micro) as u32;
        for accounts in ACCOUNTS {
            let live = self.live(&grain(2_000, accounts, rounds), self.threads, 8)?;
            self.speedup(
                &format!("speedup at {accounts} accounts, 20 µs of work"),
                None,
                &live,
            );
        }
        Ok(())
    }

    fn speedup(&mut self, name: &str, bar: Option<&str>, live: &Live) {
        let note = format!(
            "{} threads; {} aborts in {} transactions, {} run in order",
            live.threads, live.aborts, live.transactions, live.in_order
        );
        self.push(
            name,
            live.serial_seconds / live.execute_seconds,
            "× serial",
            bar,
            &note,
        );
    }

    /// What a person waits for after turning a knob.
    fn replays(&mut self) -> Result<(), BenchError> {
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

/// Payments between evenly drawn accounts, with work.
fn grain(transactions: u32, accounts: u32, work_rounds: u32) -> Scenario {
    Scenario {
        workload: Workload {
            transactions,
            accounts,
            skew_permille: 0,
            mix: Mix {
                pay: 1,
                ..Mix::default()
            },
            work_rounds,
            ..Workload::default()
        },
        ..Scenario::default()
    }
}

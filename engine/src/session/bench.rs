//! The benchmark: the same rows natively and in a browser.
//!
//! Every row is a scenario, run for a while; ratios come from one run in which both sides executed the same blocks.

use super::{Clock, Live, LiveSettings, Method, Progress, Session};
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
    bench.methods()?;
    bench.crowds()?;
    bench.worst_block()?;
    bench.block_sizes()?;
    let rounds_per_micro = bench.calibrate()?;
    bench.grains(rounds_per_micro)?;
    bench.contention(rounds_per_micro)?;
    bench.replays()?;
    bench.rows.extend(super::consensus::bench::rows(clock));
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

    fn live(
        &self,
        scenario: &Scenario,
        method: Method,
        threads: u32,
        blocks: u32,
    ) -> Result<Live, BenchError> {
        let mut session = Session::open(scenario.clone()).map_err(BenchError::Problems)?;
        let settings = LiveSettings {
            threads,
            blocks,
            method,
        };
        session
            .live(&settings, self.clock, self.progress)?
            .ok_or(BenchError::Cancelled)
    }

    /// Committed transactions a second, by preset, in the way that proves quickest.
    fn throughput(&mut self) -> Result<(), BenchError> {
        for (name, bar) in [
            ("payments", Some("≥ 1,000,000 in a browser")),
            ("default", Some("≥ 600,000 in a browser")),
            ("one-pool", None),
            ("one-key", None),
            ("token-drop", None),
            ("token-drop-commutative", None),
            ("lending-rush", None),
        ] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let threads = self.threads;
            let live = self.live(&preset.scenario(), Method::Chosen, threads, BLOCKS)?;
            let note = format!(
                "{} of {} transactions by declaration, {} in order; the root of a block beside the next block",
                live.declared,
                live.transactions,
                live.transactions - live.declared
            );
            let title = format!("{name}, {threads} threads");
            let with_root = format!("{title}, with state root");
            self.push(&with_root, live.tps(), "tx/s", bar, &note);
            let note = format!(
                "×{:.2} of serial, which does {:.0}",
                live.speedup(),
                live.transactions as f64 / live.serial_seconds
            );
            let bar = (name == "one-pool").then_some("≥ 1,000,000 in a browser, ≥ ×1.3");
            let without_root = format!("{title}, without root");
            self.push(&without_root, live.tps_without_root(), "tx/s", bar, &note);
        }
        Ok(())
    }

    /// Each method on all threads against the serial crew.
    fn methods(&mut self) -> Result<(), BenchError> {
        for (name, method, bar) in [
            ("default", Method::Declared, Some("≥ 1.7 natively")),
            ("default", Method::BlockStm, None),
            ("default", Method::BlockStm2, None),
            ("payments", Method::Declared, None),
            ("payments", Method::BlockStm, None),
            ("payments", Method::BlockStm2, None),
            ("one-pool", Method::Declared, None),
            ("one-pool", Method::BlockStm2, None),
            ("heavy-work", Method::Declared, None),
            ("heavy-work", Method::BlockStm2, Some("≥ 1.7")),
        ] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let live = self.live(&preset.scenario(), method, self.threads, BLOCKS)?;
            self.speedup(&format!("{name}, {}", method.name()), bar, &live);
        }
        Ok(())
    }

    /// More threads than the machine has cores, against as many.
    fn crowds(&mut self) -> Result<(), BenchError> {
        let scenario = Scenario::default();
        let usual = self.live(&scenario, Method::Declared, self.threads, BLOCKS)?;
        for threads in [2 * self.threads, 4 * self.threads] {
            let live = self.live(&scenario, Method::Declared, threads, BLOCKS)?;
            let name = format!(
                "default, declared, {threads} lanes ÷ {} lanes",
                self.threads
            );
            let ratio = usual.execute_seconds / live.execute_seconds;
            self.push(
                &name,
                ratio,
                "×",
                Some("≥ 0.9"),
                "lanes share the threads of the pool",
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
        for (method, bar) in [(Method::Chosen, "≤ 1.03"), (Method::BlockStm2, "≤ 1.2")] {
            let cpu = self.clock.cpu_seconds();
            let before = self.clock.now_seconds();
            let live = self.live(&scenario, method, self.threads, 4 * BLOCKS)?;
            let elapsed = self.clock.now_seconds() - before;
            let ratio = live.execute_seconds / live.serial_seconds;
            let note = format!(
                "{} of {} transactions run in order",
                live.in_order, live.transactions
            );
            let name = method.name();
            self.push(
                &format!("one-key, {name}, time ÷ serial's"),
                ratio,
                "×",
                Some(bar),
                &note,
            );
            if let (Some(before), Some(after)) = (cpu, self.clock.cpu_seconds()) {
                let share = (after - before) / elapsed * 100.0;
                let bar = (method == Method::Chosen).then_some("< 120");
                self.push(
                    &format!("one-key, {name}, processor time"),
                    share,
                    "%",
                    bar,
                    "whole run: building the world, roots and the serial turns included",
                );
            }
        }
        Ok(())
    }

    /// What a transaction costs in blocks of different sizes.
    fn block_sizes(&mut self) -> Result<(), BenchError> {
        let mut first = None;
        for (transactions, blocks) in [(1_000, 60), (10_000, 15), (100_000, 3)] {
            let workload = Workload {
                transactions,
                ..Workload::default()
            };
            let scenario = Scenario {
                workload,
                ..Scenario::default()
            };
            let live = self.live(&scenario, Method::Chosen, self.threads, blocks)?;
            let nanos = live.execute_seconds / live.transactions as f64 * 1e9;
            let first = *first.get_or_insert(nanos);
            let name = format!("default mix, blocks of {transactions}, without root");
            let note = format!("×{:.2} of blocks of 1,000", nanos / first);
            self.push(&name, nanos, "ns/tx", Some("within × 1.2"), &note);
        }
        Ok(())
    }

    /// Rounds of synthetic work in a microsecond on this machine, now.
    fn calibrate(&mut self) -> Result<f64, BenchError> {
        let timed = |rounds| -> Result<f64, BenchError> {
            let live = self.live(&grain(500, 10_000, rounds), Method::Serial, 1, 4)?;
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
            for method in [Method::Chosen, Method::BlockStm2] {
                let live = self.live(&grain(count, 10_000, rounds), method, self.threads, 8)?;
                let bar = match micros {
                    20 => Some("≥ 1.7"),
                    100 => Some("≥ 1.9"),
                    _ => None,
                };
                let name = method.name();
                self.speedup(
                    &format!("{name}, {micros} µs of work, 10,000 accounts"),
                    bar,
                    &live,
                );
            }
        }
        Ok(())
    }

    /// Speedup over serial against the number of accounts, 20 µs of work in a transaction.
    fn contention(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
        let rounds = (20.0 * rounds_per_micro) as u32;
        for accounts in ACCOUNTS {
            for method in [Method::Chosen, Method::BlockStm2] {
                let live = self.live(&grain(2_000, accounts, rounds), method, self.threads, 8)?;
                let name = method.name();
                self.speedup(
                    &format!("{name}, {accounts} accounts, 20 µs of work"),
                    None,
                    &live,
                );
            }
        }
        Ok(())
    }

    fn speedup(&mut self, name: &str, bar: Option<&str>, live: &Live) {
        let note = format!(
            "{} threads; {} aborts in {} transactions, {} by declaration",
            live.threads, live.aborts, live.transactions, live.declared
        );
        self.push(name, live.speedup(), "× serial", bar, &note);
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

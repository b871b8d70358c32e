//! Curves: over block sizes, over grain, over contention.

use super::BenchError;
use super::course::Course;
use super::rows::Bench;
use crate::scenario::{Mix, Scenario, Workload};
use crate::session::Method;

/// Transactions in a block, and blocks.
const BLOCK_SIZES: [(u32, u32); 4] = [(1_000, 120), (10_000, 15), (100_000, 3), (1_000_000, 1)];

/// Microseconds of work per transaction on the curve over grain.
const GRAINS_MICROS: [u32; 5] = [0, 1, 5, 20, 100];

/// Accounts on the curve over contention.
pub(super) const ACCOUNTS: [u32; 5] = [2, 10, 100, 1_000, 10_000];

impl Bench<'_> {
    /// What a transaction costs in blocks of different sizes.
    pub(super) fn block_sizes(&mut self) -> Result<(), BenchError> {
        let mut first = None;
        for (transactions, blocks) in BLOCK_SIZES {
            // More than a document may ask for, and more than the memory of 32 bits takes.
            if cfg!(target_pointer_width = "32") && transactions > 100_000 {
                continue;
            }
            let workload = Workload {
                transactions,
                ..Workload::default()
            };
            let scenario = Scenario {
                workload,
                ..Scenario::default()
            };
            let mut course = Course::new(&scenario, blocks, |_| {});
            let run = course.compare(Method::Chosen, self.threads, self.clock)?;
            let nanos = |seconds: f64| seconds / run.transactions as f64 * 1e9;
            let cost = nanos(run.seconds);
            let first = *first.get_or_insert(cost);
            let name = format!("default mix, blocks of {transactions}, without root");
            let note = format!(
                "×{:.2} of blocks of 1,000; in order {:.0} ns/tx",
                cost / first,
                nanos(run.serial_seconds)
            );
            self.push(&name, cost, "ns/tx", Some("within × 1.2"), &note);
            self.go_on()?;
        }
        Ok(())
    }

    /// Rounds of synthetic work in a microsecond on this machine, now.
    pub(super) fn calibrate(&mut self) -> Result<f64, BenchError> {
        let timed = |rounds| -> Result<f64, BenchError> {
            let live = self.live(&grain(500, 10_000, rounds), Method::Serial, 1, 4)?;
            Ok(live.execute_seconds / live.transactions as f64 * 1e6)
        };
        let (short, long) = (timed(0)?, timed(50_000)?);
        Ok(50_000.0 / (long - short).max(1.0))
    }

    /// Speedup over serial against the work in a transaction.
    pub(super) fn grains(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
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
    pub(super) fn contention(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
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
}

/// Payments between evenly drawn accounts, with work.
pub(super) fn grain(transactions: u32, accounts: u32, work_rounds: u32) -> Scenario {
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

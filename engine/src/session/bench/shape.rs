//! Transactions of the shapes that the Block-STM paper measures.
//!
//! Gelashvili et al. (PPoPP 2023): a payment between two accounts drawn at random reads 8 and writes 5
//! slots on Aptos, and reads 21 and writes 4 on Diem.

use super::BenchError;
use super::course::Course;
use super::curve::{ACCOUNTS, grain};
use super::rows::Bench;
use crate::contracts::counter;
use crate::primitives::{Address, Seed};
use crate::scenario::{Mix, Scenario};
use crate::session::Method;

/// How many slots a transaction reads and writes, the sender's own account and the fee included.
#[derive(Clone, Copy)]
struct Shape {
    reads: u32,
    writes: u32,
}

const SHAPES: [Shape; 2] = [
    Shape {
        reads: 8,
        writes: 5,
    },
    Shape {
        reads: 21,
        writes: 4,
    },
];

/// Microseconds of work per transaction, with the transactions of a block and the blocks.
const GRAINS: [(u32, u32, u32); 4] = [
    (0, 5_000, 4),
    (1, 5_000, 4),
    (10, 2_000, 3),
    (100, 1_000, 2),
];

impl Bench<'_> {
    /// Speedup over serial for both shapes, against accounts and work.
    pub(super) fn shapes(&mut self, rounds_per_micro: f64) -> Result<(), BenchError> {
        for shape in SHAPES {
            for (micros, transactions, blocks) in GRAINS {
                let rounds = (f64::from(micros) * rounds_per_micro) as u32;
                for accounts in ACCOUNTS {
                    let mut course = course(shape, &grain(transactions, accounts, rounds), blocks);
                    let bar = (micros == 100 && accounts >= 1_000).then_some("≥ 1.9");
                    for method in [Method::Chosen, Method::BlockStm2] {
                        let run = course.compare(method, self.threads, self.clock)?;
                        let name = format!(
                            "{} reads, {} writes, {accounts} accounts, {micros} µs of work, {}",
                            shape.reads,
                            shape.writes,
                            method.name()
                        );
                        let note = format!(
                            "{} threads; {} aborts in {} transactions, {} by declaration",
                            self.threads, run.aborts, run.transactions, run.declared
                        );
                        self.push(&name, run.speedup(), "× serial", bar, &note);
                        self.go_on()?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The scenario's blocks with every transaction one of this shape, between the sender and another
/// account drawn at random.
fn course(shape: Shape, scenario: &Scenario, blocks: u32) -> Course {
    let mut scenario = scenario.clone();
    scenario.workload.mix = Mix {
        touch: 1,
        ..Mix::default()
    };
    // As good as even, but drawn: with none at all accounts would take turns.
    scenario.workload.skew_permille = 1;
    let accounts = u64::from(scenario.workload.accounts);
    let mut stream = Seed::new(scenario.seed).fork("shape").stream();
    Course::new(&scenario, blocks, |tx| {
        let sender = u64::from(tx.sender.number());
        let other = (sender + 1 + stream.below(accounts - 1)) % accounts;
        // The sender's account is read and written, and the fee sink is written, whatever is called.
        tx.call = counter::exchange(
            tx.sender,
            Address::account(other as u32),
            shape.reads - 1,
            shape.writes - 2,
        );
    })
}

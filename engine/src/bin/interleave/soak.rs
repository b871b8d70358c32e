//! `interleave soak`.

use crate::failure::Failure;
use crate::pool::{in_pool, machine_threads};
use engine::session::Progress;
use engine::session::soak::{SoakSettings, soak};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Transactions that every crew executes at least.
    #[arg(long, default_value_t = 10_000_000)]
    transactions: u64,
    /// The first world's seed.
    #[arg(long, default_value_t = 0)]
    first_seed: u64,
    /// Most lanes of a crew; by default four times as many as the machine has threads.
    #[arg(long)]
    lanes: Option<u32>,
    /// Most transactions of a block.
    #[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    block: u32,
}

/// Says how far it is, once a percent.
#[derive(Default)]
struct Percent(AtomicU32);

impl Progress for Percent {
    fn report(&self, done: u32, total: u32) {
        let percent = done * 100 / total.max(1);
        if self.0.swap(percent, Ordering::Relaxed) != percent {
            eprintln!("{percent} %");
        }
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let threads = machine_threads();
    let settings = SoakSettings {
        first_seed: arguments.first_seed,
        transactions: arguments.transactions,
        lanes_max: arguments.lanes.unwrap_or(4 * threads).clamp(1, 1_024),
        block_max: arguments.block,
        blocks: 12,
    };
    let done = in_pool(threads, || soak(&settings, &Percent::default()))?
        .map_err(|error| Failure::Failed(error.to_string()))?
        .ok_or_else(|| Failure::Failed("cancelled".to_owned()))?;
    println!(
        "{} transactions in {} blocks of {} worlds: every crew leaves what running in order leaves; {} ran alone for want of a declaration",
        done.transactions, done.blocks, done.worlds, done.undeclared
    );
    Ok(())
}

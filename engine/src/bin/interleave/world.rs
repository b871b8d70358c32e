//! `interleave world`: transactions through agreement into execution.

use crate::agreement::as_json;
use crate::consensus::{self, Knobs};
use crate::failure::Failure;
use crate::source;
use engine::session::world::{WorldError, WorldSettings, run_world};
use serde_json::json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Whose transactions: a JSON file, `preset:NAME` or a link.
    workload: String,
    #[command(flatten)]
    knobs: Knobs,
    /// Transactions that arrive in a second.
    #[arg(long)]
    rate: Option<u32>,
    /// Most transactions of a block.
    #[arg(long)]
    block: Option<u32>,
    /// How large a transaction is on the wire.
    #[arg(long)]
    transaction_bytes: Option<u32>,
    /// Nanoseconds that a virtual tick of execution takes.
    #[arg(long)]
    tick_ns: Option<u32>,
    /// Agree on a block only when the last one is executed.
    #[arg(long)]
    sequential: bool,
    /// Virtual lanes of execution.
    #[arg(long)]
    lanes: Option<u32>,
    /// The account whose transactions nodes leave out that censor (`--byzantine 1 --adversary censor`).
    #[arg(long, value_name = "ACCOUNT")]
    censor: Option<u32>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut workload = source::scenario(&arguments.workload)?;
    if let Some(lanes) = arguments.lanes {
        workload.execution.lanes = lanes;
    }
    let agreement = consensus::document(&arguments.knobs)?;
    let usual = WorldSettings::default();
    let settings = WorldSettings {
        rate_per_second: arguments.rate.unwrap_or(usual.rate_per_second),
        block_transactions: arguments.block.unwrap_or(usual.block_transactions),
        transaction_bytes: arguments
            .transaction_bytes
            .unwrap_or(usual.transaction_bytes),
        is_pipelined: !arguments.sequential,
        nanoseconds_per_tick: arguments.tick_ns.unwrap_or(usual.nanoseconds_per_tick),
        censored_account: arguments.censor.unwrap_or(usual.censored_account),
    };
    let report = run_world(&workload, &agreement, &settings).map_err(|error| match error {
        WorldError::Problems(problems) => Failure::Problems(problems),
        WorldError::Fault(fault) => fault.into(),
    })?;
    if arguments.json {
        let value = json!({
            "consensus": as_json(&report.consensus),
            "pipelined": report.is_pipelined,
            "blocks": report.blocks,
            "transactions": report.transactions,
            "elapsed_us": report.elapsed,
            "per_second": report.per_second,
            "latency_us": report.latency_us,
            "stages_us": report.stages,
            "bottleneck": report.bottleneck,
            "waiting": report.waiting,
            "turned_away": report.turned_away,
            "roots_checked": report.roots_checked,
            "roots_differing": report.roots_differing,
            "state_root": report.state_root.to_string(),
            "censored": report.censored,
        });
        println!("{value}");
        return Ok(());
    }
    let (stages, latency) = (report.stages, report.latency_us);
    println!(
        "{} transactions in {} blocks final in {} ms: {} a second",
        report.transactions,
        report.blocks,
        report.elapsed.0 / 1_000,
        report.per_second
    );
    println!(
        "finality p50 {} ms, p99 {} ms; waiting {} µs, bandwidth {} µs, ordering {} µs, execution {} µs",
        latency.p50 / 1_000,
        latency.p99 / 1_000,
        stages.waiting,
        stages.bandwidth,
        stages.ordering,
        stages.execution
    );
    println!("bottleneck: {}", json!(report.bottleneck));
    if let Some(censored) = report.censored {
        println!(
            "account {} is left out of {} proposals: {} transactions final (p99 {} ms), {} wait, the oldest for {} ms",
            censored.account,
            censored.left_out,
            censored.transactions,
            censored.latency_us.p99 / 1_000,
            censored.waiting,
            censored.longest_us / 1_000
        );
    }
    println!(
        "{} roots checked, {} differ; {}",
        report.roots_checked, report.roots_differing, report.consensus.verdict
    );
    Ok(())
}

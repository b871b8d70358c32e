//! `interleave`: headless use of the engine's facade.
//!
//! Exit codes: 0 all is well, 1 something failed, 2 bad usage or bad input. Answers go to standard
//! output, everything else to standard error.

mod agreement;
mod auction;
mod bench;
mod block;
mod conform;
mod consensus;
mod document;
mod failure;
mod glance;
mod pool;
mod run;
mod shards;
mod soak;
mod source;
mod strategy;
mod sweep;
mod watch;
mod world;

use clap::{Parser, Subcommand};
use engine::executor::laboratory::descriptor::DESCRIPTORS;
use engine::scenario::preset;
use failure::Failure;
use std::process::ExitCode;

/// Parallel DeFi blocks: run, check, link and measure scenarios.
///
/// SCENARIO is a JSON file, `preset:NAME` (see `interleave presets`) or a link.
#[derive(Parser)]
#[command(name = "interleave", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Executes a scenario's blocks and says how it went.
    Run(run::Arguments),
    /// Lists the presets with one sentence on what each shows.
    Presets {
        /// Print one JSON list.
        #[arg(long)]
        json: bool,
    },
    /// Lists the schedulers: what each does, promises and needs, and whose idea it is.
    Schedulers {
        /// Print one JSON list.
        #[arg(long)]
        json: bool,
    },
    /// Runs an agreement protocol on a simulated network and says what it cost and whether all is well.
    Consensus(Box<consensus::Arguments>),
    /// Runs the whole: transactions arrive, are agreed on, executed at every replica, and final.
    World(Box<world::Arguments>),
    /// Runs shards: transactions between them by one of eight protocols, faults, moves, takeover.
    Shards(Box<shards::Arguments>),
    /// Lists the agreement protocols.
    Protocols {
        /// Print one JSON list.
        #[arg(long)]
        json: bool,
    },
    /// Names every problem of a document of any lab.
    Check {
        /// A JSON file, `preset:NAME` or a link.
        scenario: String,
        /// Print one JSON list, empty when there is no problem.
        #[arg(long)]
        json: bool,
    },
    /// Turns a document of any lab into a link.
    Link {
        /// A JSON file, `preset:NAME` or a link.
        scenario: String,
        #[command(flatten)]
        moment: document::Moment,
    },
    /// Turns a link of any lab into a document's JSON.
    Open {
        /// A link: `#1.…` to `#4.…`, or a whole address that ends in one.
        link: String,
    },
    /// Runs a scenario again and again while one thing about it changes.
    Sweep(sweep::Arguments),
    /// Runs people's strategies on a living market, once or under many seeds, and says why the rest does not fire.
    Strategy(strategy::Arguments),
    /// Solves a batch auction by every solver, or runs random ones with solvers that cheat.
    Auction(auction::Arguments),
    /// Plays vector files against contracts and auctions and names the cases that fail.
    Conform(conform::Arguments),
    /// Executes generated worlds by every crew and compares: the long proof.
    Soak(soak::Arguments),
    /// Measures on this machine and prints one JSON object with a list of rows.
    Bench,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Presets { json } => presets(json),
        Command::Schedulers { json } => schedulers(json),
        Command::Consensus(arguments) => consensus::run(&arguments),
        Command::World(arguments) => world::run(&arguments),
        Command::Shards(arguments) => shards::run(&arguments),
        Command::Protocols { json } => {
            consensus::protocols(json);
            Ok(())
        }
        Command::Check { scenario, json } => document::check(&scenario, json),
        Command::Link { scenario, moment } => document::make_link(&scenario, moment),
        Command::Open { link } => document::open(&link),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Strategy(arguments) => strategy::run(&arguments),
        Command::Auction(arguments) => auction::run(&arguments),
        Command::Conform(arguments) => conform::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Bench => bench::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn presets(json: bool) -> Result<(), Failure> {
    if json {
        let list: Vec<_> = preset::all()
            .iter()
            .map(|preset| {
                serde_json::json!({
                    "name": preset.name,
                    "description": preset.description,
                    "scenario": preset.scenario(),
                })
            })
            .collect();
        println!("{}", serde_json::Value::from(list));
        return Ok(());
    }
    for preset in preset::all() {
        println!("preset:{:<24} {}", preset.name, preset.description);
    }
    Ok(())
}

fn schedulers(json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::json!(DESCRIPTORS));
        return Ok(());
    }
    for entry in &DESCRIPTORS {
        let says = |is_so: bool, yes: &'static str, no: &'static str| if is_so { yes } else { no };
        println!("{:<18} {}", entry.name, entry.line);
        println!(
            "{:<18} {}; {}; {}; after: {}",
            "",
            says(
                entry.keeps_block_order,
                "keeps block order",
                "changes block order"
            ),
            says(entry.can_abort, "can abort", "aborts nothing"),
            says(
                entry.needs_access_sets,
                "needs access sets",
                "needs no access sets"
            ),
            entry.source
        );
    }
    Ok(())
}

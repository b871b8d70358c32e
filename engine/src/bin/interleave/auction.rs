//! `interleave auction`: solves a batch, or proves the verifier on random ones.

use crate::failure::Failure;
use crate::source;
use engine::intent::auction::{Quoted, settle_quotes};
use engine::intent::instance::{INSTANCE_MAX, parse};
use engine::intent::sample::SAMPLES;
use engine::intent::solver::{Outcome, Solver, all, settle_batch, trials};
use engine::intent::verify::{NoConditions, Verifier};
use engine::primitives::Seed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A batch: a JSON file with tokens, orders, pools and perhaps dealers' quotes, or `preset:NAME` (crossing,
    /// ring, quotes). Orders with quotes are settled by request for quote first.
    #[arg(required_unless_present = "trials")]
    file: Option<PathBuf>,
    /// Most winners.
    #[arg(long, default_value_t = 10)]
    winners: u32,
    /// Run so many random auctions with dishonest solvers instead, and add everything up.
    #[arg(long, conflicts_with = "file")]
    trials: Option<u64>,
    /// The first random auction.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The text of a batch.
fn batch(path: &Path) -> Result<String, Failure> {
    let Some(name) = path.to_str().and_then(|path| path.strip_prefix("preset:")) else {
        return source::text(path, INSTANCE_MAX);
    };
    let sample = SAMPLES.iter().find(|sample| sample.name == name);
    sample.map(|sample| sample.text.to_owned()).ok_or_else(|| {
        let names: Vec<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        Failure::Input(
            format!("no preset {name:?}"),
            format!("there are: {}", names.join(", ")),
        )
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(count) = arguments.trials {
        let found =
            trials(arguments.first, count).map_err(|broken| Failure::Failed(broken.to_string()))?;
        println!("{}", serde_json::json!(found));
        return Ok(());
    }
    let text = batch(arguments.file.as_deref().unwrap_or(Path::new("-")))?;
    let found = parse(&text).map_err(|error| {
        Failure::Input(
            error.to_string(),
            "see the head of engine/src/intent/instance.rs".to_owned(),
        )
    })?;
    let mut found = found;
    let quoted = settle_quotes(&mut found.batch, &found.quotes, &NoConditions);
    let methods = all();
    let solvers: Vec<&dyn Solver> = methods.iter().map(|method| method as &dyn Solver).collect();
    let verifier = Verifier::new(found.batch.clone(), BTreeSet::new());
    let began = Instant::now();
    let settled = settle_batch(
        verifier,
        &solvers,
        &NoConditions,
        &Seed::new(0),
        arguments.winners,
        1 << 100,
    );
    let took = began.elapsed();
    let bids: Vec<_> = settled
        .selection
        .bids
        .iter()
        .map(|bid| {
            let won = settled.selection.winners.iter().position(|place| *place == bid.place);
            let verdict = match won.map(|at| &settled.outcomes[at]) {
                Some(Outcome::Executed) => "executed".to_owned(),
                Some(Outcome::Withheld) => "withheld".to_owned(),
                Some(Outcome::Undone(fault)) => format!("undone: {fault}"),
                None if settled.selection.fair.contains(&bid.place) => "outbid".to_owned(),
                None => "unfair".to_owned(),
            };
            let fills = &settled.solutions[bid.place as usize].fills;
            serde_json::json!({ "solver": bid.solver, "score": bid.score.to_string(), "verdict": verdict, "fills": fills.iter().map(|fill| {
                serde_json::json!({ "order": fill.order, "give": fill.give.to_string(), "get": fill.get.to_string() })
            }).collect::<Vec<_>>() })
        })
        .collect();
    if arguments.json {
        let certificates: Vec<_> = settled
            .certificates
            .iter()
            .map(|c| serde_json::json!({ "order": c.order, "reference": c.reference.out.to_string(), "actual": c.actual.to_string(), "better_bps": c.better_bps }))
            .collect();
        let object = serde_json::json!({
            "orders": found.batch.orders.len(),
            "pools": found.batch.pools.len(),
            "pools_left_out": found.left_out,
            "bids": bids,
            "greedy": settled.selection.total().to_string(),
            "best": settled.packing.total.to_string(),
            "best_is_proved": settled.packing.is_optimal,
            "certificates": certificates,
            "passed_over": settled.passed_over,
            "quotes": quoted.iter().map(answer).collect::<Vec<_>>(),
            "took_ms": took.as_millis() as u64,
        });
        println!("{object}");
        return Ok(());
    }
    println!(
        "{} orders, {} pools ({} of other kinds left out)",
        found.batch.orders.len(),
        found.batch.pools.len(),
        found.left_out
    );
    for bid in &bids {
        println!(
            "  {:<18} {:>40}  {}",
            bid["solver"].as_str().unwrap_or_default(),
            bid["score"].as_str().unwrap_or_default(),
            bid["verdict"].as_str().unwrap_or_default()
        );
    }
    println!(
        "greedy {}, best {}",
        settled.selection.total(),
        settled.packing.total
    );
    for certificate in &settled.certificates {
        println!(
            "  order {}: {} bps better than its reference route",
            certificate.order, certificate.better_bps
        );
    }
    println!("passed over: {:?}", settled.passed_over);
    for one in &quoted {
        match one.settled() {
            Some(quote) => println!(
                "order {} is settled with {}'s quote: {} for {}",
                one.order, quote.dealer, quote.get, quote.give
            ),
            None => println!("order {} takes no quote", one.order),
        }
        for (place, why) in &one.choice.refused {
            println!("  {}: {why}", one.quotes[*place as usize].dealer);
        }
        if let Some(fault) = one.fault {
            println!("  not settled: {fault}");
        }
    }
    Ok(())
}

/// What became of an order's quotes, as JSON.
fn answer(one: &Quoted) -> serde_json::Value {
    let refused = one.choice.refused.iter().map(|(place, why)| {
        serde_json::json!({ "dealer": one.quotes[*place as usize].dealer, "why": why })
    });
    serde_json::json!({
        "order": one.order,
        "taken": one.settled().map(|quote| &quote.dealer),
        "give": one.settled().map(|quote| quote.give.to_string()),
        "get": one.settled().map(|quote| quote.get.to_string()),
        "refused": refused.collect::<Vec<_>>(),
        "fault": one.fault.map(|fault| fault.to_string()),
    })
}

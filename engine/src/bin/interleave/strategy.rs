//! `interleave strategy`: runs a market with people and their strategies, once or under many seeds; or only
//! watches a bare market with a text.

use crate::block;
use crate::failure::Failure;
use crate::pool::{in_pool, machine_threads};
use crate::source;
use crate::watch::watch;
use engine::primitives::Decimal;
use engine::scenario::strategy::link::{StrategyLink, decode, encode};
use engine::scenario::strategy::{StrategyScenario, parse as document, preset};
use engine::session::Unwatched;
use engine::session::strategy::{
    Ending, FanReport, FanSettings, StrategyRun, StrategySummary, compare, fan,
};
use engine::trace::intent::What;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A document: a JSON file, `preset:NAME` or a link. Without one the presets are listed.
    document: Option<String>,
    /// Only watch a generated market with this text of strategies; nothing is settled.
    #[arg(long, conflicts_with = "document")]
    text: Option<PathBuf>,
    /// With --text: only print it as the formatter writes it.
    #[arg(long, requires = "text")]
    pub(crate) format: bool,
    /// With --text: the asset that is generated.
    #[arg(long, default_value = "ETH")]
    pub(crate) asset: String,
    /// With --text: its first price.
    #[arg(long, default_value = "2000")]
    pub(crate) price: String,
    /// With --text: the published statistics that it keeps to.
    #[arg(long, default_value = "btc-hourly")]
    pub(crate) profile: String,
    /// Days; instead of the document's. With --text 30, by the hour.
    #[arg(long)]
    pub(crate) days: Option<u32>,
    /// The seed; instead of the document's.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Print the document as JSON instead.
    #[arg(long, requires = "document")]
    print: bool,
    /// Print the document's link instead.
    #[arg(long, requires = "document")]
    link: bool,
    /// Run it under so many seeds, from the document's on.
    #[arg(long, requires = "document")]
    fan: Option<u32>,
    /// With --fan: the other document, on the same seeds.
    #[arg(long, requires = "fan")]
    against: Option<String>,
    /// With --fan: moments over time.
    #[arg(long, default_value_t = 121)]
    points: u32,
    /// With --fan: threads; by default as many as the machine runs at once.
    #[arg(long)]
    threads: Option<u32>,
    /// Print the link of this step's block in the execution lab instead.
    #[arg(
        long,
        requires = "document",
        value_name = "STEP",
        conflicts_with = "fan"
    )]
    block: Option<u32>,
    /// With --block: virtual lanes, 1 to 1024.
    #[arg(long, requires = "block", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1024))]
    lanes: u32,
    /// With --json: all events and series too.
    #[arg(long)]
    events: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(text) = &arguments.text {
        return watch(arguments, text);
    }
    let Some(named) = &arguments.document else {
        for preset in preset::all() {
            println!("preset:{:<18} {}", preset.name, preset.description);
        }
        return Ok(());
    };
    let scenario = open(arguments, named)?;
    if arguments.print {
        print!("{}", document::print(&scenario));
        return Ok(());
    }
    if arguments.link {
        let link = StrategyLink {
            scenario,
            step: None,
        };
        let text = encode(&link).ok_or_else(|| {
            Failure::Input(
                "the document is too long for a link".to_owned(),
                "share its JSON file".to_owned(),
            )
        })?;
        println!("{text}");
        return Ok(());
    }
    if let Some(step) = arguments.block {
        return block::print(scenario, step, arguments.lanes);
    }
    match arguments.fan {
        Some(seeds) => spread(arguments, &scenario, seeds),
        None => once(arguments, scenario),
    }
}

fn open(arguments: &Arguments, named: &str) -> Result<StrategyScenario, Failure> {
    let mut scenario = if let Some(name) = named.strip_prefix("preset:") {
        preset::named(name)
            .map(preset::Preset::scenario)
            .ok_or_else(|| {
                let names: Vec<_> = preset::all().iter().map(|preset| preset.name).collect();
                Failure::Input(
                    format!("no preset {name:?}"),
                    format!("there are: {}", names.join(", ")),
                )
            })?
    } else if Path::new(named).is_file() {
        document::parse(&source::text(Path::new(named), document::TEXT_MAX)?)?
    } else if named.contains('#') {
        decode(named)?.scenario
    } else {
        return Err(Failure::Input(
            format!("{named:?} is no file, no preset and no link"),
            "write a JSON file's path, preset:NAME, or a link that begins with #4.".to_owned(),
        ));
    };
    scenario.days = arguments.days.unwrap_or(scenario.days);
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

pub(crate) fn trouble(trouble: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!("a bug of ours: {trouble}"))
}

fn once(arguments: &Arguments, scenario: StrategyScenario) -> Result<(), Failure> {
    let mut run = StrategyRun::open(scenario, true)?;
    while run.advance(1_024).map_err(trouble)? {}
    let summary = run.summary();
    if arguments.json {
        let why: Vec<_> = run
            .why_not()
            .into_iter()
            .map(|(intent, why)| serde_json::json!({ "intent": intent, "why_not": why }))
            .collect();
        let mut object = serde_json::json!({ "summary": summary, "waiting": why });
        if arguments.events {
            object["recording"] = serde_json::json!(run.recording());
        }
        println!("{object}");
        return Ok(());
    }
    tell(&run, &summary);
    Ok(())
}

fn tell(run: &StrategyRun, summary: &StrategySummary) {
    println!(
        "{} steps, {} transactions ({} refused), {} auctions, {} events",
        summary.steps[0],
        summary.transactions[0],
        summary.transactions[1],
        summary.auctions,
        summary.events[0]
    );
    for (name, outcome) in &summary.people {
        println!(
            "  {name:<12} {} → {} ({} if left alone), drawdown {}%, {} fills, {} fees, {} liquidations",
            outcome.start,
            outcome.equity,
            outcome.held,
            outcome.drawdown.percent(),
            outcome.fills,
            outcome.fees,
            outcome.liquidations
        );
    }
    let recording = run.recording();
    let symbol = |token: u32| recording.tokens[token as usize].as_str();
    let fills = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Fill {
                intent: Some(intent),
                solver,
                give,
                get,
                gave,
                got,
                better_bps,
                ..
            } => Some(format!(
                "  step {:>5}  intent {intent}: {gave} {} for {got} {} by {solver}{}",
                event.step,
                symbol(*give),
                symbol(*get),
                better_bps.map_or(String::new(), |bps| format!(
                    ", {bps:+} bps beside the reference route"
                ))
            )),
            What::Liquidated {
                person: Some(person),
                debt,
                ..
            } => Some(format!(
                "  step {:>5}  person {person} is liquidated: {debt} paid",
                event.step
            )),
            _ => None,
        });
    for line in fills.take(40) {
        println!("{line}");
    }
    for (intent, why) in run.why_not() {
        println!("  intent {intent} waits: {:?} {}", why.obstacle, why.clause);
    }
    println!("digest {}", summary.digest);
}

fn spread(arguments: &Arguments, scenario: &StrategyScenario, seeds: u32) -> Result<(), Failure> {
    let settings = FanSettings {
        first: scenario.seed,
        seeds,
        points: arguments.points,
    };
    let threads = arguments.threads.unwrap_or_else(machine_threads);
    let start = std::time::Instant::now();
    let cancelled = || Failure::Failed("cancelled".to_owned());
    if let Some(against) = &arguments.against {
        let two = open(arguments, against)?;
        let found = in_pool(threads, || compare(scenario, &two, &settings, &Unwatched))??
            .map_err(trouble)?
            .ok_or_else(cancelled)?;
        if arguments.json {
            println!("{}", serde_json::json!(found));
            return Ok(());
        }
        told(&found.one);
        told(&found.two);
        println!(
            "the second is better on {} of {seeds} seeds; difference {}",
            found.better,
            list(&found.difference)
        );
        return Ok(());
    }
    let found = in_pool(threads, || fan(scenario, &settings, &Unwatched))??
        .map_err(trouble)?
        .ok_or_else(cancelled)?;
    if arguments.json {
        println!("{}", serde_json::json!(found));
        return Ok(());
    }
    told(&found);
    println!(
        "{:.2} s on {threads} threads",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn list(values: &[Decimal]) -> String {
    let each: Vec<_> = values
        .iter()
        .map(|value| format!("{}", value.0 / Decimal::ONE.0))
        .collect();
    each.join(" ")
}

fn told(report: &FanReport) {
    println!(
        "{} seeds, {} transactions; quantiles at 1 5 25 50 75 95 99 %",
        report.seeds, report.transactions
    );
    for person in &report.people {
        println!(
            "  {:<12} profit {}; {} of {} gained",
            person.name,
            list(&person.profit),
            person.gained,
            report.seeds
        );
        let drawdown = person
            .drawdown
            .map(|share| Decimal(share.0.saturating_mul(100)));
        println!("  {:<12} drawdown in per cent {}", "", list(&drawdown));
        let endings = Ending::ALL
            .iter()
            .zip(person.endings)
            .filter(|(_, count)| *count > 0);
        let endings: Vec<_> = endings
            .map(|(ending, count)| format!("{ending:?} {count}"))
            .collect();
        println!("  {:<12} {}", "", endings.join(", "));
    }
    println!("digest {}", report.digest);
}

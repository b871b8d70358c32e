//! `interleave consensus`: runs an agreement protocol on a simulated network.

use crate::agreement::{as_json, print};
use crate::failure::Failure;
use crate::source;
use engine::consensus::registry::{PROTOCOLS, named};
use engine::consensus::trial::{self, Harm};
use engine::scenario::consensus::{self, Adversary, ConsensusScenario, link, preset};
use engine::scenario::parse::TEXT_MAX;
use engine::session::consensus::{Agreement, oracle};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What makes up a document.
#[derive(clap::Args)]
pub(crate) struct Knobs {
    /// A document to start from: a JSON file, `preset:NAME` or a link; options change it.
    #[arg(long = "document", value_name = "DOCUMENT")]
    scenario: Option<String>,
    /// The protocol, by name; `interleave protocols` lists them.
    #[arg(long)]
    protocol: Option<String>,
    /// How many nodes.
    #[arg(long)]
    nodes: Option<u32>,
    /// How many nodes the protocol is to withstand.
    #[arg(long)]
    faults: Option<u32>,
    /// How many votes make a certificate.
    #[arg(long)]
    quorum: Option<u32>,
    /// How many nodes lie, from node 0 up.
    #[arg(long)]
    byzantine: Option<u32>,
    /// How they lie: `two_worlds`, `silent`, `silent_leader`, `equivocate`, `double_vote`, `withhold`,
    /// `selfish_mine`, `double_spend`, `stale`, `censor`, `long_range`.
    #[arg(long)]
    adversary: Option<String>,
    /// One-way delay between any two nodes, in milliseconds, with up to three decimals.
    #[arg(long, value_name = "D", conflicts_with = "regions")]
    delay_ms: Option<String>,
    /// A table of regions (`cloud`, `public`), or names of cloud regions that nodes take in turn.
    #[arg(long, value_delimiter = ',')]
    regions: Vec<String>,
    /// A region moved on the map, NAME=EAST,SOUTH in milliseconds of one-way delay.
    #[arg(
        long = "move",
        value_name = "NAME=EAST,SOUTH",
        allow_hyphen_values = true
    )]
    moved: Vec<String>,
    /// Log-normal jitter, in millionths of the logarithm's deviation.
    #[arg(long)]
    jitter_ppm: Option<u32>,
    /// Every node's uplink, in kilobits a second.
    #[arg(long)]
    uplink_kbps: Option<u32>,
    /// A block's payload, in bytes.
    #[arg(long)]
    payload_bytes: Option<u32>,
    /// How many heights are to be decided.
    #[arg(long)]
    decisions: Option<u64>,
    /// A JSON file with a list of faults.
    #[arg(long, value_name = "FILE")]
    fault: Option<PathBuf>,
    /// The root of all randomness.
    #[arg(long)]
    seed: Option<u64>,
    /// A known mistake of the protocol to switch on.
    #[arg(long)]
    flaw: Option<String>,
    /// A setting of the protocol's own, NAME=VALUE.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    knobs: Vec<String>,
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    knobs: Knobs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Write what happened to this JSON file: messages, changes of state, faults.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Print the document instead of running it.
    #[arg(long)]
    print: bool,
    /// Print the document's link instead of running it.
    #[arg(long)]
    link: bool,
    /// Run made-up faults of this seed instead, and say whether all is well.
    #[arg(long, value_name = "SEED")]
    trial: Option<u64>,
    /// With --trial or as many --trials: which faults, `late` or `lost`.
    #[arg(long, default_value = "late")]
    harm: String,
    /// Run so many trials, from --seed on, and stop at the first that is not well; of protocols that decide by
    /// chance (nakamoto, snowman) those that are not well are counted.
    #[arg(long, value_name = "COUNT")]
    trials: Option<u64>,
}

/// Messages that a trace keeps.
const TRACE_MAX: u32 = 1_000_000;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.trial.is_some() || arguments.trials.is_some() {
        return trials(arguments);
    }
    let scenario = document(&arguments.knobs)?;
    let problems = consensus::check(&scenario);
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    if arguments.print {
        print!("{}", consensus::print(&scenario));
        return Ok(());
    }
    if arguments.link {
        let moment = None;
        println!(
            "{}",
            link::encode(&link::ConsensusLink { scenario, moment })
        );
        return Ok(());
    }
    let record = if arguments.trace.is_some() {
        TRACE_MAX
    } else {
        0
    };
    let closed_form_us = oracle::expected(&scenario);
    let mut run = Agreement::open(scenario, record)?;
    run.finish();
    if let (Some(path), Some(recording)) = (&arguments.trace, run.recording()) {
        std::fs::write(path, json!(recording).to_string())
            .map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    }
    let report = run.report();
    if arguments.json {
        let mut object = as_json(&report);
        // Mean latency over all leaders by order statistics; null where the closed form does not hold.
        object["latency_closed_form_us"] = json!(closed_form_us);
        println!("{object}");
    } else {
        print(&report);
        if let Some(micros) = closed_form_us {
            println!(
                "closed form of the mean latency: {:.3} ms",
                micros as f64 / 1e3
            );
        }
    }
    Ok(())
}

/// Lists the protocols.
pub(crate) fn protocols(as_json: bool) {
    if as_json {
        let list: Vec<Value> = PROTOCOLS
            .iter()
            .map(|entry| {
                let described = entry.descriptor;
                let flaws = described.flaws.iter();
                let knobs = described.knobs.iter();
                json!({
                    "name": described.name,
                    "line": described.line,
                    "source": described.source,
                    "withstands": format!("n > {}f", described.divisor),
                    "messages": described.kinds.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
                    "flaws": flaws.map(|flaw| json!({ "name": flaw.name, "line": flaw.line })).collect::<Vec<_>>(),
                    "knobs": knobs.map(|knob| json!({ "name": knob.name, "line": knob.line, "default": knob.default, "low": knob.low, "high": knob.high })).collect::<Vec<_>>(),
                })
            })
            .collect();
        println!("{}", Value::from(list));
        return;
    }
    for entry in PROTOCOLS {
        let described = entry.descriptor;
        println!("{:<18} {}", described.name, described.line);
        println!(
            "{:<18} n > {}f; after: {}",
            "", described.divisor, described.source
        );
    }
}

/// The document that options make up.
pub(crate) fn document(arguments: &Knobs) -> Result<ConsensusScenario, Failure> {
    let mut scenario = match &arguments.scenario {
        None => ConsensusScenario::default(),
        Some(argument) if std::path::Path::new(argument).is_file() => {
            consensus::parse(&source::text(std::path::Path::new(argument), TEXT_MAX)?)?
        }
        Some(argument) => match argument.strip_prefix("preset:") {
            Some(name) => shipped(name)?,
            None => link::decode(argument)?.scenario,
        },
    };
    let a = arguments;
    set(&mut scenario.protocol, a.protocol.clone());
    set(&mut scenario.nodes, a.nodes);
    set(&mut scenario.byzantine, a.byzantine);
    set(&mut scenario.decisions, a.decisions);
    set(&mut scenario.seed, a.seed);
    set(&mut scenario.network.jitter_ppm, a.jitter_ppm);
    set(&mut scenario.network.uplink_kbps, a.uplink_kbps);
    set(&mut scenario.payload.bytes, a.payload_bytes);
    scenario.faults = a.faults.or(scenario.faults);
    scenario.quorum = a.quorum.or(scenario.quorum);
    scenario.flaw = a.flaw.clone().or(scenario.flaw);
    if let Some(name) = &a.adversary {
        scenario.adversary = adversary(name)?;
    }
    if let Some(text) = &a.delay_ms {
        scenario.network.delay_us = micros(text)?;
        scenario.network.regions = None;
        scenario.network.placed.clear();
    }
    match a.regions.as_slice() {
        [] => {}
        [table] if table == "cloud" || table == "public" => {
            scenario.network.regions = Some(table.clone());
            scenario.network.placed.clear();
        }
        named => {
            scenario.network.regions = Some("cloud".to_owned());
            scenario.network.placed = named.to_vec();
        }
    }
    for text in &a.moved {
        let parts = text.split_once('=').and_then(|(name, by)| {
            let (east, south) = by.split_once(',')?;
            let micros = |ms: &str| ms.trim().parse::<i32>().ok()?.checked_mul(1_000);
            Some((name.to_owned(), [micros(east)?, micros(south)?]))
        });
        let (name, by) = parts.ok_or_else(|| {
            Failure::Input(
                format!("move: {text:?} is no NAME=EAST,SOUTH"),
                "for example --move sa-east-1=-40,20, in whole milliseconds".to_owned(),
            )
        })?;
        scenario.moved.insert(name, by);
    }
    for knob in &a.knobs {
        let parts = knob
            .split_once('=')
            .and_then(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
        let (name, value) = parts.ok_or_else(|| {
            Failure::Input(
                format!("set: {knob:?} is no NAME=VALUE"),
                "for example --set checkpoint_every=4".to_owned(),
            )
        })?;
        scenario.knobs.insert(name, value);
    }
    if let Some(path) = &a.fault {
        let acts = consensus::parse_acts(&source::text(path, TEXT_MAX)?)?;
        scenario.acts.extend(acts);
    }
    Ok(scenario)
}

/// The document that we ship under this name.
fn shipped(name: &str) -> Result<ConsensusScenario, Failure> {
    let found = preset::named(name).map(preset::Preset::scenario);
    found.ok_or_else(|| {
        let names: Vec<_> = preset::all().iter().map(|preset| preset.name).collect();
        Failure::Input(
            format!("document: no preset {name:?}"),
            format!("there are: {}", names.join(", ")),
        )
    })
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn adversary(name: &str) -> Result<Adversary, Failure> {
    serde_json::from_value(Value::from(name)).map_err(|error| {
        Failure::Input(
            format!("adversary: {error}"),
            "write it as the document has it, for example equivocate".to_owned(),
        )
    })
}

/// Milliseconds with up to three decimals, as microseconds.
fn micros(text: &str) -> Result<u64, Failure> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let thousandths = format!("{decimals:0<3}");
    let parsed = whole
        .parse::<u64>()
        .ok()
        .zip(thousandths.parse::<u64>().ok());
    parsed
        .filter(|_| decimals.len() <= 3)
        .and_then(|(whole, thousandths)| whole.checked_mul(1_000)?.checked_add(thousandths))
        .ok_or_else(|| {
            Failure::Input(
                format!("network.delay_us: {text:?} is no number of milliseconds"),
                "write 100 or 0.5; up to three decimals".to_owned(),
            )
        })
}

/// Trials: made-up faults, and whether all is well.
fn trials(arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.knobs.protocol.as_deref().unwrap_or("pbft");
    let entry = named(name).ok_or_else(|| {
        let names: Vec<_> = PROTOCOLS
            .iter()
            .map(|entry| entry.descriptor.name)
            .collect();
        Failure::Input(
            format!("protocol: no protocol {name:?}"),
            format!("there are: {}", names.join(", ")),
        )
    })?;
    let harm = match arguments.harm.as_str() {
        "late" => Harm::Late,
        "lost" => Harm::Lost,
        other => {
            return Err(Failure::Input(
                format!("harm: {other:?} is none"),
                "write late or lost".to_owned(),
            ));
        }
    };
    let first = arguments.trial.or(arguments.knobs.seed).unwrap_or_default();
    let count = arguments.trials.unwrap_or(1);
    let (mut delivered, mut well, mut other) = (0, 0, None);
    for seed in first..first.saturating_add(count) {
        match trial::judge(entry, seed, harm) {
            Ok(report) => (delivered, well) = (delivered + report.delivered, well + 1),
            Err(what) if entry.descriptor.is_certain => return Err(Failure::Failed(what)),
            Err(what) => _ = other.get_or_insert(what),
        }
    }
    if let Some(other) = other {
        println!(
            "{name} decides by chance: {well} of {count} trials from seed {first} on are well"
        );
        println!("not well for example: {other}");
        return Ok(());
    }
    println!(
        "{name}: {count} trials from seed {first} on are well, {delivered} messages delivered"
    );
    Ok(())
}

//! `interleave shards`: runs parallel chains that split the state.

use crate::failure::Failure;
use crate::{glance, source};
use engine::scenario::parse::TEXT_MAX;
use engine::scenario::shard::format::Placement;
use engine::scenario::shard::{self, ShardScenario, link, preset};
use engine::session::shard::takeover::{DIGITS, Takeover, takeover};
use engine::session::shard::{Ran, Shards, comparison, trial};
use engine::shard::ShardsReport;
use engine::shard::transfer::Protocol;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A document to start from: a JSON file, `preset:NAME` or a link; options change it.
    #[arg(value_name = "DOCUMENT")]
    document: Option<String>,
    /// How transactions between shards are carried through: relay, receipts, broker, atomix, sbac, byzcuit,
    /// reference, kronos.
    #[arg(long)]
    protocol: Option<String>,
    /// Where accounts live at first: hash, range, application, propagation, multilevel, allocation.
    #[arg(long)]
    placement: Option<String>,
    /// How many shards.
    #[arg(long)]
    shards: Option<u16>,
    /// How many transactions are asked for.
    #[arg(long)]
    transactions: Option<u32>,
    /// How many are asked for in a second.
    #[arg(long)]
    per_second: Option<u32>,
    /// The root of all randomness.
    #[arg(long)]
    seed: Option<u64>,
    /// Real threads that execute blocks of different shards at once.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Run the document under every protocol.
    #[arg(long)]
    compare: bool,
    /// Reckon and draw who could take a shard over, instead of running it.
    #[arg(long)]
    takeover: bool,
    /// Print the document instead of running it.
    #[arg(long)]
    print: bool,
    /// Print the document's link instead of running it.
    #[arg(long)]
    link: bool,
    /// List the presets.
    #[arg(long)]
    presets: bool,
    /// Write what happened to this JSON file.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Move an account to a shard by hand, at so many milliseconds; as often as is wanted.
    #[arg(long = "move", value_name = "ACCOUNT:SHARD@MS")]
    moves: Vec<String>,
    /// Look at a moment instead of at the whole run: at the shard's block on its lanes, and at who is busy.
    #[arg(long, value_name = "SHARD@MS")]
    look: Option<String>,
    /// Run so many made-up documents with faults, from --seed on, and stop at the first that loses anything.
    #[arg(long, value_name = "COUNT")]
    trials: Option<u64>,
}

/// What a trace keeps of everything.
const TRACE_MAX: u32 = 1_000_000;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.presets {
        for preset in preset::all() {
            println!("{:<30} {}", preset.name, preset.description);
        }
        return Ok(());
    }
    if let Some(count) = arguments.trials {
        let first = arguments.seed.unwrap_or(0);
        if arguments.print {
            print!("{}", shard::print(&trial::document(first)));
            return Ok(());
        }
        return trials(first, count);
    }
    let scenario = document(arguments)?;
    let problems = shard::check(&scenario);
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    if arguments.print {
        print!("{}", shard::print(&scenario));
        return Ok(());
    }
    if arguments.link {
        let moment = None;
        println!("{}", link::encode(&link::ShardLink { scenario, moment }));
        return Ok(());
    }
    if arguments.takeover {
        let takeover = takeover(&scenario)?;
        return tell_takeover(&takeover, arguments.json);
    }
    if let Some(text) = &arguments.look {
        return glance::run(&scenario, text, arguments.json);
    }
    if arguments.compare {
        let reports = comparison(&scenario, arguments.threads)?;
        if arguments.json {
            println!("{}", json!(reports));
        } else {
            compare(&reports);
        }
        return Ok(());
    }
    let record = if arguments.trace.is_some() {
        TRACE_MAX
    } else {
        0
    };
    let ran = Shards::run(&scenario, record, arguments.threads)?;
    if let Some(path) = &arguments.trace {
        std::fs::write(path, json!(ran.recording).to_string())
            .map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    }
    if arguments.json {
        let mut object: Value = json!(ran.report);
        object["expected"] = json!(ran.expected);
        println!("{object}");
    } else {
        tell(&ran);
    }
    Ok(())
}

fn document(a: &Arguments) -> Result<ShardScenario, Failure> {
    let mut scenario = match &a.document {
        None => ShardScenario::default(),
        Some(argument) if Path::new(argument).is_file() => {
            shard::parse(&source::text(Path::new(argument), TEXT_MAX)?)?
        }
        Some(argument) => match argument.strip_prefix("preset:") {
            Some(name) => shipped(name)?,
            None => link::decode(argument)?.scenario,
        },
    };
    if let Some(name) = &a.protocol {
        let named = Protocol::ALL.into_iter().find(|known| known.name() == name);
        let names = Protocol::ALL.map(Protocol::name);
        scenario.protocol = named.ok_or_else(|| unknown("protocol", name, &names))?;
    }
    if let Some(name) = &a.placement {
        let named = Placement::ALL
            .into_iter()
            .find(|known| known.name() == name);
        let names = Placement::ALL.map(Placement::name);
        scenario.placement = named.ok_or_else(|| unknown("placement", name, &names))?;
    }
    scenario.shards = a.shards.unwrap_or(scenario.shards);
    scenario.seed = a.seed.unwrap_or(scenario.seed);
    let traffic = &mut scenario.traffic;
    traffic.transactions = a.transactions.unwrap_or(traffic.transactions);
    traffic.per_second = a.per_second.unwrap_or(traffic.per_second);
    for text in &a.moves {
        let act = glance::moved(text)?;
        let place = scenario.acts.partition_point(|it| it.at_us <= act.at_us);
        scenario.acts.insert(place, act);
    }
    Ok(scenario)
}

fn shipped(name: &str) -> Result<ShardScenario, Failure> {
    let found = preset::named(name).map(preset::Preset::scenario);
    found.ok_or_else(|| {
        let names: Vec<_> = preset::all().iter().map(|preset| preset.name).collect();
        unknown("preset", name, &names)
    })
}

fn unknown(what: &str, name: &str, names: &[&str]) -> Failure {
    Failure::Input(
        format!("no {what} {name:?}"),
        format!("there are: {}", names.join(", ")),
    )
}

fn trials(first: u64, count: u64) -> Result<(), Failure> {
    for seed in first..first.saturating_add(count) {
        trial::trial(seed).map_err(|what| {
            Failure::Failed(format!(
                "seed {seed}: {what}; repeat with interleave shards --trials 1 --seed {seed}"
            ))
        })?;
    }
    println!(
        "{count} made-up documents with faults from seed {first} on: nothing created, lost or stuck"
    );
    Ok(())
}

fn percent(ppm: u64) -> String {
    format!("{:.1} %", ppm as f64 / 1e4)
}

fn tell(ran: &Ran) {
    let report = &ran.report;
    let fates = &report.fates;
    println!(
        "protocol {}, {} shards",
        report.protocol.name(),
        report.shards
    );
    println!(
        "{} of {} transactions committed in {:.2} s of simulated time: {} a second",
        fates.committed,
        fates.asked,
        report.elapsed.0 as f64 / 1e6,
        report.per_second
    );
    println!(
        "between shards: {} ({} of pairs of accounts as placed, {} if placed uniformly)",
        percent(report.crossing_ppm),
        percent(ran.expected.crossing_ppm),
        percent(ran.expected.uniform_ppm)
    );
    let lines = [
        ("aborted", format!("{:?}", fates.aborted)),
        ("refunded", format!("{:?}", fates.refunded)),
        ("not carried through", format!("{:?}", fates.unsupported)),
        ("stuck", fates.stuck.to_string()),
    ];
    for (what, words) in lines {
        if words != "{}" && words != "0" {
            println!("{what}: {words}");
        }
    }
    println!(
        "latency: {:.0} ms on one shard, {:.0} ms between shards (medians)",
        report.latency_us.p50 as f64 / 1e3,
        report.latency_crossing_us.p50 as f64 / 1e3
    );
    let between: u64 = report.messages.values().sum();
    println!(
        "messages: {between} between shards, {} with clients, {} within committees",
        report.client_messages, report.committee_messages
    );
    if report.moved > 0 {
        println!(
            "moves: {} accounts, {:.0} ms each (median); {} transactions put off",
            report.moved,
            report.moving_us.p50 as f64 / 1e3,
            report.put_off_by_moves
        );
    }
    let splits = &report.splits;
    if splits.count > 0 {
        println!(
            "splits: {}, with {} accounts and {} slots; {} entries copied to both shards, {} copies dropped, {} transactions begun again",
            splits.count,
            splits.accounts,
            splits.slots,
            splits.copied,
            splits.dropped,
            splits.begun_again
        );
    }
    let conservation = &report.conservation;
    println!(
        "units: looked at {} times, off {} times, created or lost {:?}, on their way {:?}",
        conservation.checks, conservation.off, conservation.drift, conservation.in_flight
    );
    if report.isolation.is_serializable() {
        println!("isolation: as if one after the other");
    } else {
        println!("isolation: {:?}", report.isolation.counts);
    }
    let scaling = &report.scaling;
    println!(
        "{} a second if every transaction were one entry; {} of that = {} of the room used × {} of entries useful × {} transactions an entry",
        scaling.capacity,
        percent(scaling.ratio),
        percent(scaling.utilisation),
        percent(scaling.useful),
        percent(scaling.per_entry)
    );
    println!(
        "ceilings at this share: relay {} a second, two phases {} a second",
        scaling.relay_ceiling, scaling.two_phase_ceiling
    );
    println!("digest {}", report.digest);
}

fn compare(reports: &[ShardsReport]) {
    println!(
        "{:<10} {:>9} {:>9} {:>8} {:>10} {:>10} {:>9} {:>6} {:>9}",
        "protocol",
        "committed",
        "a second",
        "aborted",
        "p50 one",
        "p50 cross",
        "messages",
        "units",
        "isolated"
    );
    for report in reports {
        let fates = &report.fates;
        let aborted: u64 = fates.aborted.values().chain(fates.refunded.values()).sum();
        let between: u64 = report.messages.values().sum();
        println!(
            "{:<10} {:>9} {:>9} {:>8} {:>7} ms {:>7} ms {:>9} {:>6} {:>9}",
            report.protocol.name(),
            fates.committed,
            report.per_second,
            aborted,
            report.latency_us.p50 / 1_000,
            report.latency_crossing_us.p50 / 1_000,
            between + report.client_messages,
            if report.conservation.off == 0 {
                "kept"
            } else {
                "off"
            },
            if report.isolation.is_serializable() {
                "yes"
            } else {
                "no"
            },
        );
    }
}

fn tell_takeover(takeover: &Takeover, as_json: bool) -> Result<(), Failure> {
    if as_json {
        println!("{}", json!(takeover));
        return Ok(());
    }
    let unit = 10f64.powi(DIGITS as i32);
    println!("{} corrupt members are enough", takeover.enough);
    println!(
        "one committee falls with probability {:.6e}",
        takeover.one as f64 / unit
    );
    println!(
        "some committee falls with probability at most {:.6e}",
        takeover.any as f64 / unit
    );
    println!(
        "{} epochs drawn: {} committees fell, in {} epochs; {} epochs with an adversary who aims",
        takeover.epochs, takeover.fallen, takeover.fallen_epochs, takeover.aimed
    );
    let (one, all) = takeover.cost;
    println!("nodes to corrupt if members are known: {one} for one shard, {all} for all");
    Ok(())
}

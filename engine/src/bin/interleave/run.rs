//! `interleave run`.

use crate::failure::Failure;
use crate::pool::{WallClock, in_pool, machine_threads};
use crate::source;
use clap::ValueEnum;
use engine::primitives::Digest;
use engine::scenario::{Scenario, Scheduler};
use engine::session::{Clock, LiveSettings, Method, Replay, Session, Unwatched, perfetto};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A JSON file, `preset:NAME` or a link.
    scenario: String,
    /// Who works: one after the other, virtual lanes in virtual time, or real threads.
    #[arg(long, value_enum, default_value_t = Crew::Stepped)]
    crew: Crew,
    /// How real threads execute a block (`threaded`): in the way that proves quickest, by what the
    /// transactions declare, or optimistically.
    #[arg(long, value_enum, default_value_t = By::Chosen)]
    by: By,
    /// Virtual lanes (`stepped`; by default the scenario's) or real threads (`threaded`; by default as
    /// many as the machine has).
    #[arg(long)]
    lanes: Option<u32>,
    /// Another scheduler than the scenario's; `stepped` only. See `interleave schedulers`.
    #[arg(long, value_name = "NAME")]
    scheduler: Option<String>,
    /// Another seed than the scenario's.
    #[arg(long)]
    seed: Option<u64>,
    /// Another number of blocks than the scenario's.
    #[arg(long)]
    blocks: Option<u32>,
    /// Print one JSON object. What the crew cannot say is null.
    #[arg(long)]
    json: bool,
    /// Write the last block's replay here as a trace for Chrome and Perfetto; `stepped` only.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Crew {
    Serial,
    Stepped,
    Threaded,
}

/// How real threads execute a block.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Chosen,
    Declared,
    BlockStm,
    #[value(name = "block-stm-2")]
    BlockStm2,
}

impl From<By> for Method {
    fn from(by: By) -> Self {
        match by {
            By::Chosen => Self::Chosen,
            By::Declared => Self::Declared,
            By::BlockStm => Self::BlockStm,
            By::BlockStm2 => Self::BlockStm2,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut scenario = source::scenario(&arguments.scenario)?;
    if let Some(seed) = arguments.seed {
        scenario.seed = seed;
    }
    if let Some(blocks) = arguments.blocks {
        scenario.blocks = blocks;
    }
    if arguments.crew != Crew::Stepped && arguments.trace.is_some() {
        return Err(Failure::Input(
            "--trace needs virtual time".to_owned(),
            "add --crew stepped".to_owned(),
        ));
    }
    if let Some(name) = &arguments.scheduler {
        if arguments.crew != Crew::Stepped {
            return Err(Failure::Input(
                "--scheduler needs virtual time".to_owned(),
                "add --crew stepped".to_owned(),
            ));
        }
        scenario.execution.scheduler = scheduler(name)?;
    }
    let figures = match arguments.crew {
        Crew::Stepped => {
            if let Some(lanes) = arguments.lanes {
                scenario.execution.lanes = lanes;
            }
            stepped(scenario, arguments.trace.as_deref())?
        }
        Crew::Serial => live(scenario, 1, Method::Serial)?,
        Crew::Threaded => {
            let threads = arguments.lanes.unwrap_or_else(machine_threads);
            if !(1..=1_024).contains(&threads) {
                return Err(Failure::Input(
                    format!("{threads} threads are out of range"),
                    "choose 1 to 1024 with --lanes".to_owned(),
                ));
            }
            live(scenario, threads, arguments.by.into())?
        }
    };
    if arguments.json {
        println!("{figures}");
    } else {
        print(&figures);
    }
    match figures["equals_serial"].as_bool() {
        Some(false) => Err(Failure::Failed(
            "the result differs from that of the serial crew".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The scheduler with this name.
pub(crate) fn scheduler(name: &str) -> Result<Scheduler, Failure> {
    Scheduler::named(name).ok_or_else(|| {
        Failure::Input(
            format!("no scheduler {name:?}"),
            format!(
                "there are: {}",
                Scheduler::ALL.map(Scheduler::name).join(", ")
            ),
        )
    })
}

fn print(figures: &Value) {
    if let Some(object) = figures.as_object() {
        for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            println!("{name:<20} {text}");
        }
    }
}

fn stepped(scenario: Scenario, trace: Option<&Path>) -> Result<Value, Failure> {
    let (blocks, execution) = (scenario.blocks, scenario.execution.clone());
    let mut session = Session::open(scenario)?;
    let clock = WallClock::start();
    let mut sum = Sum::default();
    let mut last = None;
    for block in 0..blocks {
        let replay = session.replay(block, &execution, &Unwatched)?;
        if let Some(replay) = replay {
            sum.add(&replay);
            last = Some(replay);
        }
    }
    let wall_seconds = clock.now_seconds();
    let Some(last) = last else {
        return Err(Failure::Failed("no block was executed".to_owned()));
    };
    if let Some(path) = trace {
        write_trace(&last, path)?;
    }
    Ok(json!({
        "crew": "stepped",
        "scheduler": execution.scheduler.name(),
        "keeps_block_order": last.summary.keeps_block_order,
        "lanes": last.recording.lanes,
        "blocks": blocks,
        "transactions": sum.transactions,
        "reverted": sum.reverted,
        "executions": sum.executions,
        "aborts": sum.aborts,
        "blocked": sum.blocked,
        "validations": sum.validations,
        "wall_seconds": wall_seconds,
        "tps": null,
        "tps_without_root": null,
        "breaches": sum.breaches,
        "first_pass_ticks": sum.first_pass_ticks,
        "ticks": sum.ticks,
        "speedup": sum.ticks_one_lane as f64 / sum.ticks as f64,
        "critical_path": sum.critical_path,
        "state_root": last.summary.state_root.to_string(),
        "receipts_digest": last.summary.receipts_digest.to_string(),
        "trace_digest": sum.trace_digest().to_string(),
    }))
}

/// The figures of several blocks together.
#[derive(Default)]
struct Sum {
    transactions: u64,
    reverted: u64,
    executions: u64,
    aborts: u64,
    blocked: u64,
    validations: u64,
    breaches: u64,
    first_pass_ticks: u64,
    ticks: u64,
    ticks_one_lane: u64,
    critical_path: u64,
    traces: Vec<Digest>,
}

impl Sum {
    fn add(&mut self, replay: &Replay) {
        let summary = &replay.summary;
        self.transactions += u64::from(summary.transactions);
        self.reverted += u64::from(summary.reverted);
        self.executions += u64::from(summary.executions);
        self.aborts += u64::from(summary.aborts);
        self.blocked += u64::from(summary.blocked);
        self.validations += u64::from(summary.validations);
        self.breaches += u64::from(summary.breaches);
        self.first_pass_ticks += summary.first_pass_ticks;
        self.ticks += summary.ticks;
        self.ticks_one_lane += summary.ticks_one_lane;
        self.critical_path += summary.critical_path_ticks;
        self.traces.push(summary.trace_digest);
    }

    /// The one block's digest, or the digest of all blocks' digests.
    fn trace_digest(&self) -> Digest {
        match self.traces.as_slice() {
            [one] => *one,
            many => Digest::of(&many.iter().flat_map(|digest| digest.0).collect::<Vec<_>>()),
        }
    }
}

fn live(scenario: Scenario, threads: u32, method: Method) -> Result<Value, Failure> {
    let settings = LiveSettings {
        threads,
        blocks: scenario.blocks,
        method,
    };
    let mut session = Session::open(scenario)?;
    let clock = WallClock::start();
    let measured = in_pool(threads, || session.live(&settings, &clock, &Unwatched))??
        .ok_or_else(|| Failure::Failed("cancelled".to_owned()))?;
    Ok(json!({
        "crew": if method == Method::Serial { "serial" } else { "threaded" },
        "method": measured.method,
        "lanes": measured.threads,
        "blocks": measured.blocks,
        "transactions": measured.transactions,
        "reverted": measured.reverted,
        "executions": measured.executions,
        "aborts": measured.aborts,
        "validations": measured.validations,
        "declared": measured.declared,
        "in_order": measured.in_order,
        "wall_seconds": measured.pipelined_seconds,
        "root_seconds": measured.root_seconds,
        "tps": measured.tps(),
        "tps_without_root": measured.tps_without_root(),
        "ticks": null,
        "speedup": measured.speedup(),
        "critical_path": null,
        "state_root": measured.state_root.to_string(),
        "trace_digest": null,
        "equals_serial": measured.equals_serial,
    }))
}

fn write_trace(replay: &Replay, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let mut file = Pieces {
        file: BufWriter::new(File::create(path).map_err(failed)?),
        error: None,
    };
    let written = perfetto::write(replay, &mut file).and_then(|()| file.write_char('\n'));
    if let Some(error) = file.error {
        return Err(failed(error));
    }
    written.map_err(|error| Failure::Failed(error.to_string()))?;
    file.file.flush().map_err(failed)
}

/// Text into a file, remembering what went wrong.
struct Pieces {
    file: BufWriter<File>,
    error: Option<std::io::Error>,
}

impl std::fmt::Write for Pieces {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.file.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            std::fmt::Error
        })
    }
}

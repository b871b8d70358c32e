//! `interleave check`, `link` and `open`: documents of every lab, as files, presets and links.

use crate::failure::Failure;
use crate::source;
use engine::primitives::Micros;
use engine::scenario::consensus::{self, ConsensusScenario};
use engine::scenario::link::{self, LinkError, LinkMoment};
use engine::scenario::shard::{self, ShardScenario};
use engine::scenario::strategy::{self, StrategyScenario};
use engine::scenario::{Problem, Scenario, parse, preset};
use serde_json::Value;
use std::path::Path;

/// A document of one of the labs.
enum Document {
    /// Blocks that are executed: links begin with `#1.`.
    Execution(Box<Scenario>),
    /// An agreement protocol: `#2.`.
    Consensus(Box<ConsensusScenario>),
    /// Shards: `#3.`.
    Shards(Box<ShardScenario>),
    /// Strategies on a market: `#4.`.
    Strategies(Box<StrategyScenario>),
}

/// What a link opens at.
#[derive(clap::Args, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Let the link open at this step: of the recording, or of the market.
    #[arg(long, conflicts_with = "at")]
    step: Option<u32>,
    /// Let the link select this transaction.
    #[arg(long, requires = "step")]
    tx: Option<u32>,
    /// Let the link open this lab, by its number on the page.
    #[arg(long, requires = "step")]
    lab: Option<u8>,
    /// Let the link open at this moment, in microseconds: of agreement, or of shards.
    #[arg(long)]
    at: Option<u64>,
}

const NOTHING: Moment = Moment {
    step: None,
    tx: None,
    lab: None,
    at: None,
};

pub(crate) fn check(argument: &str, json: bool) -> Result<(), Failure> {
    match read(argument) {
        Ok(_) if json => println!("[]"),
        Ok((document, _)) => println!("{}: no problems", document.name()),
        Err(Failure::Problems(problems)) if json => {
            println!("{}", serde_json::json!(problems));
            return Err(Failure::Silent);
        }
        Err(failure) => return Err(failure),
    }
    Ok(())
}

pub(crate) fn make_link(argument: &str, moment: Moment) -> Result<(), Failure> {
    let (document, _) = read(argument)?;
    let refused = |option: &str, lab: &str, instead: &str| {
        Err(Failure::Input(
            format!("{option} is not for a document of {lab}"),
            format!("a link to it takes {instead}"),
        ))
    };
    let Moment { step, tx, lab, at } = moment;
    let only_at = Moment { at, ..NOTHING };
    let only_step = Moment { step, ..NOTHING };
    let given = moment;
    let moment = at.map(Micros);
    let text = match document {
        Document::Execution(_) if at.is_some() => return refused("--at", "execution", "--step"),
        Document::Consensus(_) if only_at != given => {
            return refused("--step", "agreement", "--at");
        }
        Document::Shards(_) if only_at != given => {
            return refused("--step", "shards", "--at");
        }
        Document::Strategies(_) if only_step != given => {
            let what = if at.is_some() {
                "--at"
            } else {
                "--tx or --lab"
            };
            return refused(what, "strategies", "--step only");
        }
        Document::Execution(scenario) => {
            let moment = step.map(|step| LinkMoment {
                step,
                tx,
                lab: lab.unwrap_or_default(),
            });
            link::encode(&scenario, moment.as_ref())
        }
        Document::Consensus(scenario) => consensus::link::encode(&consensus::link::ConsensusLink {
            scenario: *scenario,
            moment,
        }),
        Document::Shards(scenario) => shard::link::encode(&shard::link::ShardLink {
            scenario: *scenario,
            moment,
        }),
        Document::Strategies(scenario) => {
            let link = strategy::link::StrategyLink {
                scenario: *scenario,
                step,
            };
            strategy::link::encode(&link).ok_or_else(|| {
                Failure::Input(
                    "the document is too long for a link".to_owned(),
                    "pass it on as a file".to_owned(),
                )
            })?
        }
    };
    println!("{text}");
    Ok(())
}

pub(crate) fn open(text: &str) -> Result<(), Failure> {
    let (document, opens_at) = decode(text)?;
    print!("{}", document.print());
    if let Some(opens_at) = opens_at {
        eprintln!("opens at {opens_at}");
    }
    Ok(())
}

impl Document {
    fn name(&self) -> &str {
        match self {
            Self::Execution(scenario) => &scenario.name,
            Self::Consensus(scenario) => &scenario.name,
            Self::Shards(scenario) => &scenario.name,
            Self::Strategies(scenario) => &scenario.name,
        }
    }

    fn print(&self) -> String {
        match self {
            Self::Execution(scenario) => parse::print(scenario),
            Self::Consensus(scenario) => consensus::print(scenario),
            Self::Shards(scenario) => shard::print(scenario),
            Self::Strategies(scenario) => strategy::print(scenario),
        }
    }

    fn shipped(name: &str) -> Result<Self, Failure> {
        if let Some(preset) = preset::named(name) {
            return Ok(Self::Execution(Box::new(preset.scenario())));
        }
        if let Some(preset) = consensus::preset::named(name) {
            return Ok(Self::Consensus(Box::new(preset.scenario())));
        }
        if let Some(preset) = shard::preset::named(name) {
            return Ok(Self::Shards(Box::new(preset.scenario())));
        }
        if let Some(preset) = strategy::preset::named(name) {
            return Ok(Self::Strategies(Box::new(preset.scenario())));
        }
        let names = preset::all().iter().map(|preset| preset.name);
        let names = names.chain(consensus::preset::all().iter().map(|preset| preset.name));
        let names = names.chain(shard::preset::all().iter().map(|preset| preset.name));
        let names = names.chain(strategy::preset::all().iter().map(|preset| preset.name));
        Err(Failure::Input(
            format!("no preset {name:?}"),
            format!("there are: {}", names.collect::<Vec<_>>().join(", ")),
        ))
    }

    /// A file's document: of the lab that knows most of its fields, and of execution where several do. What
    /// is wrong with it is then said as that lab says it.
    fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let given: Vec<String> = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields.into_iter().map(|(field, _)| field).collect(),
            _ => Vec::new(),
        };
        let known = |sound: &str| {
            let fields: Value = serde_json::from_str(sound).unwrap_or_default();
            given
                .iter()
                .filter(|field| fields.get(field).is_some())
                .count()
        };
        let counts = [
            known(&parse::print(&Scenario::default())),
            known(&consensus::print(&ConsensusScenario::default())),
            known(&shard::print(&ShardScenario::default())),
            known(&strategy::print(&StrategyScenario::default())),
        ];
        let most = counts.iter().max();
        Ok(match counts.iter().position(|count| Some(count) == most) {
            Some(1) => Self::Consensus(Box::new(consensus::parse(text)?)),
            Some(2) => Self::Shards(Box::new(shard::parse(text)?)),
            Some(3) => Self::Strategies(Box::new(strategy::parse(text)?)),
            _ => Self::Execution(Box::new(parse::parse(text)?)),
        })
    }
}

/// The document that an argument names: `preset:NAME`, a JSON file, or a link; and what the link opens at.
fn read(argument: &str) -> Result<(Document, Option<String>), Failure> {
    if let Some(name) = argument.strip_prefix("preset:") {
        return Ok((Document::shipped(name)?, None));
    }
    let path = Path::new(argument);
    if path.is_file() {
        let text = source::text(path, strategy::parse::TEXT_MAX)?;
        return Ok((Document::parse(&text)?, None));
    }
    decode(argument).map_err(|failure| match failure {
        Failure::Link(LinkError::NotALink) => source::nothing(argument),
        failure => failure,
    })
}

/// A link of any lab; the digit in front of its payload says of which.
fn decode(text: &str) -> Result<(Document, Option<String>), Failure> {
    let step = |step| format!("step {step}");
    let moment = |at: Micros| format!("{} microseconds", at.0);
    match link::decode(text) {
        Ok(link) => {
            let opens_at = link.moment.map(|moment| step(moment.step));
            Ok((Document::Execution(Box::new(link.scenario)), opens_at))
        }
        Err(LinkError::WrongVersion(version)) if version == "2" => {
            let link = consensus::link::decode(text)?;
            let document = Document::Consensus(Box::new(link.scenario));
            Ok((document, link.moment.map(moment)))
        }
        Err(LinkError::WrongVersion(version)) if version == "3" => {
            let link = shard::link::decode(text)?;
            let document = Document::Shards(Box::new(link.scenario));
            Ok((document, link.moment.map(moment)))
        }
        Err(LinkError::WrongVersion(version)) if version == "4" => {
            let link = strategy::link::decode(text)?;
            let document = Document::Strategies(Box::new(link.scenario));
            Ok((document, link.step.map(step)))
        }
        Err(error) => Err(error.into()),
    }
}

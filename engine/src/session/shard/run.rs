//! One document's run.

use crate::consensus::Settings as ConsensusSettings;
use crate::consensus::registry::of_committees;
use crate::primitives::{Micros, Seed};
use crate::scenario::Problem;
use crate::scenario::shard::{Built, ShardScenario, build};
use crate::shard::report::crossing_of;
use crate::shard::transfer::Protocol;
use crate::shard::{Agreement, Settings, ShardsReport, Simulation, Steady};
use crate::sim::Latency;
use crate::trace::look::{Glance, Look};
use crate::trace::shard::Recording;
use crate::vm::Fault;
use crate::world::Committees;
use serde::{Deserialize, Serialize};

/// Heights that a committee may decide: more than any run has blocks.
const HEIGHTS_MAX: u64 = 1 << 40;

/// What is known of a document before it runs: exact, or reckoned from its traffic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Expected {
    /// Share of pairs of accounts that live on two shards, in millionths, as placed.
    pub crossing_ppm: u64,
    /// The same if two accounts are placed uniformly and independently: 1 − 1/k.
    pub uniform_ppm: u64,
}

/// A run that has ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ran {
    /// In figures.
    pub report: ShardsReport,
    /// What was recorded.
    pub recording: Recording,
    /// What was expected.
    pub expected: Expected,
    /// Where each account lived at first.
    pub homes: Vec<u16>,
    /// Where each pool lives.
    pub pool_homes: Vec<u16>,
}

/// A document's run, as far as it has gone.
pub struct Shards {
    simulation: Simulation,
    expected: Expected,
    homes: Vec<u16>,
    pool_homes: Vec<u16>,
    transactions: u64,
    /// Lanes on which somebody looks at blocks.
    lanes: u32,
}

impl Shards {
    /// Opens a document: checks it, places its accounts, sets its shards up. Records at most so many blocks,
    /// messages, transactions and samples each; blocks of different shards are executed on so many real
    /// threads at once.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn open(
        scenario: &ShardScenario,
        record: u32,
        threads: usize,
    ) -> Result<Self, Vec<Problem>> {
        Self::begin(scenario, |settings| {
            settings.record = record;
            settings.threads = threads;
        })
    }

    fn begin(
        scenario: &ShardScenario,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Self, Vec<Problem>> {
        let Built {
            mut settings,
            traffic,
            pairs,
        } = build(scenario)?;
        change(&mut settings);
        let shards = u64::from(scenario.shards);
        let expected = Expected {
            crossing_ppm: crossing_of(&settings, &pairs).unwrap_or_default(),
            uniform_ppm: 1_000_000 - 1_000_000 / shards.max(1),
        };
        let mut traffic = traffic;
        let homes = settings.assignment.of.clone();
        let pool_homes = settings.pool_home.clone();
        let agreement = agreement(scenario);
        Ok(Self {
            simulation: Simulation::new(settings, agreement, Box::new(move || traffic.next())),
            expected,
            homes,
            pool_homes,
            transactions: scenario.traffic.transactions.into(),
            lanes: scenario.block.lanes,
        })
    }

    /// Opens a document to look at moments of it from near, with [`Shards::advance_to`] and [`Shards::look`].
    /// Blocks before a moment are executed in order, which changes nothing but how soon it is there.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn watch(scenario: &ShardScenario) -> Result<Self, Vec<Problem>> {
        let mut shards = Self::begin(scenario, |settings| settings.lanes = 0)?;
        shards.simulation.watch();
        Ok(shards)
    }

    /// Lets happen what is due up to a moment, at most so many events of it; `true` if that was all. There is
    /// no way back.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn advance_to(&mut self, at: Micros, events_max: u64) -> Result<bool, Fault> {
        self.simulation.advance_to(at, events_max)
    }

    /// The present moment from near, its block as its shard's lanes run it.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn look(&self, glance: Glance) -> Result<Look, Fault> {
        self.simulation.look(glance, self.lanes)
    }

    /// Runs a document up to a moment and looks at it.
    ///
    /// # Errors
    /// All problems of the document; a fault of ours is one of them.
    pub fn look_at(scenario: &ShardScenario, glance: Glance) -> Result<Look, Vec<Problem>> {
        let mut shards = Self::watch(scenario)?;
        let mut arrive = || {
            while !shards.advance_to(glance.at, 100_000)? {}
            shards.look(glance)
        };
        arrive().map_err(|fault| vec![of_fault(&fault)])
    }

    /// Lets the run go on by at most so many events; `false` if it is over.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn advance(&mut self, events_max: u64) -> Result<bool, Fault> {
        for _ in 0..events_max {
            if !self.simulation.step()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Transactions that have ended, of all.
    pub const fn progress(&self) -> (u64, u64) {
        (self.simulation.progress().0, self.transactions)
    }

    /// The simulated time.
    pub const fn now(&self) -> Micros {
        self.simulation.now()
    }

    /// The run as it is, in figures and as recorded.
    pub fn finish(self) -> Ran {
        let (report, recording) = self.simulation.finish();
        Ran {
            report,
            recording,
            expected: self.expected,
            homes: self.homes,
            pool_homes: self.pool_homes,
        }
    }

    /// Runs a document to its end.
    ///
    /// # Errors
    /// All problems of the document; a fault of ours is one of them.
    pub fn run(scenario: &ShardScenario, record: u32, threads: usize) -> Result<Ran, Vec<Problem>> {
        let mut shards = Self::open(scenario, record, threads)?;
        loop {
            match shards.advance(100_000) {
                Ok(true) => {}
                Ok(false) => return Ok(shards.finish()),
                Err(fault) => return Err(vec![of_fault(&fault)]),
            }
        }
    }
}

/// A fault of ours as a problem of the document: what may help is up to whoever wrote it.
pub fn of_fault(fault: &Fault) -> Problem {
    Problem {
        path: String::new(),
        message: fault.to_string(),
        hint: "make blocks smaller".to_owned(),
    }
}

/// The same document under every protocol: figures only.
///
/// # Errors
/// All problems of the document.
pub fn comparison(
    scenario: &ShardScenario,
    threads: usize,
) -> Result<Vec<ShardsReport>, Vec<Problem>> {
    Protocol::ALL
        .into_iter()
        .map(|protocol| {
            let scenario = ShardScenario {
                protocol,
                ..scenario.clone()
            };
            Ok(Shards::run(&scenario, 0, threads)?.report)
        })
        .collect()
}

/// One point of the curve of throughput over shards.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScalePoint {
    /// Shards.
    pub shards: u16,
    /// Committed in a second of simulated time.
    pub per_second: u64,
    /// Share of transactions between shards, in millionths.
    pub crossing_ppm: u64,
    /// Transactions that all shards could do in a second if each needed one entry of a block.
    pub capacity: u64,
    /// k·C/(1+x).
    pub relay_ceiling: u64,
    /// k·C/(1+3x).
    pub two_phase_ceiling: u64,
}

/// The numbers of shards that [`scale_point`] is worth asking for.
pub const SCALE: [u16; 6] = [1, 2, 4, 8, 16, 32];

/// Blocks that a point of the curve keeps every shard busy for, about.
const SCALE_BLOCKS: u64 = 12;

/// The document with another number of shards and more asked for than they can do, without faults and moves:
/// blocks run in order, which changes nothing but how soon it is known.
///
/// # Errors
/// All problems of the document.
pub fn scale_point(
    scenario: &ShardScenario,
    shards: u16,
    threads: usize,
) -> Result<ScalePoint, Vec<Problem>> {
    let mut scenario = scenario.clone();
    scenario.shards = shards;
    scenario.acts.clear();
    scenario.pins.clear();
    scenario.epochs = None;
    scenario.traffic.pools_on = scenario.traffic.pools_on.map(|_| 0);
    scenario.block.lanes = 0;
    scenario.takeover.members = 1;
    let full = u64::from(scenario.block.capacity) * u64::from(shards);
    let count = (full * SCALE_BLOCKS).min(crate::scenario::shard::check::TRANSACTIONS_MAX.into());
    let second = full * 2_000 / u64::from(scenario.block.span_ms.max(1));
    scenario.traffic.transactions = count.max(1) as u32;
    scenario.traffic.per_second = second.clamp(1, 1_000_000) as u32;
    let report = Shards::run(&scenario, 0, threads)?.report;
    Ok(ScalePoint {
        shards,
        per_second: report.per_second,
        crossing_ppm: report.crossing_ppm,
        capacity: report.scaling.capacity,
        relay_ceiling: report.scaling.relay_ceiling,
        two_phase_ceiling: report.scaling.two_phase_ceiling,
    })
}

fn agreement(scenario: &ShardScenario) -> Box<dyn Agreement> {
    let block = &scenario.block;
    let span = Micros::from_millis(block.span_ms.into());
    let entry = block.agreement.as_deref().and_then(of_committees);
    let Some(entry) = entry else {
        return Box::new(Steady {
            span,
            members: block.members,
            blocks: 0,
        });
    };
    let mut settings = ConsensusSettings::of(entry.descriptor, block.members);
    settings.config.decisions = HEIGHTS_MAX;
    settings.horizon = Micros::NEVER;
    settings.events_max = u64::MAX;
    settings.network.latency = Latency::Constant(span);
    let quorum = settings.config.quorum.size;
    let seed = Seed::new(scenario.seed).fork("committees");
    let open = move |shard: u16| {
        let mut settings = settings.clone();
        settings.seed = seed.fork_index(shard.into()).stream().next_u64();
        (entry.open)(&settings)
    };
    Box::new(Committees::new(quorum, Box::new(open)))
}

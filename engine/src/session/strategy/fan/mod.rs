//! One document under many seeds.

mod tell;

use crate::intent::State;
use crate::primitives::{Decimal, Digest};
use crate::scenario::Problem;
use crate::scenario::strategy::{StrategyScenario, build};
use crate::session::Progress;
use crate::world::exchange::{Exchange, ExchangeSettings, Trouble};
use serde::{Deserialize, Serialize};
use tell::{comparison, report};

pub use tell::{join, join_two};

/// Most seeds of a fan.
pub const FAN_SEEDS_MAX: u32 = 10_000;
/// Most moments of a fan.
const POINTS_MAX: u32 = 512;
/// Seeds between two looks at whether anybody still wants the fan.
const TOGETHER: u64 = 32;
/// Quantiles that are told, in basis points.
pub const LEVELS_BPS: [u32; 7] = [100, 500, 2_500, 5_000, 7_500, 9_500, 9_900];

/// Which seeds, and how many moments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FanSettings {
    /// The first seed.
    pub first: u64,
    /// How many, 1 to [`FAN_SEEDS_MAX`].
    pub seeds: u32,
    /// Moments over time at which the equity is told, 2 to 512.
    pub points: u32,
}

/// What a run came to for a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Nine tenths or more are lost.
    Ruined,
    /// A loan was liquidated.
    Liquidated,
    /// All intents have come to their end.
    Done,
    /// Nothing was ever filled.
    NeverFilled,
    /// Time ran out while intents were armed.
    Horizon,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Ruined,
        Self::Liquidated,
        Self::Done,
        Self::NeverFilled,
        Self::Horizon,
    ];
}

/// A person under all seeds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PersonFan {
    /// The name.
    pub name: String,
    /// Equity over time: at each moment the quantiles of [`LEVELS_BPS`].
    pub equity: Vec<[Decimal; 7]>,
    /// Profit at the end, the same quantiles.
    pub profit: [Decimal; 7],
    /// Mean profit, rounded toward zero.
    pub mean_profit: Decimal,
    /// Lowest and highest profit, and how many runs are in each of the equal bars between them.
    pub distribution: (Decimal, Decimal, Vec<u32>),
    /// Largest fall from a peak, the same quantiles.
    pub drawdown: [Decimal; 7],
    /// Profit above that of doing nothing, the same quantiles.
    pub over_holding: [Decimal; 7],
    /// Runs that ended above their start.
    pub gained: u32,
    /// Runs by ending, in the order of [`Ending::ALL`].
    pub endings: [u32; 5],
}

/// A document under many seeds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FanReport {
    /// How many.
    pub seeds: u32,
    /// The moments, in seconds since the start.
    pub times_s: Vec<u64>,
    /// By person.
    pub people: Vec<PersonFan>,
    /// Transactions of all runs.
    pub transactions: u64,
    /// Digest of all runs' digests in the order of seeds, in hexadecimal digits.
    pub digest: String,
}

/// Two documents on the same seeds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// The first.
    pub one: FanReport,
    /// The second.
    pub two: FanReport,
    /// Profit of the second's first person less that of the first's, seed by seed: quantiles of [`LEVELS_BPS`].
    pub difference: [Decimal; 7],
    /// Seeds on which the second did better.
    pub better: u32,
}

/// Runs of a part of a fan's seeds, to be joined: see [`fan_part`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FanPart(Vec<Leaf>);

/// One run of a fan, for one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Told {
    equity: Vec<Decimal>,
    profit: Decimal,
    over_holding: Decimal,
    drawdown: Decimal,
    ending: Ending,
}

/// One run of a fan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Leaf {
    people: Vec<Told>,
    transactions: u64,
    digest: Digest,
}

/// Runs a document under many seeds on the threads there are. `None` when it was cancelled.
///
/// # Errors
/// All problems of the document and the settings, or [`Trouble`] of the lowest seed that has any.
pub fn fan(
    scenario: &StrategyScenario,
    settings: &FanSettings,
    progress: &dyn Progress,
) -> Result<Result<Option<FanReport>, Trouble>, Vec<Problem>> {
    Ok(leaves(scenario, settings, progress, [0, 1])?
        .map(|leaves| leaves.map(|leaves| report(scenario, settings, &leaves))))
}

/// Runs a part of a fan: the seeds from one number up to another, counted from the fan's first. Parts that
/// others have run, wherever, are put together by [`join`].
///
/// # Errors
/// As [`fan`].
pub fn fan_part(
    scenario: &StrategyScenario,
    settings: &FanSettings,
    [from, to]: [u32; 2],
) -> Result<Result<FanPart, Trouble>, Vec<Problem>> {
    let built = checked(scenario, settings)?;
    let numbers = u64::from(from)..u64::from(to.min(settings.seeds));
    let leaves = several(&built, settings, numbers).into_iter().collect();
    Ok(Result::map(leaves, FanPart))
}

/// Runs two documents on the same seeds. `None` when it was cancelled.
///
/// # Errors
/// As [`fan`].
pub fn compare(
    one: &StrategyScenario,
    two: &StrategyScenario,
    settings: &FanSettings,
    progress: &dyn Progress,
) -> Result<Result<Option<Comparison>, Trouble>, Vec<Problem>> {
    build(two)?;
    let first = match leaves(one, settings, progress, [0, 2])? {
        Ok(Some(leaves)) => leaves,
        Ok(None) => return Ok(Ok(None)),
        Err(trouble) => return Ok(Err(trouble)),
    };
    let second = match leaves(two, settings, progress, [1, 2])? {
        Ok(Some(leaves)) => leaves,
        Ok(None) => return Ok(Ok(None)),
        Err(trouble) => return Ok(Err(trouble)),
    };
    Ok(Ok(Some(comparison(
        [one, two],
        settings,
        [&first, &second],
    ))))
}

fn problem(path: &str, value: u32, low: u32, high: u32) -> Option<Problem> {
    (value < low || value > high).then(|| Problem {
        path: path.to_owned(),
        message: format!("{value} is out of range"),
        hint: format!("choose {low} to {high}"),
    })
}

fn checked(
    scenario: &StrategyScenario,
    settings: &FanSettings,
) -> Result<ExchangeSettings, Vec<Problem>> {
    let bounds = [
        problem("fan.seeds", settings.seeds, 1, FAN_SEEDS_MAX),
        problem("fan.points", settings.points, 2, POINTS_MAX),
    ];
    let problems: Vec<_> = bounds.into_iter().flatten().collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    build(scenario)
}

/// All runs in the order of seeds; `part` says which part of a whole they are, for progress.
fn leaves(
    scenario: &StrategyScenario,
    settings: &FanSettings,
    progress: &dyn Progress,
    [part, parts]: [u32; 2],
) -> Result<Result<Option<Vec<Leaf>>, Trouble>, Vec<Problem>> {
    let built = checked(scenario, settings)?;
    let (mut done, count) = (0, u64::from(settings.seeds));
    let mut all = Vec::with_capacity(settings.seeds as usize);
    while done < count {
        if progress.is_cancelled() {
            return Ok(Ok(None));
        }
        let end = (done + TOGETHER).min(count);
        for leaf in several(&built, settings, done..end) {
            match leaf {
                Ok(leaf) => all.push(leaf),
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
        done = end;
        progress.report(part * settings.seeds + done as u32, parts * settings.seeds);
    }
    Ok(Ok(Some(all)))
}

#[cfg(feature = "threads")]
fn several(
    built: &ExchangeSettings,
    settings: &FanSettings,
    numbers: std::ops::Range<u64>,
) -> Vec<Result<Leaf, Trouble>> {
    use rayon::prelude::*;
    let numbers: Vec<u64> = numbers.collect();
    // Collected in the order of seeds, whoever ran which.
    numbers
        .into_par_iter()
        .with_max_len(1)
        .map(|number| leaf(built, settings, number))
        .collect()
}

#[cfg(not(feature = "threads"))]
fn several(
    built: &ExchangeSettings,
    settings: &FanSettings,
    numbers: std::ops::Range<u64>,
) -> Vec<Result<Leaf, Trouble>> {
    numbers
        .map(|number| leaf(built, settings, number))
        .collect()
}

/// The step of a moment; the last one is the end.
fn step_of(point: u32, points: u32, steps: u32) -> u32 {
    (u64::from(point) * u64::from(steps - 1) / u64::from(points - 1)) as u32
}

fn leaf(built: &ExchangeSettings, settings: &FanSettings, number: u64) -> Result<Leaf, Trouble> {
    let seed = crate::primitives::Seed::new(settings.first.wrapping_add(number));
    let mut exchange = Exchange::new(
        ExchangeSettings {
            seed,
            ..built.clone()
        },
        false,
    );
    let steps = exchange.steps();
    let mut equity = vec![Vec::with_capacity(settings.points as usize); built.people.len()];
    let mut point = 0;
    while exchange.advance()? {
        let step = exchange.made() - 1;
        while point < settings.points && step_of(point, settings.points, steps) == step {
            for (series, outcome) in equity.iter_mut().zip(exchange.outcomes()) {
                series.push(outcome.equity);
            }
            point += 1;
        }
    }
    let mut living = vec![false; built.people.len()];
    for (_, person, state) in exchange.intents() {
        living[person as usize] |= !(state.is_final() || state == State::Filled);
    }
    let outcomes = exchange.outcomes().iter().zip(equity).zip(living);
    let people = outcomes.map(|((outcome, equity), lives)| Told {
        equity,
        profit: outcome.profit,
        over_holding: outcome.equity.minus(outcome.held),
        drawdown: outcome.drawdown,
        ending: if outcome.equity.0 <= outcome.start.0 / 10 {
            Ending::Ruined
        } else if outcome.liquidations > 0 {
            Ending::Liquidated
        } else if !lives {
            Ending::Done
        } else if outcome.fills == 0 {
            Ending::NeverFilled
        } else {
            Ending::Horizon
        },
    });
    Ok(Leaf {
        people: people.collect(),
        transactions: exchange.transactions()[0],
        digest: exchange.digest(),
    })
}

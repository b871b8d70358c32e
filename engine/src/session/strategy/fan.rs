//! One document under many seeds.

use crate::intent::State;
use crate::primitives::{Decimal, Digest};
use crate::scenario::Problem;
use crate::scenario::strategy::{StrategyScenario, build};
use crate::session::Progress;
use crate::world::exchange::{Exchange, ExchangeSettings, Trouble};
use serde::{Deserialize, Serialize};

/// Most seeds of a fan.
pub const FAN_SEEDS_MAX: u32 = 10_000;
/// Most moments of a fan.
const POINTS_MAX: u32 = 512;
/// Seeds between two looks at whether anybody still wants the fan.
const TOGETHER: u64 = 32;
/// Quantiles that are told, in basis points.
pub const LEVELS_BPS: [u32; 7] = [100, 500, 2_500, 5_000, 7_500, 9_500, 9_900];
/// Bars of a distribution.
const BARS: usize = 40;

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

/// One run of a fan, for one person.
#[derive(Clone, Debug)]
struct Told {
    equity: Vec<Decimal>,
    profit: Decimal,
    over_holding: Decimal,
    drawdown: Decimal,
    ending: Ending,
}

/// One run of a fan.
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
    let pairs = first.iter().zip(&second);
    let mut differences: Vec<Decimal> = pairs
        .map(|(one, two)| two.people[0].profit.minus(one.people[0].profit))
        .collect();
    let better = differences
        .iter()
        .filter(|more| **more > Decimal::ZERO)
        .count() as u32;
    Ok(Ok(Some(Comparison {
        one: report(one, settings, &first),
        two: report(two, settings, &second),
        difference: quantiles(&mut differences),
        better,
    })))
}

fn problem(path: &str, value: u32, low: u32, high: u32) -> Option<Problem> {
    (value < low || value > high).then(|| Problem {
        path: path.to_owned(),
        message: format!("{value} is out of range"),
        hint: format!("choose {low} to {high}"),
    })
}

/// All runs in the order of seeds; `part` says which part of a whole they are, for progress.
fn leaves(
    scenario: &StrategyScenario,
    settings: &FanSettings,
    progress: &dyn Progress,
    [part, parts]: [u32; 2],
) -> Result<Result<Option<Vec<Leaf>>, Trouble>, Vec<Problem>> {
    let bounds = [
        problem("fan.seeds", settings.seeds, 1, FAN_SEEDS_MAX),
        problem("fan.points", settings.points, 2, POINTS_MAX),
    ];
    let problems: Vec<_> = bounds.into_iter().flatten().collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let built = build(scenario)?;
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

/// The values at [`LEVELS_BPS`] of a sorted list: those at the nearest rank. Sorts it.
fn quantiles(values: &mut [Decimal]) -> [Decimal; 7] {
    values.sort_unstable();
    let last = values.len().saturating_sub(1) as u64;
    LEVELS_BPS.map(|level| {
        let rank = (u64::from(level) * last + 5_000) / 10_000;
        values.get(rank as usize).copied().unwrap_or_default()
    })
}

fn bars(sorted: &[Decimal]) -> (Decimal, Decimal, Vec<u32>) {
    let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
        return (Decimal::ZERO, Decimal::ZERO, Vec::new());
    };
    let width = i128::from(high.0) - i128::from(low.0) + 1;
    let mut bars = vec![0; BARS];
    for value in sorted {
        let at = (i128::from(value.0) - i128::from(low.0)) * BARS as i128 / width;
        bars[at as usize] += 1;
    }
    (low, high, bars)
}

fn report(scenario: &StrategyScenario, settings: &FanSettings, leaves: &[Leaf]) -> FanReport {
    let steps = leaves.first().map_or(0, |_| {
        let step_s = u64::from(scenario.step_s.max(1));
        (u64::from(scenario.days) * 86_400 / step_s) as u32 + 1
    });
    let points = 0..settings.points;
    let times_s = points.clone().map(|point| {
        u64::from(step_of(point, settings.points, steps)) * u64::from(scenario.step_s)
    });
    let people = scenario.people.iter().enumerate().map(|(at, person)| {
        let told = || leaves.iter().map(|leaf| &leaf.people[at]);
        let list = |of: fn(&Told) -> Decimal| told().map(of).collect::<Vec<Decimal>>();
        let mut profit = list(|told| told.profit);
        let sum: i128 = profit.iter().map(|profit| i128::from(profit.0)).sum();
        let mean = sum / profit.len().max(1) as i128;
        let profits = quantiles(&mut profit);
        PersonFan {
            name: person.name.clone(),
            equity: points
                .clone()
                .map(|point| {
                    let at =
                        |told: &Told| told.equity.get(point as usize).copied().unwrap_or_default();
                    quantiles(&mut told().map(at).collect::<Vec<_>>())
                })
                .collect(),
            profit: profits,
            mean_profit: Decimal(i64::try_from(mean).unwrap_or(i64::MAX)),
            distribution: bars(&profit),
            drawdown: quantiles(&mut list(|told| told.drawdown)),
            over_holding: quantiles(&mut list(|told| told.over_holding)),
            gained: told().filter(|told| told.profit > Decimal::ZERO).count() as u32,
            endings: Ending::ALL
                .map(|ending| told().filter(|told| told.ending == ending).count() as u32),
        }
    });
    let mut log = Vec::new();
    for leaf in leaves {
        log.extend(leaf.digest.0);
    }
    FanReport {
        seeds: leaves.len() as u32,
        times_s: times_s.collect(),
        people: people.collect(),
        transactions: leaves.iter().map(|leaf| leaf.transactions).sum(),
        digest: Digest::of(&log).to_string(),
    }
}

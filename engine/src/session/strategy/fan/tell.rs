//! What runs of a fan come to, told together.

use super::{
    Comparison, Ending, FanPart, FanReport, FanSettings, LEVELS_BPS, Leaf, PersonFan, Told, step_of,
};
use crate::primitives::{Decimal, Digest};
use crate::scenario::strategy::StrategyScenario;

/// Bars of a distribution.
const BARS: usize = 40;

/// The report of parts in the order of their seeds: the same as [`super::fan()`]'s when they are all there.
pub fn join(scenario: &StrategyScenario, settings: &FanSettings, parts: &[FanPart]) -> FanReport {
    let leaves: Vec<Leaf> = parts
        .iter()
        .flat_map(|part| part.0.iter().cloned())
        .collect();
    report(scenario, settings, &leaves)
}

/// The comparison of two documents' parts, each in the order of the same seeds: as [`super::compare`]'s.
pub fn join_two(
    documents: [&StrategyScenario; 2],
    settings: &FanSettings,
    parts: [&[FanPart]; 2],
) -> Comparison {
    let all = |parts: &[FanPart]| -> Vec<Leaf> {
        parts
            .iter()
            .flat_map(|part| part.0.iter().cloned())
            .collect()
    };
    comparison(documents, settings, [&all(parts[0]), &all(parts[1])])
}

pub(super) fn comparison(
    documents: [&StrategyScenario; 2],
    settings: &FanSettings,
    [first, second]: [&[Leaf]; 2],
) -> Comparison {
    let pairs = first.iter().zip(second);
    let mut differences: Vec<Decimal> = pairs
        .map(|(one, two)| two.people[0].profit.minus(one.people[0].profit))
        .collect();
    let better = differences
        .iter()
        .filter(|more| **more > Decimal::ZERO)
        .count() as u32;
    Comparison {
        one: report(documents[0], settings, first),
        two: report(documents[1], settings, second),
        difference: quantiles(&mut differences),
        better,
    }
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

pub(super) fn report(
    scenario: &StrategyScenario,
    settings: &FanSettings,
    leaves: &[Leaf],
) -> FanReport {
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

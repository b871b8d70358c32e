//! Benchmark rows of shards.

use super::Shards;
use super::race::Race;
use crate::primitives::Seed;
use crate::scenario::shard::{Placement, ShardScenario};
use crate::session::Clock;
use crate::session::bench::Row;
use crate::shard::placement::allocation::{self, allocate};
use crate::shard::placement::propagation::{Settings, propagate};
use crate::shard::placement::{Assignment, Graph, hash, measure};

/// Shards of exchanges on so many real threads beside one shard that has all of it; a thousand replicas that
/// agree for real; placing a hundred thousand accounts.
pub fn rows(threads: u32, clock: &dyn Clock) -> Vec<Row> {
    let mut rows = exchanges(threads, clock);
    rows.extend(single(clock));
    rows
}

/// Rows of simulations and placements, on this thread alone.
pub fn single(clock: &dyn Clock) -> Vec<Row> {
    let mut rows = vec![replicas(clock)];
    rows.extend(placing(clock));
    rows
}

fn row(name: &str, value: f64, unit: &str, bar: Option<&str>, note: String) -> Row {
    Row {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        bar: bar.map(str::to_owned),
        note,
    }
}

/// Sixteen shards beside one, on real threads.
fn exchanges(threads: u32, clock: &dyn Clock) -> Vec<Row> {
    let mut race = Race::new(threads);
    while race.advance(clock) {}
    let raced = race.raced();
    let [of_one, of_many] = raced.per_second();
    let note = format!(
        "{} shards of {} accounts and a pool, {} swaps each a block, {threads} threads, {}; no state root",
        raced.shards,
        raced.accounts,
        raced.swaps,
        if raced.is_same {
            "the same state"
        } else {
            "ANOTHER STATE"
        }
    );
    let row = |name, value, unit, bar| row(name, value, unit, bar, note.clone());
    vec![
        row("one shard with all pools, threads", of_one, "TPS", None),
        row("sixteen shards, threads", of_many, "TPS", None),
        row(
            "sixteen shards ÷ one shard",
            of_many / of_one.max(1e-9),
            "×",
            Some("≥ 0.9"),
        ),
    ]
}

fn replicas(clock: &dyn Clock) -> Row {
    let mut scenario = ShardScenario {
        shards: 64,
        accounts: 6_400,
        ..ShardScenario::default()
    };
    scenario.traffic.transactions = 4_000;
    scenario.traffic.per_second = 2_000;
    scenario.block.members = 16;
    scenario.block.agreement = Some("pbft".to_owned());
    scenario.block.span_ms = 20;
    scenario.takeover.members = 1;
    let start = clock.now_seconds();
    let ran = Shards::run(&scenario, 0, 1);
    let seconds = clock.now_seconds() - start;
    let note = match &ran {
        Ok(ran) => format!(
            "PBFT in every shard, {} blocks, {} messages in committees, {} of {} transactions committed, one thread",
            ran.report.blocks,
            ran.report.committee_messages,
            ran.report.fates.committed,
            ran.report.fates.asked
        ),
        Err(problems) => format!("{problems:?}"),
    };
    row(
        "64 shards × 16 replicas, 4,000 transactions",
        seconds,
        "s",
        None,
        note,
    )
}

fn placing(clock: &dyn Clock) -> Vec<Row> {
    let scenario = ShardScenario {
        shards: 60,
        accounts: 100_000,
        placement: Placement::Hash,
        ..ShardScenario::default()
    };
    let mut scenario = scenario;
    scenario.traffic.transactions = 200_000;
    scenario.traffic.communities = 600;
    scenario.traffic.inside = 920;
    scenario.traffic.weights = [1, 0, 0, 0, 0];
    let pairs = crate::scenario::shard::traffic::pairs(&scenario);
    let base = hash::place(scenario.accounts, scenario.shards, &Seed::new(1));
    let start = clock.now_seconds();
    let Ok(graph) = Graph::of_transactions(scenario.accounts, &pairs) else {
        return Vec::new();
    };
    let settings = Settings {
        penalty: 300,
        ..Settings::default()
    };
    let propagated = propagate(&graph, &base, settings);
    let middle = clock.now_seconds();
    let cut = crate::shard::placement::multilevel::place(&graph, scenario.shards, 100);
    let end = clock.now_seconds();
    let allocated = allocate(&graph, scenario.shards, allocation::Settings::default()).assignment;
    let last = clock.now_seconds();
    let share =
        |assignment: &Assignment| measure(&graph, assignment).cross_per_million() as f64 / 1e4;
    let note = |assignment: &Assignment| {
        format!(
            "100,000 accounts in 600 communities, 200,000 payments, 60 shards: {:.1} % between shards by hash, {:.1} % afterwards",
            share(&base),
            share(assignment)
        )
    };
    vec![
        row(
            "placing by label propagation",
            middle - start,
            "s",
            Some("< 1"),
            note(&propagated),
        ),
        row(
            "placing by multilevel cut",
            end - middle,
            "s",
            Some("< 1, to ≤ 12 %"),
            note(&cut),
        ),
        row(
            "placing by community allocation",
            last - end,
            "s",
            Some("< 1, to ≤ 12 %"),
            note(&allocated),
        ),
    ]
}

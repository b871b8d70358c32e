//! Benchmark rows of shards.

use super::Shards;
use crate::contracts::crossing::Weakness;
use crate::contracts::pool;
use crate::executor::Executor;
use crate::primitives::{Address, Amount, Seed};
use crate::scenario::shard::{Placement, ShardScenario};
use crate::session::Clock;
use crate::session::bench::Row;
use crate::shard::layout::{Endowment, Layout, found, genesis};
use crate::shard::placement::allocation::{self, allocate};
use crate::shard::placement::propagation::{Settings, propagate};
use crate::shard::placement::{Assignment, Graph, hash, measure};
use crate::state::{Storage, Store};
use crate::vm::native::{NativeVm, Transaction, account_key, account_record};

/// Shards of the row that uses real threads.
const SHARDS: u16 = 16;
/// Accounts of each.
const ACCOUNTS: u32 = 500;
/// Swaps of each in a block.
const SWAPS: u32 = 1_000;
/// Blocks that are measured, after two to warm up.
const BLOCKS: u32 = 12;

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

/// A block of swaps of the accounts and pools of these shards, and the state before it.
struct Exchange {
    store: Store,
    executor: Executor<NativeVm>,
    swaps: Vec<Transaction>,
    nonce: u64,
    shards: std::ops::Range<u16>,
}

impl Exchange {
    fn new(endowment: &Endowment, layout: &Layout, shards: std::ops::Range<u16>) -> Self {
        let mut store = Store::default();
        for shard in shards.clone() {
            for (key, word) in genesis(endowment, layout, shard).sorted() {
                // Supplies add up; everything else belongs to one shard.
                let held = store.word(&key);
                let is_supply = layout
                    .tokens
                    .iter()
                    .any(|token| key == crate::contracts::token::supply_key(*token));
                let word = if is_supply {
                    crate::state::Word::from_low(held.low() + word.low())
                } else {
                    word
                };
                store.set(key, word);
            }
        }
        for account in 0..layout.assignment.of.len() as u32 {
            let account = Address::account(account);
            if shards.contains(&layout.home(account)) {
                store.set(account_key(account), account_record(0, Amount(1 << 60)));
            }
        }
        store.take_written();
        Self {
            store,
            executor: Executor::default(),
            swaps: Vec::new(),
            nonce: 0,
            shards,
        }
    }

    /// The next block's swaps: the shards take turns, each account of a shard swaps with its pool.
    fn fill(&mut self, layout: &Layout) {
        self.swaps.clear();
        for number in 0..SWAPS {
            for shard in self.shards.clone() {
                let account = u32::from(shard) * ACCOUNTS + number % ACCOUNTS;
                let call = pool::swap_exact_in(number % 2 == 0, Amount(1_000), Amount(1));
                self.swaps.push(Transaction {
                    sender: Address::account(account),
                    nonce: self.nonce + u64::from(number / ACCOUNTS),
                    to: layout.pools[usize::from(shard)].0,
                    call,
                    gas_limit: 1_000_000,
                    ..Transaction::default()
                });
            }
        }
        self.nonce += u64::from(SWAPS / ACCOUNTS);
    }
}

fn exchanges(threads: u32, clock: &dyn Clock) -> Vec<Row> {
    let endowment = Endowment {
        symbols: vec!["ETH".to_owned(), "USDC".to_owned()],
        pools: vec![([0, 1], 1 << 40); usize::from(SHARDS)],
        balance: 1 << 40,
        brokers: 0,
    };
    let accounts = u32::from(SHARDS) * ACCOUNTS;
    let assignment = Assignment {
        shards: SHARDS,
        of: (0..accounts)
            .map(|account| (account / ACCOUNTS) as u16)
            .collect(),
    };
    let (vm, layout) = found(
        &endowment,
        assignment,
        (0..SHARDS).collect(),
        Weakness::default(),
    );
    let mut one = Exchange::new(&endowment, &layout, 0..SHARDS);
    let mut many: Vec<Exchange> = (0..SHARDS)
        .map(|shard| Exchange::new(&endowment, &layout, shard..shard + 1))
        .collect();
    let (mut whole, mut split) = (0.0, 0.0);
    let mut failed = 0;
    for block in 0..BLOCKS + 2 {
        one.fill(&layout);
        many.iter_mut().for_each(|exchange| exchange.fill(&layout));
        let now = || clock.now_seconds();
        let start = now();
        let ran = one
            .executor
            .chosen(&vm, &mut one.store, &one.swaps, threads, &now);
        let middle = now();
        failed += u64::from(ran.is_err());
        failed += execute(&vm, &mut many, threads);
        let end = now();
        if block >= 2 {
            whole += middle - start;
            split += end - middle;
        }
    }
    let swaps = f64::from(BLOCKS * SWAPS) * f64::from(SHARDS);
    let (of_one, of_many) = (swaps / whole.max(1e-9), swaps / split.max(1e-9));
    let note = format!(
        "{SHARDS} shards of {ACCOUNTS} accounts and a pool, {SWAPS} swaps each a block, {threads} threads, {failed} blocks failed; no state root"
    );
    vec![
        row(
            "one shard with all pools, threads",
            of_one,
            "TPS",
            None,
            note.clone(),
        ),
        row(
            "sixteen shards, threads",
            of_many,
            "TPS",
            None,
            note.clone(),
        ),
        row(
            "sixteen shards ÷ one shard",
            of_many / of_one.max(1e-9),
            "×",
            Some("≥ 0.9"),
            note,
        ),
    ]
}

/// Every shard's block in order, different shards at once.
fn execute(vm: &NativeVm, many: &mut [Exchange], threads: u32) -> u64 {
    let run = |exchange: &mut Exchange| {
        let ran = exchange
            .executor
            .serial(vm, &mut exchange.store, &exchange.swaps);
        u64::from(ran.is_err())
    };
    #[cfg(feature = "threads")]
    if threads > 1 {
        use rayon::prelude::*;
        return many.par_iter_mut().map(run).sum();
    }
    let _ = threads;
    many.iter_mut().map(run).sum()
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

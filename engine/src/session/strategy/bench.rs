//! Benchmark rows of automations, auctions and fans.

use super::{FanSettings, fan};
use crate::automation::{Board, Reading, View, Watch};
use crate::intent::language::{Rule, ast::Metric, parse};
use crate::intent::order::{Batch, Order, PoolState, Side, Token};
use crate::intent::solver::{Method, Solver, settle_batch};
use crate::intent::verify::{NoConditions, Verifier};
use crate::market::NewsKind;
use crate::primitives::{Decimal, Seed};
use crate::scenario::strategy::preset;
use crate::session::bench::Row;
use crate::session::{Clock, Progress};
use std::collections::BTreeSet;

/// Armed automations.
const WATCHES: u64 = 10_000;
/// Blocks that they are evaluated at.
const BLOCKS: u64 = 100;

/// A price that swings by some per cent.
struct Swing(u64);

impl View for Swing {
    fn now_s(&self) -> u64 {
        self.0 * 60
    }
    fn read(&self, _: u32, metric: &Metric) -> Option<Reading> {
        let price = 2_000 + (self.0 * 37 % 101) as i64 - 50;
        let value = match metric {
            Metric::Price(..) => Decimal::whole(price),
            _ => Decimal::bps(5_000),
        };
        Some(Reading {
            value,
            at_s: self.now_s(),
        })
    }
    fn news(&self, _: Option<NewsKind>, _: u8, _: u64) -> bool {
        false
    }
}

fn rule(text: &str) -> Option<Rule> {
    let mut strategies = parse(text).ok()?.strategies;
    (!strategies.is_empty()).then(|| strategies.remove(0).rule)
}

/// Automations of every kind a block: limits and stops over the whole range, trailing stops, calendars.
fn automations(clock: &dyn Clock) -> Row {
    let mut board = Board::default();
    for number in 0..WATCHES {
        let price = 1_000 + number % 2_000;
        let text = match number % 10 {
            0 => format!(
                "when drop(ETH) >= {}%: sell all ETH for USDC",
                4 + number % 40
            ),
            1 => format!("every {}m: buy 1 USDC of ETH", 60 + number % 600),
            2..=5 => format!(
                "when price(ETH) < {price} and volatility(ETH, 1h) > 90%: sell all ETH for USDC"
            ),
            _ => format!("when price(ETH) > {price}.5 runs 1: sell all ETH for USDC"),
        };
        if let Some(rule) = rule(&text) {
            board.arm(Watch::new(number, 0, rule, 0));
        }
    }
    board.block(&Swing(0));
    let before = board.looked_at();
    let mut worst = 0.0f64;
    let start = clock.now_seconds();
    for block in 1..=BLOCKS {
        let begins = clock.now_seconds();
        std::hint::black_box(board.block(&Swing(block)));
        worst = worst.max(clock.now_seconds() - begins);
    }
    let seconds = clock.now_seconds() - start;
    Row {
        name: "10,000 automations, a block".to_owned(),
        value: seconds * 1e3 / BLOCKS as f64,
        unit: "ms".to_owned(),
        bar: Some("< 5 ms in a browser".to_owned()),
        note: format!(
            "worst block {:.2} ms; {} looked at a block, the others sleep behind their price",
            worst * 1e3,
            (board.looked_at() - before) / BLOCKS
        ),
    }
}

/// 200 orders over 10 tokens with a pool for every second pair.
fn large_batch() -> Batch {
    let mut stream = Seed::new(1).fork("batch").stream();
    let unit = 100_000_000u128;
    let prices: Vec<u128> = (0..10)
        .map(|_| u128::from(1 + stream.below(4_000)) * unit)
        .collect();
    let mut pools = Vec::new();
    for one in 0..10u32 {
        for two in one + 1..10 {
            if (one + two) % 2 == 0 {
                continue;
            }
            let reserve = |at: u32| 5_000_000 * unit * unit / prices[at as usize];
            pools.push(PoolState {
                tokens: [Token(one), Token(two)],
                reserves: [reserve(one), reserve(two)],
                fee_bps: 30,
            });
        }
    }
    let mut order = |id| {
        let give = stream.below(10) as usize;
        let get = (give + 1 + stream.below(9) as usize) % 10;
        let worth = u128::from(100 + stream.below(20_000)) * unit;
        let amounts = [worth * unit / prices[give], worth * unit / prices[get]];
        Order {
            id,
            owner: id as u32,
            nonce: id,
            side: if id % 4 == 0 { Side::Buy } else { Side::Sell },
            give: Token(give as u32),
            get: Token(get as u32),
            give_amount: amounts[0].max(1),
            get_amount: (amounts[1] * u128::from(960 + stream.below(45)) / 1_000).max(1),
            partial: id % 2 == 0,
            filled: 0,
            valid: [0, u64::MAX],
            surplus_fee_bps: 0,
        }
    };
    let orders: Vec<Order> = (0..200).map(&mut order).collect();
    Batch {
        prices,
        price_unit: unit,
        orders,
        pools,
        now_s: 0,
    }
}

fn batch(clock: &dyn Clock) -> Row {
    let batch = large_batch();
    let methods = [
        Method::Direct,
        Method::Split,
        Method::Hops,
        Method::Cross,
        Method::Ring,
    ];
    let solvers: Vec<&dyn Solver> = methods.iter().map(|method| method as &dyn Solver).collect();
    let start = clock.now_seconds();
    let verifier = Verifier::new(batch, BTreeSet::new());
    let settled = settle_batch(
        verifier,
        &solvers,
        &NoConditions,
        &Seed::new(2),
        20,
        1 << 100,
    );
    let seconds = clock.now_seconds() - start;
    Row {
        name: "auction of 200 orders over 10 tokens".to_owned(),
        value: seconds * 1e3,
        unit: "ms".to_owned(),
        bar: Some("< 250 ms in a browser".to_owned()),
        note: format!(
            "five solvers, {} solutions, {} winners, one thread, with verification and certificates",
            settled.solutions.len(),
            settled.selection.winners.len()
        ),
    }
}

/// Rows of automations and auctions, on this thread alone.
pub fn single(clock: &dyn Clock) -> Vec<Row> {
    vec![automations(clock), batch(clock)]
}

/// Rows of automations, auctions and fans; the fan runs on the threads there are. `None` when cancelled, or
/// when a preset of ours does not run.
pub fn rows(threads: u32, clock: &dyn Clock, progress: &dyn Progress) -> Option<Vec<Row>> {
    let mut rows = single(clock);
    let scenario = preset::named(preset::FIRST)?.scenario();
    let settings = FanSettings {
        first: 0,
        seeds: 1_000,
        points: 121,
    };
    let start = clock.now_seconds();
    let report = fan(&scenario, &settings, progress).ok()?.ok()??;
    let seconds = clock.now_seconds() - start;
    rows.push(Row {
        name: "fan of 1,000 seeds over 30 days".to_owned(),
        value: seconds,
        unit: "s".to_owned(),
        bar: Some("< 10 s in a browser on 2 threads".to_owned()),
        note: format!(
            "{threads} threads, {} by the hour, {} transactions",
            scenario.name, report.transactions
        ),
    });
    Some(rows)
}

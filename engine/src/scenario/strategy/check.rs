//! Every problem of a document at once, each with its path and the way out.

use super::build::market;
use super::format::{Plain, STRATEGY_VERSION, StrategyScenario};
use crate::intent::language;
use crate::primitives::Decimal;
use crate::scenario::Problem;
use crate::scenario::problem::Problems;
use crate::world::exchange::solver_names;
use std::collections::BTreeMap;

/// Most steps of a run.
pub const STEPS_MAX: u32 = 20_000;
/// Most assets beside the quote currency.
pub const ASSETS_MAX: usize = 7;
/// Most pools.
pub const POOLS_MAX: usize = 12;
/// Most lending markets.
pub const LENDERS_MAX: usize = 2;
/// Most dealers.
pub const DEALERS_MAX: usize = 8;
/// Most people.
pub const PEOPLE_MAX: usize = 8;
/// Most shocks.
pub const SHOCKS_MAX: usize = 100;
/// Largest amount and worth.
const AMOUNT_MAX: Plain = Plain::whole(1_000_000_000);
/// Prices are between these.
const PRICES: [Plain; 2] = [Plain(Decimal(10_000)), Plain::whole(10_000_000)];

/// All problems of a document; a document without any can be built and run.
pub fn check(scenario: &StrategyScenario) -> Vec<Problem> {
    let mut problems = Problems::default();
    let s = scenario;
    problems.version(s.version, STRATEGY_VERSION);
    problems.name("name", &s.name);
    problems.range("days", s.days, 1, 366);
    problems.range("step_s", s.step_s, 60, 86_400);
    problems.range("assets", s.assets.len(), 1, ASSETS_MAX);
    problems.range("shocks", s.shocks.len(), 0, SHOCKS_MAX);
    problems.range("pools", s.pools.len(), 0, POOLS_MAX);
    problems.range("lenders", s.lenders.len(), 0, LENDERS_MAX);
    problems.range("people", s.people.len(), 1, PEOPLE_MAX);
    problems.range("dealers", s.dealers.len(), 0, DEALERS_MAX);
    problems.range("perpetuals", s.perpetuals.len(), 0, ASSETS_MAX);
    if !problems.0.is_empty() {
        return problems.0;
    }
    let steps = s.days * (86_400 / s.step_s);
    if steps > STEPS_MAX {
        let hint = format!("choose fewer days or longer steps: at most {STEPS_MAX} steps");
        problems.add("step_s", format!("{steps} steps are too many"), &hint);
    }
    if s.assets.iter().any(|asset| asset.symbol == s.quote) || !is_symbol(&s.quote) {
        let message = format!("{:?} cannot be the quote currency", s.quote);
        problems.add(
            "quote",
            message,
            "capitals and digits, and none of the assets: USDC",
        );
    }
    for (number, asset) in s.assets.iter().enumerate() {
        let path = format!("assets[{number}].price");
        problems.range(&path, asset.price.0, PRICES[0].0, PRICES[1].0);
    }
    let mut unknown_paths = Vec::new();
    for (number, perpetual) in s.perpetuals.iter().enumerate() {
        if !s.assets.iter().any(|asset| asset.symbol == perpetual.asset) {
            let path = format!("perpetuals[{number}].asset");
            let message = format!("no asset {:?}", perpetual.asset);
            problems.add(&path, message, unknown(s));
            unknown_paths.push(path);
        }
    }
    for (path, message, hint) in crate::market::check(&market(s)) {
        // The market knows assets by place only.
        if !unknown_paths.contains(&path) {
            problems.add(&path, message, &hint);
        }
    }
    venues(s, &mut problems);
    crowd(s, &mut problems);
    for (number, person) in s.people.iter().enumerate() {
        let path = format!("people[{number}]");
        problems.name(&format!("{path}.name"), &person.name);
        for (part, amounts) in [
            ("purse", &person.purse),
            ("supplied", &person.supplied),
            ("owed", &person.owed),
        ] {
            amounts_of(s, &format!("{path}.{part}"), amounts, &mut problems);
        }
        if s.lenders.is_empty() && !(person.supplied.is_empty() && person.owed.is_empty()) {
            let message = "there is no lending market to supply to or to owe".to_owned();
            problems.add(
                &path,
                message,
                "add one to lenders, or leave supplied and owed empty",
            );
        }
        if let Err(errors) = language::parse(&person.text) {
            for error in errors {
                let hint = "strategies read like: every 1d: buy 100 USDC of ETH";
                problems.add(&format!("{path}.text"), error.to_string(), hint);
            }
        }
    }
    if problems.0.is_empty() {
        loans(s, &mut problems);
    }
    problems.0
}

fn is_symbol(symbol: &str) -> bool {
    symbol.len() <= 12
        && symbol.starts_with(|c: char| c.is_ascii_uppercase())
        && symbol
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The place of a token: the quote currency, then the assets.
pub(super) fn token(s: &StrategyScenario, symbol: &str) -> Option<usize> {
    if symbol == s.quote {
        return Some(0);
    }
    s.assets
        .iter()
        .position(|asset| asset.symbol == symbol)
        .map(|at| at + 1)
}

fn unknown(s: &StrategyScenario) -> String {
    let assets = s.assets.iter().map(|asset| asset.symbol.as_str());
    let all: Vec<_> = std::iter::once(s.quote.as_str()).chain(assets).collect();
    format!("there are: {}", all.join(", "))
}

fn venues(s: &StrategyScenario, problems: &mut Problems) {
    for (number, shock) in s.shocks.iter().enumerate() {
        let path = format!("shocks[{number}]");
        problems.range(
            &format!("{path}.at_s"),
            shock.at_s,
            1,
            u64::from(s.days) * 86_400,
        );
        problems.range(
            &format!("{path}.half_life_s"),
            shock.half_life_s,
            0,
            31_536_000,
        );
        if let Some(symbol) = &shock.asset
            && !s.assets.iter().any(|asset| asset.symbol == *symbol)
        {
            problems.add(
                &format!("{path}.asset"),
                format!("no asset {symbol:?}"),
                unknown(s),
            );
        }
    }
    for (number, pool) in s.pools.iter().enumerate() {
        let path = format!("pools[{number}]");
        for symbol in &pool.tokens {
            if token(s, symbol).is_none() {
                problems.add(
                    &format!("{path}.tokens"),
                    format!("no token {symbol:?}"),
                    unknown(s),
                );
            }
        }
        if pool.tokens[0] == pool.tokens[1] {
            let message = "one token twice".to_owned();
            problems.add(
                &format!("{path}.tokens"),
                message,
                "name two different ones",
            );
        }
        problems.range(
            &format!("{path}.worth"),
            pool.worth.0,
            Decimal::whole(100),
            AMOUNT_MAX.0,
        );
        problems.range(&format!("{path}.fee_bps"), pool.fee_bps, 0, 1_000);
    }
    for (number, lender) in s.lenders.iter().enumerate() {
        let path = format!("lenders[{number}]");
        problems.range(&format!("{path}.slope_bps"), lender.slope_bps, 0, 5_000);
        problems.range(
            &format!("{path}.worth"),
            lender.worth.0,
            Decimal::whole(100),
            AMOUNT_MAX.0,
        );
        problems.range(&format!("{path}.usage_bps"), lender.usage_bps, 0, 9_500);
    }
    problems.range("reward_bps", s.reward_bps, 0, 100_000);
    for (number, dealer) in s.dealers.iter().enumerate() {
        let path = format!("dealers[{number}]");
        problems.name(&format!("{path}.name"), &dealer.name);
        for (field, bps) in [
            ("spread_bps", dealer.spread_bps),
            ("wobble_bps", dealer.wobble_bps),
        ] {
            problems.range(&format!("{path}.{field}"), bps, 0, 1_000);
        }
        let worth = format!("{path}.worth");
        problems.range(&worth, dealer.worth.0, Decimal::ZERO, AMOUNT_MAX.0);
    }
}

fn crowd(s: &StrategyScenario, problems: &mut Problems) {
    let c = &s.crowd;
    problems.range(
        "crowd.retail_per_thousand_hours",
        c.retail_per_thousand_hours,
        0,
        1_000_000,
    );
    problems.range(
        "crowd.orders_per_thousand_hours",
        c.orders_per_thousand_hours,
        0,
        100_000,
    );
    problems.range(
        "crowd.liquidity_per_thousand_hours",
        c.liquidity_per_thousand_hours,
        0,
        100_000,
    );
    problems.range(
        "crowd.retail_worth",
        c.retail_worth.0,
        Decimal::ZERO,
        Decimal::whole(1_000_000),
    );
    problems.range("crowd.borrowers", c.borrowers, 0, 32);
    let k = &s.keepers;
    problems.range("keepers.count", k.count, 0, 16);
    problems.range(
        "keepers.fee",
        k.fee.0,
        Decimal::ZERO,
        Decimal::whole(1_000_000),
    );
    problems.range("keepers.funds", k.funds.0, Decimal::ZERO, AMOUNT_MAX.0);
    problems.range("keepers.absent_permille", k.absent_permille, 0, 1_000);
    problems.range("keepers.late_steps", k.late_steps, 0, 100);
    let names = solver_names();
    problems.range("solvers", s.solvers.len(), 1, names.len());
    for (number, solver) in s.solvers.iter().enumerate() {
        if !names.contains(&solver.as_str()) || s.solvers[..number].contains(solver) {
            let hint = format!("each once, of: {}", names.join(", "));
            problems.add(
                &format!("solvers[{number}]"),
                format!("no solver {solver:?}, or twice"),
                &hint,
            );
        }
    }
}

fn amounts_of(
    s: &StrategyScenario,
    path: &str,
    amounts: &BTreeMap<String, Plain>,
    problems: &mut Problems,
) {
    for (symbol, amount) in amounts {
        let path = format!("{path}.{symbol}");
        if token(s, symbol).is_none() {
            problems.add(&path, format!("no token {symbol:?}"), unknown(s));
        }
        problems.range(&path, amount.0, Decimal::ZERO, AMOUNT_MAX.0);
    }
}

/// Debts that the first lending market could not have given.
fn loans(s: &StrategyScenario, problems: &mut Problems) {
    let Some(lender) = s.lenders.first() else {
        return;
    };
    let price = |symbol: &str| match token(s, symbol) {
        Some(at) if at > 0 => s.assets[at - 1].price.0,
        _ => Decimal::ONE,
    };
    let worth = |amounts: &BTreeMap<String, Plain>| {
        let each = amounts
            .iter()
            .map(|(symbol, amount)| amount.0.times(price(symbol)));
        each.fold(Decimal::ZERO, Decimal::plus)
    };
    let mut lent = Decimal::ZERO;
    for (number, person) in s.people.iter().enumerate() {
        let owed = worth(&person.owed);
        lent = lent.plus(owed);
        if owed > worth(&person.supplied).times(Decimal::bps(8_000)) {
            let message = format!("owes {owed}, more than 80 % of what is supplied");
            problems.add(
                &format!("people[{number}].owed"),
                message,
                "owe less, or supply more",
            );
        }
    }
    let free = lender
        .worth
        .0
        .times(Decimal::bps(9_500 - i64::from(lender.usage_bps.min(9_500))));
    if lent > free {
        let message = format!("people owe {lent}, the lending market has {free} to lend");
        problems.add(
            "lenders[0].worth",
            message,
            "make it larger, or its usage smaller",
        );
    }
}

//! The long proof: random auctions with honest and dishonest solvers, after which everything is added up.

use super::solve::{Outcome, Solver, all, settle_batch};
use super::{Attack, Dishonest};
use crate::intent::order::{Batch, Order, PoolState, Side, Token};
use crate::intent::verify::{Fault, NoConditions, Verifier};
use crate::primitives::amount::mul_div;
use crate::primitives::{Rounding, Seed};
use serde::Serialize;
use std::collections::BTreeSet;
use thiserror::Error;

const E18: u128 = 1_000_000_000_000_000_000;

/// What trials came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Trials {
    /// Auctions run.
    pub auctions: u64,
    /// Winning solutions executed.
    pub executed: u64,
    /// Fills in them, each at its limit or better.
    pub fills: u64,
    /// Winners undone because another one had moved their pool.
    pub moved: u64,
    /// Winners undone because they cheated.
    pub caught: u64,
    /// Winners that delivered nothing.
    pub withheld: u64,
    /// Auctions in which the best choice of winners is better than the greedy one.
    pub greedy_below_best: u64,
}

/// A promise that was broken.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("auction {auction}: {what}; again with: interleave auction --first {auction} --trials 1")]
pub struct Broken {
    /// Which auction.
    pub auction: u64,
    /// What happened.
    pub what: String,
}

/// Runs random auctions, the first with this number.
///
/// # Errors
/// [`Broken`]: somebody ended below their limit, an honest solver was refused for anything but a moved
/// pool, a cheat went through, or a token was made or lost beyond rounding.
pub fn trials(first: u64, count: u64) -> Result<Trials, Broken> {
    let mut found = Trials::default();
    for auction in first..first.saturating_add(count) {
        one(auction, &mut found).map_err(|what| Broken { auction, what })?;
    }
    Ok(found)
}

const ATTACKS: [Attack; 8] = [
    Attack::ShiftSurplus,
    Attack::ShiftAcross,
    Attack::Skim,
    Attack::Inflate,
    Attack::Replay,
    Attack::CutUp,
    Attack::LateRevert,
    Attack::Switch,
];

fn one(auction: u64, found: &mut Trials) -> Result<(), String> {
    let seed = Seed::new(auction).fork("auction trial");
    let batch = random_batch(&seed, 1 + auction % 12, 3 + auction % 4);
    let attack = ATTACKS[(auction % 8) as usize];
    let dishonest = Dishonest { attack, past: None };
    let methods = all();
    // Of two bids of one score the earlier wins: the one that cheats. Beside all of the others it seldom
    // does, so every second time there are only some.
    let some = if (auction / 8).is_multiple_of(2) {
        0
    } else {
        3
    };
    let mut solvers: Vec<&dyn Solver> = vec![&dishonest];
    solvers.extend(methods[some..].iter().map(|method| method as &dyn Solver));
    let verifier = Verifier::new(batch.clone(), BTreeSet::new());
    let settled = settle_batch(verifier, &solvers, &NoConditions, &seed, 10, 1 << 100);
    found.auctions += 1;
    found.greedy_below_best += u64::from(settled.packing.total > settled.selection.total());
    let mut users = vec![0i128; batch.prices.len()];
    let mut rounding = 8i128;
    for (place, outcome) in settled.selection.winners.iter().zip(&settled.outcomes) {
        let solution = &settled.solutions[*place as usize];
        let cheats = solution.solver == dishonest.name();
        match outcome {
            Outcome::Executed => {
                found.executed += 1;
                for fill in &solution.fills {
                    let order = batch.order(fill.order).ok_or("a fill of no order")?;
                    if !order.accepts(fill.give, fill.get) || batch.now_s < order.valid[0] {
                        return Err(format!(
                            "{} filled {order:?} with {fill:?}",
                            solution.solver
                        ));
                    }
                    users[order.give.0 as usize] -= fill.give as i128;
                    users[order.get.0 as usize] += fill.get as i128;
                    rounding += 4 + (fill.get.max(fill.give) / 250_000) as i128;
                    found.fills += 1;
                }
            }
            Outcome::Withheld if attack == Attack::LateRevert && cheats => found.withheld += 1,
            Outcome::Undone(Fault::PoolRefuses(_)) => found.moved += 1,
            Outcome::Undone(_) if cheats => found.caught += 1,
            other => return Err(format!("{}: {other:?}", solution.solver)),
        }
    }
    if settled.packing.total < settled.selection.total() {
        return Err("the best choice of winners is worse than the greedy one".to_owned());
    }
    let held = |batch: &Batch, token: usize| -> i128 {
        let token = Token(token as u32);
        let of = |pool: &PoolState| {
            pool.side(token)
                .map_or(0, |side| pool.reserves[side] as i128)
        };
        batch.pools.iter().map(of).sum()
    };
    for (token, users) in users.iter().enumerate() {
        let lost = held(&batch, token) - held(settled.after.batch(), token) - users;
        if !(0..=rounding).contains(&lost) {
            return Err(format!("{lost} of token {token} are lost"));
        }
    }
    Ok(())
}

fn mul(a: u128, b: u128, c: u128) -> u128 {
    mul_div(a, b, c, Rounding::Down).unwrap_or(u128::MAX)
}

/// A batch of so many orders over at least two tokens, around the prices of its pools.
pub fn random_batch(seed: &Seed, orders: u64, tokens: u64) -> Batch {
    let mut s = seed.fork("batch").stream();
    let mut batch = Batch {
        price_unit: E18,
        now_s: 100,
        ..Batch::default()
    };
    for _ in 0..tokens {
        batch
            .prices
            .push(u128::from(1 + s.below(4_000)) * E18 / 1_000);
    }
    for a in 0..tokens {
        for b in a + 1..tokens {
            for _ in 0..s.below(3) {
                let worth = u128::from(1_000 + s.below(1_000_000)) * E18;
                let skew = 900 + u128::from(s.below(200));
                let reserves = [
                    mul(worth / 1_000 * skew, E18, batch.prices[a as usize]),
                    mul(worth, E18, batch.prices[b as usize]),
                ];
                batch.pools.push(PoolState {
                    tokens: [Token(a as u32), Token(b as u32)],
                    reserves,
                    fee_bps: 30,
                });
            }
        }
    }
    for id in 0..orders {
        let give = s.below(tokens);
        let get = (give + 1 + s.below(tokens - 1)) % tokens;
        let worth = u128::from(1 + s.below(5_000)) * E18;
        let give_amount = mul(worth, E18, batch.prices[give as usize]).max(1);
        let fair = mul(
            give_amount,
            batch.prices[give as usize],
            batch.prices[get as usize],
        );
        let get_amount = (fair * u128::from(850 + s.below(180)) / 1_000).max(1);
        batch.orders.push(Order {
            id,
            owner: s.below(20) as u32,
            nonce: id,
            side: if s.below(3) == 0 {
                Side::Buy
            } else {
                Side::Sell
            },
            give: Token(give as u32),
            get: Token(get as u32),
            give_amount,
            get_amount,
            partial: s.below(2) == 0,
            filled: 0,
            valid: [if s.below(10) == 0 { 101 } else { 0 }, 200],
            surplus_fee_bps: 0,
        });
    }
    batch
}

//! Orders to fills: batch, solvers, winners, verifier, and the sheet that the contract executes.

use super::ground::{Sending, UNIT, decimal, raw};
use super::order::Open;
use super::run::{Exchange, Trouble};
use super::sight::Sight;
use crate::automation::holds;
use crate::contracts::settlement::{self};
use crate::intent::Cause;
use crate::intent::certificate::{best_route, passed_over};
use crate::intent::order::{Batch, Fill, Order, PoolState, Side, Solution, Token};
use crate::intent::solver::{Outcome, Settlement, Solver, settle_batch};
use crate::intent::verify::{Fault, Verifier, Witness};
use crate::primitives::{Address, Amount};
use crate::trace::intent::What;
use std::collections::BTreeMap;

/// Most winners of an auction.
const WINNERS_MAX: u32 = 8;
/// Auctions that a solver sits out after it was caught.
const BARRED_FOR: u32 = 20;
/// Most bids of an auction that are told.
const BIDS_TOLD: usize = 32;

/// What only the market knows of the orders: whether they may be filled now, and what their owners have.
pub(super) struct Evidence {
    allowed: BTreeMap<u64, bool>,
    purses: BTreeMap<u64, u128>,
}

impl Witness for Evidence {
    fn allows(&self, order: &Order) -> bool {
        self.allowed.get(&order.id).copied().unwrap_or(false)
    }

    fn approves(&self, order: &Order, fill: &Fill, _: &[PoolState]) -> bool {
        self.purses
            .get(&order.id)
            .is_some_and(|has| fill.give <= *has)
    }
}

impl Evidence {
    /// Whether an order may be filled now and its owner has all that it gives at most.
    pub(super) fn is_ready(&self, order: &Order) -> bool {
        let has = self.purses.get(&order.id).copied().unwrap_or_default();
        let gives = match order.side {
            Side::Sell => order.remaining(),
            // Less may do; the verifier looks at what is really given.
            Side::Buy => 1,
        };
        self.allows(order) && has >= gives
    }
}

pub(super) fn order_of(open: &Open, sight: &Sight<'_>) -> Order {
    let (give_amount, get_amount) = open.amounts(sight);
    Order {
        id: open.id,
        owner: open.account.number(),
        nonce: open.nonce,
        side: open.side,
        give: Token(open.give as u32),
        get: Token(open.get as u32),
        give_amount,
        get_amount,
        partial: open.partial,
        filled: open.filled,
        valid: [open.since_s, open.until_s],
        surplus_fee_bps: 0,
    }
}

/// Whether an outcome is the solver's own doing: not where another winner moved the pools first, nor where
/// an owner cannot pay any more.
const fn is_caught(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Executed => false,
        Outcome::Withheld => true,
        Outcome::Undone(fault) => !matches!(
            fault,
            Fault::PoolRefuses(_)
                | Fault::GuardFails(_)
                | Fault::NotTriggered(_)
                | Fault::UsedNonce(_)
        ),
    }
}

/// Whether anybody could fill anything: a pool would, or two orders trade against one another.
fn is_hopeful(batch: &Batch) -> bool {
    let meet = |a: &Order, b: &Order| a.get == b.give && a.id != b.id;
    batch
        .orders
        .iter()
        .any(|a| batch.orders.iter().any(|b| meet(a, b)))
        || !passed_over(batch, &[]).is_empty()
}

impl Exchange {
    /// Ends orders whose time is over.
    pub(super) fn expire_orders(&mut self) -> Result<(), Trouble> {
        let now_s = self.now_s();
        let all = std::mem::take(&mut self.open);
        let (gone, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|open| open.until_s < now_s);
        self.open = kept;
        for open in gone {
            self.undo(&open)?;
            if let Some(id) = open.intent {
                self.note(What::Refused {
                    intent: Some(id),
                    reason: "nobody filled it within its limit and its time".to_owned(),
                });
                self.rest(id, Cause::Time)?;
            }
        }
        Ok(())
    }

    /// Everything that is up, but for orders that ask for quotes instead.
    pub(super) fn batch(&self) -> Batch {
        let sight = self.sight();
        let tokens = self.ground.tokens.len();
        let mut orders: Vec<Order> = self
            .open
            .iter()
            .filter(|open| !open.quoted)
            .map(|open| order_of(open, &sight))
            .collect();
        orders.sort_by_key(|order| order.id);
        let pools = self
            .ground
            .pools
            .iter()
            .enumerate()
            .map(|(at, site)| PoolState {
                tokens: site.tokens.map(|token| Token(token as u32)),
                reserves: self.ground.reserves(at),
                fee_bps: site.fee_bps,
            });
        Batch {
            prices: (0..tokens).map(|at| raw(sight.price(at))).collect(),
            price_unit: UNIT,
            orders,
            pools: pools.collect(),
            now_s: self.now_s(),
        }
    }

    pub(super) fn evidence(&self, batch: &Batch) -> Evidence {
        let sight = self.sight();
        let mut evidence = Evidence {
            allowed: BTreeMap::new(),
            purses: BTreeMap::new(),
        };
        for order in &batch.orders {
            let open = self.open.iter().find(|open| open.id == order.id);
            let allowed = open.and_then(|open| open.intent).is_none_or(|id| {
                let held = &self.intents[id as usize].intent;
                let require = held.rule.limits.require.as_ref();
                require.is_none_or(|condition| holds(&sight, held.owner, condition) == Some(true))
            });
            evidence.allowed.insert(order.id, allowed);
            let purse = self
                .ground
                .balance(order.give.0 as usize, Address::account(order.owner));
            evidence.purses.insert(order.id, purse);
        }
        evidence
    }

    /// One auction of everything that is up.
    pub(super) fn auction(&mut self) -> Result<(), Trouble> {
        self.expire_orders()?;
        self.request_quotes()?;
        let batch = self.batch();
        if batch.orders.is_empty() {
            return Ok(());
        }
        self.tell_unfilled(&batch);
        if !is_hopeful(&batch) {
            return Ok(());
        }
        self.place(&batch)?;
        let evidence = self.evidence(&batch);
        let number = self.auctions;
        self.auctions += 1;
        let seed = self
            .settings
            .seed
            .fork("auction")
            .fork_index(u64::from(number));
        let verifier = Verifier::new(batch.clone(), std::mem::take(&mut self.used));
        let lent: Vec<&dyn Solver> = self
            .solvers
            .iter()
            .map(|solver| &**solver as &dyn Solver)
            .filter(|solver| {
                self.barred
                    .get(solver.name())
                    .is_none_or(|from| number >= *from)
            })
            .collect();
        let settled = settle_batch(verifier, &lent, &evidence, &seed, WINNERS_MAX, 1 << 100);
        self.used.clone_from(settled.after.used());
        self.tell_bids(number, &settled);
        for (place, outcome) in settled.selection.winners.iter().zip(&settled.outcomes) {
            let solution = &settled.solutions[*place as usize];
            if *outcome == Outcome::Executed {
                self.settle(number, solution, &batch)?;
            } else if is_caught(outcome) {
                self.bar(number, &solution.solver);
            }
        }
        Ok(())
    }

    /// Says of each order that no route would fill why that is.
    fn tell_unfilled(&mut self, batch: &Batch) {
        if !self.keeps {
            return;
        }
        let mut told = Vec::new();
        for open in self.open.iter_mut().filter(|open| !open.is_told) {
            let Some(order) = batch.order(open.id) else {
                continue;
            };
            let route = best_route(&batch.pools, order.give, order.get, order.give_amount);
            let best = route.map(|route| route.out);
            if best.is_none_or(|best| best < order.get_amount) {
                open.is_told = true;
                told.push(What::Unfilled {
                    order: open.id,
                    intent: open.intent,
                    least: decimal(order.get_amount),
                    best: best.map(decimal),
                });
            }
        }
        for what in told {
            self.note(what);
        }
    }

    /// Tells the contract of orders whose terms have changed.
    pub(super) fn place(&mut self, batch: &Batch) -> Result<(), Trouble> {
        let mut sendings: Vec<Sending> = Vec::new();
        let mut told = Vec::new();
        for open in &mut self.open {
            let Some(order) = batch.order(open.id) else {
                continue;
            };
            let terms = (order.give_amount, order.get_amount);
            if open.placed == Some(terms) {
                continue;
            }
            let is_first = open.placed.is_none();
            open.placed = Some(terms);
            let tokens = [open.give, open.get].map(|at| self.ground.tokens[at]);
            let call = settlement::place(
                open.id,
                tokens,
                Amount(terms.0),
                Amount(terms.1),
                open.until_s,
            );
            sendings.push((open.account, self.ground.settlement, call));
            if is_first {
                told.push(What::Order {
                    order: open.id,
                    intent: open.intent,
                    give: open.give as u32,
                    get: open.get as u32,
                    give_amount: decimal(terms.0),
                    get_amount: decimal(terms.1),
                });
            }
        }
        for what in told {
            self.note(what);
        }
        let ids: Vec<u64> = self.open.iter().filter_map(|open| open.intent).collect();
        for id in ids {
            self.put_up(id)?;
        }
        let answers = self.ground.send(&sendings)?;
        match answers.into_iter().find_map(Result::err) {
            Some(why) => Err(Trouble::Broken(format!("an order was not placed: {why}"))),
            None => Ok(()),
        }
    }

    /// Whoever won and did not deliver what it had promised sits out: otherwise it would win, and fill nobody,
    /// for ever.
    fn bar(&mut self, auction: u32, solver: &str) {
        let until = auction.saturating_add(BARRED_FOR);
        self.barred.insert(solver.to_owned(), until);
        self.note(What::Refused {
            intent: None,
            reason: format!("{solver} is caught and sits out {BARRED_FOR} auctions"),
        });
    }

    fn tell_bids(&mut self, auction: u32, settled: &Settlement) {
        if !self.keeps {
            return;
        }
        let selection = &settled.selection;
        for bid in selection.bids.iter().take(BIDS_TOLD) {
            let solution = &settled.solutions[bid.place as usize];
            let won = selection
                .winners
                .iter()
                .position(|place| *place == bid.place);
            let verdict = match won.map(|at| &settled.outcomes[at]) {
                Some(Outcome::Executed) => "won".to_owned(),
                Some(Outcome::Withheld) => "won, but delivered nothing".to_owned(),
                Some(Outcome::Undone(fault)) => format!("undone: {fault}"),
                None if selection.fair.contains(&bid.place) => "outbid".to_owned(),
                None => "unfair to a pair of its own".to_owned(),
            };
            self.note(bid_event(auction, solution, bid.score.to_string(), verdict));
        }
        for (place, why) in selection.refused.iter().take(BIDS_TOLD) {
            let solution = &settled.solutions[*place as usize];
            self.note(bid_event(
                auction,
                solution,
                "0".to_owned(),
                format!("no bid: {why}"),
            ));
        }
    }
}

fn bid_event(auction: u32, solution: &Solution, score: String, verdict: String) -> What {
    What::Bid {
        auction,
        solver: solution.solver.clone(),
        score,
        orders: solution
            .fills
            .iter()
            .map(|fill| fill.order)
            .take(64)
            .collect(),
        route: solution
            .swaps
            .iter()
            .map(|swap| (swap.pool, swap.side))
            .take(64)
            .collect(),
        verdict,
    }
}

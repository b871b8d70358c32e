//! What a rule that fired does: from its plan to orders.

use super::account::person;
use super::ground::{decimal, exchange, raw};
use super::order::{Follow, Open, Terms};
use super::run::{Exchange, Piece, Trouble};
use super::sight::part;
use crate::contracts::pool;
use crate::intent::Cause;
use crate::intent::language::ast::{Quantity, Symbol, Trade, Venue};
use crate::intent::language::{Plan, Rule};
use crate::intent::order::Side;
use crate::primitives::amount::mul_div;
use crate::primitives::{Address, Amount, Decimal, Rounding};
use crate::trace::intent::What;

/// Steps that an order without a price of its own stays up.
const PATIENCE: u64 = 12;
/// Most orders of one intent at a time.
const ORDERS_MAX: usize = 64;
/// Most orders of everybody at a time.
const OPEN_MAX: usize = 250;
/// Most pieces of trades that wait for their time.
const PIECES_MAX: usize = 10_000;

impl Exchange {
    /// Carries out a rule that fired.
    pub(super) fn act(&mut self, id: u64) -> Result<(), Trouble> {
        let rule = self.intents[id as usize].intent.rule.clone();
        let person_number = self.intents[id as usize].intent.owner;
        if rule
            .limits
            .fee
            .is_some_and(|most| self.settings.keepers.fee > most)
        {
            return self.refuse(id, "an execution costs more than the rule allows");
        }
        if let Some(condition) = &rule.limits.require
            && crate::automation::holds(&self.sight(), person_number, condition) != Some(true)
        {
            return self.refuse(id, "what must hold before execution does not");
        }
        match &rule.plan {
            Plan::Trade { trade, .. } => self.trade(id, &rule, trade),
            Plan::Grid(grid) => self.start_ladder(id, grid),
            Plan::Rebalance { weights, band } => self.rebalance(id, &rule, weights, *band),
            Plan::Boost(leverage) => self.boost(id, leverage),
            Plan::Repay(leverage) => self.pay_back(id, leverage),
            Plan::Compound {
                asset,
                gain_over_cost,
            } => self.compound(id, asset, *gain_over_cost),
            Plan::Lend { asset, better_by } => self.lend(id, asset, *better_by),
            Plan::OneOf(sides) => {
                for side in sides {
                    self.arm(person_number, side.clone(), None, Some(id), Some(id))?;
                }
                Ok(())
            }
        }
    }

    fn trade(&mut self, id: u64, rule: &Rule, trade: &Trade) -> Result<(), Trouble> {
        let who = person(self.intents[id as usize].intent.owner);
        let (give, get) = match trade {
            Trade::Spend { give, get, .. }
            | Trade::Sell { give, get, .. }
            | Trade::Buy { give, get, .. } => (self.sight().token(give), self.sight().token(get)),
        };
        let (Some(give), Some(get)) = (give, get) else {
            return self.refuse(id, "one of its tokens is not traded here");
        };
        let price = rule.limits.price;
        let has = self.ground.balance(give, who);
        let (side, amount, limit) = match trade {
            Trade::Spend { amount, .. } => (
                Side::Sell,
                quantity(*amount, has),
                price.and_then(|p| Decimal::ONE.over(p)),
            ),
            Trade::Sell { amount, .. } => (Side::Sell, quantity(*amount, has), price),
            Trade::Buy { amount, .. } => (Side::Buy, raw(*amount), price),
        };
        let left = self.budget(id, give);
        let amount = if side == Side::Sell {
            amount.min(left)
        } else {
            amount
        };
        if left == 0 {
            return self.refuse(id, "the budget is used up");
        }
        if amount == 0 || has == 0 {
            return self.refuse(id, "there is nothing to give");
        }
        if side == Side::Sell && amount > has {
            return self.refuse(id, "the purse has less than that");
        }
        let terms = Terms::of(&rule.limits, limit);
        let Plan::Trade {
            chunks: Some(chunks),
            ..
        } = &rule.plan
        else {
            return self.open_order(id, side, [give, get], amount, terms, Follow::Nothing, None);
        };
        let parts = u128::from(chunks.parts.max(1));
        if self.pieces.len() + parts as usize > PIECES_MAX {
            return self.refuse(id, "too many pieces wait for their time already");
        }
        let fork = self.settings.seed.fork("pieces").fork_index(id);
        let mut stream = fork.fork_index(self.now_s()).stream();
        for number in 0..parts {
            let late = stream.below(chunks.jitter.map_or(0, |jitter| jitter.0).saturating_add(1));
            self.pieces.push(Piece {
                intent: id,
                due_s: (chunks.gap.0.saturating_mul(number as u64))
                    .saturating_add(self.now_s())
                    .saturating_add(late),
                amount: cut(amount, number + 1, parts) - cut(amount, number, parts),
                side,
                tokens: [give, get],
                terms: terms.clone(),
            });
        }
        Ok(())
    }

    /// Pieces whose time has come.
    pub(super) fn place_pieces(&mut self) -> Result<(), Trouble> {
        let now_s = self.now_s();
        let all = std::mem::take(&mut self.pieces);
        let (due, later): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|piece| piece.due_s <= now_s);
        self.pieces = later;
        for piece in due {
            if piece.amount > 0 {
                let Piece {
                    intent,
                    side,
                    tokens,
                    amount,
                    terms,
                    ..
                } = piece;
                self.open_order(intent, side, tokens, amount, terms, Follow::Nothing, None)?;
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "an order has that many sides")]
    pub(super) fn open_order(
        &mut self,
        id: u64,
        side: Side,
        [give, get]: [usize; 2],
        amount: u128,
        terms: Terms,
        follow: Follow,
        rung: Option<usize>,
    ) -> Result<(), Trouble> {
        let owner = self.intents[id as usize].intent.owner;
        let limits = self.intents[id as usize].intent.rule.limits.clone();
        let order = self.next_order();
        let now_s = self.now_s();
        let patience = now_s + PATIENCE * u64::from(self.market.step_s);
        let end = limits.expires.map_or(u64::MAX, |end| end.0);
        let decays = terms
            .dutch
            .map_or(0, |(_, over_s)| now_s.saturating_add(over_s));
        let rests = terms.limit.is_some() && rung.is_none();
        let open = Open {
            id: order,
            intent: Some(id),
            account: person(owner),
            side,
            give,
            get,
            amount,
            filled: 0,
            terms,
            partial: limits.partial,
            nonce: self.nonce_of(id, order),
            since_s: now_s,
            until_s: if rests {
                end
            } else {
                patience.max(decays).min(end)
            },
            follow,
            rung,
            placed: None,
            is_told: false,
            quoted: limits.venue == Some(Venue::Quote),
        };
        if give == get
            || self.open.len() >= OPEN_MAX
            || self
                .open
                .iter()
                .filter(|other| other.intent == Some(id))
                .count()
                >= ORDERS_MAX
        {
            self.undo(&open)?;
            return self.refuse(
                id,
                "too many of its orders are up already, or it trades a token for itself",
            );
        }
        if limits.venue == Some(Venue::Pool) {
            return self.at_the_pool(id, open);
        }
        self.put_up(id)?;
        self.open.push(open);
        Ok(())
    }

    /// Straight at the pool, within the order's terms.
    fn at_the_pool(&mut self, id: u64, mut open: Open) -> Result<(), Trouble> {
        let mut pools = self.ground.pools.iter().enumerate();
        let direct = pools.find_map(|(at, pool)| match pool.tokens {
            tokens if tokens == [open.give, open.get] => Some((at, true)),
            tokens if tokens == [open.get, open.give] => Some((at, false)),
            _ => None,
        });
        let Some((at, forward)) = direct else {
            self.undo(&open)?;
            return self.refuse(id, "there is no pool for that pair");
        };
        let (give, get) = open.amounts(&self.sight());
        let call = match open.side {
            Side::Sell => pool::swap_exact_in(forward, Amount(give), Amount(get)),
            Side::Buy => pool::swap_exact_out(forward, Amount(get), Amount(give)),
        };
        let answer = self
            .ground
            .send_one((open.account, self.ground.pools[at].address, call))?;
        match answer {
            Ok([other, _]) => {
                let (gave, got) = match open.side {
                    Side::Sell => (give, other),
                    Side::Buy => (other, get),
                };
                open.filled = open.amount;
                self.note(What::Fill {
                    auction: None,
                    order: open.id,
                    intent: Some(id),
                    solver: "pool".to_owned(),
                    give: open.give as u32,
                    get: open.get as u32,
                    gave: decimal(gave),
                    got: decimal(got),
                    reference: None,
                    better_bps: None,
                });
                self.count_fill(id, gave);
                self.follow(id, &open, got)?;
                self.settle_rung(&open);
                self.after_fill(id, Cause::Reason("pool".to_owned()))
            }
            Err(why) => {
                self.undo(&open)?;
                self.refuse(id, why)
            }
        }
    }

    pub(super) fn count_fill(&mut self, id: u64, gave: u128) {
        let held = &mut self.intents[id as usize];
        held.given = held.given.saturating_add(gave);
        self.outcomes[held.intent.owner as usize].fills += 1;
    }

    fn rebalance(
        &mut self,
        id: u64,
        rule: &Rule,
        weights: &[(Symbol, Decimal)],
        band: Decimal,
    ) -> Result<(), Trouble> {
        let who = person(self.intents[id as usize].intent.owner);
        let sight = self.sight();
        let mut parts = Vec::new();
        for (symbol, weight) in weights {
            let Some(token) = sight.token(symbol) else {
                return self.refuse(id, "one of its tokens is not traded here");
            };
            parts.push((
                token,
                *weight,
                sight.worth(token, self.ground.balance(token, who)),
            ));
        }
        let total: u128 = parts.iter().map(|(.., worth)| worth).sum();
        let aims = parts.iter().map(|(_, weight, _)| part(total, *weight));
        let aims: Vec<u128> = aims.collect();
        let is_out = parts
            .iter()
            .zip(&aims)
            .any(|((.., worth), aim)| worth.abs_diff(*aim) > part(total, band));
        if !is_out {
            return self.refuse(id, "every part is within its band");
        }
        let gap = |sign: bool| -> Vec<(usize, u128)> {
            let each = parts.iter().zip(&aims);
            each.filter_map(|((token, _, worth), aim)| {
                let gap = if sign {
                    worth.checked_sub(*aim)
                } else {
                    aim.checked_sub(*worth)
                };
                gap.filter(|gap| *gap > 0).map(|gap| (*token, gap))
            })
            .collect()
        };
        let (mut over, mut under) = (gap(true), gap(false));
        let mut orders = Vec::new();
        while let (Some((from, much)), Some((to, little))) = (over.last_mut(), under.last_mut()) {
            let worth = (*much).min(*little);
            orders.push((
                [*from, *to],
                exchange(worth, Decimal::ONE, sight.price(*from)),
            ));
            (*much, *little) = (*much - worth, *little - worth);
            over.retain(|(_, gap)| *gap > 0);
            under.retain(|(_, gap)| *gap > 0);
        }
        for (tokens, amount) in orders.into_iter().filter(|(_, amount)| *amount > 0) {
            let terms = Terms::of(&rule.limits, None);
            self.open_order(id, Side::Sell, tokens, amount, terms, Follow::Nothing, None)?;
        }
        Ok(())
    }

    /// An account's order that belongs to nobody with strategies.
    pub(super) fn open_for_the_crowd(
        &mut self,
        account: Address,
        tokens: [usize; 2],
        amount: u128,
    ) {
        if self.open.len() >= OPEN_MAX {
            return;
        }
        let order = self.next_order();
        let now_s = self.now_s();
        self.open.push(Open {
            id: order,
            intent: None,
            account,
            side: Side::Sell,
            give: tokens[0],
            get: tokens[1],
            amount,
            filled: 0,
            terms: Terms {
                from_oracle: Some(Decimal::bps(100)),
                ..Terms::default()
            },
            partial: false,
            nonce: order,
            since_s: now_s,
            until_s: now_s + 2 * u64::from(self.market.step_s),
            follow: Follow::Nothing,
            rung: None,
            placed: None,
            is_told: false,
            quoted: false,
        });
    }
}

/// So many of so many parts.
fn cut(amount: u128, number: u128, parts: u128) -> u128 {
    mul_div(amount, number, parts, Rounding::Down).unwrap_or_default()
}

/// How much of what somebody has.
fn quantity(quantity: Quantity, has: u128) -> u128 {
    match quantity {
        Quantity::Exact(amount) => raw(amount),
        Quantity::Share(share) => part(has, share),
        Quantity::All => has,
    }
}

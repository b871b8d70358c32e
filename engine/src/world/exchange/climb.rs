//! Ladders of orders: begun, climbed and reached.

use super::account::person;
use super::ground::{exchange, raw};
use super::ladder::Ladder;
use super::order::{Follow, Open, Terms};
use super::run::{Exchange, Trouble};
use crate::intent::language::Plan;
use crate::intent::language::ast::Grid;
use crate::intent::order::Side;
use crate::primitives::Decimal;

impl Exchange {
    pub(super) fn settle_rung(&mut self, open: &Open) {
        if let (Some(id), Some(rung)) = (open.intent, open.rung)
            && let Some(ladder) = &mut self.intents[id as usize].ladder
        {
            ladder.filled(rung);
        }
    }

    pub(super) fn start_ladder(&mut self, id: u64, grid: &Grid) -> Result<(), Trouble> {
        let sight = self.sight();
        let (Some(base), Some(quote)) = (sight.token(&grid.base), sight.token(&grid.quote)) else {
            return self.refuse(id, "one of its tokens is not traded here");
        };
        let Some(price) = sight.price(base).over(sight.price(quote)) else {
            return self.refuse(id, "there is no price");
        };
        self.intents[id as usize].ladder = Some(Ladder::new(grid, price));
        Ok(())
    }

    /// Levels that the price has reached.
    pub(super) fn climb(&mut self) -> Result<(), Trouble> {
        for id in 0..self.intents.len() as u64 {
            if self.state(id).is_final() || self.intents[id as usize].ladder.is_none() {
                continue;
            }
            let Plan::Grid(grid) = self.intents[id as usize].intent.rule.plan.clone() else {
                continue;
            };
            let sight = self.sight();
            let (Some(base), Some(quote)) = (sight.token(&grid.base), sight.token(&grid.quote))
            else {
                continue;
            };
            let price = sight.price(base).over(sight.price(quote));
            let due = match (&mut self.intents[id as usize].ladder, price) {
                (Some(ladder), Some(price)) => ladder.due(price),
                _ => continue,
            };
            for (rung, buys) in due {
                self.reach(id, &grid, [base, quote], rung, buys)?;
            }
        }
        Ok(())
    }

    pub(super) fn reach(
        &mut self,
        id: u64,
        grid: &Grid,
        [base, quote]: [usize; 2],
        rung: usize,
        buys: bool,
    ) -> Result<(), Trouble> {
        let level = match &self.intents[id as usize].ladder {
            Some(ladder) => ladder.levels[rung],
            None => return Ok(()),
        };
        let who = person(self.intents[id as usize].intent.owner);
        let (tokens, amount, limit) = if buys {
            ([quote, base], raw(grid.lot), Decimal::ONE.over(level))
        } else {
            (
                [base, quote],
                exchange(raw(grid.lot), Decimal::ONE, level),
                Some(level),
            )
        };
        if self.ground.balance(tokens[0], who) < amount || self.budget(id, tokens[0]) < amount {
            if let Some(ladder) = &mut self.intents[id as usize].ladder {
                ladder.missed(rung);
            }
            return Ok(());
        }
        let terms = Terms {
            limit,
            ..Terms::default()
        };
        self.open_order(
            id,
            Side::Sell,
            tokens,
            amount,
            terms,
            Follow::Nothing,
            Some(rung),
        )
    }
}

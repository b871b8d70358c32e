//! From a winner to the sheet, and from the sheet to what its orders have.

use super::account::DRIVER;
use super::ground::{Sending, decimal};
use super::run::{Exchange, Trouble};
use crate::automation::holds;
use crate::contracts::settlement::{self, ROWS_MAX};
use crate::intent::Cause;
use crate::intent::certificate::best_route;
use crate::intent::order::{Batch, Fill, Side, Solution, Token};
use crate::primitives::Amount;
use crate::trace::intent::What;

impl Exchange {
    /// Executes a winner's sheet, and undoes it whole if a condition for afterwards does not hold.
    pub(super) fn settle(
        &mut self,
        auction: u32,
        solution: &Solution,
        batch: &Batch,
    ) -> Result<(), Trouble> {
        let rows = solution.fills.len().max(solution.swaps.len());
        if rows > ROWS_MAX as usize {
            self.note(What::Refused {
                intent: None,
                reason: format!("a solution of {rows} rows is too long to settle"),
            });
            return Ok(());
        }
        let mut sendings: Vec<Sending> = Vec::new();
        let at = self.ground.settlement;
        for (row, fill) in solution.fills.iter().enumerate() {
            let call =
                settlement::post_fill(row as u32, fill.order, Amount(fill.give), Amount(fill.get));
            sendings.push((DRIVER, at, call));
        }
        for (row, swap) in solution.swaps.iter().enumerate() {
            let pool = self.ground.pools[swap.pool as usize].address;
            let amounts = [Amount(swap.amount_in), Amount(swap.amount_out)];
            let call =
                settlement::post_swap(row as u32, pool, swap.side == 0, amounts[0], amounts[1]);
            sendings.push((DRIVER, at, call));
        }
        let call = settlement::execute(solution.fills.len() as u32, solution.swaps.len() as u32);
        sendings.push((DRIVER, at, call));
        let before = self
            .has_afterwards(solution)
            .then(|| self.ground.store.clone());
        let answers = self.ground.send(&sendings)?;
        if let Some(Err(why)) = answers.last() {
            self.note(What::Refused {
                intent: None,
                reason: format!("{}'s settlement was undone: {why}", solution.solver),
            });
            return Ok(());
        }
        if let Some(before) = before
            && let Some(id) = self.broken_promise(solution)
        {
            self.ground.store = before;
            let reason = "what must hold afterwards would not: the whole settlement is undone";
            self.note(What::Refused {
                intent: Some(id),
                reason: reason.to_owned(),
            });
            return Ok(());
        }
        for fill in &solution.fills {
            self.fill(auction, fill, &solution.solver, batch)?;
        }
        Ok(())
    }

    /// What is left of an order that was filled in part goes on as an order of its own, so that terms that
    /// move with the feed are never mixed with those of what was filled before.
    pub(super) fn place_rest(&mut self, at: usize) -> Result<(), Trouble> {
        let number = self.next_order();
        let open = &mut self.open[at];
        let call = settlement::cancel(open.id);
        let sending = (open.account, self.ground.settlement, call);
        open.amount = open.remaining();
        open.filled = 0;
        open.id = number;
        open.placed = None;
        match self.ground.send_one(sending)? {
            Ok(_) => Ok(()),
            Err(why) => Err(Trouble::Broken(format!("what is left of an order: {why}"))),
        }
    }

    pub(super) fn intent_of(&self, order: u64) -> Option<u64> {
        self.open.iter().find(|open| open.id == order)?.intent
    }

    pub(super) fn has_afterwards(&self, solution: &Solution) -> bool {
        let intents = solution
            .fills
            .iter()
            .filter_map(|fill| self.intent_of(fill.order));
        intents.into_iter().any(|id| {
            self.intents[id as usize]
                .intent
                .rule
                .limits
                .ensure
                .is_some()
        })
    }

    pub(super) fn broken_promise(&self, solution: &Solution) -> Option<u64> {
        let sight = self.sight();
        let mut intents = solution
            .fills
            .iter()
            .filter_map(|fill| self.intent_of(fill.order));
        intents.find(|id| {
            let held = &self.intents[*id as usize].intent;
            let ensure = held.rule.limits.ensure.as_ref();
            ensure.is_some_and(|condition| holds(&sight, held.owner, condition) != Some(true))
        })
    }

    pub(super) fn fill(
        &mut self,
        auction: u32,
        fill: &Fill,
        solver: &str,
        batch: &Batch,
    ) -> Result<(), Trouble> {
        let Some(at) = self.open.iter().position(|open| open.id == fill.order) else {
            return Ok(());
        };
        let open = &mut self.open[at];
        open.filled += match open.side {
            Side::Sell => fill.give,
            Side::Buy => fill.get,
        };
        let is_whole = open.remaining() == 0;
        let open = open.clone();
        if is_whole {
            self.open.remove(at);
        } else {
            self.place_rest(at)?;
        }
        if self.keeps {
            let (give, get) = (Token(open.give as u32), Token(open.get as u32));
            let reference = best_route(&batch.pools, give, get, fill.give).map(|route| route.out);
            let better = reference.map(|out| {
                let ratio = decimal(fill.get)
                    .minus(decimal(out))
                    .over(decimal(out.max(1)));
                (ratio.unwrap_or_default().0 / 10_000).clamp(-1_000_000, 1_000_000) as i32
            });
            self.note(What::Fill {
                auction: Some(auction),
                order: open.id,
                intent: open.intent,
                solver: solver.to_owned(),
                give: open.give as u32,
                get: open.get as u32,
                gave: decimal(fill.give),
                got: decimal(fill.get),
                reference: reference.map(decimal),
                better_bps: better,
            });
        }
        let Some(id) = open.intent else { return Ok(()) };
        self.count_fill(id, fill.give);
        if is_whole {
            self.settle_rung(&open);
        }
        self.follow(id, &open, fill.get)?;
        self.after_fill(id, Cause::Solver(solver.to_owned()))
    }
}

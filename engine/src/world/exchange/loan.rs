//! Loans: leverage up and down, rewards, the best lending rate. All at the first lending market but for
//! the last, which chooses among them.

use super::account::person;
use super::ground::{UNIT, decimal, exchange, raw};
use super::order::{Follow, Open, Terms};
use super::run::{Exchange, Trouble};
use crate::automation::position;
use crate::contracts::lending::math::RateStrategy;
use crate::contracts::lending::{self, ReserveConfig};
use crate::intent::Cause;
use crate::intent::language::ast::{Leverage, Symbol};
use crate::intent::order::Side;
use crate::primitives::{Address, Amount, Decimal};
use crate::trace::intent::What;
use crate::vm::native::Call;

/// What a swap is reckoned to cost when a loan is changed: half a per cent. The band says how far off the
/// result may be.
const SWAP_COST: Decimal = Decimal::bps(50);

impl Exchange {
    /// A call at a lending market for an intent; tells it when it succeeds.
    fn deed(
        &mut self,
        id: u64,
        lender: usize,
        deed: &str,
        token: usize,
        amount: u128,
        call: Call,
    ) -> Result<Result<u128, &'static str>, Trouble> {
        let who = person(self.intents[id as usize].intent.owner);
        let market = self.ground.lenders[lender].0;
        let answer = self.ground.send_one((who, market, call))?;
        if let Ok([returned, _]) = answer {
            // What "all of it" came to is in the answer.
            let amount = if amount == u128::MAX {
                returned
            } else {
                amount
            };
            self.note(What::Loan {
                intent: id,
                deed: deed.to_owned(),
                lender: lender as u32,
                token: token as u32,
                amount: decimal(amount),
            });
        }
        Ok(answer.map(|returned| returned[0]))
    }

    fn supply(
        &mut self,
        id: u64,
        lender: usize,
        token: usize,
        amount: u128,
    ) -> Result<Result<u128, &'static str>, Trouble> {
        let call = lending::supply(token as u32, Amount(amount));
        self.deed(id, lender, "supply", token, amount, call)
    }

    fn withdraw(
        &mut self,
        id: u64,
        lender: usize,
        token: usize,
        amount: u128,
    ) -> Result<Result<u128, &'static str>, Trouble> {
        let call = lending::withdraw(token as u32, Amount(amount));
        self.deed(id, lender, "withdraw", token, amount, call)
    }

    fn repay(
        &mut self,
        id: u64,
        token: usize,
        amount: u128,
        who: Address,
    ) -> Result<Result<u128, &'static str>, Trouble> {
        let call = lending::repay(token as u32, Amount(amount), who);
        self.deed(id, 0, "repay", token, amount, call)
    }

    /// Collateral and debt of a leverage, in raw worth.
    fn leverage(&self, id: u64, collateral: usize, debt: usize) -> (Decimal, Decimal) {
        let who = person(self.intents[id as usize].intent.owner);
        let sight = self.sight();
        let has = sight.worth(collateral, self.ground.position(0, collateral, who)[0]);
        let owes = sight.worth(debt, self.ground.position(0, debt, who)[1]);
        (decimal(has), decimal(owes))
    }

    fn pair(&self, leverage: &Leverage) -> Option<(usize, usize)> {
        let sight = self.sight();
        Some((
            sight.token(&leverage.collateral)?,
            sight.token(&leverage.debt)?,
        ))
    }

    pub(super) fn boost(&mut self, id: u64, leverage: &Leverage) -> Result<(), Trouble> {
        let (Some((collateral, debt)), false) =
            (self.pair(leverage), self.ground.lenders.is_empty())
        else {
            return self.refuse(id, "there is no lending market for it");
        };
        let (has, owes) = self.leverage(id, collateral, debt);
        let worth = if has > leverage.ratio.plus(leverage.band).times(owes) {
            position::boost(has, owes, leverage.ratio, SWAP_COST)
        } else {
            None
        };
        let Some(worth) = worth else {
            return self.refuse(id, "the ratio is within its band or below it");
        };
        let amount = exchange(raw(worth), Decimal::ONE, self.sight().price(debt));
        let call = lending::borrow(debt as u32, Amount(amount));
        match self.deed(id, 0, "borrow", debt, amount, call)? {
            Ok(_) => self.loan_order(id, debt, collateral, amount, Follow::Supply),
            Err(why) => self.refuse(id, why),
        }
    }

    pub(super) fn pay_back(&mut self, id: u64, leverage: &Leverage) -> Result<(), Trouble> {
        let (Some((collateral, debt)), false) =
            (self.pair(leverage), self.ground.lenders.is_empty())
        else {
            return self.refuse(id, "there is no lending market for it");
        };
        let (has, owes) = self.leverage(id, collateral, debt);
        let worth = if has < leverage.ratio.minus(leverage.band).times(owes) {
            position::repay(has, owes, leverage.ratio, SWAP_COST)
        } else {
            None
        };
        let Some(worth) = worth else {
            return self.refuse(
                id,
                "the ratio is within its band or above it, or out of reach",
            );
        };
        let mut amount = exchange(raw(worth), Decimal::ONE, self.sight().price(collateral));
        // What secures the debt can only be taken out as far as it stays healthy: then less of it, and again later.
        for _ in 0..5 {
            if self.withdraw(id, 0, collateral, amount)?.is_ok() {
                return self.loan_order(id, collateral, debt, amount, Follow::Repay);
            }
            amount /= 2;
        }
        self.refuse(id, "nothing of the collateral can be taken out")
    }

    fn loan_order(
        &mut self,
        id: u64,
        give: usize,
        get: usize,
        amount: u128,
        follow: Follow,
    ) -> Result<(), Trouble> {
        let terms = Terms::of(&self.intents[id as usize].intent.rule.limits, None);
        self.open_order(id, Side::Sell, [give, get], amount, terms, follow, None)
    }

    /// What an order of a loan brought goes where it belongs.
    pub(super) fn follow(&mut self, id: u64, open: &Open, got: u128) -> Result<(), Trouble> {
        let who = open.account;
        let done = match open.follow {
            Follow::Nothing => return Ok(()),
            Follow::Supply => self.supply(id, 0, open.get, got)?,
            Follow::Repay => self.repay(id, open.get, got, who)?,
        };
        match done {
            Ok(_) => Ok(()),
            Err(why) => {
                self.note(What::Refused {
                    intent: Some(id),
                    reason: why.to_owned(),
                });
                Ok(())
            }
        }
    }

    /// What was taken for an order that nobody filled goes back.
    pub(super) fn undo_loan(&mut self, id: u64, open: &Open) -> Result<(), Trouble> {
        let left = open.remaining();
        if left == 0 {
            return Ok(());
        }
        let back = match open.follow {
            Follow::Nothing => return Ok(()),
            Follow::Supply => self.repay(id, open.give, left, open.account)?,
            Follow::Repay => self.supply(id, 0, open.give, left)?,
        };
        if let Err(why) = back {
            self.note(What::Refused {
                intent: Some(id),
                reason: why.to_owned(),
            });
        }
        Ok(())
    }

    pub(super) fn compound(
        &mut self,
        id: u64,
        asset: &Symbol,
        gain: Option<Decimal>,
    ) -> Result<(), Trouble> {
        let owner = self.intents[id as usize].intent.owner;
        let (Some(token), false) = (self.sight().token(asset), self.ground.lenders.is_empty())
        else {
            return self.refuse(id, "there is no lending market for it");
        };
        let pending = self.rewards[owner as usize][token];
        let sight = self.sight();
        let (worth, fee) = (
            decimal(sight.worth(token, pending)),
            self.settings.keepers.fee,
        );
        let principal = self.ground.position(0, token, person(owner))[0];
        let principal = decimal(sight.worth(token, principal));
        let is_worth = match gain {
            Some(gain) => worth >= gain.times(fee),
            None => {
                let interval = position::compound_interval_s(fee, principal, self.settings.reward);
                let since = self.now_s() - self.intents[id as usize].compounded_s;
                interval.is_some_and(|interval| since >= interval)
            }
        };
        if pending == 0 || !is_worth {
            return self.refuse(id, "adding the rewards does not pay yet");
        }
        match self.supply(id, 0, token, pending)? {
            Ok(_) => {
                self.rewards[owner as usize][token] = 0;
                self.intents[id as usize].compounded_s = self.now_s();
                self.count_fill(id, pending);
                self.after_fill(id, Cause::Owner)
            }
            Err(why) => self.refuse(id, why),
        }
    }

    pub(super) fn lend(
        &mut self,
        id: u64,
        asset: &Symbol,
        better_by: Decimal,
    ) -> Result<(), Trouble> {
        let Some(token) = self.sight().token(asset) else {
            return self.refuse(id, "there is no lending market for it");
        };
        let who = person(self.intents[id as usize].intent.owner);
        let all = 0..self.ground.lenders.len();
        let Some(best) = all
            .clone()
            .max_by_key(|at| (self.ground.rate(*at, token), usize::MAX - at))
        else {
            return self.refuse(id, "there is no lending market for it");
        };
        let mut amount = self.ground.balance(token, who);
        let at = all.max_by_key(|at| self.ground.position(*at, token, who)[0]);
        if let Some(at) = at.filter(|at| self.ground.position(*at, token, who)[0] > 0) {
            let least = self.ground.rate(at, token).plus(better_by);
            if at == best || self.ground.rate(best, token) < least {
                return self.refuse(id, "no other market's rate is better by that much");
            }
            match self.withdraw(id, at, token, u128::MAX)? {
                Ok(taken) => amount = taken,
                Err(why) => return self.refuse(id, why),
            }
        }
        if amount == 0 {
            return self.refuse(id, "there is nothing to lend");
        }
        match self.supply(id, best, token, amount)? {
            Ok(_) => {
                self.count_fill(id, amount);
                self.after_fill(id, Cause::Owner)
            }
            Err(why) => self.refuse(id, why),
        }
    }
}

pub(super) fn reserve(symbol: &str, token: Address, slope_bps: u32) -> ReserveConfig {
    ReserveConfig {
        symbol: symbol.to_owned(),
        token,
        unit: UNIT,
        ltv_bps: 8_000,
        liquidation_threshold_bps: 8_250,
        liquidation_bonus_bps: 10_500,
        liquidation_protocol_fee_bps: 1_000,
        reserve_factor_bps: 1_000,
        rates: RateStrategy {
            optimal_usage_bps: 8_000,
            base_rate_bps: 0,
            slope1_bps: slope_bps,
            slope2_bps: 6_000,
        },
    }
}

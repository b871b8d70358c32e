//! What a step leaves to be told: late keepers and their pay, worth, and what waits for what.

use super::account::{TILL, person};
use super::ground::{decimal, raw};
use super::run::{DUE_MAX, Exchange, Trouble};
use super::sight::Sight;
use crate::automation::Obstacle;
use crate::contracts::token;
use crate::intent::State;
use crate::primitives::{Amount, Decimal, Digest};
use crate::trace::intent::{Position, What};

impl Exchange {
    /// Keepers that were late: what they carry out must still hold.
    pub(super) fn come_late(&mut self) -> Result<(), Trouble> {
        let step = self.step;
        let all = std::mem::take(&mut self.late);
        let (due, later): (Vec<_>, Vec<_>) = all.into_iter().partition(|late| late.step <= step);
        self.late = later;
        for late in due {
            if late.watch.still_holds(&self.sight()) {
                self.carry_out(late.intent, late.keeper)?;
            } else {
                self.refuse(late.intent, "the keeper came too late: it no longer holds")?;
            }
        }
        Ok(())
    }

    /// Owners pay what they owe to keepers, as soon as they have it.
    pub(super) fn pay_keepers(&mut self) -> Result<(), Trouble> {
        let fee = raw(self.settings.keepers.fee);
        for (keeper, owner) in std::mem::take(&mut self.due) {
            let who = person(owner);
            if fee == 0 {
                continue;
            }
            if self.ground.balance(0, who) < fee {
                // Beyond that a keeper does not wait any more.
                if self.due.len() < DUE_MAX {
                    self.due.push((keeper, owner));
                }
                continue;
            }
            let call = token::transfer(TILL, Amount(fee));
            let paid = self.ground.send_one((who, self.ground.tokens[0], call))?;
            paid.map_err(|why| Trouble::Broken(format!("a fee was not paid: {why}")))?;
            self.crew.reward(keeper, fee);
            let outcome = &mut self.outcomes[owner as usize];
            outcome.fees = outcome.fees.plus(decimal(fee));
        }
        Ok(())
    }

    pub(super) fn measure(&mut self) {
        let mut log = self.digest.0.to_vec();
        log.extend(self.step.to_le_bytes());
        for number in 0..self.outcomes.len() {
            let sight = self.sight();
            let equity = sight.equity(person(number as u32));
            let held = self.holdings[number].iter().enumerate();
            let held = held.map(|(at, amount)| amount.times(sight.price(at)));
            let held = held.fold(Decimal::ZERO, Decimal::plus);
            let peak = self.peaks[number].max(equity);
            self.peaks[number] = peak;
            let step = self.step;
            let outcome = &mut self.outcomes[number];
            if step == 0 {
                outcome.start = equity;
            }
            outcome.equity = equity;
            outcome.held = held;
            outcome.profit = equity.minus(outcome.start);
            let fall = peak.minus(equity).over(peak).unwrap_or_default();
            outcome.drawdown = outcome.drawdown.max(fall);
            log.extend(equity.0.to_le_bytes());
            log.extend(outcome.fills.to_le_bytes());
            if self.keeps {
                self.recording.equity[number].push(equity);
                let position = self.position(number as u32, equity);
                let last = self
                    .recording
                    .positions
                    .iter()
                    .rev()
                    .find(|(_, p)| p.person == number as u32);
                let is_new = last.is_none_or(|(_, last)| {
                    (&last.wallet, &last.supplied, &last.owed)
                        != (&position.wallet, &position.supplied, &position.owed)
                });
                if is_new {
                    self.recording.place(step, position);
                }
            }
        }
        for at in 0..self.ground.tokens.len() {
            let price = self.sight().price(at);
            log.extend(price.0.to_le_bytes());
            if self.keeps {
                self.recording.prices[at].push(price);
            }
        }
        log.extend(self.ground.transactions.to_le_bytes());
        log.extend(self.ground.reverted.to_le_bytes());
        for spots in &self.spots {
            log.extend(spots.last().copied().unwrap_or_default().0.to_le_bytes());
        }
        self.digest = Digest::of(&log);
        if self.keeps {
            for (kept, spots) in self.recording.spots.iter_mut().zip(&self.spots) {
                kept.extend(spots.last());
            }
        }
    }

    /// What a person has and owes now.
    pub fn position(&self, number: u32, equity: Decimal) -> Position {
        let who = person(number);
        let sight = self.sight();
        let tokens = 0..self.ground.tokens.len();
        let supplied = |at| decimal(sight.held(at, who) - self.ground.balance(at, who));
        Position {
            person: number,
            wallet: tokens
                .clone()
                .map(|at| decimal(self.ground.balance(at, who)))
                .collect(),
            supplied: tokens.clone().map(supplied).collect(),
            owed: tokens.map(|at| decimal(sight.owed(at, who))).collect(),
            equity,
            health: self.ground.health(who),
        }
    }

    /// Why each armed intent does not fire, where that has changed.
    pub(super) fn tell_waits(&mut self) {
        for id in 0..self.intents.len() as u64 {
            let sight = self.sight();
            let Some(why) = self.board.why_not(id, &sight) else {
                continue;
            };
            let (kind, obstacle, seconds) = named(why.obstacle);
            let told = (kind, why.clause.clone());
            if kind == 0 || self.intents[id as usize].told == told {
                continue;
            }
            self.intents[id as usize].told = told;
            self.note(What::Waits {
                intent: id,
                obstacle: obstacle.to_owned(),
                seconds,
                clause: why.clause,
                value: why.value,
                distance: why.distance,
            });
        }
    }

    /// Why each armed intent does not fire at the last step made, by intent.
    pub fn why_not(&self) -> Vec<(u64, crate::automation::WhyNot)> {
        let sight = Sight {
            moment: self.step.saturating_sub(1) as usize,
            ..self.sight()
        };
        let all = 0..self.intents.len() as u64;
        all.filter_map(|id| Some((id, self.board.why_not(id, &sight)?)))
            .collect()
    }

    /// Each intent's number, owner and state.
    pub fn intents(&self) -> impl Iterator<Item = (u64, u32, State)> {
        self.intents
            .iter()
            .map(|held| (held.intent.id, held.intent.owner, held.life.state))
    }
}

const fn named(obstacle: Obstacle) -> (u8, &'static str, Option<u64>) {
    match obstacle {
        Obstacle::None => (0, "none", None),
        Obstacle::NotYetValid(s) => (1, "not_yet_valid", Some(s)),
        Obstacle::Over => (2, "over", None),
        Obstacle::NotDue(s) => (3, "not_due", Some(s)),
        Obstacle::Clause => (4, "clause", None),
        Obstacle::Unread => (5, "unread", None),
        Obstacle::Holding(s) => (6, "holding", Some(s)),
        Obstacle::Resting(s) => (7, "resting", Some(s)),
        Obstacle::FiredAlready => (8, "fired_already", None),
        Obstacle::Meanwhile => (9, "meanwhile", None),
    }
}

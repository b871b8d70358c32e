//! The run, step by step.

use super::crowd::Crowd;
use super::ground::{Ground, TILL, decimal, person, raw};
use super::intents::Held;
use super::order::{Open, Terms};
use super::settings::{ExchangeSettings, solvers};
use super::sight::Sight;
use crate::automation::{Board, Crew, Keeper, KeeperEvent, Obstacle, Watch};
use crate::contracts::token;
use crate::intent::order::Side;
use crate::intent::solver::Solver;
use crate::intent::{Cause, State};
use crate::market::Market;
use crate::primitives::{Amount, Decimal, Digest};
use crate::trace::intent::{Event, Outcome, Position, Recording, What};
use crate::vm::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds between audits of every contract.
const AUDIT_S: u64 = 86_400;

/// Most fees that keepers wait for.
const DUE_MAX: usize = 256;

/// Why a run stopped: a bug of ours, whatever the document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// The machine's.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Something that always holds does not.
    #[error("{0}")]
    Broken(String),
}

/// A piece of a trade, for later.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Piece {
    pub(super) intent: u64,
    pub(super) due_s: u64,
    pub(super) amount: u128,
    pub(super) side: Side,
    pub(super) tokens: [usize; 2],
    pub(super) terms: Terms,
}

/// What a late keeper will carry out, if it still holds then.
#[derive(Clone, Debug)]
pub(super) struct Late {
    pub(super) intent: u64,
    keeper: u32,
    step: u32,
    watch: Watch,
}

/// A market with people on it, as far as it has gone.
pub struct Exchange {
    pub(super) settings: ExchangeSettings,
    pub(super) market: Market,
    pub(super) ground: Ground,
    pub(super) board: Board,
    pub(super) intents: Vec<Held>,
    pub(super) open: Vec<Open>,
    pub(super) pieces: Vec<Piece>,
    pub(super) late: Vec<Late>,
    pub(super) solvers: Vec<Box<dyn Solver + Send>>,
    pub(super) used: BTreeSet<(u32, u64)>,
    /// Solvers that were caught, with the auction from which they may bid again.
    pub(super) barred: BTreeMap<String, u32>,
    pub(super) crowd: Crowd,
    pub(super) outcomes: Vec<Outcome>,
    /// By person and token: rewards paid and not added to a supply.
    pub(super) rewards: Vec<Vec<u128>>,
    /// The number of the next order.
    pub(super) orders: u64,
    pub(super) auctions: u32,
    /// The step that is being made, or that comes next.
    pub(super) step: u32,
    /// Whether events and series are kept.
    pub(super) keeps: bool,
    crew: Crew,
    /// Fees that keepers wait for: keeper and person.
    due: Vec<(u32, u32)>,
    spots: Vec<Vec<Decimal>>,
    peaks: Vec<Decimal>,
    holdings: Vec<Vec<Decimal>>,
    recording: Recording,
    digest: Digest,
}

impl Exchange {
    /// A market before its first step. `keeps` says whether everything is recorded; what happens is the
    /// same either way.
    pub fn new(settings: ExchangeSettings, keeps: bool) -> Self {
        let market = Market::generate(&settings.market, &settings.seed.fork("market"));
        Self::on(settings, market, keeps)
    }

    /// Like [`Exchange::new`], on a market that has been generated already.
    pub fn on(settings: ExchangeSettings, market: Market, keeps: bool) -> Self {
        let firsts = market
            .paths
            .iter()
            .map(|path| path.prices.first().copied().unwrap_or(Decimal::ONE));
        let prices: Vec<Decimal> = std::iter::once(Decimal::ONE).chain(firsts).collect();
        let ground = Ground::new(&settings, &prices);
        let keepers = &settings.keepers;
        let keeper = Keeper {
            funds: raw(keepers.funds),
            absent_permille: keepers.absent_permille,
            late_blocks: keepers.late_steps,
        };
        // What an execution costs a keeper is four fifths of what its owner pays.
        let cost = raw(keepers.fee) * 4 / 5;
        let people = settings.people.len();
        let symbols = settings
            .market
            .assets
            .iter()
            .map(|asset| asset.symbol.clone());
        let tokens: Vec<String> = std::iter::once(settings.quote.clone())
            .chain(symbols)
            .collect();
        let pools = settings
            .pools
            .iter()
            .map(|pool| pool.tokens.map(|at| tokens[at].as_str()).join("/"));
        let recording = Recording {
            pools: pools.collect(),
            people: settings.people.iter().map(|who| who.name.clone()).collect(),
            step_s: market.step_s,
            prices: vec![Vec::new(); tokens.len()],
            spots: vec![Vec::new(); settings.pools.len()],
            equity: vec![Vec::new(); people],
            tokens,
            ..Recording::default()
        };
        // What the start is worth if it is left alone. What is owed then was borrowed into the purse.
        let holding = |who: &super::PersonSettings| {
            let at = |list: &[Decimal], token: usize| list.get(token).copied().unwrap_or_default();
            let has = |token| at(&who.purse, token).plus(at(&who.supplied, token));
            (0..prices.len()).map(has).collect::<Vec<Decimal>>()
        };
        Self {
            board: Board::default(),
            intents: Vec::new(),
            open: Vec::new(),
            pieces: Vec::new(),
            late: Vec::new(),
            solvers: solvers(&settings.solvers),
            used: BTreeSet::new(),
            barred: BTreeMap::new(),
            crowd: Crowd::new(&settings.crowd, &settings.seed),
            outcomes: vec![Outcome::default(); people],
            rewards: vec![vec![0; prices.len()]; people],
            orders: 0,
            auctions: 0,
            step: 0,
            keeps,
            crew: Crew::new(
                vec![keeper; keepers.count as usize],
                cost,
                250,
                &settings.seed,
            ),
            due: Vec::new(),
            spots: vec![Vec::new(); settings.pools.len()],
            peaks: vec![Decimal::ZERO; people],
            holdings: settings.people.iter().map(holding).collect(),
            recording,
            digest: Digest::default(),
            ground,
            market,
            settings,
        }
    }

    /// How many steps there are, the first at time 0.
    pub fn steps(&self) -> u32 {
        self.market.moments() as u32
    }

    /// How many have been made.
    pub const fn made(&self) -> u32 {
        self.step
    }

    /// What was recorded so far.
    pub const fn recording(&self) -> &Recording {
        &self.recording
    }

    /// How everybody fares, by person.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Digest of everything so far: prices, equities, transactions, fills. Recording changes nothing of it.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Transactions executed so far, and those of them that a contract refused.
    pub const fn transactions(&self) -> [u64; 2] {
        [self.ground.transactions, self.ground.reverted]
    }

    /// Auctions held so far.
    pub const fn auctions(&self) -> u32 {
        self.auctions
    }

    pub(super) fn sight(&self) -> Sight<'_> {
        Sight {
            market: &self.market,
            moment: self.step as usize,
            quote: &self.settings.quote,
            ground: &self.ground,
            spots: &self.spots,
            fee: self.settings.keepers.fee,
        }
    }

    pub(super) fn now_s(&self) -> u64 {
        u64::from(self.step) * u64::from(self.market.step_s)
    }

    pub(super) fn note(&mut self, what: What) {
        if self.keeps {
            self.recording.note(Event {
                step: self.step,
                what,
            });
        }
    }

    pub(super) const fn next_order(&mut self) -> u64 {
        self.orders += 1;
        self.orders - 1
    }

    /// Makes one step; `false` when there is none left.
    ///
    /// # Errors
    /// [`Trouble`]: a bug of ours. The run cannot go on then.
    pub fn advance(&mut self) -> Result<bool, Trouble> {
        if self.step >= self.steps() {
            return Ok(false);
        }
        self.ground.vm.timestamp = self.now_s();
        self.tell_news();
        self.crowd_trades()?;
        self.arbitrage()?;
        self.liquidate()?;
        for (at, spots) in self.spots.iter_mut().enumerate() {
            spots.push(self.ground.spot(at));
        }
        if self.step == 0 {
            self.arm_all()?;
        }
        self.look()?;
        self.come_late()?;
        self.place_pieces()?;
        self.climb()?;
        self.auction()?;
        self.pay_keepers()?;
        self.ground.conserve()?;
        let is_last = self.step + 1 == self.steps();
        if is_last || self.now_s() % AUDIT_S < u64::from(self.market.step_s) {
            self.ground
                .vm
                .registry
                .audit(&self.ground.store)
                .map_err(Trouble::Broken)?;
        }
        self.measure();
        if self.keeps {
            self.tell_waits();
        }
        self.step += 1;
        Ok(true)
    }

    fn arm_all(&mut self) -> Result<(), Trouble> {
        for (number, who) in self.settings.people.clone().into_iter().enumerate() {
            for strategy in who.document.strategies {
                self.arm(number as u32, strategy.rule, strategy.name, None, None)?;
            }
        }
        Ok(())
    }

    fn tell_news(&mut self) {
        if !self.keeps {
            return;
        }
        let now_s = self.now_s();
        let all = &self.market.news;
        let first = all.partition_point(|news| news.at_s < now_s);
        let end = all.partition_point(|news| news.at_s <= now_s);
        let news = all[first..end].to_vec();
        for news in news {
            self.note(What::News {
                kind: news.kind.word().to_owned(),
                severity: news.severity,
                asset: news.asset,
            });
        }
    }

    /// Rules are looked at; what fires goes to the keepers.
    fn look(&mut self) -> Result<(), Trouble> {
        let sight = Sight {
            market: &self.market,
            moment: self.step as usize,
            quote: &self.settings.quote,
            ground: &self.ground,
            spots: &self.spots,
            fee: self.settings.keepers.fee,
        };
        let (fires, ends) = self.board.block(&sight);
        for id in ends {
            let held = &self.intents[id as usize];
            let is_filled = held.life.fills > 0;
            let end = held.intent.rule.limits.expires;
            if held.ladder.is_some() && end.is_some_and(|end| self.now_s() > end.0) {
                self.intents[id as usize].ladder = None;
                self.cancel(id, Cause::Time)?;
            } else if !self.is_busy(id) && self.state(id) == State::Armed {
                let cause = if is_filled { Cause::Done } else { Cause::Time };
                self.go(id, State::Expired, cause)?;
            }
        }
        for id in fires {
            // Another of its group may have cancelled it a moment ago.
            if self.state(id).is_final() || !self.board.is_armed(id) {
                continue;
            }
            self.fire(id)?;
        }
        Ok(())
    }

    fn fire(&mut self, id: u64) -> Result<(), Trouble> {
        let price = self.sight().price(1.min(self.ground.tokens.len() - 1));
        self.note(What::Fired { intent: id, price });
        if self.state(id) == State::Filled {
            self.go(id, State::Armed, Cause::Done)?;
        }
        let event = self.crew.take(id);
        let (keeper, late, in_vain, broke) = match &event {
            KeeperEvent::Taken {
                keeper,
                late,
                in_vain,
                ..
            } => (Some(*keeper), *late, in_vain.len(), 0),
            KeeperEvent::Nobody { broke, .. } => (None, 0, 0, broke.len()),
        };
        self.note(What::Keeper {
            intent: id,
            keeper,
            late,
            in_vain: in_vain as u32,
            broke: broke as u32,
        });
        let Some(keeper) = keeper else {
            self.note(What::Refused {
                intent: Some(id),
                reason: "no keeper came".to_owned(),
            });
            return Ok(());
        };
        if matches!(self.state(id), State::Armed | State::PartiallyFilled) {
            self.go(id, State::Triggered, Cause::Keeper(keeper))?;
        }
        if late == 0 {
            return self.carry_out(id, keeper);
        }
        if let Some(watch) = self.board.watch(id).cloned() {
            self.late.push(Late {
                intent: id,
                keeper,
                step: self.step + late,
                watch,
            });
        }
        Ok(())
    }

    /// A keeper carries out what fired; it is paid unless there was nothing to do.
    fn carry_out(&mut self, id: u64, keeper: u32) -> Result<(), Trouble> {
        self.act(id)?;
        if !matches!(self.state(id), State::Expired) && !self.was_refused(id) {
            self.due
                .push((keeper, self.intents[id as usize].intent.owner));
        }
        Ok(())
    }

    /// Whether what was just carried out came to nothing.
    fn was_refused(&self, id: u64) -> bool {
        self.intents[id as usize].refused_at == Some(self.step)
    }

    /// Keepers that were late: what they carry out must still hold.
    fn come_late(&mut self) -> Result<(), Trouble> {
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
    fn pay_keepers(&mut self) -> Result<(), Trouble> {
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

    fn measure(&mut self) {
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
    fn tell_waits(&mut self) {
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

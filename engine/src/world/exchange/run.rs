//! The run, step by step.

use super::crowd::Crowd;
use super::ground::{Ground, raw};
use super::intents::Held;
use super::order::{Open, Terms};
use super::settings::{ExchangeSettings, solvers};
use super::sight::Sight;
use crate::automation::{Board, Crew, Keeper, KeeperEvent, Watch};
use crate::intent::order::Side;
use crate::intent::solver::Solver;
use crate::intent::{Cause, State};
use crate::market::Market;
use crate::primitives::{Decimal, Digest};
use crate::trace::intent::{Event, Outcome, Recording, What};
use crate::vm::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds between audits of every contract.
const AUDIT_S: u64 = 86_400;

/// Most fees that keepers wait for.
pub(super) const DUE_MAX: usize = 256;

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
    pub(super) keeper: u32,
    pub(super) step: u32,
    pub(super) watch: Watch,
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
    pub(super) crew: Crew,
    /// Fees that keepers wait for: keeper and person.
    pub(super) due: Vec<(u32, u32)>,
    pub(super) spots: Vec<Vec<Decimal>>,
    pub(super) peaks: Vec<Decimal>,
    pub(super) holdings: Vec<Vec<Decimal>>,
    pub(super) recording: Recording,
    pub(super) digest: Digest,
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
    pub(super) fn carry_out(&mut self, id: u64, keeper: u32) -> Result<(), Trouble> {
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
}

//! Everybody else. Each kind draws from a stream of its own.

use super::account::{
    ARBITRAGEUR, HOUSE, LIQUIDATOR, PATRON, PROVIDER, RETAIL_COUNT, borrower, person, retail,
};
use super::ground::{Sending, exchange, raw};
use super::run::{Exchange, Trouble};
use super::settings::CrowdSettings;
use crate::contracts::pool::math::sqrt;
use crate::contracts::{lending, pool, token};
use crate::market::Hawkes;
use crate::primitives::seed::Stream;
use crate::primitives::{Address, Amount, Decimal, Micros, Seed};
use crate::trace::intent::What;
use ruint::aliases::U256;

/// Most arrivals of one kind in a step.
const ARRIVALS_MAX: usize = 64;
/// Seconds of a year.
const YEAR_S: u128 = 365 * 86_400;

/// Where the crowd's streams are.
pub(super) struct Crowd {
    retail: Hawkes,
    orders: Hawkes,
    liquidity: Hawkes,
    draws: Stream,
    sizes: Stream,
    loans: Stream,
}

impl Crowd {
    pub(super) fn new(settings: &CrowdSettings, seed: &Seed) -> Self {
        let seed = seed.fork("crowd");
        let s = settings;
        Self {
            retail: Hawkes::new(
                &seed.fork("retail"),
                s.retail_per_thousand_hours,
                400,
                1_800,
            ),
            orders: Hawkes::new(&seed.fork("orders"), s.orders_per_thousand_hours, 0, 1),
            liquidity: Hawkes::new(
                &seed.fork("liquidity"),
                s.liquidity_per_thousand_hours,
                0,
                1,
            ),
            draws: seed.fork("draws").stream(),
            sizes: seed.fork("sizes").stream(),
            loans: seed.fork("loans").stream(),
        }
    }
}

impl Exchange {
    /// The feed's prices, and what the crowd does without looking at anybody.
    pub(super) fn crowd_trades(&mut self) -> Result<(), Trouble> {
        let mut sendings: Vec<Sending> = Vec::new();
        let tokens = self.ground.tokens.len();
        let prices: Vec<Decimal> = (0..tokens).map(|at| self.sight().price(at)).collect();
        for (market, _) in &self.ground.lenders {
            for (at, price) in prices.iter().enumerate().skip(1) {
                sendings.push((HOUSE, *market, lending::set_price(at as u32, raw(*price))));
            }
        }
        let now = Micros(self.now_s() * 1_000_000);
        let crowd = &self.settings.crowd;
        let most = crowd.retail_worth.0.max(1) as u64;
        let came = self.crowd.retail.until(now).len().min(ARRIVALS_MAX);
        for _ in 0..came * usize::from(!self.ground.pools.is_empty()) {
            let number = self.crowd.draws.next_u64();
            let site = self.ground.pools[(number % self.ground.pools.len() as u64) as usize];
            let worth = u128::from(1 + self.crowd.sizes.below(most));
            let forward = number >> 32 & 1 == 1;
            let give = site.tokens[usize::from(!forward)];
            let amount = exchange(worth, Decimal::ONE, prices[give]).max(1);
            let call = pool::swap_exact_in(forward, Amount(amount), Amount::ZERO);
            sendings.push((
                retail((number >> 40) as u32 % RETAIL_COUNT),
                site.address,
                call,
            ));
        }
        let changes = self.crowd.liquidity.until(now).len().min(ARRIVALS_MAX);
        for _ in 0..changes * usize::from(!self.ground.pools.is_empty()) {
            let number = self.crowd.draws.next_u64();
            let at = (number % self.ground.pools.len() as u64) as usize;
            sendings.push((
                PROVIDER,
                self.ground.pools[at].address,
                self.liquidity_call(at, number >> 32),
            ));
        }
        let came = self.crowd.orders.until(now).len().min(ARRIVALS_MAX);
        for _ in 0..came {
            let number = self.crowd.draws.next_u64();
            let give = (number % tokens as u64) as usize;
            let get = (give + 1 + (number >> 16) as usize % (tokens - 1)) % tokens;
            let worth = u128::from(1 + self.crowd.sizes.below(most));
            let amount = exchange(worth, Decimal::ONE, prices[give]).max(1);
            self.open_for_the_crowd(retail((number >> 40) as u32), [give, get], amount);
        }
        self.borrowers(&mut sendings);
        self.rewards_due(&mut sendings);
        self.ground.send(&sendings)?;
        Ok(())
    }

    /// Adds or takes up to a per cent of a pool.
    fn liquidity_call(&self, at: usize, draw: u64) -> crate::vm::native::Call {
        let share = u128::from(1 + draw % 100);
        let [first, second] = self
            .ground
            .reserves(at)
            .map(|reserve| reserve * share / 10_000);
        if draw >> 16 & 1 == 0 {
            return pool::add_liquidity(Amount(first), Amount(second), Amount::ZERO, Amount::ZERO);
        }
        let key = pool::liquidity_key(self.ground.pools[at].address, PROVIDER);
        let held = self.ground.store.word(&key).low();
        pool::remove_liquidity(Amount(held * share / 10_000), Amount::ZERO, Amount::ZERO)
    }

    /// One in fifty borrowers a step pays something back or borrows a little more.
    fn borrowers(&mut self, sendings: &mut Vec<Sending>) {
        for lender in 0..self.ground.lenders.len() {
            for number in 0..self.settings.crowd.borrowers {
                if self.crowd.loans.below(50) != 0 {
                    continue;
                }
                let who = borrower(lender, number);
                let owed = self.ground.position(lender, 0, who)[1];
                let amount = Amount(owed / (10 + u128::from(self.crowd.loans.below(40))));
                let call = match self.crowd.loans.below(2) {
                    0 => lending::repay(0, amount, who),
                    _ => lending::borrow(0, amount),
                };
                if amount.0 > 0 {
                    sendings.push((who, self.ground.lenders[lender].0, call));
                }
            }
        }
    }

    /// What the patron pays on supplies of people at the first lending market for the last step.
    fn rewards_due(&mut self, sendings: &mut Vec<Sending>) {
        if self.ground.lenders.is_empty() || self.settings.reward <= Decimal::ZERO || self.step == 0
        {
            return;
        }
        for (number, rewards) in self.rewards.iter_mut().enumerate() {
            let who = person(number as u32);
            for (at, pending) in rewards.iter_mut().enumerate() {
                let supplied = self.ground.position(0, at, who)[0];
                let yearly = exchange(supplied, self.settings.reward, Decimal::ONE);
                let amount = yearly * u128::from(self.market.step_s) / YEAR_S;
                if amount > 0 {
                    *pending += amount;
                    sendings.push((
                        PATRON,
                        self.ground.tokens[at],
                        token::transfer(who, Amount(amount)),
                    ));
                }
            }
        }
    }

    /// Brings every pool as near to the feed as its fee lets it pay: selling `x = (√(γ·k·p) − r) ÷ γ` of the
    /// token that the pool pays too much for, for reserves of product k, a fee that leaves γ, and the feed's
    /// price p of the other token in it.
    pub(super) fn arbitrage(&mut self) -> Result<(), Trouble> {
        if !self.settings.crowd.arbitrage {
            return Ok(());
        }
        let mut sendings: Vec<Sending> = Vec::new();
        for (at, site) in self.ground.pools.iter().enumerate() {
            let reserves = self.ground.reserves(at);
            let prices = site.tokens.map(|token| self.sight().price(token));
            let kept = u128::from(10_000 - site.fee_bps);
            for side in [0, 1] {
                let product =
                    U256::from(reserves[0]) * U256::from(reserves[1]) / U256::from(10_000);
                let aim = product * U256::from(kept) / U256::from(raw(prices[side]).max(1))
                    * U256::from(raw(prices[1 - side]));
                let Some(more) = sqrt(aim).checked_sub(reserves[side]) else {
                    continue;
                };
                let amount = more * 10_000 / kept;
                let held = self.ground.balance(site.tokens[side], ARBITRAGEUR);
                if amount > 0 && amount <= held {
                    let call = pool::swap_exact_in(side == 0, Amount(amount), Amount::ZERO);
                    sendings.push((ARBITRAGEUR, site.address, call));
                }
            }
        }
        self.ground.send(&sendings)?;
        Ok(())
    }

    /// Pays debts of those whose health is below one, for their collateral.
    pub(super) fn liquidate(&mut self) -> Result<(), Trouble> {
        let people = self.settings.people.len();
        for lender in 0..self.ground.lenders.len() {
            let crowd = (0..self.settings.crowd.borrowers).map(|number| borrower(lender, number));
            let all: Vec<Address> = crowd.chain((0..people as u32).map(person)).collect();
            for who in all {
                let flags = lending::flags_key(self.ground.lenders[lender].0, who);
                // Debts are the even bits.
                if self.ground.store.word(&flags).low() & 0x5555 == 0 {
                    continue;
                }
                let answer = self
                    .ground
                    .ask(self.ground.lenders[lender].0, lending::account_data(who));
                let Some([health, debt]) = answer else {
                    continue;
                };
                if debt > 0 && health < 1_000_000_000_000_000_000 {
                    self.liquidate_one(lender, who)?;
                }
            }
        }
        Ok(())
    }

    fn liquidate_one(&mut self, lender: usize, who: Address) -> Result<(), Trouble> {
        let sight = self.sight();
        let largest = |side: usize| {
            (0..self.ground.tokens.len())
                .max_by_key(|at| {
                    (
                        sight.worth(*at, self.ground.position(lender, *at, who)[side]),
                        usize::MAX - at,
                    )
                })
                .unwrap_or_default()
        };
        let (collateral, debt) = (largest(0), largest(1));
        let call = lending::liquidate(collateral as u32, debt as u32, who, Amount::MAX);
        let market = self.ground.lenders[lender].0;
        let answer = self.ground.send_one((LIQUIDATOR, market, call))?;
        let person = super::account::person_of(who, self.settings.people.len());
        if let Ok([paid, taken]) = answer {
            if let Some(person) = person {
                self.outcomes[person as usize].liquidations += 1;
            }
            let paid = self.sight().worth(debt, paid);
            self.note(What::Liquidated {
                person,
                debt: super::ground::decimal(paid),
                collateral: super::ground::decimal(taken),
            });
        }
        Ok(())
    }
}

//! One reserve while a call works on it: load, accrue, change, save.

use super::config::ReserveConfig;
use super::math::interest::{compounded_interest, linear_interest};
use super::math::scaled::{RAY_ONE, to_scaled, to_units};
use super::math::{Round, Usage, fixed, interest_rates};
use super::storage::{ACCRUED, CASH, INDICES, RATES, Rates, TOTALS};
use crate::state::Word;
use crate::vm::native::{Context, Revert, Stop, schedule};
use ruint::aliases::U256;

/// A reserve's state in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reserve {
    /// Which one.
    pub(super) index: usize,
    /// Ray.
    pub(super) liquidity_index: u128,
    /// Ray.
    pub(super) borrow_index: u128,
    pub(super) rates: Rates,
    pub(super) scaled_supply: u128,
    pub(super) scaled_debt: u128,
    /// Units.
    pub(super) cash: u128,
    /// Units.
    pub(super) deficit: u128,
    /// Scaled; what this call adds to the treasury's share.
    pub(super) accrued: u128,
}

impl Reserve {
    /// From the slots' words. An index that was never written is 1.
    pub(super) fn unpack(index: usize, [indices, rates, totals, cash]: [Word; 4]) -> Self {
        let or_one = |index: u128| if index == 0 { RAY_ONE } else { index };
        Self {
            index,
            liquidity_index: or_one(indices.low()),
            borrow_index: or_one(indices.high()),
            rates: Rates::unpack(&rates),
            scaled_supply: totals.low(),
            scaled_debt: totals.high(),
            cash: cash.low(),
            deficit: cash.high(),
            accrued: 0,
        }
    }

    /// Into the slots' words, in the order of [`Reserve::unpack`].
    pub(super) const fn pack(&self) -> [Word; 4] {
        [
            Word::pair(self.liquidity_index, self.borrow_index),
            self.rates.pack(),
            Word::pair(self.scaled_supply, self.scaled_debt),
            Word::pair(self.cash, self.deficit),
        ]
    }

    /// Reads a reserve and brings its indices up to now.
    pub(super) fn load(
        context: &mut Context<'_>,
        index: usize,
        config: &ReserveConfig,
    ) -> Result<Self, Stop> {
        let subject = index as u64;
        let words = [
            context.get(INDICES, subject)?,
            context.get(RATES, subject)?,
            context.get(TOTALS, subject)?,
            context.get(CASH, subject)?,
        ];
        let mut reserve = Self::unpack(index, words);
        let now = context.timestamp() as u32;
        if now != reserve.rates.timestamp {
            context.charge(8 * schedule::WIDE_ARITHMETIC)?;
        }
        reserve.accrue(now, config)?;
        Ok(reserve)
    }

    /// Grows the indices by the interest since the last update, and the treasury's share with them
    /// (`ReserveLogic.updateState`).
    pub(super) fn accrue(&mut self, now: u32, config: &ReserveConfig) -> Result<(), Revert> {
        let seconds = now.wrapping_sub(self.rates.timestamp);
        if seconds == 0 {
            return Ok(());
        }
        self.rates.timestamp = now;
        let seconds = U256::from(seconds);
        if self.rates.liquidity != 0 {
            let growth = linear_interest(U256::from(self.rates.liquidity), seconds)?;
            self.liquidity_index = grown(self.liquidity_index, growth)?;
        }
        if self.scaled_debt == 0 {
            return Ok(());
        }
        let before = to_units(self.scaled_debt, self.borrow_index, Round::Ceil)?;
        let growth = compounded_interest(U256::from(self.rates.borrow), seconds)?;
        self.borrow_index = grown(self.borrow_index, growth)?;
        let interest = self.debt()?.saturating_sub(before);
        let share = fixed::narrow(fixed::percent_mul(
            U256::from(interest),
            U256::from(config.reserve_factor_bps),
            Round::Floor,
        )?)?;
        if share != 0 {
            self.accrued = to_scaled(share, self.liquidity_index, Round::Floor)?;
        }
        Ok(())
    }

    /// All debt, in units; rounds up.
    pub(super) fn debt(&self) -> Result<u128, Revert> {
        to_units(self.scaled_debt, self.borrow_index, Round::Ceil)
    }

    /// Units of a scaled supply now; rounds down.
    pub(super) fn supplied(&self, scaled: u128) -> Result<u128, Revert> {
        to_units(scaled, self.liquidity_index, Round::Floor)
    }

    /// Units of a scaled debt now; rounds up.
    pub(super) fn owed(&self, scaled: u128) -> Result<u128, Revert> {
        to_units(scaled, self.borrow_index, Round::Ceil)
    }

    /// Sets the rates that follow from the usage now (`ReserveLogic.updateInterestRates`).
    pub(super) fn update_rates(&mut self, config: &ReserveConfig) -> Result<(), Revert> {
        let usage = Usage {
            unbacked: U256::from(self.deficit),
            liquidity_added: U256::ZERO,
            liquidity_taken: U256::ZERO,
            total_debt: U256::from(self.debt()?),
            virtual_balance: U256::from(self.cash),
            reserve_factor_bps: config.reserve_factor_bps,
        };
        let rates = interest_rates(&config.rates, &usage)?;
        self.rates.liquidity = fixed::narrow(rates.liquidity)?;
        self.rates.borrow = fixed::narrow(rates.variable_borrow)?;
        Ok(())
    }

    /// Sets the rates and writes the reserve.
    pub(super) fn save(
        mut self,
        context: &mut Context<'_>,
        config: &ReserveConfig,
    ) -> Result<(), Stop> {
        context.charge(7 * schedule::WIDE_ARITHMETIC)?;
        self.update_rates(config)?;
        let subject = self.index as u64;
        let [indices, rates, totals, cash] = self.pack();
        context.set(INDICES, subject, indices)?;
        context.set(RATES, subject, rates)?;
        context.set(TOTALS, subject, totals)?;
        context.set(CASH, subject, cash)?;
        if self.accrued != 0 {
            context.add(ACCRUED, subject, Word::from_low(self.accrued))?;
        }
        Ok(())
    }
}

fn grown(index: u128, growth: U256) -> Result<u128, Revert> {
    fixed::narrow(fixed::ray_mul(U256::from(index), growth, Round::HalfUp)?)
}

//! An order that is up for a fill, and its terms at a step.

use super::ground::{UNIT, exchange, raw};
use super::sight::Sight;
use crate::automation::View;
use crate::intent::auction::linear_decay;
use crate::intent::language::{Limits, ast::Venue};
use crate::intent::order::Side;
use crate::primitives::amount::mul_div;
use crate::primitives::{Address, Decimal, Rounding};

/// Where neither a price nor a distance nor an impact is given, orders are held to this distance from the feed.
const DISTANCE: Decimal = Decimal::bps(500);

/// What is done with what a fill brought, or with what was to be given when nothing came of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Follow {
    /// It stays in the purse.
    #[default]
    Nothing,
    /// Supplied as security; without a fill what was borrowed goes back.
    Supply,
    /// Pays the debt; without a fill what was withdrawn is supplied again.
    Repay,
}

/// What holds an order's price.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Terms {
    /// Sell: least of `get` for one `give`; buy: most of `give` for one `get`.
    pub(super) limit: Option<Decimal>,
    pub(super) from_oracle: Option<Decimal>,
    pub(super) impact: Option<Decimal>,
    /// Premium at the start, and seconds until it has decayed.
    pub(super) dutch: Option<(Decimal, u64)>,
}

impl Terms {
    /// The terms of a rule's limits, with its price as a limit of the order.
    pub(super) fn of(limits: &Limits, limit: Option<Decimal>) -> Self {
        let held = limit.is_some() || limits.from_oracle.is_some() || limits.impact.is_some();
        Self {
            limit,
            from_oracle: if held {
                limits.from_oracle
            } else {
                Some(DISTANCE)
            },
            impact: limits.impact,
            dutch: match limits.venue {
                Some(Venue::Dutch { premium, over }) => Some((premium, over.0)),
                _ => None,
            },
        }
    }
}

/// An order that is up for a fill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Open {
    pub(super) id: u64,
    pub(super) intent: Option<u64>,
    pub(super) account: Address,
    pub(super) side: Side,
    pub(super) give: usize,
    pub(super) get: usize,
    /// Of what is fixed: given for a sell, got for a buy.
    pub(super) amount: u128,
    pub(super) filled: u128,
    pub(super) terms: Terms,
    pub(super) partial: bool,
    pub(super) nonce: u64,
    pub(super) since_s: u64,
    pub(super) until_s: u64,
    pub(super) follow: Follow,
    /// The rung of a ladder that it stands for.
    pub(super) rung: Option<usize>,
    /// As the contract knows it.
    pub(super) placed: Option<(u128, u128)>,
    /// Whether it was told why it is not filled.
    pub(super) is_told: bool,
    /// Whether a dealer quotes for it.
    pub(super) quoted: bool,
}

/// An amount times a ratio.
fn times(amount: u128, ratio: Decimal, rounding: Rounding) -> u128 {
    mul_div(amount, raw(ratio), UNIT, rounding).unwrap_or(u128::MAX)
}

impl Open {
    /// What is given at most, and what is got at least for all of it; both more than 0.
    pub(super) fn amounts(&self, sight: &Sight<'_>) -> (u128, u128) {
        let (give, get) = (sight.price(self.give), sight.price(self.get));
        let away = self.terms.from_oracle;
        match self.side {
            Side::Sell => {
                let fair = exchange(self.amount, give, get);
                let mut least = 1;
                if let Some(limit) = self.terms.limit {
                    least = least.max(times(self.amount, limit, Rounding::Up));
                }
                if let Some(away) = away {
                    least = least.max(times(fair, Decimal::ONE.minus(away), Rounding::Up));
                }
                if let Some(from_pool) = self.least_by_impact(sight) {
                    least = least.max(from_pool);
                }
                if let Some((premium, over_s)) = self.terms.dutch {
                    let start = times(fair, Decimal::ONE.plus(premium), Rounding::Up).max(least);
                    let end_s = self.since_s.saturating_add(over_s.max(1));
                    let now = linear_decay(start, least, self.since_s, end_s, sight.now_s());
                    least = now.unwrap_or(least);
                }
                (self.amount.max(1), least)
            }
            Side::Buy => {
                let fair = exchange(self.amount, get, give);
                let mut most = u128::MAX >> 20;
                if let Some(limit) = self.terms.limit {
                    most = most.min(times(self.amount, limit, Rounding::Down));
                }
                if let Some(away) = away {
                    most = most.min(times(fair, Decimal::ONE.plus(away), Rounding::Down));
                }
                if let Some((premium, over_s)) = self.terms.dutch {
                    let start = times(fair, Decimal::ONE.minus(premium), Rounding::Down).min(most);
                    let end_s = self.since_s.saturating_add(over_s.max(1));
                    let now = linear_decay(start, most, self.since_s, end_s, sight.now_s());
                    most = now.unwrap_or(most);
                }
                (most.max(1), self.amount.max(1))
            }
        }
    }

    /// Moving a constant product's price by a share `i` costs √(1 − i) of it on average, and the fee.
    fn least_by_impact(&self, sight: &Sight<'_>) -> Option<u128> {
        let impact = self.terms.impact?;
        let ground = sight.ground;
        let mut direct = ground.pools.iter().enumerate();
        let (at, site, side) = direct.find_map(|(at, site)| {
            let side = site.tokens.iter().position(|token| *token == self.give)?;
            (site.tokens[1 - side] == self.get).then_some((at, site, side))
        })?;
        let reserves = ground.reserves(at);
        let spot = mul_div(
            self.amount,
            reserves[1 - side],
            reserves[side],
            Rounding::Up,
        )?;
        let kept = raw(Decimal::ONE.minus(impact)) * UNIT;
        let fee = Decimal::ONE.minus(Decimal::bps(i64::from(site.fee_bps)));
        let root = Decimal(i64::try_from(kept.isqrt()).ok()?);
        Some(times(times(spot, root, Rounding::Up), fee, Rounding::Up))
    }

    /// What is still to be filled of what is fixed.
    pub(super) const fn remaining(&self) -> u128 {
        self.amount.saturating_sub(self.filled)
    }
}

//! What a person signs.

use super::language::ast::{Limits, Metric, Rule, Trade};
use super::language::{Condition, Plan, Start};
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// Which trades are fine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// Gives at most so much of one asset at this price or better.
    SellLimit {
        /// What is given.
        give: String,
        /// What is wanted.
        get: String,
        /// Least of `get` for one `give`; `None`: held by the distance from the price feed alone.
        least: Option<Decimal>,
    },
    /// Gets exactly so much at this price or better.
    BuyLimit {
        /// What is given.
        give: String,
        /// What is wanted.
        get: String,
        /// Most of `give` for one `get`.
        most: Option<Decimal>,
    },
    /// Spends at most these and receives at least those.
    Basket {
        /// Most that is spent.
        max_spent: Vec<(String, Decimal)>,
        /// Least that is received.
        min_received: Vec<(String, Decimal)>,
    },
    /// A measure of the owner's position ends within a band.
    PositionTarget {
        /// What is measured.
        metric: Metric,
        /// What is aimed at.
        target: Decimal,
        /// How far from it the result may be.
        band: Decimal,
    },
    /// Something holds afterwards.
    Predicate(Condition),
}

/// What a person signs: one rule of a strategy, with who and what for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// Its number in the run.
    pub id: u64,
    /// Whose it is.
    pub owner: u32,
    /// The owner's number for it.
    pub nonce: u64,
    /// The intent that armed it, if one did.
    pub parent: Option<u64>,
    /// Intents of which only one is filled share a number.
    pub group: Option<u64>,
    /// The rule.
    pub rule: Rule,
}

impl Intent {
    /// Which trades are fine; `None` for plans that make several different ones in turn.
    pub fn acceptance(&self) -> Option<Acceptance> {
        let price = self.rule.limits.price;
        match &self.rule.plan {
            Plan::Trade { trade, .. } => Some(match trade {
                Trade::Sell { give, get, .. } => Acceptance::SellLimit {
                    give: give.0.clone(),
                    get: get.0.clone(),
                    least: price,
                },
                // A limit is the price of what is bought: the least for one of the quote is its inverse.
                Trade::Spend { give, get, .. } => Acceptance::SellLimit {
                    give: give.0.clone(),
                    get: get.0.clone(),
                    least: price.and_then(|price| Decimal::ONE.over(price)),
                },
                Trade::Buy { give, get, .. } => Acceptance::BuyLimit {
                    give: give.0.clone(),
                    get: get.0.clone(),
                    most: price,
                },
            }),
            Plan::Boost(leverage) | Plan::Repay(leverage) => Some(Acceptance::PositionTarget {
                metric: Metric::Ratio,
                target: leverage.ratio,
                band: leverage.band,
            }),
            Plan::Rebalance { .. } | Plan::Grid(_) | Plan::Compound { .. } | Plan::Lend { .. } => {
                self.rule.limits.ensure.clone().map(Acceptance::Predicate)
            }
            Plan::OneOf(_) => None,
        }
    }

    /// First and last second at which it can be filled.
    pub fn valid_s(&self) -> [u64; 2] {
        let Limits {
            starts, expires, ..
        } = &self.rule.limits;
        [starts.map_or(0, |t| t.0), expires.map_or(u64::MAX, |t| t.0)]
    }

    /// Whether it can be set off more than once.
    pub const fn is_recurring(&self) -> bool {
        match &self.rule.start {
            Start::Every(_) | Start::Cron(_) => true,
            Start::When(trigger) => !matches!(trigger.runs, Some(1)),
            Start::Once | Start::At(_) => false,
        }
    }
}

//! The terms on which a plan is carried out: the part of the tree after the plan.

use super::ast::{Condition, Seconds, Symbol};
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// Limits on how a plan is carried out.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Worst price: of the base in the quote, that is what is not the quote currency in what is.
    pub price: Option<Decimal>,
    /// At most this far from the price feed, against the owner.
    pub from_oracle: Option<Decimal>,
    /// The trade may move the pool's price by at most this.
    pub impact: Option<Decimal>,
    /// Most that one execution may cost, in the quote currency.
    pub fee: Option<Decimal>,
    /// Must hold before execution.
    pub require: Option<Condition>,
    /// Must hold after execution, else all of it is undone.
    pub ensure: Option<Condition>,
    /// Most that all fills together may give.
    pub budget: Option<(Decimal, Symbol)>,
    /// Ends after so many fills.
    pub fills: Option<u32>,
    /// Not before, counted from the start of the run.
    pub starts: Option<Seconds>,
    /// Not after, counted from the start of the run.
    pub expires: Option<Seconds>,
    /// Filled in part or not at all.
    pub partial: bool,
    /// The way to a counterparty; `None` for the batch auction.
    pub venue: Option<Venue>,
    /// The owner's number for it: of two with one number only one is ever filled.
    pub nonce: Option<u64>,
}

/// The way to a counterparty.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Venue {
    /// The pool, directly.
    Pool,
    /// The batch auction.
    Auction,
    /// Quotes of dealers.
    Quote,
    /// A Dutch order that begins this much better than the feed and ends at its limit.
    Dutch {
        /// How much better it begins.
        premium: Decimal,
        /// How long it decays.
        over: Seconds,
    },
}

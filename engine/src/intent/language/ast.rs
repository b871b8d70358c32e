//! What a strategy's text says, as typed data: the same that a form edits.
//!
//! [`super::format()`] and [`super::parse()`] are inverse on what [`super::check()`] has no problem with.
//! Fields are only ever appended; links hold them by place.

pub use super::terms::{Limits, Venue};
pub use crate::market::NewsKind;
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};

/// A span of simulated time, in seconds.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Seconds(pub u64);

/// The symbol of an asset: a capital letter, then capital letters and digits, at most 12 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Symbol(pub String);

/// All strategies of a text, in its order.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Document {
    /// At least one, at most 16.
    pub strategies: Vec<Strategy>,
}

/// One strategy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Strategy {
    /// What people call it; at most 48 bytes, without quotation marks and control characters.
    pub name: Option<String>,
    /// What it does.
    pub rule: Rule,
}

/// When to do what, within which limits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// What sets it off.
    pub start: Start,
    /// It is only set off while this holds.
    pub condition: Option<Condition>,
    /// What is done.
    pub plan: Plan,
    /// Limits on how.
    pub limits: Limits,
    /// Armed by the first fill of this one (one triggers other); at most 8.
    pub then: Vec<Rule>,
}

/// What sets a rule off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// As soon as it is armed.
    Once,
    /// Again and again.
    Every(Seconds),
    /// Once, so long after the start of the run.
    At(Seconds),
    /// At the minutes that a calendar names.
    Cron(Cron),
    /// When something happens on the market.
    When(Trigger),
}

/// Minutes of a calendar: `minute hour weekday`, each a number or `*`; day 0 of a run is a Monday, 0.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Cron {
    /// 0 to 59; `None` for every.
    pub minute: Option<u8>,
    /// 0 to 23; `None` for every.
    pub hour: Option<u8>,
    /// 0 to 6; `None` for every.
    pub weekday: Option<u8>,
}

/// A condition with the way it is watched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trigger {
    /// What must hold.
    pub condition: Condition,
    /// It must hold without a break for so long.
    pub hold: Option<Seconds>,
    /// After firing it must be missed by this share before it can fire again.
    pub hysteresis: Option<Decimal>,
    /// Observations older than this do not count.
    pub fresh: Option<Seconds>,
    /// Rest after each firing.
    pub cooldown: Option<Seconds>,
    /// On the change to true, or as long as it is true.
    pub firing: Firing,
    /// Fires at most so often.
    pub runs: Option<u32>,
}

/// When a condition that holds fires.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firing {
    /// When it becomes true.
    #[default]
    Edge,
    /// Whenever it is true.
    Level,
}

/// Something that holds or does not hold on a market.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A metric against a bound.
    Compare {
        /// What is measured.
        metric: Metric,
        /// How.
        comparison: Comparison,
        /// The bound, in the metric's unit.
        value: Decimal,
    },
    /// A metric between two bounds, both included, or not between them.
    Range {
        /// What is measured.
        metric: Metric,
        /// Whether it must be inside.
        inside: bool,
        /// The lower bound.
        low: Decimal,
        /// The upper bound; not below the lower one.
        high: Decimal,
    },
    /// News of a kind, not older than this.
    News {
        /// `None` for any.
        kind: Option<NewsKind>,
        /// Least severity, 1 to 5.
        severity: u8,
        /// How old they may be.
        within: Seconds,
    },
    /// All of these; two or more.
    All(Vec<Condition>),
    /// One of these at least; two or more.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// How a metric stands to its bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Below.
    Below,
    /// Below or equal.
    AtMost,
    /// Above.
    Above,
    /// Above or equal.
    AtLeast,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Below, Self::AtMost, Self::Above, Self::AtLeast];

    /// Whether `left` stands so to `right`.
    pub fn holds(self, left: Decimal, right: Decimal) -> bool {
        match self {
            Self::Below => left < right,
            Self::AtMost => left <= right,
            Self::Above => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// As it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Where a price is taken from.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PriceSource {
    /// The price feed.
    #[default]
    Oracle,
    /// The pool's spot price: one trade can move it.
    Pool,
    /// The pool's mean over this window.
    Twap(Seconds),
}

/// What can be measured. The unit of each is [`Metric::unit`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Price in the quote currency.
    Price(Symbol, PriceSource),
    /// Yearly volatility over a window.
    Volatility(Symbol, Seconds),
    /// Change of the price over a window.
    Change(Symbol, Seconds),
    /// How far the price is below its peak since arming. The engine keeps the peak.
    Drop(Symbol),
    /// How far the price is above its trough since arming.
    Rise(Symbol),
    /// What the owner has, in whole units.
    Balance(Symbol),
    /// Its part of everything that the owner has.
    Share(Symbol),
    /// Health factor of the owner's loan; very large without one.
    Health,
    /// Collateral over debt; very large without a debt.
    Ratio,
    /// What holders of perpetual positions pay each other in eight hours.
    Funding(Symbol),
    /// Yearly rate that lenders get.
    Rate(Symbol),
    /// What a transaction costs, in the quote currency.
    Gas,
}

/// How a metric's number is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A plain number.
    Number,
    /// A percentage; 80 % is 0.8.
    Percent,
}

impl Metric {
    /// How its number is written.
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Price(..) | Self::Balance(_) | Self::Health | Self::Gas => Unit::Number,
            _ => Unit::Percent,
        }
    }
}

/// What is done when a rule fires.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// A trade.
    Trade {
        /// What is traded.
        trade: Trade,
        /// In several pieces.
        chunks: Option<Chunks>,
    },
    /// Buys below and sells above, at levels between two prices.
    Grid(Grid),
    /// Brings the owner's assets to given parts when one is out of its band.
    Rebalance {
        /// The parts; add up to one. Two to 8.
        weights: Vec<(Symbol, Decimal)>,
        /// Nothing is done while every part is within this of its target.
        band: Decimal,
    },
    /// Borrows `debt` to get more `collateral`, down to a ratio.
    Boost(Leverage),
    /// Sells `collateral` to pay back `debt`, up to a ratio.
    Repay(Leverage),
    /// Adds rewards to the principal.
    Compound {
        /// Which.
        asset: Symbol,
        /// Only where the gain is so many times the cost; `None`: at the interval that earns most.
        gain_over_cost: Option<Decimal>,
    },
    /// Lends where the rate is best.
    Lend {
        /// What.
        asset: Symbol,
        /// Only where the rate is better by this much.
        better_by: Decimal,
    },
    /// One cancels other: the first that fills cancels the rest. Two to 8.
    OneOf(Vec<Rule>),
}

/// A trade of one asset for another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trade {
    /// `buy 100 USDC of ETH`: gives so much, wants as much as it can get.
    Spend {
        /// How much is given.
        amount: Quantity,
        /// Of what.
        give: Symbol,
        /// For what.
        get: Symbol,
    },
    /// `buy 1 ETH with USDC`: wants exactly so much, gives as little as it can.
    Buy {
        /// How much is wanted.
        amount: Decimal,
        /// Of what.
        get: Symbol,
        /// For what.
        give: Symbol,
    },
    /// `sell 1 ETH for USDC`: gives so much, wants as much as it can get.
    Sell {
        /// How much is given.
        amount: Quantity,
        /// Of what.
        give: Symbol,
        /// For what.
        get: Symbol,
    },
}

/// How much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Whole units.
    Exact(Decimal),
    /// A share of what the owner has.
    Share(Decimal),
    /// All that the owner has.
    All,
}

/// A trade in pieces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chunks {
    /// How many, 2 to 1,000.
    pub parts: u32,
    /// From one to the next.
    pub gap: Seconds,
    /// Each is late by up to this much, drawn from the seed.
    pub jitter: Option<Seconds>,
}

/// Levels between two prices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grid {
    /// What is bought and sold.
    pub base: Symbol,
    /// For what.
    pub quote: Symbol,
    /// The lowest level.
    pub low: Decimal,
    /// The highest level.
    pub high: Decimal,
    /// How many steps, 1 to 200.
    pub levels: u32,
    /// How much of the quote is traded at each.
    pub lot: Decimal,
    /// Equal differences instead of equal ratios.
    pub even: bool,
}

/// A change of a loan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leverage {
    /// What secures the loan.
    pub collateral: Symbol,
    /// What is owed.
    pub debt: Symbol,
    /// Collateral over debt that is aimed at.
    pub ratio: Decimal,
    /// How far from it the result may be.
    pub band: Decimal,
}

//! What a market with strategies recorded: prices, orders, bids, fills, refusals, positions.
//!
//! Amounts are decimals of whole tokens, tokens and pools go by place in [`Recording::tokens`] and
//! [`Recording::pools`]. States, obstacles and verdicts are the words of the floors that they come from.

use crate::primitives::Decimal;
use crate::trace::Task;
use serde::{Deserialize, Serialize};

/// Most events that are kept; more are counted.
pub const EVENTS_MAX: usize = 100_000;
/// Most changes of positions that are kept; more are counted.
pub const POSITIONS_MAX: usize = 50_000;

/// One thing that happened, or did not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// In which step.
    pub step: u32,
    /// What.
    pub what: What,
}

/// What happened, or did not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// News.
    News {
        /// About what.
        kind: String,
        /// 1 to 5.
        severity: u8,
        /// Which asset, counted without the quote currency; `None` for all.
        asset: Option<u32>,
    },
    /// An intent is there.
    Armed {
        /// Its number.
        intent: u64,
        /// Whose.
        person: u32,
        /// Its strategy's name, or its rule.
        label: String,
        /// What armed it.
        parent: Option<u64>,
    },
    /// An intent's state changed.
    State {
        /// Which.
        intent: u64,
        /// From.
        from: String,
        /// To.
        to: String,
        /// Why.
        cause: String,
    },
    /// A trigger fired: a mark on the price.
    Fired {
        /// Which.
        intent: u64,
        /// The first asset's price.
        price: Decimal,
    },
    /// Who carries out what fired.
    Keeper {
        /// Which.
        intent: u64,
        /// Who; `None`: nobody was there.
        keeper: Option<u32>,
        /// Steps late.
        late: u32,
        /// How many came in vain.
        in_vain: u32,
        /// How many could not pay.
        broke: u32,
    },
    /// Why an armed intent does not fire; recorded when the reason changes.
    Waits {
        /// Which.
        intent: u64,
        /// What stands in the way.
        obstacle: String,
        /// For so long, where that is known.
        seconds: Option<u64>,
        /// The clause; empty for obstacles of time.
        clause: String,
        /// Its value.
        value: Option<Decimal>,
        /// By how much that must change.
        distance: Option<Decimal>,
    },
    /// An order is up for a fill, or its terms changed.
    Order {
        /// Its number.
        order: u64,
        /// Whose intent; `None`: one of the crowd's.
        intent: Option<u64>,
        /// What is given.
        give: u32,
        /// What is wanted.
        get: u32,
        /// At most so much.
        give_amount: Decimal,
        /// At least so much for it.
        get_amount: Decimal,
    },
    /// Why an order that is up is not filled; recorded once an order.
    Unfilled {
        /// Which order.
        order: u64,
        /// Whose intent; `None`: one of the crowd's.
        intent: Option<u64>,
        /// What it wants at least for what it gives.
        least: Decimal,
        /// What the best route through the pools gives; `None` where there is no route.
        best: Option<Decimal>,
    },
    /// A solver's answer.
    Bid {
        /// Which auction.
        auction: u32,
        /// Who.
        solver: String,
        /// Surplus in the quote currency's smallest unit.
        score: String,
        /// What it fills.
        orders: Vec<u64>,
        /// Pools in turn, with the place of the token that goes in (0 or 1).
        route: Vec<(u32, u8)>,
        /// What became of it.
        verdict: String,
    },
    /// A fill, settled.
    Fill {
        /// Which auction; `None`: straight at a pool.
        auction: Option<u32>,
        /// Which order.
        order: u64,
        /// Whose intent; `None`: one of the crowd's.
        intent: Option<u64>,
        /// Who found it.
        solver: String,
        /// What was given.
        give: u32,
        /// What was got.
        get: u32,
        /// So much.
        gave: Decimal,
        /// So much.
        got: Decimal,
        /// What the reference route would have given.
        reference: Option<Decimal>,
        /// How much better than that, in basis points.
        better_bps: Option<i32>,
    },
    /// A change of a loan or a supply.
    Loan {
        /// Whose intent.
        intent: u64,
        /// `supply`, `withdraw`, `borrow` or `repay`.
        deed: String,
        /// At which lending market.
        lender: u32,
        /// What.
        token: u32,
        /// How much.
        amount: Decimal,
    },
    /// Something was not done.
    Refused {
        /// Which intent; `None`: something of a solver's or the crowd's.
        intent: Option<u64>,
        /// Why.
        reason: String,
    },
    /// A loan was liquidated.
    Liquidated {
        /// Whose; `None`: one of the crowd's.
        person: Option<u32>,
        /// Debt paid, in the quote currency.
        debt: Decimal,
        /// Collateral taken.
        collateral: Decimal,
    },
}

/// What a person has and owes.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Position {
    /// Whose.
    pub person: u32,
    /// By token.
    pub wallet: Vec<Decimal>,
    /// Supplied at all lending markets, by token.
    pub supplied: Vec<Decimal>,
    /// Owed at all lending markets, by token.
    pub owed: Vec<Decimal>,
    /// Worth of all that, in the quote currency.
    pub equity: Decimal,
    /// Health of the loans; `None` without a debt.
    pub health: Option<Decimal>,
}

/// How a person fared.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Equity at the start.
    pub start: Decimal,
    /// Equity now.
    pub equity: Decimal,
    /// Equity now if nothing had been done.
    pub held: Decimal,
    /// `equity − start`.
    pub profit: Decimal,
    /// Largest fall from a peak so far, as a share of the peak.
    pub drawdown: Decimal,
    /// Fills of this person's orders, and supplies moved or compounded.
    pub fills: u64,
    /// What they paid keepers, in the quote currency.
    pub fees: Decimal,
    /// How often they were liquidated.
    pub liquidations: u32,
}

/// A transaction of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StepTransaction {
    /// A person's name, or what somebody of the crowd does.
    pub sender: String,
    /// The contract's name.
    pub contract: String,
    /// Whether the contract did it.
    pub succeeded: bool,
}

/// A step's transactions as one block on parallel lanes, in virtual time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StepLanes {
    /// Which step.
    pub step: u32,
    /// How many lanes.
    pub lanes: u32,
    /// In the order of the block.
    pub transactions: Vec<StepTransaction>,
    /// What every lane did when.
    pub tasks: Vec<Task>,
    /// Names of the slots that tasks mention.
    pub keys: Vec<String>,
    /// How long it took.
    pub ticks: u64,
    /// How long one transaction after the other takes.
    pub ticks_in_order: u64,
    /// How long the longest chain of transactions that need each other takes.
    pub ticks_at_least: u64,
    /// Runs of transactions; those beyond one each are repeats.
    pub executions: u32,
    /// Whether the state afterwards is that of the step, which ran in order.
    pub is_same: bool,
    /// The block with all that it needs, packed for the execution lab
    /// ([`crate::contracts::recorded::Recorded`]); empty where there are no transactions.
    pub block: Vec<u8>,
}

/// All of it. Series have one value a step, the first at time 0.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Symbols; the first is the quote currency.
    pub tokens: Vec<String>,
    /// Names, as `ETH/USDC`.
    pub pools: Vec<String>,
    /// Names.
    pub people: Vec<String>,
    /// Seconds of a step.
    pub step_s: u32,
    /// By token: prices of the feed.
    pub prices: Vec<Vec<Decimal>>,
    /// By pool: the second token for one of the first.
    pub spots: Vec<Vec<Decimal>>,
    /// By person.
    pub equity: Vec<Vec<Decimal>>,
    /// Positions when they changed, with the step.
    pub positions: Vec<(u32, Position)>,
    /// In the order in which they happened.
    pub events: Vec<Event>,
    /// Events and positions that found no room.
    pub dropped: u64,
}

impl Recording {
    /// Keeps an event while there is room.
    pub fn note(&mut self, event: Event) {
        if self.events.len() < EVENTS_MAX {
            self.events.push(event);
        } else {
            self.dropped += 1;
        }
    }

    /// Keeps a position while there is room.
    pub fn place(&mut self, step: u32, position: Position) {
        if self.positions.len() < POSITIONS_MAX {
            self.positions.push((step, position));
        } else {
            self.dropped += 1;
        }
    }

    /// Where the events of a step begin.
    pub fn begins(&self, step: u32) -> usize {
        self.events.partition_point(|event| event.step < step)
    }
}

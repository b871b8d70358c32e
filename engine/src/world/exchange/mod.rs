//! A living market: prices move, a crowd trades, strategies fire, solvers bid, contracts settle.
//!
//! Vocabulary: a *person* has a purse and strategies, the *crowd* is everybody else (retail, arbitrageur,
//! liquidity provider, borrowers, liquidator, dealers), an *intent* is one rule of a person's, an *order*
//! is what an intent wants filled now, a *sight* is the market as a rule sees it. Tokens go by place, the
//! quote currency is 0; every token has eight places, so a raw unit is a hundred-millionth.
//! One step: the feed's prices are written, the crowd trades, liquidators come, rules are looked at, keepers
//! carry out what fired, orders are auctioned, the verifier lets winners through, a sheet settles each in
//! one transaction. Liquidators come before strategies: a protection that is late is late here too.
//! Invariants: settings fix every step. Balances change by transactions of the contracts only, run by the
//! executor's serial crew; each step every token's balances add up to its supply, each day and at the end
//! every contract's own audit passes. A settlement whose order has an `ensure` that does not hold on the
//! state it leaves is undone whole. What does not fire says why.
//! Absent on purpose: a market for fees, other chains, interest on the purse. Start at [`Exchange`].

mod account;
mod act;
mod auction;
mod climb;
mod crowd;
mod fill;
mod ground;
mod intents;
mod ladder;
mod lanes;
mod loan;
mod order;
mod quote;
mod run;
mod settings;
mod sight;
mod tell;
#[cfg(test)]
mod tests;

pub use run::{Exchange, Trouble};
pub use settings::{
    CrowdSettings, DealerSettings, ExchangeSettings, KeeperSettings, LenderSettings,
    PersonSettings, PoolSettings, solver_names,
};

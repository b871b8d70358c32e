//! Strategies on a market: which rules fire when, and why the others do not.
//!
//! Invariants: a document, a market and a seed fix the outcome.
//! Absent so far: settlement, so balances, loans and pools are not read (their clauses say so), and what a
//! fill arms (`then`) is not armed. Start at [`watch_market`].

mod view;
mod watch;

pub use watch::{Firing, StrategyReport, Waiting, watch_market};

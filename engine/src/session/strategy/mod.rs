//! Strategies on a market: one run to look at, the same over many seeds, two side by side.
//!
//! Vocabulary: a *run* goes step by step and is recorded, a *fan* is one document under many seeds, an
//! *ending* is what a run of a fan came to for a person, a *comparison* is two documents on the same seeds.
//! Invariants: a document fixes its run, recorded or not; a fan is the same for any number of threads: each
//! seed has streams of its own, and results are added up in the order of seeds.
//! [`watch_market`] is apart: it looks at rules on a bare market and settles nothing.
//! Start at [`StrategyRun`], then [`fan()`].

pub mod bench;
mod fan;
mod run;
#[cfg(test)]
mod tests;
mod view;
mod watch;

pub use fan::{
    Comparison, Ending, FAN_SEEDS_MAX, FanPart, FanReport, FanSettings, LEVELS_BPS, PersonFan,
    compare, fan, fan_part, join, join_two,
};
pub use run::{StrategyRun, StrategySummary};
pub use watch::{Firing, StrategyReport, Waiting, watch_market};

pub use crate::world::exchange::Trouble;

//! Floor 8: when an intent is set off, and why it is not.
//!
//! Vocabulary: a *watch* is an armed rule with what it remembers; a *reading* is a metric's value with the
//! time of its observation; a *gate* is a price clause without which a condition cannot hold; a watch whose
//! gate is shut *sleeps*; a *keeper* carries out what has fired, for a fee.
//! Invariants: peaks and troughs are kept here, never taken from a keeper. What cannot be read is neither
//! true nor false (Kleene), so `not` makes nothing fire out of a stale price. Everything that is armed can
//! say which clause keeps it from firing, with its value and how far away it is. Sleeping changes what is
//! looked at, never what fires.
//! Absent on purpose: settlement, and plans. Start at [`Watch::look`], then [`Board`].

mod board;
mod evaluate;
mod keeper;
pub mod position;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod watch;
mod why;

pub use board::Board;
pub use evaluate::{Reading, View, holds};
pub use keeper::{Crew, Keeper, KeeperEvent};
pub use watch::{Look, Watch};
pub use why::{Obstacle, WhyNot};

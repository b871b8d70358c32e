//! Virtual time.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment of virtual time: one tick is one unit of gas, about a nanosecond of native work.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Tick(pub u64);

impl Tick {
    /// This many ticks later; stays at the end of time instead of wrapping.
    pub const fn after(self, ticks: u64) -> Self {
        Self(self.0.saturating_add(ticks))
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

//! A limit that a number keeps or does not keep.

use serde::{Deserialize, Serialize};

/// A limit; the number that it names still keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Limit {
    /// So much or more.
    AtLeast(u128),
    /// So much or less.
    AtMost(u128),
}

impl Limit {
    /// Whether the number keeps it.
    pub const fn admits(self, number: u128) -> bool {
        match self {
            Self::AtLeast(least) => number >= least,
            Self::AtMost(most) => number <= most,
        }
    }
}

//! A limit that a number keeps or does not keep.

use serde::{Deserialize, Serialize};

/// A limit; the number that it names still keeps it. Numbers compared are below 2^127 in size.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Limit {
    /// So much or more.
    AtLeast(u128),
    /// So much or less.
    AtMost(u128),
}

impl Limit {
    /// Whether the number keeps it; one below zero keeps every upper limit and no lower one.
    pub const fn admits(self, number: i128) -> bool {
        match self {
            Self::AtLeast(least) => number >= 0 && number as u128 >= least,
            Self::AtMost(most) => number < 0 || number as u128 <= most,
        }
    }
}

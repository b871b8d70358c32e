//! The states of an intent, and every change of them.
//!
//! ```text
//! draft → signed → armed → triggered → auctioned → filled
//!                    ↑ ↖       │           ├──────→ partially filled → armed | triggered
//!                    │  ╰──────┴───────────╯  (nobody took it; it fires again)
//!          expired | cancelled | failed  from every state that is not final
//! ```
//! A recurring intent goes from filled back to armed. At one moment a cancellation comes before a
//! trigger: whoever cancels in a block is not filled in it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where an intent is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written.
    #[default]
    Draft,
    /// Its owner is bound.
    Signed,
    /// Watched by keepers.
    Armed,
    /// Its trigger fired.
    Triggered,
    /// Solvers are bidding for it.
    Auctioned,
    /// Filled in part.
    PartiallyFilled,
    /// Filled.
    Filled,
    /// Its time is over.
    Expired,
    /// Its owner took it back, or another of its group was filled.
    Cancelled,
    /// It cannot be carried out.
    Failed,
}

/// Why a state changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The owner did it.
    Owner,
    /// A parent's fill did it.
    Parent(u64),
    /// Another one of its group was filled.
    Group(u64),
    /// A keeper did it, by number.
    Keeper(u32),
    /// A solver did it, by name.
    Solver(String),
    /// It has been filled as often as it may be.
    Done,
    /// Time did it.
    Time,
    /// This went wrong.
    Reason(String),
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Edge {
    /// Which intent.
    pub intent: u64,
    /// The second.
    pub at_s: u64,
    /// From.
    pub from: State,
    /// To.
    pub to: State,
    /// Why.
    pub cause: Cause,
}

/// A change that there is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("an intent does not go from {from:?} to {to:?}")]
pub struct NoSuchEdge {
    /// From.
    pub from: State,
    /// To.
    pub to: State,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Signed,
        Self::Armed,
        Self::Triggered,
        Self::Auctioned,
        Self::PartiallyFilled,
        Self::Filled,
        Self::Expired,
        Self::Cancelled,
        Self::Failed,
    ];

    /// Whether nothing follows.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Expired | Self::Cancelled | Self::Failed)
    }

    /// Whether this can follow.
    pub const fn leads_to(self, next: Self) -> bool {
        match (self, next) {
            (Self::Draft, Self::Signed)
            | (Self::Signed | Self::Filled | Self::PartiallyFilled, Self::Armed)
            | (Self::Armed | Self::PartiallyFilled, Self::Triggered)
            | (Self::Triggered, Self::Auctioned | Self::Armed)
            | (Self::Auctioned, Self::Filled | Self::PartiallyFilled | Self::Armed) => true,
            (from, Self::Expired | Self::Cancelled | Self::Failed) => !from.is_final(),
            _ => false,
        }
    }
}

/// One intent's way so far.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Life {
    /// Which intent.
    pub intent: u64,
    /// Where it is.
    pub state: State,
    /// How often it was filled.
    pub fills: u32,
}

impl Life {
    /// A draft.
    pub const fn new(intent: u64) -> Self {
        Self {
            intent,
            state: State::Draft,
            fills: 0,
        }
    }

    /// Goes on, and gives the change to be logged.
    ///
    /// # Errors
    /// [`NoSuchEdge`]: a bug of the caller's; nothing has changed.
    pub fn go(&mut self, to: State, at_s: u64, cause: Cause) -> Result<Edge, NoSuchEdge> {
        let from = self.state;
        if !from.leads_to(to) {
            return Err(NoSuchEdge { from, to });
        }
        self.state = to;
        self.fills += u32::from(matches!(to, State::Filled | State::PartiallyFilled));
        Ok(Edge {
            intent: self.intent,
            at_s,
            from,
            to,
            cause,
        })
    }
}

//! One document's run, recorded.

use crate::automation::WhyNot;
use crate::primitives::Digest;
use crate::scenario::Problem;
use crate::scenario::strategy::{StrategyScenario, build};
use crate::trace::intent::{Outcome, Position, Recording, StepLanes};
use crate::world::exchange::{Exchange, Trouble};
use serde::{Deserialize, Serialize};

/// A run that goes as far as it is told to.
pub struct StrategyRun {
    scenario: StrategyScenario,
    exchange: Exchange,
}

/// A run in figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StrategySummary {
    /// Steps made, and steps there are.
    pub steps: [u32; 2],
    /// Transactions executed, and those that a contract refused.
    pub transactions: [u64; 2],
    /// Auctions held.
    pub auctions: u32,
    /// Events recorded, and those that found no room.
    pub events: [u64; 2],
    /// How everybody fared, by name.
    pub people: Vec<(String, Outcome)>,
    /// Digest of prices, pools, equities, fills and transactions, in hexadecimal digits.
    pub digest: String,
    /// Digest of the recorded events, in hexadecimal digits.
    pub log_digest: String,
}

impl StrategyRun {
    /// Opens a document; nothing has happened yet. `keeps` says whether events and series are recorded.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn open(scenario: StrategyScenario, keeps: bool) -> Result<Self, Vec<Problem>> {
        let exchange = Exchange::new(build(&scenario)?, keeps);
        Ok(Self { scenario, exchange })
    }

    /// Makes at most so many steps; `true` while there are more.
    ///
    /// # Errors
    /// [`Trouble`]: a bug of ours; the run cannot go on.
    pub fn advance(&mut self, budget: u32) -> Result<bool, Trouble> {
        for _ in 0..budget {
            if !self.exchange.advance()? {
                return Ok(false);
            }
        }
        Ok(self.exchange.made() < self.exchange.steps())
    }

    /// Makes one step and executes its transactions once more, as one block on so many parallel lanes in
    /// virtual time. `None` when there is no step left.
    ///
    /// # Errors
    /// As [`StrategyRun::advance`].
    pub fn advance_on_lanes(&mut self, lanes: u32) -> Result<Option<StepLanes>, Trouble> {
        self.exchange.advance_on_lanes(lanes)
    }

    /// The document.
    pub const fn scenario(&self) -> &StrategyScenario {
        &self.scenario
    }

    /// Steps made, and steps there are.
    pub fn steps(&self) -> [u32; 2] {
        [self.exchange.made(), self.exchange.steps()]
    }

    /// Prices, events and positions so far. Events of step `n` are `events[begins(n)..begins(n + 1)]`.
    pub const fn recording(&self) -> &Recording {
        self.exchange.recording()
    }

    /// How everybody fares after the last step made, by person.
    pub fn outcomes(&self) -> &[Outcome] {
        self.exchange.outcomes()
    }

    /// A person's position at a step: the last change up to it. `None` before the first one.
    pub fn position(&self, person: u32, step: u32) -> Option<&Position> {
        let positions = &self.recording().positions;
        let end = positions.partition_point(|(at, _)| *at <= step);
        let mut before = positions[..end].iter().rev();
        before
            .find(|(_, position)| position.person == person)
            .map(|(_, position)| position)
    }

    /// Why each armed intent does not fire, after the last step made. For steps before, see the events
    /// [`crate::trace::intent::What::Waits`].
    pub fn why_not(&self) -> Vec<(u64, WhyNot)> {
        self.exchange.why_not()
    }

    /// The run in figures, as far as it has gone.
    pub fn summary(&self) -> StrategySummary {
        let recording = self.recording();
        let log = postcard::to_allocvec(&recording.events).unwrap_or_default();
        let names = self
            .scenario
            .people
            .iter()
            .map(|person| person.name.clone());
        StrategySummary {
            steps: self.steps(),
            transactions: self.exchange.transactions(),
            auctions: self.exchange.auctions(),
            events: [recording.events.len() as u64, recording.dropped],
            people: names.zip(self.outcomes().iter().cloned()).collect(),
            digest: self.exchange.digest().to_string(),
            log_digest: Digest::of(&log).to_string(),
        }
    }
}

//! One document's run: forward, back, and into another future.

use crate::consensus::registry::Entry;
use crate::consensus::{Card, Descriptor, Lab, Report, Settings, Verdict};
use crate::primitives::Micros;
use crate::scenario::Problem;
use crate::scenario::consensus::{ConsensusScenario, Deed, build, check};
use crate::trace::consensus::Recording;
use serde::{Deserialize, Serialize};

/// Events between checkpoints, at first; twice as many whenever there are too many checkpoints.
const EVENTS_BETWEEN: u64 = 4_096;
/// Most checkpoints.
const CHECKPOINTS_MAX: usize = 32;

/// A run that can be looked at, at any moment, and interfered with.
pub struct Agreement {
    scenario: ConsensusScenario,
    entry: &'static Entry,
    settings: Settings,
    head: Box<dyn Lab>,
    cursor: Box<dyn Lab>,
    /// By time; the first is the start.
    checkpoints: Vec<Box<dyn Lab>>,
    events_between: u64,
    events_at_checkpoint: u64,
    /// How many acts at the end of the document were done by hand.
    by_hand: usize,
}

/// What a viewer is shown of one moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The moment.
    pub at: Micros,
    /// Where every replica stands, copies included.
    pub cards: Vec<Card>,
    /// Whether all was well.
    pub verdict: Verdict,
    /// The run in figures, up to this moment.
    pub report: Report,
}

impl Agreement {
    /// Opens a document: checks it, sets its nodes up. Records at most so many messages; 0 records
    /// nothing.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn open(scenario: ConsensusScenario, record: u32) -> Result<Self, Vec<Problem>> {
        let (entry, mut settings) = build(&scenario)?;
        settings.record = record;
        let head = (entry.open)(&settings);
        let (cursor, start) = (head.fork(), head.fork());
        Ok(Self {
            scenario,
            entry,
            settings,
            head,
            cursor,
            checkpoints: vec![start],
            events_between: EVENTS_BETWEEN,
            events_at_checkpoint: 0,
            by_hand: 0,
        })
    }

    /// The document, with the acts done so far.
    pub fn scenario(&self) -> &ConsensusScenario {
        &self.scenario
    }

    /// The protocol.
    pub fn protocol(&self) -> &'static Descriptor {
        self.entry.descriptor
    }

    /// The settings that the document comes to.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How far the run has gone.
    pub fn head(&self) -> Micros {
        self.head.now()
    }

    /// Lets the run go on, up to a moment and by at most so many events; `false` if it is over.
    pub fn advance(&mut self, until: Micros, events_max: u64) -> bool {
        for _ in 0..events_max {
            match self.head.next_at() {
                None => return false,
                Some(at) if at > until => return true,
                Some(_) => {}
            }
            if !self.head.step() {
                return false;
            }
            let events = self.head.tally().events;
            if events - self.events_at_checkpoint >= self.events_between {
                self.keep(events);
            }
        }
        true
    }

    /// Lets the run go on to its end.
    pub fn finish(&mut self) {
        while self.advance(Micros::NEVER, u64::MAX) {}
    }

    fn keep(&mut self, events: u64) {
        self.events_at_checkpoint = events;
        self.checkpoints.push(self.head.fork());
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            let mut place = 0;
            self.checkpoints.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.events_between *= 2;
        }
    }

    /// Moves the cursor to a moment, at most to how far the run has gone: everything up to and at that
    /// moment has happened.
    pub fn seek(&mut self, at: Micros) {
        let at = at.min(self.head.now());
        let goes_back = at < self.cursor.now();
        let cursor_at = self.cursor.now();
        let mut kept = self.checkpoints.iter().rev();
        let nearest = kept.find(|lab| lab.now() <= at && (goes_back || lab.now() > cursor_at));
        if let Some(nearest) = nearest {
            self.cursor = nearest.fork();
        }
        self.cursor.advance(at);
    }

    /// What is shown of the moment that the cursor is at.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            at: self.cursor.now(),
            cards: self.cursor.cards(),
            verdict: self.cursor.verdict(),
            report: self.cursor.report(),
        }
    }

    /// The run in figures, as far as it has gone.
    pub fn report(&self) -> Report {
        self.head.report()
    }

    /// What has been recorded.
    pub fn recording(&self) -> Option<&Recording> {
        self.head.recording()
    }

    /// Does something by hand, a microsecond after the cursor's moment. If the run had gone further, it
    /// goes back there: acts done by hand later are forgotten, scripted ones stay. The act becomes part
    /// of the document.
    ///
    /// # Errors
    /// The act's problems; nothing is done then.
    pub fn act(&mut self, deed: Deed) -> Result<(), Vec<Problem>> {
        let at_us = self.cursor.now().0 + 1;
        let scripted = self.scenario.acts.len() - self.by_hand;
        let scenario = self
            .scenario
            .clone()
            .with_act(scripted, Micros(at_us), deed);
        let count = scenario.acts.len() - scripted;
        let problems = check(&scenario);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut again = Self::open(scenario, self.settings.record)?;
        again.by_hand = count;
        again.advance(Micros(at_us), u64::MAX);
        again.seek(Micros(at_us));
        *self = again;
        Ok(())
    }
}

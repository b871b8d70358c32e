//! The messages.

use engine::primitives::Digest;
use engine::scenario::{Execution, Scenario};
use engine::session::bench::Row;
use engine::session::sweep::{Axis, MeasuredPoint, MeasuredSettings, ModelledPoint};
use engine::session::{Live, LiveSettings, Replay, Trial};
use serde::{Deserialize, Serialize};

/// The version of these messages: raised with every change to them.
pub const VERSION: u32 = 4;

/// One ask of the page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Its number; the reply carries the same. Zero is never used.
    pub id: u32,
    /// What is asked.
    pub ask: Ask,
}

/// What the page can ask.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// The first message: begin, with so many real threads. One is enough for the single-threaded build.
    Start {
        /// Real threads to start, 1 to 16.
        threads: u32,
    },
    /// Replay a block in virtual time.
    Replay {
        /// Whose block. Its own execution settings do not matter here.
        scenario: Scenario,
        /// Which block, from zero.
        block: u32,
        /// With which settings.
        execution: Execution,
    },
    /// Replay a block and answer with its digests only.
    Digests {
        /// Whose block.
        scenario: Scenario,
        /// Which block, from zero.
        block: u32,
        /// With which settings.
        execution: Execution,
    },
    /// Execute blocks on real threads and measure.
    Live {
        /// Whose blocks.
        scenario: Scenario,
        /// How.
        settings: LiveSettings,
    },
    /// Replay the first block of a document changed in one thing: a point of a sweep.
    Modelled {
        /// The document before the change.
        scenario: Scenario,
        /// What changes.
        axis: Axis,
        /// To what.
        value: u32,
    },
    /// Execute blocks of a document changed in one thing on real threads and measure.
    Measured {
        /// The document before the change.
        scenario: Scenario,
        /// What changes.
        axis: Axis,
        /// To what.
        value: u32,
        /// How.
        settings: MeasuredSettings,
    },
    /// Execute the first block again under changes that could take the heat off a slot.
    Remedies {
        /// Whose block.
        scenario: Scenario,
        /// The slot's name.
        key: String,
        /// Into how many parts to split it.
        ways: u32,
    },
    /// Run the benchmark's rows.
    Bench {
        /// Real threads to use.
        threads: u32,
    },
    /// Replay a block and panic on the way: proves that a scenario survives the worker's death.
    Crash {
        /// Whose block.
        scenario: Scenario,
    },
}

/// What the worker says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The module is loaded and listens.
    Hello {
        /// The worker's [`VERSION`].
        version: u32,
    },
    /// The threads run.
    Ready {
        /// How many real threads work.
        threads: u32,
        /// Where the words lie in the shared memory that comes with this message, in bytes; `None`
        /// when memory is not shared.
        words: Option<u32>,
    },
    /// The threads did not start.
    Unready {
        /// Why, in words.
        reason: String,
    },
    /// How far a request is. Only sent where memory is not shared.
    Progress {
        /// The request.
        id: u32,
        /// Units done.
        done: u32,
        /// Units in all.
        total: u32,
    },
    /// An answer.
    Answer {
        /// The request.
        id: u32,
        /// What came of it.
        answer: Answer,
    },
}

/// What comes of a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The replay.
    Replay(Box<Replay>),
    /// The digests.
    Digests(Digests),
    /// The measurements.
    Live(Box<Live>),
    /// The benchmark's rows.
    Bench(Vec<Row>),
    /// A point in virtual time.
    Modelled(ModelledPoint),
    /// A point on this machine.
    Measured(MeasuredPoint),
    /// What the changes would do; the block as it is first. Empty if nobody touches the slot.
    Remedies(Vec<Trial>),
    /// The page no longer wanted it.
    Cancelled,
    /// The scenario has problems, one text each, or the engine has a fault.
    Refused(Vec<String>),
}

/// What fixes a replay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Digests {
    /// The Merkle root of the state after the block.
    pub state_root: Digest,
    /// The digest of the receipts.
    pub receipts: Digest,
    /// The digest of the recording.
    pub trace: Digest,
}

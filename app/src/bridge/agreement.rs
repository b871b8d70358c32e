//! What the consensus lab and its worker say to each other.
//!
//! Two runs at most sit side by side, each on a *seat*. Whoever is asked for a seat again gives up what
//! it ran there.

use engine::consensus::Report;
use engine::primitives::Micros;
use engine::scenario::Problem;
use engine::scenario::consensus::ConsensusScenario;
use engine::session::consensus::Snapshot;
use engine::trace::consensus::Recording;
use serde::{Deserialize, Serialize};

/// The version of these messages: raised with every change to them.
pub const VERSION: u32 = 2;
/// Most messages, and most marks, that a run records for the picture.
pub const RECORD_MAX: u32 = 100_000;
/// How many runs sit side by side.
pub const SEATS: usize = 2;

/// What the page asks, and of which seat: 0 for the picture, 1 for the one beside it.
pub type SeatAsk = (u8, Ask);

/// What the page can ask of a seat.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Open a document and run it to its end.
    Open(Box<ConsensusScenario>),
    /// Show the run at a moment.
    Look(Micros),
    /// Give up the run that is under way, and leave the seat.
    Stop,
}

/// What the worker says about a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum News {
    /// The run has come so far.
    Progress {
        /// The moment.
        at: Micros,
        /// Heights that are decided.
        decided: u64,
        /// Heights that are to be decided.
        of: u64,
    },
    /// The run is over.
    Opened(Box<Opened>),
    /// The run at a moment.
    Looked(Box<Snapshot>),
    /// The document has problems.
    Refused(Vec<Problem>),
    /// It was given up.
    Stopped,
}

/// A run that is over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// What happened.
    pub recording: Recording,
    /// The run in figures.
    pub report: Report,
    /// Its last moment.
    pub end: Micros,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::lab::{Reply, Request};
    use crate::bridge::{decode, encode};
    use engine::session::consensus::Agreement;

    #[test]
    fn a_run_comes_over_the_wire_as_it_was() {
        let mut run = Agreement::open(ConsensusScenario::default(), RECORD_MAX).unwrap();
        run.finish();
        let reply = Reply::About {
            id: 3,
            news: News::Opened(Box::new(Opened {
                recording: run.recording().unwrap().clone(),
                report: run.report(),
                end: run.head(),
            })),
        };
        let bytes = encode(&reply).unwrap();
        assert_eq!(decode::<Reply<News>>(&bytes), Ok(reply));
        let ask = Request {
            id: 1,
            ask: (1, Ask::Open(Box::default())),
        };
        assert_eq!(decode::<Request<SeatAsk>>(&encode(&ask).unwrap()), Ok(ask));
    }
}

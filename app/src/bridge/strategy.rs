//! What the strategies lab and its worker say to each other.

use engine::automation::WhyNot;
use engine::scenario::Problem;
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::{FanPart, FanSettings, StrategySummary};
use engine::trace::intent::{Recording, StepLanes};
use serde::{Deserialize, Serialize};

/// The version of these messages: raised with every change to them.
pub const VERSION: u32 = 2;

/// What the page can ask. Each takes the place of what was under way of its kind.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Run a document to its end, for the picture.
    Open(Box<StrategyScenario>),
    /// Give that up.
    Stop,
    /// Show a step of it, its transactions on so many lanes.
    Look(Box<StrategyScenario>, u32, u32),
    /// Run it under these seeds of a fan: from one number up to another.
    Part(Box<StrategyScenario>, FanSettings, [u32; 2]),
}

/// A run that is over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// What happened.
    pub recording: Recording,
    /// The run in figures.
    pub summary: StrategySummary,
}

/// A step of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Look {
    /// Why each armed intent does not fire.
    pub why_not: Vec<(u64, WhyNot)>,
    /// Its transactions on lanes.
    pub lanes: StepLanes,
}

/// What the worker says about a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum News {
    /// The run has come so far: steps made, of all.
    Progress([u32; 2]),
    /// The run is over.
    Opened(Box<Opened>),
    /// A step.
    Looked(Box<Look>),
    /// These seeds have run.
    Part(Box<FanPart>),
    /// The document has problems, or the engine a fault.
    Refused(Vec<Problem>),
    /// It was given up.
    Stopped,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::lab::Reply;
    use crate::bridge::{decode, encode};
    use engine::session::strategy::StrategyRun;

    #[test]
    fn a_run_comes_over_the_wire_as_it_was() {
        let scenario = StrategyScenario {
            days: 2,
            ..StrategyScenario::default()
        };
        let mut run = StrategyRun::open(scenario, true).unwrap();
        while run.advance(10).unwrap() {}
        let reply = Reply::About {
            id: 3,
            news: News::Opened(Box::new(Opened {
                recording: run.recording().clone(),
                summary: run.summary(),
            })),
        };
        let bytes = encode(&reply).unwrap();
        assert_eq!(decode::<Reply<News>>(&bytes), Ok(reply));
    }
}

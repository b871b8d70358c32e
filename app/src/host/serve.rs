//! From an ask to its answer.

use super::watch::Watch;
use crate::bridge::message::Answer;
use crate::bridge::{Ask, Digests};
use engine::scenario::{Execution, Scenario};
use engine::session::{Progress, Session};

/// Owns the session.
#[derive(Default)]
pub(super) struct Server {
    /// The scenario of the session, without its execution settings: these come with every ask.
    scenario: Option<Scenario>,
    session: Option<Session>,
}

impl Server {
    /// Answers an ask; `None` to what needs no answer. `clock` tells seconds since any fixed moment.
    pub(super) fn answer(&mut self, ask: Ask, watch: Watch, clock: &dyn Fn() -> f64) -> Option<Answer> {
        let answer = match ask {
            Ask::Start { .. } => return None,
            Ask::Replay { scenario, block, execution } => self.replay(scenario, block, &execution, &watch),
            Ask::Digests { scenario, block, execution } => match self.replay(scenario, block, &execution, &watch) {
                Answer::Replay(replay) => Answer::Digests(Digests {
                    state_root: replay.summary.state_root,
                    receipts: replay.summary.receipts_digest,
                    trace: replay.summary.trace_digest,
                }),
                other => other,
            },
            Ask::Live { scenario, settings } => match self.open(scenario) {
                Err(refused) => refused,
                Ok(session) => session
                    .live(&settings, &watch, clock)
                    .map_or(Answer::Cancelled, |live| Answer::Live(Box::new(live))),
            },
            Ask::Sweep { scenario, lanes } => match self.open(scenario) {
                Err(refused) => refused,
                Ok(session) => session.sweep(&lanes, &watch).map_or(Answer::Cancelled, Answer::Sweep),
            },
            Ask::Crash { scenario } => {
                let execution = scenario.execution.clone();
                let watch = watch.dying();
                let answer = self.replay(scenario, 0, &execution, &watch);
                // A block too small to report on the way dies here.
                watch.report(1, 1);
                answer
            }
        };
        Some(answer)
    }

    fn replay(&mut self, scenario: Scenario, block: u32, execution: &Execution, watch: &Watch) -> Answer {
        match self.open(scenario) {
            Err(refused) => refused,
            Ok(session) => session
                .replay(block, execution, watch)
                .map_or(Answer::Cancelled, |replay| Answer::Replay(Box::new(replay))),
        }
    }

    /// The session of this scenario, opened anew only if something other than its execution changed.
    fn open(&mut self, scenario: Scenario) -> Result<&mut Session, Answer> {
        let key = Scenario { execution: Execution::default(), ..scenario };
        if self.scenario.as_ref() != Some(&key) {
            self.session = None;
            self.scenario = None;
        }
        let session = match self.session.take() {
            Some(session) => session,
            None => Session::open(key.clone())
                .map_err(|problems| Answer::Refused(problems.iter().map(ToString::to_string).collect()))?,
        };
        self.scenario = Some(key);
        Ok(self.session.insert(session))
    }
}

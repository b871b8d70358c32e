//! From an ask to its answer.

use super::pool::within;
use super::watch::Watch;
use crate::bridge::message::Answer;
use crate::bridge::{Ask, Digests};
use engine::scenario::{Execution, Scenario};
use engine::session::bench::{self, BenchError};
use engine::session::sweep::{self, SweepError};
use engine::session::{Clock, Progress, Session};
use engine::vm::Fault;

/// Tells the engine the time.
pub(super) struct PerformanceClock;

impl Clock for PerformanceClock {
    fn now_seconds(&self) -> f64 {
        super::port::now_ms() / 1000.0
    }
}

/// Owns the session.
#[derive(Default)]
pub(super) struct Server {
    /// The session and its scenario, without the execution settings: these come with every ask.
    session: Option<(Scenario, Session)>,
}

impl Server {
    /// Answers an ask.
    pub(super) fn answer(&mut self, ask: Ask, watch: Watch) -> Answer {
        match ask {
            // Answered by the port, before anything else.
            Ask::Start { .. } => Answer::Cancelled,
            Ask::Replay {
                scenario,
                block,
                execution,
            } => self.replay(scenario, block, &execution, &watch),
            Ask::Digests {
                scenario,
                block,
                execution,
            } => match self.replay(scenario, block, &execution, &watch) {
                Answer::Replay(replay) => Answer::Digests(Digests {
                    state_root: replay.summary.state_root,
                    receipts: replay.summary.receipts_digest,
                    trace: replay.summary.trace_digest,
                }),
                other => other,
            },
            Ask::Live { scenario, settings } => self.with_session(scenario, |session| {
                let live = within(|| session.live(&settings, &PerformanceClock, &watch))?;
                Ok(live.map(|live| Answer::Live(Box::new(live))))
            }),
            // Points open worlds of their own: the picture's stays as it is.
            Ask::Modelled {
                scenario,
                axis,
                value,
            } => point(
                sweep::modelled(&scenario, axis, value, &watch),
                Answer::Modelled,
            ),
            Ask::Measured {
                scenario,
                axis,
                value,
                settings,
            } => {
                let clock = PerformanceClock;
                let measure = || sweep::measured(&scenario, axis, value, &settings, &clock, &watch);
                let found = within(measure);
                point(found, Answer::Measured)
            }
            Ask::Remedies {
                scenario,
                key,
                ways,
            } => {
                let execution = scenario.execution.clone();
                self.with_session(scenario, |session| {
                    let trials = session.remedies(0, &execution, &key, ways, &watch)?;
                    Ok(trials.map(Answer::Remedies))
                })
            }
            Ask::Bench { threads } => {
                match within(|| bench::rows(threads, &PerformanceClock, &watch)) {
                    Ok(rows) => Answer::Bench(rows),
                    Err(BenchError::Cancelled) => Answer::Cancelled,
                    Err(error) => Answer::Refused(vec![error.to_string()]),
                }
            }
            Ask::Crash { scenario } => {
                let execution = scenario.execution.clone();
                let watch = watch.dying();
                let answer = self.replay(scenario, 0, &execution, &watch);
                // A block too small to report on the way dies here.
                watch.report(1, 1);
                answer
            }
        }
    }

    fn replay(
        &mut self,
        scenario: Scenario,
        block: u32,
        execution: &Execution,
        watch: &Watch,
    ) -> Answer {
        self.with_session(scenario, |session| {
            let replay = session.replay(block, execution, watch)?;
            Ok(replay.map(|replay| Answer::Replay(Box::new(replay))))
        })
    }

    /// Works with the session of this scenario; what the last one has in common with it is kept. `None`
    /// from `work` means that it was cancelled.
    fn with_session(
        &mut self,
        scenario: Scenario,
        work: impl FnOnce(&mut Session) -> Result<Option<Answer>, Fault>,
    ) -> Answer {
        let key = Scenario {
            execution: Execution::default(),
            ..scenario
        };
        let session = match self.session.take() {
            Some((of, session)) if of == key => Ok(session),
            Some((_, session)) => session.reopen(key.clone()),
            None => Session::open(key.clone()),
        };
        let mut session = match session {
            Ok(session) => session,
            Err(problems) => {
                return Answer::Refused(problems.iter().map(ToString::to_string).collect());
            }
        };
        match work(&mut session) {
            Ok(answer) => {
                self.session = Some((key, session));
                answer.unwrap_or(Answer::Cancelled)
            }
            // What a fault leaves behind is not to be trusted: the next ask opens the scenario anew.
            Err(fault) => Answer::Refused(vec![fault.to_string()]),
        }
    }
}

/// What is said of a point.
fn point<P>(found: Result<Option<P>, SweepError>, answer: fn(P) -> Answer) -> Answer {
    match found {
        Ok(Some(point)) => answer(point),
        Ok(None) => Answer::Cancelled,
        Err(SweepError::Problems(problems)) => {
            Answer::Refused(problems.iter().map(ToString::to_string).collect())
        }
        Err(error) => Answer::Refused(vec![error.to_string()]),
    }
}

//! The strategies lab's worker: works at runs in slices so that it can be interrupted.

use super::lab::{self, Labour, PROGRESS_MS, SLICE_MS, now_ms, tell};
use crate::bridge::strategy::{self, Ask, Look, News, Opened};
use engine::scenario::Problem;
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::{FanSettings, StrategyRun, Trouble, fan_part};

/// Steps between two looks at the clock.
const STEPS: u32 = 8;

#[derive(Default)]
struct Desk {
    /// The picture's run.
    run: Option<(u32, StrategyRun)>,
    told_ms: f64,
    /// A run that goes to the step which somebody looks at, and stays there for the next look.
    eye: Option<StrategyRun>,
    look: Option<(u32, Box<StrategyScenario>, [u32; 2])>,
    /// Seeds of a fan, with whose they are.
    part: Option<(u32, Box<StrategyScenario>, FanSettings, [u32; 2])>,
}

/// Listens to the page and says hello. Called once, in the worker.
pub fn serve() {
    lab::serve(Desk::default());
}

/// The benchmark's rows of automations and auctions, measured on this thread, as JSON.
pub fn bench() -> String {
    lab::told(&engine::session::strategy::bench::single(
        &lab::PerformanceClock,
    ))
}

/// A fault of ours, as a problem of the document: nothing else can be done about it.
fn fault(trouble: &Trouble) -> News {
    News::Refused(vec![Problem {
        path: String::new(),
        message: trouble.to_string(),
        hint: "please report the link; another seed may do".to_owned(),
    }])
}

impl Labour for Desk {
    type Ask = Ask;
    const VERSION: u32 = strategy::VERSION;

    fn receive(&mut self, id: u32, ask: Ask) {
        match ask {
            Ask::Open(scenario) => match StrategyRun::open(*scenario, true) {
                Ok(run) => self.run = Some((id, run)),
                Err(problems) => {
                    self.run = None;
                    tell(id, News::Refused(problems));
                }
            },
            Ask::Stop => {
                self.run = None;
                self.part = None;
                tell(id, News::Stopped);
            }
            Ask::Look(scenario, step, lanes) => self.look = Some((id, scenario, [step, lanes])),
            Ask::Part(scenario, settings, numbers) => {
                self.part = Some((id, scenario, settings, numbers));
            }
        }
    }

    fn work(&mut self) -> bool {
        if let Some((id, scenario, settings, numbers)) = self.part.take() {
            tell(
                id,
                match fan_part(&scenario, &settings, numbers) {
                    Ok(Ok(part)) => News::Part(Box::new(part)),
                    Ok(Err(trouble)) => fault(&trouble),
                    Err(problems) => News::Refused(problems),
                },
            );
        }
        let until = now_ms() + SLICE_MS;
        let Some((id, mut run)) = self.run.take() else {
            return self.look(until);
        };
        while now_ms() < until {
            match run.advance(STEPS) {
                Ok(true) => {}
                Ok(false) => {
                    let opened = Opened {
                        recording: run.recording().clone(),
                        summary: run.summary(),
                    };
                    tell(id, News::Opened(Box::new(opened)));
                    return false;
                }
                Err(trouble) => {
                    tell(id, fault(&trouble));
                    return false;
                }
            }
        }
        if now_ms() - self.told_ms > PROGRESS_MS {
            self.told_ms = now_ms();
            tell(id, News::Progress(run.steps()));
        }
        self.run = Some((id, run));
        true
    }
}

impl Desk {
    /// Goes on to the step that is looked at, and tells of it; `true` if it has not come there yet.
    fn look(&mut self, until: f64) -> bool {
        let Some((id, scenario, [step, lanes])) = self.look.take() else {
            return false;
        };
        let is_before = |eye: &StrategyRun| eye.steps()[0] <= step && *eye.scenario() == *scenario;
        let mut eye = match self.eye.take().filter(is_before) {
            Some(eye) => eye,
            None => match StrategyRun::open((*scenario).clone(), false) {
                Ok(eye) => eye,
                Err(problems) => {
                    tell(id, News::Refused(problems));
                    return false;
                }
            },
        };
        while eye.steps()[0] < step {
            if now_ms() > until {
                self.look = Some((id, scenario, [step, lanes]));
                self.eye = Some(eye);
                return true;
            }
            let missing = step - eye.steps()[0];
            if let Err(trouble) = eye.advance(missing.min(STEPS)) {
                tell(id, fault(&trouble));
                return false;
            }
        }
        match eye.advance_on_lanes(lanes) {
            Ok(Some(lanes)) => tell(
                id,
                News::Looked(Box::new(Look {
                    why_not: eye.why_not(),
                    lanes,
                })),
            ),
            Ok(None) => tell(id, News::Stopped),
            Err(trouble) => tell(id, fault(&trouble)),
        }
        self.eye = Some(eye);
        false
    }
}

//! The shard lab's worker: works at runs in slices so that it can be interrupted.

use super::lab::{self, Labour, PROGRESS_MS, PerformanceClock, SLICE_MS, now_ms, tell};
use super::pool::within;
#[cfg(feature = "pool")]
use crate::bridge::capability::THREADS_MAX;
use crate::bridge::shard::{self, Ask, News, RECORD_MAX};
use engine::scenario::shard::ShardScenario;
use engine::session::shard::takeover::takeover;
use engine::session::shard::{Race, SCALE, Shards, of_fault, scale_point};
use engine::shard::transfer::Protocol;
use engine::trace::look::Glance;
use std::collections::VecDeque;

/// Events between two looks at the clock.
const EVENTS: u64 = 500;

/// A piece of work that is done in one go.
enum Piece {
    Compare(Box<ShardScenario>),
    Scale(Box<ShardScenario>, u16),
    /// A block of it.
    Race(Box<Race>),
}

struct Desk {
    /// Real threads that blocks of different shards run on.
    threads: u32,
    /// The picture's run.
    run: Option<(u32, Shards)>,
    told_ms: f64,
    /// A run that goes to the moment which somebody looks at, and stays there for the next look.
    eye: Option<(Box<ShardScenario>, Shards)>,
    look: Option<(u32, Box<ShardScenario>, Glance)>,
    /// Runs beside it, with whose they are.
    pieces: VecDeque<(u32, Piece)>,
}

/// Listens to the page and says hello. Called once, in the worker.
pub fn serve() {
    lab::serve(Desk::new(1));
}

/// The same on a pool of so many threads, which it starts first.
///
/// # Errors
/// In words, if the browser starts no threads.
#[cfg(feature = "pool")]
pub async fn serve_on(threads: u32) -> Result<(), String> {
    let threads = super::pool::start(threads.clamp(1, THREADS_MAX)).await?;
    lab::serve(Desk::new(threads));
    Ok(())
}

/// The benchmark's rows of simulations of shards and placements, measured on this thread, as JSON.
pub fn bench() -> String {
    lab::told(&engine::session::shard::bench::single(&PerformanceClock))
}

impl Labour for Desk {
    type Ask = Ask;
    const VERSION: u32 = shard::VERSION;

    fn receive(&mut self, id: u32, ask: Ask) {
        match ask {
            Ask::Open(scenario) => match Shards::open(&scenario, RECORD_MAX, 1) {
                Ok(run) => self.run = Some((id, run)),
                Err(problems) => {
                    self.run = None;
                    tell(id, News::Refused(problems));
                }
            },
            Ask::Stop => {
                self.run = None;
                tell(id, News::Stopped);
            }
            Ask::Compare(scenario) => {
                let pieces = Protocol::ALL.into_iter().map(|protocol| {
                    let mut scenario = scenario.clone();
                    scenario.protocol = protocol;
                    (id, Piece::Compare(scenario))
                });
                self.pieces.extend(pieces);
            }
            Ask::Scale(scenario) => {
                let pieces = SCALE.map(|shards| (id, Piece::Scale(scenario.clone(), shards)));
                self.pieces.extend(pieces);
            }
            Ask::Takeover(scenario) => match takeover(&scenario) {
                Ok(found) => tell(id, News::Takeover(Box::new(found))),
                Err(problems) => tell(id, News::Refused(problems)),
            },
            Ask::Race => {
                let race = Box::new(Race::new(self.threads));
                self.pieces.push_back((id, Piece::Race(race)));
            }
            Ask::StopRuns => {
                self.pieces.clear();
                tell(id, News::Stopped);
            }
            Ask::Look(scenario, glance) => self.look = Some((id, scenario, glance)),
        }
    }

    /// The picture comes first, then whoever looks at it.
    fn work(&mut self) -> bool {
        if let Some((id, mut run)) = self.run.take() {
            let until = now_ms() + SLICE_MS;
            while now_ms() < until {
                match run.advance(EVENTS) {
                    Ok(true) => {}
                    Ok(false) => {
                        tell(id, News::Opened(Box::new(run.finish())));
                        return self.has_more();
                    }
                    Err(fault) => {
                        tell(id, News::Refused(vec![of_fault(&fault)]));
                        return self.has_more();
                    }
                }
            }
            if now_ms() - self.told_ms > PROGRESS_MS {
                self.told_ms = now_ms();
                let (ended, of) = run.progress();
                let at = run.now();
                tell(id, News::Progress { at, ended, of });
            }
            self.run = Some((id, run));
            return true;
        }
        if self.look() {
            return true;
        }
        let Some((id, piece)) = self.pieces.pop_front() else {
            return false;
        };
        let threads = self.threads as usize;
        let news = match piece {
            Piece::Compare(scenario) => {
                Shards::run(&scenario, 0, threads).map(|ran| News::Compared(Box::new(ran.report)))
            }
            Piece::Scale(scenario, shards) => {
                scale_point(&scenario, shards, threads).map(News::Scaled)
            }
            Piece::Race(mut race) => {
                let has_more = within(|| race.advance(&PerformanceClock));
                let raced = race.raced();
                if has_more {
                    self.pieces.push_front((id, Piece::Race(race)));
                }
                Ok(News::Raced(raced))
            }
        };
        match news {
            Ok(news) => tell(id, news),
            Err(problems) => {
                self.pieces.retain(|(of, _)| *of != id);
                tell(id, News::Refused(problems));
            }
        }
        if self.pieces.iter().all(|(of, _)| *of != id) {
            tell(id, News::Done);
        }
        !self.pieces.is_empty()
    }
}

impl Desk {
    const fn new(threads: u32) -> Self {
        Self {
            threads,
            run: None,
            told_ms: 0.0,
            eye: None,
            look: None,
            pieces: VecDeque::new(),
        }
    }

    fn has_more(&self) -> bool {
        self.look.is_some() || !self.pieces.is_empty()
    }

    /// Goes on to the moment that is looked at, and tells of it; `true` if it has not come there yet.
    fn look(&mut self) -> bool {
        let Some((id, scenario, glance)) = self.look.take() else {
            return false;
        };
        let eye = self.eye.take();
        let is_before =
            |(of, eye): &(Box<ShardScenario>, Shards)| eye.now() <= glance.at && *of == scenario;
        let mut eye = match eye.filter(is_before) {
            Some((_, eye)) => eye,
            None => match Shards::watch(&scenario) {
                Ok(eye) => eye,
                Err(problems) => {
                    tell(id, News::Refused(problems));
                    return false;
                }
            },
        };
        let until = now_ms() + SLICE_MS;
        let is_there = loop {
            match eye.advance_to(glance.at, EVENTS) {
                Ok(true) => break Ok(true),
                Ok(false) if now_ms() > until => break Ok(false),
                Ok(false) => {}
                Err(fault) => break Err(fault),
            }
        };
        match is_there {
            Ok(true) => match eye.look(glance) {
                Ok(look) => tell(id, News::Looked(Box::new(look))),
                Err(fault) => tell(id, News::Refused(vec![of_fault(&fault)])),
            },
            Ok(false) => {
                self.look = Some((id, scenario.clone(), glance));
                self.eye = Some((scenario, eye));
                return true;
            }
            Err(fault) => {
                tell(id, News::Refused(vec![of_fault(&fault)]));
                return false;
            }
        }
        self.eye = Some((scenario, eye));
        false
    }
}

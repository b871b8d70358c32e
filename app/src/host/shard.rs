//! The shard lab's worker: works at runs in slices so that it can be interrupted.

use super::lab::{again, listen, now_ms, post};
use crate::bridge::shard::{Ask, News, RECORD_MAX, Reply, Request, VERSION};
use engine::scenario::shard::ShardScenario;
use engine::session::shard::takeover::takeover;
use engine::session::shard::{SCALE, Shards, scale_point};
use engine::shard::transfer::Protocol;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Longest time before the worker listens again.
const SLICE_MS: f64 = 24.0;
/// Events between two looks at the clock.
const EVENTS: u64 = 500;
/// Least time between two reports of progress.
const PROGRESS_MS: f64 = 60.0;

/// A piece of work that is done in one go.
enum Piece {
    Compare(Box<ShardScenario>),
    Scale(Box<ShardScenario>, u16),
}

#[derive(Default)]
struct Desk {
    /// The picture's run.
    run: Option<(u32, Shards)>,
    told_ms: f64,
    /// Runs beside it, with whose they are.
    pieces: VecDeque<(u32, Piece)>,
    is_working: bool,
}

type Shared = Rc<RefCell<Desk>>;

/// Listens to the page and says hello. Called once, in the worker.
pub fn serve() {
    let desk = Shared::default();
    listen(move |request: Request| {
        desk.borrow_mut().receive(request);
        work(&desk);
    });
    post(&Reply::Hello { version: VERSION });
}

fn tell(id: u32, news: News) {
    post(&Reply::About { id, news });
}

impl Desk {
    fn receive(&mut self, Request { id, ask }: Request) {
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
            Ask::StopRuns => {
                self.pieces.clear();
                tell(id, News::Stopped);
            }
        }
    }

    /// Works for a slice; `true` if there is more to do. The picture comes first.
    fn work(&mut self) -> bool {
        if let Some((id, mut run)) = self.run.take() {
            let until = now_ms() + SLICE_MS;
            while now_ms() < until {
                match run.advance(EVENTS) {
                    Ok(true) => {}
                    Ok(false) => {
                        tell(id, News::Opened(Box::new(run.finish())));
                        return !self.pieces.is_empty();
                    }
                    Err(fault) => {
                        let problem = engine::scenario::Problem {
                            path: String::new(),
                            message: fault.to_string(),
                            hint: "make blocks smaller".to_owned(),
                        };
                        tell(id, News::Refused(vec![problem]));
                        return !self.pieces.is_empty();
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
        let Some((id, piece)) = self.pieces.pop_front() else {
            return false;
        };
        let news = match piece {
            Piece::Compare(scenario) => {
                Shards::run(&scenario, 0, 1).map(|ran| News::Compared(Box::new(ran.report)))
            }
            Piece::Scale(scenario, shards) => scale_point(&scenario, shards).map(News::Scaled),
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

/// Works now, and again after whatever the page has said meanwhile.
fn work(desk: &Shared) {
    if std::mem::replace(&mut desk.borrow_mut().is_working, true) {
        return;
    }
    let has_more = desk.borrow_mut().work();
    desk.borrow_mut().is_working = false;
    if has_more {
        let desk = Rc::clone(desk);
        again(move || work(&desk));
    }
}

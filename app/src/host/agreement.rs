//! The consensus lab's worker: owns the runs, and works at them in slices so that it can be interrupted.
//!
//! It is the same program as the lab's page, started in a worker: one file to load, whose engine part the
//! page needs anyway to know protocols and check documents.

use super::lab::{again, listen, now_ms, post};
use crate::bridge::agreement::{Ask, News, Opened, RECORD_MAX, Reply, Request, SEATS, VERSION};
use engine::primitives::Micros;
use engine::session::Clock;
use engine::session::consensus::{Agreement, bench as rows};
use std::cell::RefCell;
use std::rc::Rc;

/// Longest time before the worker listens again.
const SLICE_MS: f64 = 24.0;
/// Events between two looks at the clock.
const EVENTS: u64 = 2_000;
/// Least time between two reports of progress.
const PROGRESS_MS: f64 = 60.0;

/// A run on its seat.
struct Seat {
    id: u32,
    run: Agreement,
    is_over: bool,
    /// Who wants to see which moment; the newest only.
    look: Option<(u32, Micros)>,
    told_ms: f64,
}

#[derive(Default)]
struct Bench {
    seats: [Option<Seat>; SEATS],
    is_working: bool,
}

type Shared = Rc<RefCell<Bench>>;

/// Listens to the page and says hello. Called once, in the worker.
pub fn serve() {
    let bench = Shared::default();
    listen(move |request: Request| {
        bench.borrow_mut().receive(request);
        work(&bench);
    });
    post(&Reply::Hello { version: VERSION });
}

/// Tells the time, in a page as in a worker.
struct PerformanceClock;

impl Clock for PerformanceClock {
    fn now_seconds(&self) -> f64 {
        now_ms() / 1e3
    }
}

/// The benchmark's rows of agreement protocols, measured on this thread, as JSON.
pub fn bench() -> String {
    // Rows are numbers and names.
    serde_json::to_string(&rows::rows(&PerformanceClock)).unwrap_or_default()
}

impl Bench {
    fn receive(&mut self, request: Request) {
        let Request { id, seat, ask } = request;
        let Some(place) = self.seats.get_mut(usize::from(seat)) else {
            return;
        };
        match ask {
            Ask::Open(scenario) => match Agreement::open(*scenario, RECORD_MAX) {
                Ok(run) => {
                    *place = Some(Seat {
                        id,
                        run,
                        is_over: false,
                        look: None,
                        told_ms: now_ms(),
                    });
                }
                Err(problems) => {
                    *place = None;
                    tell(id, seat, News::Refused(problems));
                }
            },
            Ask::Look(at) => {
                if let Some(place) = place {
                    place.look = Some((id, at));
                }
            }
            Ask::Stop => {
                *place = None;
                tell(id, seat, News::Stopped);
            }
        }
    }

    /// Works for a slice; `true` if there is more to do.
    fn work(&mut self) -> bool {
        let until = now_ms() + SLICE_MS;
        for (number, place) in self.seats.iter_mut().enumerate() {
            let Some(seat) = place else { continue };
            let number = number as u8;
            while !seat.is_over {
                if !seat.run.advance(Micros::NEVER, EVENTS) {
                    seat.is_over = true;
                    tell(seat.id, number, News::Opened(Box::new(opened(&seat.run))));
                } else if now_ms() > until {
                    seat.tell_progress(number);
                    return true;
                }
            }
            if let Some((id, at)) = seat.look.take() {
                seat.run.seek(at);
                tell(id, number, News::Looked(Box::new(seat.run.snapshot())));
            }
        }
        false
    }
}

impl Seat {
    fn tell_progress(&mut self, number: u8) {
        if now_ms() - self.told_ms < PROGRESS_MS {
            return;
        }
        self.told_ms = now_ms();
        let news = News::Progress {
            at: self.run.head(),
            decided: self.run.report().decisions,
            of: self.run.scenario().decisions,
        };
        tell(self.id, number, news);
    }
}

fn opened(run: &Agreement) -> Opened {
    Opened {
        recording: run.recording().cloned().unwrap_or_default(),
        report: run.report(),
        end: run.head(),
    }
}

/// Works now, and again after whatever the page has said meanwhile.
fn work(bench: &Shared) {
    if std::mem::replace(&mut bench.borrow_mut().is_working, true) {
        return;
    }
    let has_more = bench.borrow_mut().work();
    bench.borrow_mut().is_working = false;
    if has_more {
        let bench = Rc::clone(bench);
        again(move || work(&bench));
    }
}

fn tell(id: u32, seat: u8, news: News) {
    post(&Reply::About { id, seat, news });
}

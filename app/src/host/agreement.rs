//! The consensus lab's worker: owns the runs, and works at them in slices so that it can be interrupted.
//!
//! It is the same program as the lab's page, started in a worker: one file to load, whose engine part the
//! page needs anyway to know protocols and check documents.

use super::lab::{self, Labour, PROGRESS_MS, SLICE_MS, now_ms, tell};
use crate::bridge::agreement::{self, Ask, News, Opened, RECORD_MAX, SEATS, SeatAsk};
use engine::primitives::Micros;
use engine::session::consensus::{Agreement, bench as rows};

/// Events between two looks at the clock.
const EVENTS: u64 = 2_000;

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
}

/// Listens to the page and says hello. Called once, in the worker.
pub fn serve() {
    lab::serve(Bench::default());
}

/// The benchmark's rows of agreement protocols, measured on this thread, as JSON.
pub fn bench() -> String {
    lab::told(&rows::rows(&lab::PerformanceClock))
}

impl Labour for Bench {
    type Ask = SeatAsk;
    const VERSION: u32 = agreement::VERSION;

    fn receive(&mut self, id: u32, (seat, ask): SeatAsk) {
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
                    tell(id, News::Refused(problems));
                }
            },
            Ask::Look(at) => {
                if let Some(place) = place {
                    place.look = Some((id, at));
                }
            }
            Ask::Stop => {
                *place = None;
                tell(id, News::Stopped);
            }
        }
    }

    fn work(&mut self) -> bool {
        let until = now_ms() + SLICE_MS;
        for place in &mut self.seats {
            let Some(seat) = place else { continue };
            while !seat.is_over {
                if !seat.run.advance(Micros::NEVER, EVENTS) {
                    seat.is_over = true;
                    tell(seat.id, News::Opened(Box::new(opened(&seat.run))));
                } else if now_ms() > until {
                    seat.tell_progress();
                    return true;
                }
            }
            if let Some((id, at)) = seat.look.take() {
                seat.run.seek(at);
                tell(id, News::Looked(Box::new(seat.run.snapshot())));
            }
        }
        false
    }
}

impl Seat {
    fn tell_progress(&mut self) {
        if now_ms() - self.told_ms < PROGRESS_MS {
            return;
        }
        self.told_ms = now_ms();
        let news = News::Progress {
            at: self.run.head(),
            decided: self.run.report().decisions,
            of: self.run.scenario().decisions,
        };
        tell(self.id, news);
    }
}

fn opened(run: &Agreement) -> Opened {
    Opened {
        recording: run.recording().cloned().unwrap_or_default(),
        report: run.report(),
        end: run.head(),
    }
}

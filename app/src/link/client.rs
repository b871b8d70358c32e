//! Keeps a worker alive and asks it one thing at a time.
//!
//! ```text
//!            open            Hello, Start           Ready
//!  Closed ─────────▶ Loading ───────────▶ Pooling ─────────▶ Ready ──┐ ask, answer
//!    ▲                  │ limit, error       │ limit, error     │ ▲──┘
//!    │ single thread too ▼                   ▼                  │ error, silence: a new worker
//!    └────────── fall back to the single-threaded build ◀───────┘ (Loading again)
//! ```

use super::probe;
use super::queue::{Finished, Purpose, Queue};
use super::watch::now_ms;
use super::wire::{Incoming, Memory, Wire};
use crate::bridge::capability::{Build, Capability, Obstacle};
use crate::bridge::message::Answer;
use crate::bridge::{Ask, Reply, Request, VERSION};
use leptos::leptos_dom::helpers::IntervalHandle;
use std::cell::RefCell;
use std::rc::Rc;

/// What happens to the worker, for whoever shows it.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// A worker is starting.
    Starting(Build),
    /// It can be asked; so many real threads work.
    Ready(Build, u32),
    /// Threads did not start; the single-threaded build takes over.
    FellBack(String),
    /// It ended unasked and was started anew.
    Died(String),
    /// No worker can be had.
    Closed(String),
    /// The running request is so far.
    Progress(Purpose, u32, u32),
    /// Nothing runs.
    Idle,
}

/// What became of a request.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It was answered.
    Answer(Answer),
    /// A newer one took its place, or nobody wanted it any more.
    Cancelled,
    /// The worker died while it ran; in words, why.
    Died(String),
}

type Then = Box<dyn FnOnce(Outcome)>;

pub(super) struct Job {
    ask: Ask,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Closed,
    Loading,
    Pooling,
    Ready,
}

pub(super) struct State {
    pub(super) capability: Capability,
    pub(super) threads: u32,
    pub(super) phase: Phase,
    pub(super) wire: Option<Wire>,
    /// Counts workers, so that what an ended one still says is not heard.
    pub(super) generation: u32,
    pub(super) queue: Queue<Job>,
    /// When the phase, the request or its progress last changed.
    pub(super) changed_ms: f64,
    pub(super) progress: (u32, u32),
    pub(super) cancelled_ms: Option<f64>,
    pub(super) beat: Option<IntervalHandle>,
}

/// The page's one client. Copies are the same client.
#[derive(Clone)]
pub struct Client {
    pub(super) state: Rc<RefCell<State>>,
    tell: Rc<dyn Fn(Event)>,
}

impl Client {
    /// Starts a worker with so many threads; `tell` hears what happens to it.
    pub fn start(capability: Capability, threads: u32, tell: impl Fn(Event) + 'static) -> Self {
        let state = State {
            capability,
            threads,
            phase: Phase::Closed,
            wire: None,
            generation: 0,
            queue: Queue::default(),
            changed_ms: 0.0,
            progress: (0, 0),
            cancelled_ms: None,
            beat: None,
        };
        let client = Self {
            state: Rc::new(RefCell::new(state)),
            tell: Rc::new(tell),
        };
        client.open();
        client
    }

    /// What stands in the way of threads, as far as is known.
    pub fn obstacle(&self) -> Option<Obstacle> {
        self.state.borrow().capability.obstacle.clone()
    }

    /// Asks. What waits or runs for the same purpose is given up: the newest wins.
    pub fn ask(&self, purpose: Purpose, ask: Ask, then: impl FnOnce(Outcome) + 'static) {
        let job = Job {
            ask,
            then: Box::new(then),
        };
        let displaced = self.state.borrow_mut().queue.put(purpose, job);
        if let Some(displaced) = displaced {
            (displaced.then)(Outcome::Cancelled);
        }
        self.stop_running(purpose);
        self.advance();
    }

    /// Gives up what waits or runs for this purpose.
    pub fn cancel(&self, purpose: Purpose) {
        let waiting = self.state.borrow_mut().queue.withdraw(purpose);
        if let Some(waiting) = waiting {
            (waiting.then)(Outcome::Cancelled);
        }
        self.stop_running(purpose);
    }

    /// Ends the worker and starts one with so many threads. The running request is given up.
    pub fn restart(&self, threads: u32) {
        let running = {
            let mut state = self.state.borrow_mut();
            state.threads = threads;
            state.queue.abandon()
        };
        if let Some(job) = running {
            (job.then)(Outcome::Cancelled);
        }
        self.open();
    }

    fn stop_running(&self, purpose: Purpose) {
        let mut state = self.state.borrow_mut();
        let Some(id) = state.queue.give_up(purpose) else {
            return;
        };
        if let Some(wire) = &state.wire {
            // A worker that cannot hear is ended when its time is up: see `watch`.
            wire.cancel(id);
        }
        if state.cancelled_ms.is_none() {
            state.cancelled_ms = Some(now_ms());
        }
    }

    fn open(&self) {
        let (build, generation) = {
            let mut state = self.state.borrow_mut();
            state.generation += 1;
            state.phase = Phase::Loading;
            state.changed_ms = now_ms();
            state.cancelled_ms = None;
            state.wire = None;
            (state.capability.build(), state.generation)
        };
        (self.tell)(Event::Starting(build));
        let client = self.clone();
        let opened = Wire::open(build.script(), move |incoming, memory| {
            client.receive(generation, incoming, &memory)
        });
        match opened {
            Ok(wire) => {
                self.state.borrow_mut().wire = Some(wire);
                self.keep_beat();
            }
            Err(reason) => self.fail(reason),
        }
    }

    fn receive(&self, generation: u32, incoming: Incoming<Reply>, memory: &Memory) {
        if self.state.borrow().generation != generation {
            return;
        }
        match incoming {
            Incoming::Broken(reason) => self.fail(reason),
            Incoming::Reply(reply) => match *reply {
                Reply::Hello { version } if version == VERSION => self.greet(),
                Reply::Hello { version } => {
                    self.fail(format!(
                        "an old worker came from the browser's cache (version {version})"
                    ));
                }
                Reply::Ready { threads, words } => self.ready(threads, words, memory),
                Reply::Unready { reason } => self.fail(reason),
                Reply::Progress { id, done, total } => self.progress(id, done, total),
                Reply::Answer { id, answer } => self.answered(id, answer),
            },
        }
    }

    fn greet(&self) {
        let sent = {
            let mut state = self.state.borrow_mut();
            state.phase = Phase::Pooling;
            state.changed_ms = now_ms();
            let request = Request {
                id: state.queue.next_id(),
                ask: Ask::Start {
                    threads: state.threads,
                },
            };
            state
                .wire
                .as_ref()
                .map_or(Ok(()), |wire| wire.send(&request))
        };
        if let Err(reason) = sent {
            self.fail(reason);
        }
    }

    fn ready(&self, threads: u32, words: Option<u32>, memory: &Memory) {
        let build = {
            let mut state = self.state.borrow_mut();
            state.phase = Phase::Ready;
            state.changed_ms = now_ms();
            if let (Some(wire), Some(memory), Some(address)) = (state.wire.as_mut(), memory, words)
            {
                wire.share(memory, address);
            }
            state.capability.build()
        };
        (self.tell)(Event::Ready(build, threads));
        self.advance();
    }

    fn answered(&self, id: u32, answer: Answer) {
        let finished = {
            let mut state = self.state.borrow_mut();
            let finished = state.queue.finish(id);
            if finished.is_some() {
                state.cancelled_ms = None;
            }
            finished
        };
        if let Some(Finished { job, is_wanted }) = finished {
            (job.then)(match answer {
                Answer::Cancelled => Outcome::Cancelled,
                _ if !is_wanted => Outcome::Cancelled,
                answer => Outcome::Answer(answer),
            });
        }
        self.advance();
    }

    /// Sends the next request if none runs.
    fn advance(&self) {
        let sent = {
            let mut state = self.state.borrow_mut();
            if state.phase != Phase::Ready {
                return;
            }
            let State { queue, wire, .. } = &mut *state;
            let Some((id, job)) = queue.advance() else {
                let is_idle = queue.running().is_none();
                drop(state);
                if is_idle {
                    self.keep_beat();
                    (self.tell)(Event::Idle);
                }
                return;
            };
            let request = Request {
                id,
                ask: job.ask.clone(),
            };
            let sent = wire.as_ref().map_or(Ok(()), |wire| wire.send(&request));
            state.changed_ms = now_ms();
            state.progress = (0, 0);
            sent
        };
        match sent {
            Ok(()) => self.keep_beat(),
            Err(reason) => self.fail(reason),
        }
    }

    pub(super) fn progress(&self, id: u32, done: u32, total: u32) {
        let purpose = {
            let mut state = self.state.borrow_mut();
            let Some((running, purpose)) = state.queue.running() else {
                return;
            };
            if running != id || state.progress == (done, total) {
                return;
            }
            state.progress = (done, total);
            state.changed_ms = now_ms();
            purpose
        };
        (self.tell)(Event::Progress(purpose, done, total));
    }

    /// The worker is of no more use.
    pub(super) fn fail(&self, reason: String) {
        let (phase, build, running) = {
            let mut state = self.state.borrow_mut();
            let phase = std::mem::replace(&mut state.phase, Phase::Closed);
            state.wire = None;
            state.generation += 1;
            (phase, state.capability.build(), state.queue.abandon())
        };
        if let Some(job) = running {
            (job.then)(Outcome::Died(reason.clone()));
        }
        match (phase, build) {
            (Phase::Ready, _) => {
                (self.tell)(Event::Died(reason));
                self.open();
            }
            (_, Build::Threads) => {
                self.state.borrow_mut().capability.obstacle =
                    Some(Obstacle::StartFailed(reason.clone()));
                (self.tell)(Event::FellBack(reason));
                self.open();
            }
            (_, Build::Single) => {
                let jobs = self.state.borrow_mut().queue.drain();
                for job in jobs {
                    (job.then)(Outcome::Died(reason.clone()));
                }
                (self.tell)(Event::Closed(reason));
                self.keep_beat();
            }
        }
    }

    /// Whether the address asks for the tests' door: `?probe`.
    pub fn is_probed() -> bool {
        probe::has_flag("probe")
    }
}

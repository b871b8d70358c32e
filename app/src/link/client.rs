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
use super::queue::{Purpose, Queue};
use super::wire::{Incoming, Memory, Wire};
use crate::bridge::capability::{Build, Capability, Obstacle};
use crate::bridge::message::Answer;
use crate::bridge::{Ask, Reply, Request, VERSION};
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::set_interval_with_handle;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// How long a worker may take to load. Generous: the network may be slow.
const LOAD_LIMIT_MS: f64 = 60_000.0;
/// How long its threads may take to start once it is loaded.
const POOL_LIMIT_MS: f64 = 5_000.0;
/// How long a request may make no progress at all.
const SILENCE_LIMIT_MS: f64 = 30_000.0;
/// How long a cancelled request may go on before its worker is ended.
const CANCEL_LIMIT_MS: f64 = 400.0;
/// How often the client looks, while there is something to look at.
const BEAT: Duration = Duration::from_millis(100);

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

struct Job {
    ask: Ask,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Closed,
    Loading,
    Pooling,
    Ready,
}

struct State {
    capability: Capability,
    threads: u32,
    phase: Phase,
    wire: Option<Wire>,
    /// Counts workers, so that what an ended one still says is not heard.
    generation: u32,
    queue: Queue<Job>,
    /// When the phase, the request or its progress last changed.
    changed_ms: f64,
    progress: (u32, u32),
    cancelled_ms: Option<f64>,
    beat: Option<IntervalHandle>,
}

/// The page's one client. Copies are the same client.
#[derive(Clone)]
pub struct Client {
    state: Rc<RefCell<State>>,
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
        if let Some((_, job)) = running {
            (job.then)(Outcome::Cancelled);
        }
        self.open();
    }

    fn stop_running(&self, purpose: Purpose) {
        let mut state = self.state.borrow_mut();
        let Some(id) = state.queue.running_as(purpose) else {
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
        let opened = Wire::open(build, move |incoming, memory| {
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

    fn receive(&self, generation: u32, incoming: Incoming, memory: &Memory) {
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
            state.cancelled_ms = None;
            state.queue.finish(id)
        };
        if let Some((_, job)) = finished {
            (job.then)(match answer {
                Answer::Cancelled => Outcome::Cancelled,
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

    fn progress(&self, id: u32, done: u32, total: u32) {
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
    fn fail(&self, reason: String) {
        let (phase, build, running) = {
            let mut state = self.state.borrow_mut();
            let phase = std::mem::replace(&mut state.phase, Phase::Closed);
            state.wire = None;
            state.generation += 1;
            (phase, state.capability.build(), state.queue.abandon())
        };
        if let Some((_, job)) = running {
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

    /// Looks at the worker now and then, but only while there is something to see.
    fn keep_beat(&self) {
        let mut state = self.state.borrow_mut();
        let is_wanted = match state.phase {
            Phase::Closed => false,
            Phase::Loading | Phase::Pooling => true,
            Phase::Ready => state.queue.running().is_some(),
        };
        if !is_wanted {
            if let Some(beat) = state.beat.take() {
                beat.clear();
            }
        } else if state.beat.is_none() {
            let client = self.clone();
            state.beat = set_interval_with_handle(move || client.watch(), BEAT).ok();
        }
    }

    /// One look: progress, and the limits.
    fn watch(&self) {
        let now = now_ms();
        let seen = {
            let state = self.state.borrow();
            state
                .queue
                .running()
                .zip(state.wire.as_ref().and_then(Wire::progress))
        };
        if let Some(((id, _), (done, total))) = seen {
            self.progress(id, done, total);
        }
        let (phase, silence_ms, cancelled_ms) = {
            let state = self.state.borrow();
            (
                state.phase,
                now - state.changed_ms,
                state.cancelled_ms.map(|since| now - since),
            )
        };
        match phase {
            Phase::Loading if silence_ms > LOAD_LIMIT_MS => {
                self.fail("it did not load in a minute".to_owned())
            }
            Phase::Pooling if silence_ms > POOL_LIMIT_MS => {
                self.fail("its threads did not start in five seconds".to_owned());
            }
            Phase::Ready if cancelled_ms.is_some_and(|since| since > CANCEL_LIMIT_MS) => {
                self.replace()
            }
            Phase::Ready if silence_ms > SILENCE_LIMIT_MS => {
                self.fail("it made no progress for half a minute".to_owned());
            }
            _ => {}
        }
    }

    /// Ends a worker that goes on with what nobody wants, and starts another: no fault, so no alarm.
    fn replace(&self) {
        let threads = self.state.borrow().threads;
        self.restart(threads);
    }

    /// Whether the address asks for the tests' door: `?probe`.
    pub fn is_probed() -> bool {
        probe::has_flag("probe")
    }
}

fn now_ms() -> f64 {
    leptos::prelude::window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

//! The consensus lab's end of the wire: asks about a seat, the newest of which counts.

use super::wire::{Incoming, Wire};
use crate::bridge::agreement::{Ask, News, Reply, Request, SEATS, VERSION};
use std::cell::RefCell;
use std::rc::Rc;

/// What the lab's page loads, and its worker too.
const SCRIPT: &str = "engine/consensus/worker.js";

/// What is heard about a seat.
pub enum Heard {
    /// About the run that was asked for last.
    Run(u8, News),
    /// The moment that was asked for last.
    Moment(u8, News),
    /// The worker is gone; in words, why.
    Died(String),
}

#[derive(Default)]
struct State {
    wire: Option<Wire>,
    is_ready: bool,
    last_id: u32,
    /// Numbers of the newest run and the newest look of each seat.
    newest: [(u32, u32); SEATS],
    /// Looks under way, and what is wanted after them: a hand moves faster than answers come.
    looking: [bool; SEATS],
    wanted: [Option<Ask>; SEATS],
    /// What is sent as soon as the worker listens.
    waiting: Vec<Request>,
}

/// The lab's one client. Copies are the same client.
#[derive(Clone)]
pub struct AgreementClient {
    state: Rc<RefCell<State>>,
    tell: Rc<dyn Fn(Heard)>,
}

impl AgreementClient {
    /// Starts the worker; `tell` hears what comes of asks.
    pub fn start(tell: impl Fn(Heard) + 'static) -> Self {
        let client = Self {
            state: Rc::default(),
            tell: Rc::new(tell),
        };
        client.open();
        client
    }

    /// Starts a worker anew. What was asked of the one before is forgotten.
    pub fn open(&self) {
        // Apart, since a borrow lasts as long as its statement.
        let last_id = self.state.borrow().last_id;
        *self.state.borrow_mut() = State {
            last_id,
            ..State::default()
        };
        let client = self.clone();
        let opened = Wire::open(SCRIPT, move |incoming, _| client.receive(incoming));
        match opened {
            Ok(wire) => self.state.borrow_mut().wire = Some(wire),
            Err(reason) => (self.tell)(Heard::Died(reason)),
        }
    }

    /// Asks for a run on a seat, or to give it up.
    pub fn run(&self, seat: u8, ask: Ask) {
        let place = usize::from(seat);
        let request = {
            let mut state = self.state.borrow_mut();
            let id = state.next_id();
            state.newest[place].0 = id;
            state.looking[place] = false;
            state.wanted[place] = None;
            Request { id, seat, ask }
        };
        self.send(request);
    }

    /// Asks to see a moment of a seat's run; while one look is under way, only the newest wish is kept.
    pub fn look(&self, seat: u8, ask: Ask) {
        let place = usize::from(seat);
        let request = {
            let mut state = self.state.borrow_mut();
            if state.looking[place] {
                state.wanted[place] = Some(ask);
                return;
            }
            state.looking[place] = true;
            let id = state.next_id();
            state.newest[place].1 = id;
            Request { id, seat, ask }
        };
        self.send(request);
    }

    fn send(&self, request: Request) {
        let sent = {
            let mut state = self.state.borrow_mut();
            if !state.is_ready {
                state.waiting.push(request);
                return;
            }
            state
                .wire
                .as_ref()
                .map_or(Ok(()), |wire| wire.send(&request))
        };
        if let Err(reason) = sent {
            self.die(reason);
        }
    }

    fn die(&self, reason: String) {
        self.state.borrow_mut().wire = None;
        (self.tell)(Heard::Died(reason));
    }

    fn receive(&self, incoming: Incoming<Reply>) {
        let reply = match incoming {
            Incoming::Broken(reason) => return self.die(reason),
            Incoming::Reply(reply) => *reply,
        };
        match reply {
            Reply::Hello { version } if version != VERSION => self.die(format!(
                "an old worker came from the browser's cache (version {version})"
            )),
            Reply::Hello { .. } => {
                let waiting = {
                    let mut state = self.state.borrow_mut();
                    state.is_ready = true;
                    std::mem::take(&mut state.waiting)
                };
                waiting.into_iter().for_each(|request| self.send(request));
            }
            Reply::About { id, seat, news } => self.about(id, seat, news),
        }
    }

    fn about(&self, id: u32, seat: u8, news: News) {
        let place = usize::from(seat);
        let newest = self.state.borrow().newest.get(place).copied();
        let Some((run, look)) = newest else { return };
        if id == look {
            let wanted = {
                let mut state = self.state.borrow_mut();
                state.looking[place] = false;
                state.wanted[place].take()
            };
            (self.tell)(Heard::Moment(seat, news));
            if let Some(wanted) = wanted {
                self.look(seat, wanted);
            }
        } else if id == run {
            (self.tell)(Heard::Run(seat, news));
        }
        // Anything else is of a run that nobody waits for any more.
    }
}

impl State {
    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.last_id
    }
}

//! The shard lab's end of the wire: of each purpose the newest ask counts.

use super::wire::{Incoming, Wire};
use crate::bridge::shard::{Ask, News, Reply, Request, VERSION};
use std::cell::RefCell;
use std::rc::Rc;

/// What the lab's page loads, and its worker too.
const SCRIPT: &str = "engine/shard/worker.js";

/// What an ask is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The picture.
    Picture,
    /// Protocols side by side, or numbers of shards.
    Runs,
    /// Takeover.
    Takeover,
}

/// What is heard.
pub enum Heard {
    /// About the newest ask of a purpose.
    About(Purpose, News),
    /// The worker is gone; in words, why.
    Died(String),
}

#[derive(Default)]
struct State {
    wire: Option<Wire>,
    is_ready: bool,
    last_id: u32,
    newest: [u32; 3],
    /// What is sent as soon as the worker listens.
    waiting: Vec<Request>,
}

/// The lab's one client. Copies are the same client.
#[derive(Clone)]
pub struct ShardClient {
    state: Rc<RefCell<State>>,
    tell: Rc<dyn Fn(Heard)>,
}

impl ShardClient {
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

    /// Asks for something, in the place of what was asked before for the same purpose.
    pub fn ask(&self, purpose: Purpose, ask: Ask) {
        let request = {
            let mut state = self.state.borrow_mut();
            state.last_id = state.last_id.wrapping_add(1).max(1);
            let id = state.last_id;
            state.newest[purpose as usize] = id;
            Request { id, ask }
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
            Reply::About { id, news } => {
                let newest = self.state.borrow().newest;
                let purposes = [Purpose::Picture, Purpose::Runs, Purpose::Takeover];
                let purpose = purposes.into_iter().find(|one| newest[*one as usize] == id);
                // Anything else is of a run that nobody waits for any more.
                if let Some(purpose) = purpose {
                    (self.tell)(Heard::About(purpose, news));
                }
            }
        }
    }
}

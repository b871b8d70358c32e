//! A lab's end of the wire, whatever the lab: of each purpose the newest ask counts.

use super::wire::{Incoming, Wire};
use crate::bridge::lab::{Reply, Request};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use std::rc::Rc;

/// What is heard.
pub enum Heard<P, N> {
    /// About the newest ask of a purpose.
    About(P, N),
    /// The worker is gone; in words, why.
    Died(String),
}

struct State<P, A> {
    wire: Option<Wire>,
    is_ready: bool,
    last_id: u32,
    newest: Vec<(P, u32)>,
    /// What is sent as soon as the worker listens.
    waiting: Vec<Request<A>>,
}

impl<P, A> State<P, A> {
    const fn new(last_id: u32) -> Self {
        Self {
            wire: None,
            is_ready: false,
            last_id,
            newest: Vec::new(),
            waiting: Vec::new(),
        }
    }
}

/// A lab's client. Copies are the same client.
pub struct LabClient<P, A, N> {
    script: Rc<str>,
    version: u32,
    state: Rc<RefCell<State<P, A>>>,
    tell: Rc<dyn Fn(Heard<P, N>)>,
}

impl<P, A, N> Clone for LabClient<P, A, N> {
    fn clone(&self) -> Self {
        Self {
            state: Rc::clone(&self.state),
            tell: Rc::clone(&self.tell),
            script: Rc::clone(&self.script),
            version: self.version,
        }
    }
}

impl<P, A, N> LabClient<P, A, N>
where
    P: Copy + PartialEq + 'static,
    A: Serialize + 'static,
    N: DeserializeOwned + 'static,
{
    /// Starts the worker of this script, which must speak this version; `tell` hears what comes of asks.
    pub fn start(script: &str, version: u32, tell: impl Fn(Heard<P, N>) + 'static) -> Self {
        let client = Self {
            script: script.into(),
            version,
            state: Rc::new(RefCell::new(State::new(0))),
            tell: Rc::new(tell),
        };
        client.open();
        client
    }

    /// Starts a worker anew. What was asked of the one before is forgotten.
    pub fn open(&self) {
        // Apart, since a borrow lasts as long as its statement.
        let last_id = self.state.borrow().last_id;
        *self.state.borrow_mut() = State::new(last_id);
        let client = self.clone();
        match Wire::open(&self.script, move |incoming, _| client.receive(incoming)) {
            Ok(wire) => self.state.borrow_mut().wire = Some(wire),
            Err(reason) => (self.tell)(Heard::Died(reason)),
        }
    }

    /// Asks for something, in the place of what was asked before for the same purpose.
    pub fn ask(&self, purpose: P, ask: A) {
        let request = {
            let mut state = self.state.borrow_mut();
            let id = state.last_id.wrapping_add(1).max(1);
            state.last_id = id;
            state.newest.retain(|(other, _)| *other != purpose);
            state.newest.push((purpose, id));
            Request { id, ask }
        };
        self.send(request);
    }

    fn send(&self, request: Request<A>) {
        let sent = {
            let mut state = self.state.borrow_mut();
            if !state.is_ready {
                state.waiting.push(request);
                return;
            }
            let wire = state.wire.as_ref();
            wire.map_or(Ok(()), |wire| wire.send(&request))
        };
        if let Err(reason) = sent {
            self.die(reason);
        }
    }

    fn die(&self, reason: String) {
        self.state.borrow_mut().wire = None;
        (self.tell)(Heard::Died(reason));
    }

    fn receive(&self, incoming: Incoming<Reply<N>>) {
        let reply = match incoming {
            Incoming::Broken(reason) => return self.die(reason),
            Incoming::Reply(reply) => *reply,
        };
        match reply {
            Reply::Hello { version } if version != self.version => self.die(format!(
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
                let purpose = {
                    let state = self.state.borrow();
                    state
                        .newest
                        .iter()
                        .find(|(_, newest)| *newest == id)
                        .copied()
                };
                // Anything else is of a run that nobody waits for any more.
                if let Some((purpose, _)) = purpose {
                    (self.tell)(Heard::About(purpose, news));
                }
            }
        }
    }
}

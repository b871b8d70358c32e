//! The seam between what runs on a node and the network: a pure step from input to outputs.

use super::fault::ActKind;
use super::network::Sizes;
use crate::primitives::{Micros, NodeIndex};
use crate::trace::consensus::{Recording, Row};

/// A message between machines.
pub trait Message: Clone {
    /// What the network and a viewer need to know of it.
    fn envelope(&self, sizes: &Sizes) -> Envelope;
}

/// What is written on a message.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Envelope {
    /// Its kind, a small number; below [`super::tally::KINDS_MAX`].
    pub kind: u8,
    /// The view it is about.
    pub view: u64,
    /// The height it is about; 0 for none.
    pub height: u64,
    /// The block it is about; 0 for none.
    pub block: u64,
    /// How large it is.
    pub bytes: u32,
    /// How many signatures its receiver checks.
    pub signatures: u32,
}

/// A timer: what the machine needs to know again when it fires. A timer cannot be taken back; a machine
/// sees by the view, or whatever number it put there, that one is out of date.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Timer {
    /// The machine's number for what the timer is for.
    pub kind: u8,
    /// The view, or another number, that it was set for.
    pub view: u64,
}

/// What a machine is told.
#[derive(Clone, Debug)]
pub enum Input<'a, M, X> {
    /// The run begins.
    Start,
    /// The node is up again. Its timers are gone.
    Recover {
        /// It lost its stable storage as well: it is to be as it was before the start.
        forgets: bool,
    },
    /// A message has come.
    Message {
        /// Whose signature it bears.
        from: NodeIndex,
        /// The message.
        message: &'a M,
    },
    /// A timer fired.
    Timer(Timer),
    /// Something came from outside the network.
    External(X),
    /// An order by number from whoever runs the simulation, for example to misbehave.
    Order(u8),
    /// This machine is from now on a copy of another one, with the same identity.
    Copied {
        /// Which copy: 1 for the first.
        copy: u32,
    },
}

/// What a machine wants.
#[derive(Clone, Debug)]
pub enum Action<M, N> {
    /// A message to one node; to itself too, which is counted apart.
    Send {
        /// The receiver.
        to: NodeIndex,
        /// The message.
        message: M,
    },
    /// A message to some nodes.
    Multicast {
        /// The receivers.
        to: Vec<NodeIndex>,
        /// The message.
        message: M,
    },
    /// A message to every other node.
    Broadcast(M),
    /// A timer that fires after this span of the node's own clock.
    SetTimer {
        /// What is handed back.
        timer: Timer,
        /// The span.
        after: Micros,
    },
    /// Something for the observer.
    Note(N),
}

/// Where a machine puts its outputs, in order.
#[derive(Clone, Debug)]
pub struct Outbox<M, N> {
    /// The outputs so far.
    pub actions: Vec<Action<M, N>>,
    detailed: bool,
}

impl<M, N> Outbox<M, N> {
    /// An empty one; `detailed` asks for notes that only a viewer wants.
    pub fn new(detailed: bool) -> Self {
        Self {
            actions: Vec::new(),
            detailed,
        }
    }

    /// Whether anybody wants notes of every vote counted. What is asked must not depend on it.
    pub fn is_detailed(&self) -> bool {
        self.detailed
    }

    /// A message to one node.
    pub fn send(&mut self, to: NodeIndex, message: M) {
        self.actions.push(Action::Send { to, message });
    }

    /// A message to every other node.
    pub fn broadcast(&mut self, message: M) {
        self.actions.push(Action::Broadcast(message));
    }

    /// A timer.
    pub fn set_timer(&mut self, kind: u8, view: u64, after: Micros) {
        let timer = Timer { kind, view };
        self.actions.push(Action::SetTimer { timer, after });
    }

    /// Something for the observer.
    pub fn note(&mut self, note: N) {
        self.actions.push(Action::Note(note));
    }
}

/// What runs on a node. A pure step: the same state and input give the same state and outputs.
pub trait Machine: Clone {
    /// What machines send each other.
    type Message: Message;
    /// What comes from outside.
    type External: Clone;
    /// What an observer is told.
    type Note;

    /// One step. `now` is the node's own clock.
    fn handle(
        &mut self,
        now: Micros,
        input: Input<'_, Self::Message, Self::External>,
        out: &mut Outbox<Self::Message, Self::Note>,
    );
}

/// Where and why a note was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When, by the simulation's clock.
    pub at: Micros,
    /// Which node.
    pub node: u32,
    /// How many messages lie behind it, along causes.
    pub depth: u32,
    /// The recorded message that was being handled.
    pub cause: Row,
}

/// Who is told what machines note.
pub trait Observer<M: Machine> {
    /// A machine made a note.
    fn note(&mut self, moment: Moment, note: M::Note, recording: Option<&mut Recording>);

    /// An act has happened; there are so many nodes now.
    fn act(&mut self, _act: &ActKind, _nodes: u32) {}
}

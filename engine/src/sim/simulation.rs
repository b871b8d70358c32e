//! The simulation: takes the next event, lets a machine step, sends what it sends.

use super::agenda::{Agenda, Due, Rank};
use super::fault::Act;
use super::flow::Flows;
use super::letter::{Flight, Letters, Waiting};
use super::machine::{Action, Input, Machine, Moment, Observer, Outbox, Timer};
use super::network::{NetworkSettings, Spread};
use super::node::{Node, neighbours};
use super::rolling::Rolling;
use super::tally::Tally;
use crate::primitives::{Digest, Micros, Seed};
use crate::trace::consensus::{Mark, NO_ROW, Node as Line, Recording, Row, What};
use std::collections::BTreeSet;

/// A network of machines, at a moment.
pub struct Simulation<M: Machine> {
    pub(super) now: Micros,
    pub(super) network: NetworkSettings,
    pub(super) seed: Seed,
    pub(super) agenda: Agenda<Event>,
    pub(super) nodes: Vec<Node<M>>,
    /// The nodes of each identity.
    pub(super) copies: Vec<Vec<u32>>,
    pub(super) letters: Letters<M::Message>,
    pub(super) flows: Flows,
    /// What a partition holds back, in the order of sending.
    pub(super) held: Vec<Waiting>,
    /// Each node's group; empty without a partition.
    pub(super) groups: Vec<u32>,
    pub(super) delays: Vec<(u32, u32, Micros)>,
    pub(super) filters: Vec<Filter>,
    /// Messages on their way that are to be lost.
    pub(super) doomed: BTreeSet<u64>,
    pub(super) acts: Vec<Act>,
    externals: Vec<External<M::External>>,
    pub(super) outbox: Outbox<M::Message, M::Note>,
    pub(super) tally: Tally,
    pub(super) digest: Rolling,
    pub(super) recording: Option<Recording>,
    pub(super) next_id: u64,
}

/// What is to come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Start,
    Act(u32),
    External(u32),
    Arrive(Flight),
    Handle(Flight),
    Timer {
        timer: Timer,
        life: u32,
        depth: u32,
        cause: Row,
    },
    Flow(u32),
}

/// Messages to be lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    pub(super) from: Option<u32>,
    pub(super) to: Option<u32>,
    pub(super) kind: u8,
    pub(super) count: u32,
}

#[derive(Clone)]
struct External<X> {
    input: X,
    depth: u32,
    cause: Row,
}

impl<M: Machine> Simulation<M> {
    /// A network before its start; node and identity numbers are the machines' places in the list.
    /// Records if a recording is given.
    pub fn new(
        machines: Vec<M>,
        network: NetworkSettings,
        seed: Seed,
        acts: Vec<Act>,
        recording: Option<Recording>,
    ) -> Self {
        let count = machines.len() as u32;
        let mut nodes: Vec<_> = (0..count)
            .zip(machines)
            .map(|(number, machine)| Node::new(machine, number, number, &seed))
            .collect();
        if let Spread::Gossip { degree } = network.spread {
            let peers = neighbours(count, degree, &seed);
            for (node, peers) in nodes.iter_mut().zip(peers) {
                node.peers = peers;
            }
        }
        let mut simulation = Self {
            now: Micros(0),
            agenda: Agenda::new(count, network.pending_max as usize),
            nodes,
            copies: (0..count).map(|number| vec![number]).collect(),
            letters: Letters::new(),
            flows: Flows::default(),
            held: Vec::new(),
            groups: Vec::new(),
            delays: Vec::new(),
            filters: Vec::new(),
            doomed: BTreeSet::new(),
            acts: Vec::new(),
            externals: Vec::new(),
            outbox: Outbox::new(recording.is_some()),
            tally: Tally::default(),
            digest: Rolling::default(),
            recording,
            next_id: 0,
            seed,
            network,
        };
        for number in 0..count {
            simulation
                .agenda
                .schedule(Micros(0), Rank::External, number, Event::Start);
            simulation.record_line(number);
        }
        for act in acts {
            simulation.act(act);
        }
        simulation
    }

    /// The time.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Micros> {
        self.agenda.next_at()
    }

    /// How many nodes there are, copies included.
    pub fn nodes(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// A node's machine.
    pub fn machine(&self, node: u32) -> &M {
        &self.nodes[node as usize].machine
    }

    /// Whether a node is up.
    pub fn is_up(&self, node: u32) -> bool {
        self.nodes[node as usize].is_up
    }

    /// Whose signatures a node makes.
    pub fn identity(&self, node: u32) -> u32 {
        self.nodes[node as usize].identity
    }

    /// Every act so far and to come, in the order in which they were given.
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// The counts so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The digest of every event so far.
    pub fn digest(&self) -> Digest {
        self.digest.digest()
    }

    /// What has been recorded.
    pub fn recording(&self) -> Option<&Recording> {
        self.recording.as_ref()
    }

    /// Starts a recording of what is still to come, in a network that keeps none. Messages that are on their
    /// way already are not in it.
    pub fn record(&mut self, recording: Recording) {
        self.outbox = Outbox::new(true);
        self.recording = Some(recording);
        for number in 0..self.nodes() {
            self.record_line(number);
        }
    }

    /// Ends the recording and hands it over.
    pub fn take_recording(&mut self) -> Option<Recording> {
        self.recording.take()
    }

    /// The same network at the same moment, once more, without the recording.
    pub fn clone_unrecorded(&self) -> Self {
        Self {
            now: self.now,
            network: self.network.clone(),
            seed: self.seed,
            agenda: self.agenda.clone(),
            nodes: self.nodes.clone(),
            copies: self.copies.clone(),
            letters: self.letters.clone(),
            flows: self.flows.clone(),
            held: self.held.clone(),
            groups: self.groups.clone(),
            delays: self.delays.clone(),
            filters: self.filters.clone(),
            doomed: self.doomed.clone(),
            acts: self.acts.clone(),
            externals: self.externals.clone(),
            outbox: Outbox::new(false),
            tally: self.tally.clone(),
            digest: self.digest.clone(),
            recording: None,
            next_id: self.next_id,
        }
    }

    /// Adds an act; one whose time has passed happens now.
    pub fn act(&mut self, act: Act) {
        let at = act.at.max(self.now);
        let number = self.acts.len() as u32;
        self.acts.push(Act { at, ..act });
        self.agenda.schedule(at, Rank::Act, 0, Event::Act(number));
    }

    /// Gives a node something from outside, now or later. What follows from it counts its messages from
    /// the moment that caused it.
    pub fn give(&mut self, node: u32, at: Micros, input: M::External, because: Moment) {
        let number = self.externals.len() as u32;
        self.externals.push(External {
            input,
            depth: because.depth,
            cause: because.cause,
        });
        let at = at.max(self.now);
        self.agenda
            .schedule(at, Rank::External, node, Event::External(number));
    }

    /// Lets the next event happen; `false` if there is none.
    pub fn step(&mut self, observer: &mut impl Observer<M>) -> bool {
        let Some(Due { at, node, event }) = self.agenda.pop() else {
            return false;
        };
        self.now = at;
        self.tally.events += 1;
        match event {
            Event::Start => {
                self.nodes[node as usize].has_started = true;
                self.tell(node, Input::Start, 0, NO_ROW, observer);
            }
            Event::Act(number) => self.apply(number, observer),
            Event::External(number) => {
                let External {
                    input,
                    depth,
                    cause,
                } = self.externals[number as usize].clone();
                if self.nodes[node as usize].is_up {
                    self.tell(node, Input::External(input), depth, cause, observer);
                }
            }
            Event::Arrive(flight) => self.arrive(node, flight, observer),
            Event::Handle(flight) => self.handle(node, flight, observer),
            Event::Timer {
                timer,
                life,
                depth,
                cause,
            } => {
                let at_node = &self.nodes[node as usize];
                if at_node.is_up && at_node.life == life {
                    self.digest
                        .fold([at.0, u64::from(node), u64::from(timer.kind), timer.view]);
                    self.mark(
                        node,
                        cause,
                        What::TimerFired {
                            timer: timer.kind,
                            view: timer.view,
                        },
                    );
                    self.tell(node, Input::Timer(timer), depth, cause, observer);
                }
            }
            Event::Flow(generation) => self.flow(generation),
        }
        true
    }

    /// Lets a machine step.
    pub(super) fn tell(
        &mut self,
        node: u32,
        input: Input<'_, M::Message, M::External>,
        depth: u32,
        cause: Row,
        observer: &mut impl Observer<M>,
    ) {
        let at = &mut self.nodes[node as usize];
        let clock = at.clock(self.now);
        at.machine.handle(clock, input, &mut self.outbox);
        self.drain(node, depth, cause, observer);
    }

    /// Does what a machine wants, in its order.
    pub(super) fn drain(
        &mut self,
        node: u32,
        depth: u32,
        cause: Row,
        observer: &mut impl Observer<M>,
    ) {
        let mut actions = std::mem::take(&mut self.outbox.actions);
        for action in actions.drain(..) {
            match action {
                Action::Send { to, message } => self.send(node, &[to], message, depth, cause),
                Action::Multicast { to, message } => self.send(node, &to, message, depth, cause),
                Action::Broadcast(message) => self.broadcast(node, message, depth, cause),
                Action::SetTimer { timer, after } => {
                    let at_node = &self.nodes[node as usize];
                    let fires = self.now.after(at_node.real_span(after));
                    let event = Event::Timer {
                        timer,
                        life: at_node.life,
                        depth,
                        cause,
                    };
                    self.agenda.schedule(fires, Rank::Timer, node, event);
                    self.mark(
                        node,
                        cause,
                        What::TimerSet {
                            timer: timer.kind,
                            view: timer.view,
                            fires,
                        },
                    );
                }
                Action::Note(note) => {
                    let moment = Moment {
                        at: self.now,
                        node,
                        depth,
                        cause,
                    };
                    observer.note(moment, note, self.recording.as_mut());
                }
            }
        }
        self.outbox.actions = actions;
    }

    pub(super) fn mark(&mut self, node: u32, cause: Row, what: What) {
        if let Some(recording) = &mut self.recording {
            recording.push_mark(Mark {
                at: self.now,
                node,
                cause,
                what,
            });
        }
    }

    pub(super) fn record_line(&mut self, node: u32) {
        let line = Line {
            identity: self.nodes[node as usize].identity,
            region: self.network.latency.region(node),
        };
        if let Some(recording) = &mut self.recording {
            recording.nodes.push(line);
        }
    }
}

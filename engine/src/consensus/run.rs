//! A run: replicas on a network, watched.

use super::block::Payload;
use super::card::{Card, Waits};
use super::config::{Config, Settings};
use super::news::{Ask, News};
use super::protocol::Protocol;
use super::replica::{External, Replica};
use super::report::{Apart, Expected, Latency, Report};
use super::verdict::{Progress, Safety, Verdict};
use super::watch::Watch;
use crate::primitives::hash::mix;
use crate::primitives::{Micros, NodeIndex, Seed};
use crate::sim::{Act, Moment, Simulation, Tally};
use crate::trace::consensus::{Class, Kind, NO_ROW, Recording};
use std::sync::Arc;

/// A run of some protocol, whichever it is: what a page or a command drives.
pub trait Lab {
    /// Lets the next event happen; `false` if the run is over.
    fn step(&mut self) -> bool;
    /// Lets everything up to a moment happen; `false` if the run is over.
    fn advance(&mut self, until: Micros) -> bool;
    /// Lets everything happen.
    fn finish(&mut self);
    /// The time.
    fn now(&self) -> Micros;
    /// When the next event happens; `None` if the run is over.
    fn next_at(&self) -> Option<Micros>;
    /// Does something to a node or to the network; what has passed happens now.
    fn act(&mut self, act: Act);
    /// Every act so far and to come: with them, another run is this one again.
    fn acts(&self) -> &[Act];
    /// The run in figures, so far.
    fn report(&self) -> Report;
    /// Whether all is well, so far.
    fn verdict(&self) -> Verdict;
    /// Where every replica stands, copies included.
    fn cards(&self) -> Vec<Card>;
    /// What has been recorded.
    fn recording(&self) -> Option<&Recording>;
    /// Records from now on at most so many messages, in a run that is not recorded.
    fn record(&mut self, limit: u32);
    /// Counts.
    fn tally(&self) -> &Tally;
    /// The same run at the same moment, once more, without the recording: to be led into another future,
    /// or to be kept.
    fn fork(&self) -> Box<dyn Lab>;
    /// From now on somebody else answers when a replica asks for something to propose:
    /// [`Lab::take_news`] says who asks, [`Lab::give`] answers.
    fn serve(&mut self);
    /// What has happened since this was last called; empty unless [`Lab::serve`] was.
    fn take_news(&mut self) -> News;
    /// Gives a replica something to propose, now or later.
    fn give(&mut self, ask: Ask, at: Micros, payload: Payload);
}

/// A run of one protocol.
pub struct Run<P: Protocol> {
    simulation: Simulation<Replica<P>>,
    watch: Watch,
    settings: Arc<Settings>,
    /// Acts that have not happened yet: a run is not over before them.
    acts_until: Micros,
    /// Decisions and acts so far when it was last looked whether all is decided, and what was found.
    looked: (u64, u64),
    is_done: bool,
}

impl<P: Protocol> Run<P> {
    /// A run before its start.
    pub fn new(settings: &Settings) -> Self {
        let nodes = settings.config.quorum.nodes;
        let config = Arc::new(Config {
            seed: Seed::new(settings.seed).fork("protocol"),
            ..settings.config.clone()
        });
        let machines = (0..nodes)
            .map(|me| Replica::new(&config, NodeIndex(me)))
            .collect();
        let recording = (settings.record > 0).then(|| Self::blank(settings.record));
        let seed = Seed::new(settings.seed).fork("consensus");
        let network = settings.network.clone();
        let mut run = Self {
            simulation: Simulation::new(machines, network, seed, Vec::new(), recording),
            watch: Watch::new(nodes),
            settings: Arc::new(settings.clone()),
            acts_until: Micros(0),
            looked: (0, 0),
            is_done: false,
        };
        for act in &settings.acts {
            run.act(act.clone());
        }
        run
    }

    /// An empty recording of at most so many messages, with the protocol's words.
    fn blank(limit: u32) -> Recording {
        let kind = |(name, class): &(&str, Class)| Kind {
            name: (*name).to_owned(),
            class: *class,
        };
        let phases = P::DESCRIPTOR.phases.iter();
        Recording {
            kinds: P::DESCRIPTOR.kinds.iter().map(kind).collect(),
            phases: phases.map(|name| (*name).to_owned()).collect(),
            ..Recording::new(limit)
        }
    }

    /// A replica's state.
    pub fn protocol(&self, node: u32) -> &P {
        self.simulation.machine(node).protocol()
    }

    /// What the watch knows.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Honest nodes that are up.
    fn honest(&self) -> impl Iterator<Item = u32> {
        let nodes = 0..self.simulation.nodes();
        nodes.filter(|node| self.watch.is_honest(*node) && self.simulation.is_up(*node))
    }

    /// Heights that every honest replica that is up has decided; 0 if there is none. Where clients decide, the
    /// requests of theirs that are complete.
    fn decided(&self) -> u64 {
        let mut served = self
            .honest()
            .filter_map(|node| self.protocol(node).served());
        if let Some(first) = served.next() {
            return first.complete + served.map(|served| served.complete).sum::<u64>();
        }
        self.honest()
            .map(|node| self.watch.decided(node))
            .min()
            .unwrap_or_default()
    }

    /// Whether a node has decided all, or its client has all it wants.
    fn is_finished(&self, node: u32) -> bool {
        let served = self.protocol(node).served();
        served.map_or_else(
            || self.watch.decided(node) >= self.settings.config.decisions,
            |served| served.is_all,
        )
    }

    fn is_over(&self) -> bool {
        (self.is_done && self.simulation.now() >= self.acts_until)
            || self.simulation.tally().events >= self.settings.events_max
            || self
                .simulation
                .next_at()
                .is_none_or(|at| at > self.settings.horizon)
    }

    /// Looks whether all is decided, when something has changed about it.
    fn look(&mut self) {
        let looked = (self.watch.count(), self.simulation.tally().acts);
        if looked != self.looked {
            self.looked = looked;
            self.is_done =
                self.honest().next().is_some() && self.honest().all(|node| self.is_finished(node));
        }
    }

    /// What is proposed where nobody else answers: the settings' size, and a tag that tells nodes and
    /// heights apart. Asked for more than is to be decided, the clients have nothing.
    fn payload(&self, node: u32, height: u64) -> Payload {
        if height > self.settings.config.decisions {
            return Payload::default();
        }
        let tag = mix(self.settings.seed ^ mix(height ^ mix(u64::from(node) + 1)));
        Payload {
            tag: tag.max(1),
            bytes: self.settings.payload_bytes,
            transactions: self.settings.payload_transactions,
        }
    }

    /// Answers those who ask, unless somebody else does.
    fn answer(&mut self) {
        while let Some(ask) = self.watch.take_ask() {
            let payload = self.payload(ask.moment.node, ask.height);
            if payload.tag != 0 {
                self.watch.offer(ask.moment.node, payload.tag);
            }
            self.give(ask, self.simulation.now(), payload);
        }
    }
}

impl<P: Protocol> Lab for Run<P> {
    fn step(&mut self) -> bool {
        if self.is_over() || !self.simulation.step(&mut self.watch) {
            return false;
        }
        self.look();
        self.answer();
        while let Some((node, height, block)) = self.watch.take_trusting() {
            let (now, trusted) = (self.simulation.now(), External::Trusted { height, block });
            let moment = Moment {
                at: now,
                node,
                depth: 0,
                cause: NO_ROW,
            };
            self.simulation.give(node, now, trusted, moment);
        }
        true
    }

    fn advance(&mut self, until: Micros) -> bool {
        while self.simulation.next_at().is_some_and(|at| at <= until) {
            if !self.step() {
                return false;
            }
        }
        !self.is_over()
    }

    fn finish(&mut self) {
        while self.step() {}
    }

    fn now(&self) -> Micros {
        self.simulation.now()
    }

    fn next_at(&self) -> Option<Micros> {
        self.simulation.next_at().filter(|_| !self.is_over())
    }

    fn act(&mut self, act: Act) {
        self.acts_until = self.acts_until.max(act.at);
        self.simulation.act(act);
    }

    fn acts(&self) -> &[Act] {
        self.simulation.acts()
    }

    fn report(&self) -> Report {
        let protocol = P::DESCRIPTOR;
        let tally = self.simulation.tally();
        let counts = || protocol.kinds.iter().zip(tally.sent);
        let is_client = |kind: &(&str, Class)| kind.1 == Class::Client;
        let sum = |client: bool| -> u64 {
            let of_those = counts().filter(|(kind, _)| is_client(kind) == client);
            of_those.map(|(_, count)| count).sum()
        };
        let hops = self.watch.hops();
        let middle = hops.values().sum::<u64>().div_ceil(2);
        let mut seen = 0;
        let median = hops.iter().find(|(_, count)| {
            seen += **count;
            seen >= middle
        });
        let at = |end: Option<(&u32, &u64)>| end.map_or(0, |(hops, _)| *hops);
        Report {
            protocol: protocol.name.to_owned(),
            nodes: self.settings.config.quorum.nodes,
            quorum: self.settings.config.quorum.size,
            decisions: self.decided().min(self.settings.config.decisions),
            messages: counts()
                .map(|(kind, count)| (kind.0.to_owned(), count))
                .collect(),
            messages_total: sum(false),
            apart: Apart {
                client: sum(true),
                to_self: tally.to_self,
                relayed: tally.relayed,
            },
            bytes: tally.bytes.iter().sum(),
            delivered: tally.delivered,
            dropped: tally.dropped.iter().sum(),
            hops: at(median),
            hops_range: (at(hops.first_key_value()), at(hops.last_key_value())),
            latency_us: Latency::of(self.watch.latencies()),
            elapsed: self.simulation.now(),
            verdict: self.verdict(),
            digest: self.simulation.digest().to_string(),
            expected: (protocol.form)(&self.settings.config).map(|form| Expected {
                messages_total: protocol
                    .kinds
                    .iter()
                    .zip(&form.messages)
                    .filter(|(kind, _)| !is_client(kind))
                    .map(|(_, count)| count)
                    .sum(),
                messages: form.messages,
                hops: form.hops,
                rule: form.rule.to_owned(),
            }),
        }
    }

    fn verdict(&self) -> Verdict {
        let waits = |node| (node, self.protocol(node).card().waits);
        let unfinished = |(node, _): &(u32, Waits)| !self.is_finished(*node);
        Verdict {
            safety: match self.watch.violation() {
                None => Safety::Held,
                Some(violation) => Safety::Broken(Box::new(violation.clone())),
            },
            progress: if self.is_done {
                Progress::Done
            } else if self.is_over() {
                Progress::Stuck(self.honest().map(waits).filter(unfinished).collect())
            } else {
                Progress::Running
            },
            inclusion: self.watch.inclusion(self.simulation.now()),
        }
    }

    fn cards(&self) -> Vec<Card> {
        (0..self.simulation.nodes())
            .map(|node| self.protocol(node).card())
            .collect()
    }

    fn recording(&self) -> Option<&Recording> {
        self.simulation.recording()
    }

    fn record(&mut self, limit: u32) {
        if self.simulation.recording().is_none() {
            self.simulation.record(Self::blank(limit));
        }
    }

    fn tally(&self) -> &Tally {
        self.simulation.tally()
    }

    fn fork(&self) -> Box<dyn Lab> {
        let mut fork = Self {
            simulation: self.simulation.clone_unrecorded(),
            watch: self.watch.clone(),
            settings: Arc::clone(&self.settings),
            ..*self
        };
        fork.look();
        Box::new(fork)
    }

    fn serve(&mut self) {
        self.watch.serve();
    }

    fn take_news(&mut self) -> News {
        self.watch.take_news()
    }

    fn give(&mut self, ask: Ask, at: Micros, payload: Payload) {
        self.simulation
            .give(ask.moment.node, at, External::Payload(payload), ask.moment);
    }
}

//! What acts do.

use super::agenda::Rank;
use super::fault::ActKind;
use super::machine::{Input, Machine, Observer};
use super::node::Node;
use super::simulation::{Event, Filter, Simulation};
use crate::primitives::Micros;
use crate::trace::consensus::{NO_ROW, What};

impl<M: Machine> Simulation<M> {
    /// An act happens. Nodes that do not exist are passed over: whoever takes acts from outside checks
    /// them before.
    pub(super) fn apply(&mut self, number: u32, observer: &mut impl Observer<M>) {
        self.tally.acts += 1;
        let kind = self.acts[number as usize].kind.clone();
        self.digest
            .fold([self.now.0, u64::from(number), 0, u64::MAX - 1]);
        let node = kind.node().unwrap_or_default();
        if node >= self.nodes() {
            return;
        }
        self.mark(node, NO_ROW, What::Act { act: number });
        let copies = matches!(kind, ActKind::Copy { .. });
        observer.act(&kind, self.nodes() + u32::from(copies));
        match kind {
            ActKind::Crash { node } => {
                let at = &mut self.nodes[node as usize];
                at.is_up = false;
                at.life += 1;
            }
            ActKind::Recover { node, forgets } => {
                let at = &mut self.nodes[node as usize];
                let now_ns = self.now.0.saturating_mul(1_000);
                (at.checked_ns, at.is_up) = (now_ns, true);
                // Recovering while up is a restart.
                at.life += 1;
                self.tell(node, Input::Recover { forgets }, 0, NO_ROW, observer);
            }
            ActKind::Partition { groups } => {
                let rest = groups.len() as u32;
                self.groups = vec![rest; self.nodes.len()];
                for (group, members) in groups.iter().enumerate() {
                    for member in members {
                        if let Some(place) = self.groups.get_mut(*member as usize) {
                            *place = group as u32;
                        }
                    }
                }
                self.release_held();
            }
            ActKind::Heal => {
                self.groups.clear();
                self.release_held();
            }
            ActKind::Slow { node, delay } => self.nodes[node as usize].slow = delay,
            ActKind::Delay { from, to, delay } => {
                self.delays.retain(|(a, b, _)| (*a, *b) != (from, to));
                if delay > Micros(0) {
                    self.delays.push((from, to, delay));
                }
            }
            ActKind::DropMessage { id } => {
                self.doomed.insert(id);
            }
            ActKind::DropKind {
                from,
                to,
                kind,
                count,
            } => {
                if count > 0 {
                    self.filters.push(Filter {
                        from,
                        to,
                        kind,
                        count,
                    });
                }
            }
            ActKind::Skew {
                node,
                ahead,
                drift_ppm,
            } => {
                let at = &mut self.nodes[node as usize];
                (at.ahead, at.drift_ppm) = (ahead, drift_ppm);
            }
            ActKind::Order { node, order } => {
                self.tell(node, Input::Order(order), 0, NO_ROW, observer);
            }
            ActKind::Copy { node } => self.copy(node, observer),
        }
    }

    /// A second machine with the same identity, with the state and the timers of the first.
    fn copy(&mut self, original: u32, observer: &mut impl Observer<M>) {
        let number = self.nodes.len() as u32;
        let from = &self.nodes[original as usize];
        let (identity, life, has_started) = (from.identity, from.life, from.has_started);
        let mut node = Node::new(from.machine.clone(), identity, number, &self.seed);
        (node.life, node.has_started) = (life, has_started);
        (node.is_up, node.peers) = (from.is_up, from.peers.clone());
        for peer in node.peers.clone() {
            self.nodes[peer as usize].peers.push(number);
        }
        self.nodes.push(node);
        self.network.latency.add_beside(original);
        for kbps in [
            &mut self.network.uplink_kbps,
            &mut self.network.downlink_kbps,
        ] {
            if let Some(limit) = kbps.get(original as usize).copied() {
                kbps.resize(number as usize, 0);
                kbps.push(limit);
            }
        }
        if let Some(group) = self.groups.get(original as usize).copied() {
            self.groups.push(group);
        }
        self.agenda.add_node();
        let copies = &mut self.copies[identity as usize];
        copies.push(number);
        let copy = copies.len() as u32 - 1;
        if has_started {
            for due in self.agenda.pending(original) {
                if let Event::Timer { .. } = due.event {
                    self.agenda.schedule(due.at, Rank::Timer, number, due.event);
                }
            }
        } else {
            self.agenda
                .schedule(self.now, Rank::External, number, Event::Start);
        }
        self.record_line(number);
        self.tell(number, Input::Copied { copy }, 0, NO_ROW, observer);
    }
}

impl ActKind {
    /// The node that it befalls, if it befalls one.
    pub fn node(&self) -> Option<u32> {
        match self {
            Self::Crash { node }
            | Self::Recover { node, .. }
            | Self::Slow { node, .. }
            | Self::Skew { node, .. }
            | Self::Order { node, .. }
            | Self::Copy { node } => Some(*node),
            Self::Delay { from, .. } => Some(*from),
            Self::Partition { .. }
            | Self::Heal
            | Self::DropMessage { .. }
            | Self::DropKind { .. } => None,
        }
    }
}

//! A node: a machine with its clock, its links and its streams.

use super::machine::Machine;
use super::sample::Normals;
use crate::primitives::{Micros, Seed};

#[derive(Clone, Debug)]
pub(super) struct Node<M> {
    pub(super) machine: M,
    /// Whose signatures it makes.
    pub(super) identity: u32,
    pub(super) is_up: bool,
    pub(super) has_started: bool,
    /// How often it has crashed: timers of an earlier life do not fire.
    pub(super) life: u32,
    /// Delays of what it sends, and losses.
    pub(super) draws: Normals,
    /// When the last byte given to its uplink has left, in nanoseconds.
    pub(super) uplink_free_ns: u64,
    /// When the last byte on its downlink has come, in nanoseconds.
    pub(super) downlink_free_ns: u64,
    /// When it has checked all messages that have come, in nanoseconds.
    pub(super) checked_ns: u64,
    /// What everything it sends takes longer.
    pub(super) slow: Micros,
    pub(super) ahead: Micros,
    pub(super) drift_ppm: i32,
    /// Gossip: whom it passes messages on to.
    pub(super) peers: Vec<u32>,
}

impl<M: Machine> Node<M> {
    pub(super) fn new(machine: M, identity: u32, number: u32, seed: &Seed) -> Self {
        Self {
            machine,
            identity,
            is_up: true,
            has_started: false,
            life: 0,
            draws: Normals::new(seed.fork("delay").fork_index(u64::from(number)).stream()),
            uplink_free_ns: 0,
            downlink_free_ns: 0,
            checked_ns: 0,
            slow: Micros(0),
            ahead: Micros(0),
            drift_ppm: 0,
            peers: Vec::new(),
        }
    }

    /// What its clock shows.
    pub(super) fn clock(&self, now: Micros) -> Micros {
        let drift = i128::from(now.0) * i128::from(self.drift_ppm) / 1_000_000;
        let shown = i128::from(now.0) + drift + i128::from(self.ahead.0);
        Micros(u64::try_from(shown).unwrap_or(u64::MAX))
    }

    /// How long a span of its clock really takes; rounded up, so that a timer never fires early.
    pub(super) fn real_span(&self, span: Micros) -> Micros {
        if self.drift_ppm == 0 {
            return span;
        }
        // A clock that stands still, or runs backwards, is refused before it comes here; 1 keeps it going.
        let pace = (1_000_000 + i128::from(self.drift_ppm)).max(1) as u128;
        let real = (u128::from(span.0) * 1_000_000).div_ceil(pace);
        Micros(u64::try_from(real).unwrap_or(u64::MAX))
    }
}

/// Links for gossip: each node chooses `degree` others at random, and links go both ways.
pub fn neighbours(nodes: u32, degree: u32, seed: &Seed) -> Vec<Vec<u32>> {
    let mut peers = vec![Vec::new(); nodes as usize];
    for node in 0..nodes {
        let mut stream = seed.fork("peers").fork_index(u64::from(node)).stream();
        let wanted = degree.min(nodes.saturating_sub(1));
        let mut chosen = vec![(node + 1) % nodes];
        // The next node in number is always one, so that the links reach everybody.
        while (chosen.len() as u32) < wanted {
            let other = stream.below(u64::from(nodes)) as u32;
            if other != node && !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        for other in chosen.into_iter().filter(|other| *other != node) {
            for (a, b) in [(node, other), (other, node)] {
                if !peers[a as usize].contains(&b) {
                    peers[a as usize].push(b);
                }
            }
        }
    }
    peers.iter_mut().for_each(|peers| peers.sort_unstable());
    peers
}

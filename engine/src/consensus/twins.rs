//! *Twins* as its paper has it (Bano et al., arXiv 2004.10617, §4): few nodes, one of them twice, and
//! partitions that change from step to step of the protocol.
//!
//! The liar may misbehave on top of that, or instead. Trials ([`super::trial`]) try everything over a long
//! time; this tries the first few views, densely. It finds mistakes that need one node to learn something
//! that the others miss by a hop.

use super::adversary::Behaviour;
use super::config::Settings;
use super::descriptor::Descriptor;
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, Seed};
use crate::sim::{Act, ActKind, Jitter};

/// One hop.
const HOP: u64 = 100_000;

/// Partitions change until this many hops have passed.
const HOPS: u64 = 120;

/// What the liar may do. A list of its own: a seed is the same scenario whatever behaviours there are.
const LIES: [Behaviour; 6] = [
    Behaviour::Silent,
    Behaviour::SilentLeader,
    Behaviour::Equivocate,
    Behaviour::DoubleVote,
    Behaviour::Withhold,
    Behaviour::Stale,
];

/// A scenario made up from a seed: as many nodes as one liar takes, that liar, and partitions that
/// come and go. The network is whole at first, so that one of them may fall into the middle of a decision,
/// and whole in the end.
pub fn settings(protocol: &Descriptor, seed: u64) -> Settings {
    let mut stream = Seed::new(seed).fork("twins").stream();
    let draws = &mut stream;
    let nodes = protocol.divisor + 1;
    let mut settings = Settings::of(protocol, nodes);
    settings.seed = seed;
    settings.config.decisions = draws.between(1, 3);
    settings.config.timeout = Micros(HOP * draws.between(4, 12));
    settings.horizon = Micros::from_millis(1_800_000);
    settings.events_max = 1_000_000;
    if draws.below(2) == 0 {
        let sigma_ppm = draws.between(10_000, 500_000) as u32;
        settings.network.jitter = Jitter::LogNormal { sigma_ppm };
    }
    let node = draws.below(u64::from(nodes)) as u32;
    let how = draws.below(3);
    if how > 0 {
        settings.acts.push(act(0, ActKind::Copy { node }));
    }
    if how < 2 {
        let which = draws.below(LIES.len() as u64) as usize;
        let behaviour = if how == 0 {
            Behaviour::Stale
        } else {
            LIES[which]
        };
        let order = behaviour as u8;
        settings.acts.push(act(0, ActKind::Order { node, order }));
    }
    let mut at = draws.below(24);
    while at < HOPS {
        // Between the hops of a network without jitter, so that a partition never falls on an arrival.
        let moment = at * HOP + HOP / 2;
        let groups = groups(draws, nodes + 1);
        settings
            .acts
            .push(act(moment, ActKind::Partition { groups }));
        let most = [3, 60][draws.below(2) as usize];
        at += draws.between(1, most);
    }
    settings.acts.push(act(HOPS * HOP, ActKind::Heal));
    settings
}

fn act(at: u64, kind: ActKind) -> Act {
    Act {
        at: Micros(at),
        kind,
    }
}

/// Two groups: mostly one machine by itself, which may know something that the others do not.
fn groups(draws: &mut Stream, machines: u32) -> Vec<Vec<u32>> {
    if draws.below(3) > 0 {
        return vec![vec![draws.below(u64::from(machines)) as u32]];
    }
    let group = (0..machines).filter(|_| draws.below(2) == 0);
    vec![group.collect()]
}

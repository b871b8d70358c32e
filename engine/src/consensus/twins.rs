//! *Twins* as its paper has it (Bano et al., arXiv 2004.10617, §4): few nodes, one of them twice, and
//! partitions that change from step to step of the protocol.
//!
//! Trials ([`super::trial`]) try everything over a long time; this tries the first few views, densely. It
//! finds mistakes that need one node to learn something that the others miss by a hop.

use super::config::Settings;
use super::descriptor::Descriptor;
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, Seed};
use crate::sim::{Act, ActKind};

/// One hop.
const HOP: u64 = 100_000;

/// Partitions change until this many hops have passed.
const HOPS: u64 = 40;

/// A scenario made up from a seed: as many nodes as one liar takes, that liar twice, and partitions
/// that change every few hops. The network is whole in the end.
pub fn settings(protocol: &Descriptor, seed: u64) -> Settings {
    let mut stream = Seed::new(seed).fork("twins").stream();
    let draws = &mut stream;
    let nodes = protocol.divisor + 1;
    let mut settings = Settings::of(protocol, nodes);
    settings.seed = seed;
    settings.config.decisions = draws.between(1, 3);
    settings.config.timeout = Micros(HOP * draws.between(2, 9));
    settings.horizon = Micros::from_millis(1_800_000);
    settings.events_max = 1_000_000;
    let node = draws.below(u64::from(nodes)) as u32;
    settings.acts = vec![act(0, ActKind::Copy { node })];
    let mut at = 0;
    while at < HOPS {
        let groups = groups(draws, nodes + 1);
        // Between the hops, so that a partition never falls on an arrival.
        let moment = at * HOP + HOP / 2;
        settings
            .acts
            .push(act(moment, ActKind::Partition { groups }));
        at += draws.between(1, 5);
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

/// Two or three groups.
fn groups(draws: &mut Stream, machines: u32) -> Vec<Vec<u32>> {
    let mut groups = vec![Vec::new(); draws.between(2, 3) as usize];
    for machine in 0..machines {
        let group = draws.below(groups.len() as u64) as usize;
        groups[group].push(machine);
    }
    groups
}

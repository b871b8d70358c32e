//! Every protocol, one line each.

use super::adversary::Behaviour;
use super::bullshark::Bullshark;
use super::chained_hotstuff::ChainedHotstuff;
use super::config::Settings;
use super::descriptor::Descriptor;
use super::gasper::Gasper;
use super::hotstuff::Hotstuff;
use super::hotstuff2::Hotstuff2;
use super::ibft::Ibft;
use super::jolteon::Jolteon;
use super::minimmit::Minimmit;
use super::mysticeti::Mysticeti;
use super::nakamoto::Nakamoto;
use super::pbft::Pbft;
use super::protocol::Protocol;
use super::run::{Lab, Run};
use super::simplex::Simplex;
use super::snowman::Snowman;
use super::streamlet::Streamlet;
use super::tendermint::Tendermint;
use super::zyzzyva::Zyzzyva;

/// A protocol, and how a run of it begins.
pub struct Entry {
    /// What it is.
    pub descriptor: &'static Descriptor,
    /// Whether its decisions are only likely to last.
    pub is_reversible: bool,
    /// Whether validators can leave, and nodes can be told a checkpoint.
    pub is_staked: bool,
    /// How its nodes may misbehave beyond what every protocol's may.
    pub behaviours: &'static [Behaviour],
    /// Begins a run.
    pub open: fn(&Settings) -> Box<dyn Lab>,
}

/// Every protocol, in the order of a list on a page.
pub static PROTOCOLS: &[Entry] = &[
    entry::<Pbft>(),
    entry::<Ibft>(),
    entry::<Tendermint>(),
    entry::<Hotstuff>(),
    entry::<ChainedHotstuff>(),
    entry::<Jolteon>(),
    entry::<Hotstuff2>(),
    entry::<Nakamoto>(),
    entry::<Gasper>(),
    entry::<Snowman>(),
    entry::<Simplex>(),
    entry::<Minimmit>(),
    entry::<Mysticeti>(),
    entry::<Streamlet>(),
    entry::<Bullshark>(),
    entry::<Zyzzyva>(),
];

/// Those in which a proposer asks for a block's content and a quorum decides it for good: what a shard's
/// committee can run. A list of its own, so that a program that only needs these holds no others.
pub static COMMITTEES: &[Entry] = &[
    entry::<Pbft>(),
    entry::<Ibft>(),
    entry::<Tendermint>(),
    entry::<Hotstuff>(),
    entry::<ChainedHotstuff>(),
    entry::<Jolteon>(),
    entry::<Hotstuff2>(),
    entry::<Simplex>(),
];

const fn entry<P: Protocol>() -> Entry {
    Entry {
        descriptor: P::DESCRIPTOR,
        is_reversible: P::IS_REVERSIBLE,
        is_staked: P::IS_STAKED,
        behaviours: P::BEHAVIOURS,
        open: |settings| Box::new(Run::<P>::new(settings)),
    }
}

/// The protocol of this name.
pub fn named(name: &str) -> Option<&'static Entry> {
    of(PROTOCOLS, name)
}

/// The committees' protocol of this name.
pub fn of_committees(name: &str) -> Option<&'static Entry> {
    of(COMMITTEES, name)
}

fn of(entries: &'static [Entry], name: &str) -> Option<&'static Entry> {
    entries.iter().find(|entry| entry.descriptor.name == name)
}

//! Every protocol, one line each.

use super::adversary::Behaviour;
use super::config::Settings;
use super::descriptor::Descriptor;
use super::gasper::Gasper;
use super::nakamoto::Nakamoto;
use super::pbft::Pbft;
use super::protocol::Protocol;
use super::run::{Lab, Run};
use super::snowman::Snowman;

/// A protocol, and how a run of it begins.
pub struct Entry {
    /// What it is.
    pub descriptor: &'static Descriptor,
    /// Whether its decisions are only likely to last.
    pub is_reversible: bool,
    /// How its nodes may misbehave beyond what every protocol's may.
    pub behaviours: &'static [Behaviour],
    /// Begins a run.
    pub open: fn(&Settings) -> Box<dyn Lab>,
}

/// Every protocol, in the order of a list on a page.
pub static PROTOCOLS: &[Entry] = &[
    entry::<Pbft>(),
    entry::<Nakamoto>(),
    entry::<Gasper>(),
    entry::<Snowman>(),
];

const fn entry<P: Protocol>() -> Entry {
    Entry {
        descriptor: P::DESCRIPTOR,
        is_reversible: P::IS_REVERSIBLE,
        behaviours: P::BEHAVIOURS,
        open: |settings| Box::new(Run::<P>::new(settings)),
    }
}

/// The protocol of this name.
pub fn named(name: &str) -> Option<&'static Entry> {
    PROTOCOLS.iter().find(|entry| entry.descriptor.name == name)
}

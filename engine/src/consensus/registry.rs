//! Every protocol, one line each.

use super::bullshark::Bullshark;
use super::config::Settings;
use super::descriptor::Descriptor;
use super::minimmit::Minimmit;
use super::mysticeti::Mysticeti;
use super::pbft::Pbft;
use super::protocol::Protocol;
use super::run::{Lab, Run};
use super::simplex::Simplex;
use super::streamlet::Streamlet;

/// A protocol, and how a run of it begins.
pub struct Entry {
    /// What it is.
    pub descriptor: &'static Descriptor,
    /// Begins a run.
    pub open: fn(&Settings) -> Box<dyn Lab>,
}

/// Every protocol, in the order of a list on a page.
pub static PROTOCOLS: &[Entry] = &[
    entry::<Pbft>(),
    entry::<Simplex>(),
    entry::<Minimmit>(),
    entry::<Mysticeti>(),
    entry::<Streamlet>(),
    entry::<Bullshark>(),
];

const fn entry<P: Protocol>() -> Entry {
    Entry {
        descriptor: P::DESCRIPTOR,
        open: |settings| Box::new(Run::<P>::new(settings)),
    }
}

/// The protocol of this name.
pub fn named(name: &str) -> Option<&'static Entry> {
    PROTOCOLS.iter().find(|entry| entry.descriptor.name == name)
}

//! What a protocol is, as data.

use super::config::Config;
use crate::trace::consensus::Class;

/// A protocol, described.
#[derive(Debug)]
pub struct Descriptor {
    /// Its name in documents and commands.
    pub name: &'static str,
    /// One sentence.
    pub line: &'static str,
    /// The paper.
    pub source: &'static str,
    /// Its kinds of messages, by number.
    pub kinds: &'static [(&'static str, Class)],
    /// The phases that it votes in, by number.
    pub phases: &'static [&'static str],
    /// It withstands f Byzantine nodes among n if n > `divisor`·f.
    pub divisor: u32,
    /// Whether what is decided then stays decided, and something is in the end. Elsewhere both are a matter of
    /// probability.
    pub is_certain: bool,
    /// The quorum for n nodes of which f may be Byzantine.
    pub quorum: fn(nodes: u32, faults: u32) -> u32,
    /// Known mistakes that can be switched on.
    pub flaws: &'static [Flaw],
    /// Settings of its own.
    pub knobs: &'static [Knob],
    /// What a run without faults is said to cost; `None` where no closed form is known.
    pub form: fn(&Config) -> Option<Form>,
}

/// A known mistake.
#[derive(PartialEq, Eq, Debug)]
pub struct Flaw {
    /// Its name in documents and commands.
    pub name: &'static str,
    /// One sentence: what is left out, and who left it out.
    pub line: &'static str,
}

/// A setting of a protocol's own.
#[derive(PartialEq, Eq, Debug)]
pub struct Knob {
    /// Its name in documents and commands.
    pub name: &'static str,
    /// One sentence.
    pub line: &'static str,
    /// Its value where nobody says otherwise.
    pub default: u64,
    /// Its least value.
    pub low: u64,
    /// Its greatest value.
    pub high: u64,
}

/// A closed form: what a run without faults costs under constant delay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// How many messages of each kind all decisions take, in the order of kinds. Messages to oneself,
    /// client requests and client replies are not among them.
    pub messages: Vec<u64>,
    /// Hops from a proposal to the decision at the replicas, if every decision takes as many.
    pub hops: Option<u32>,
    /// The counting rule, in one sentence.
    pub rule: &'static str,
}

impl Descriptor {
    /// The number of a flaw.
    pub fn flaw(&self, name: &str) -> Option<u8> {
        let at = self.flaws.iter().position(|flaw| flaw.name == name)?;
        Some(at as u8)
    }

    /// The number of a kind of message.
    pub fn kind(&self, name: &str) -> Option<u8> {
        let at = self.kinds.iter().position(|(kind, _)| *kind == name)?;
        Some(at as u8)
    }
}

//! What Snowman is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Form, Knob};
use crate::trace::consensus::Class;

/// The phase that certificates name: polls.
pub(super) const POLL: u8 = 0;

/// The knob of how many nodes a poll asks, by number.
const K: usize = 0;
/// The knob of how many must agree, by number.
const ALPHA: usize = 1;
/// The knob of how many polls in a row decide, by number.
const BETA: usize = 2;

/// Avalanche's k and α.
const K_DEFAULT: u64 = 20;
const ALPHA_DEFAULT: u64 = 15;

/// Snowman, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "snowman",
    line: "Everybody asks a few at random what they prefer, follows most of them, and is sure after a while.",
    source: "Rocket and others, Probabilistic Leaderless Consensus through Metastability, arXiv 1906.08936",
    kinds: &[
        ("block", Class::Proposal),
        ("query", Class::Sync),
        ("chit", Class::Vote),
        ("request", Class::Sync),
        ("branch", Class::Sync),
    ],
    phases: &["poll"],
    // With the usual parameters a fifth may lie; it is a matter of probability (§4).
    divisor: 5,
    is_certain: false,
    quorum: |nodes, _| alpha(K_DEFAULT, ALPHA_DEFAULT, nodes) as u32,
    flaws: &[],
    knobs: &[
        Knob {
            name: "k",
            line: "A poll asks so many nodes.",
            default: K_DEFAULT,
            low: 1,
            high: 100,
        },
        Knob {
            name: "alpha",
            line: "A poll succeeds if so many of them agree.",
            default: ALPHA_DEFAULT,
            low: 1,
            high: 100,
        },
        Knob {
            name: "beta",
            line: "A block is decided after so many successful polls in a row.",
            default: 20,
            low: 1,
            high: 1_000,
        },
    ],
    form,
};

/// How many nodes a poll asks among so many: at most two thirds of the others, so that chance has its part.
/// Were all of them asked, every poll would be like the last, and a split would last for ever.
fn asked(k: u64, nodes: u32) -> u64 {
    let others = u64::from(nodes).saturating_sub(1);
    k.min((others * 2 / 3).max(others.min(1)))
}

/// How many of them must agree: the same part of them as α is of k, and more than half.
fn alpha(k: u64, alpha: u64, nodes: u32) -> u64 {
    let asked = asked(k, nodes);
    (asked * alpha)
        .div_ceil(k.max(1))
        .clamp(asked / 2 + 1, asked.max(1))
}

/// What the knobs say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Rules {
    /// Nodes that a poll asks.
    pub(super) asked: u64,
    /// Nodes that must agree.
    pub(super) alpha: u64,
    /// Polls in a row that decide.
    pub(super) beta: u64,
}

impl Rules {
    /// Of a configuration.
    pub(super) fn of(config: &Config) -> Self {
        let (k, nodes) = (config.knobs[K], config.quorum.nodes);
        Self {
            asked: asked(k, nodes),
            alpha: alpha(k, config.knobs[ALPHA], nodes),
            beta: config.knobs[BETA].max(1),
        }
    }
}

/// A block to all; then β polls of every node, each of k queries and as many chits.
fn form(config: &Config) -> Option<Form> {
    let nodes = u64::from(config.quorum.nodes);
    let rules = Rules::of(config);
    let polls = nodes * rules.beta * rules.asked * config.decisions;
    if nodes < 2 || config.decisions != 1 {
        // Nodes decide at different moments, and the next block comes before the last of them has.
        return None;
    }
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = (nodes - 1) * config.decisions;
    (messages[1], messages[2]) = (polls, polls);
    Some(Form {
        messages,
        // The proposer is done two hops for every poll after its proposal, all others one hop later.
        hops: None,
        rule: "n-1 blocks; every node polls β times, k queries and k chits each: 2kβ a node",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_the_same_part_of_fewer_nodes_and_more_than_half() {
        let table = [
            (100, 20, 15),
            (31, 20, 15),
            (21, 13, 10),
            (11, 6, 5),
            (4, 2, 2),
            (2, 1, 1),
        ];
        for (nodes, asked_of, agree) in table {
            assert_eq!(asked(20, nodes), asked_of);
            assert_eq!(alpha(20, 15, nodes), agree, "n={nodes}");
        }
        assert_eq!(alpha(20, 1, 31), 11);
        assert_eq!(alpha(20, 100, 31), 20);
        assert_eq!((asked(20, 1), alpha(20, 15, 1)), (0, 1));
    }
}

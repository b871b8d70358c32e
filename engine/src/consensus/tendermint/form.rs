//! What Tendermint is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of prevotes, by number.
pub(super) const PREVOTE: u8 = 0;
/// The phase of precommits, by number.
pub(super) const PRECOMMIT: u8 = 1;

/// The flaw of prevoting in spite of a lock, by number.
pub(super) const LOCK_CHECK_DROPPED: u8 = 0;

/// Tendermint, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "tendermint",
    line: "Proposers take turns in rounds, all vote twice to all; a lock carries a block over rounds.",
    source: "Buchman, Kwon and Milosevic, The latest gossip on BFT consensus, arXiv 1807.04938",
    kinds: &[
        ("proposal", Class::Proposal),
        ("prevote", Class::Vote),
        ("precommit", Class::Vote),
        ("status", Class::Sync),
        ("held", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &["prevote", "precommit"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "lock_check_dropped",
        line: "Prevotes whatever is proposed, as if lines 23 and 29 did not ask for the lock: \
               a block that one replica has decided can lose to another one in a later round.",
    }],
    knobs: &[],
    form,
};

/// A proposal to the others, prevotes and precommits of all to all.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let nodes = others + 1;
    let decisions = config.decisions;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = decisions * others;
    messages[1] = decisions * nodes * others;
    messages[2] = decisions * nodes * others;
    Some(Form {
        messages,
        // With a quorum of two, a proposal and the proposer's prevote suffice for a precommit; of two
        // nodes the proposer is then a hop ahead.
        hops: match (config.quorum.size, config.quorum.nodes) {
            (1, _) => Some(0),
            (2, 2) => None,
            (2, _) => Some(2),
            _ => Some(3),
        },
        rule: "n-1 proposals, n(n-1) prevotes, n(n-1) precommits on a full mesh: (n-1)(2n+1) a decision; \
               gossip would send more",
    })
}

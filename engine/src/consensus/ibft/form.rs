//! What IBFT is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of prepares, by number.
pub(super) const PREPARE: u8 = 0;
/// The phase of commits, by number.
pub(super) const COMMIT: u8 = 1;

/// The flaw of round changes that say nothing of what was prepared, by number.
pub(super) const WITHOUT_JUSTIFICATION: u8 = 0;

/// IBFT, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "ibft",
    line: "IBFT/QBFT: PBFT for one block at a time, with a leader for each round and justified round changes.",
    source: "Moniz, The Istanbul BFT Consensus Algorithm, arXiv 2002.03613",
    kinds: &[
        ("pre_prepare", Class::Proposal),
        ("prepare", Class::Vote),
        ("commit", Class::Vote),
        ("round_change", Class::ViewChange),
        ("status", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &["prepare", "commit"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "round_change_without_certificates",
        line: "A round change does not say what its sender has prepared, so that the next leader may \
               propose anything: a block that one replica has decided can be lost.",
    }],
    knobs: &[],
    form,
};

/// Algorithm 2: pre-prepares of the leader, prepares and commits of all to all.
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
        // With a quorum of two, the leader's prepare and one's own suffice for a commit; of two nodes the
        // leader is then a hop ahead.
        hops: match (config.quorum.size, config.quorum.nodes) {
            (1, _) => Some(0),
            (2, 2) => None,
            (2, _) => Some(2),
            _ => Some(3),
        },
        rule: "n-1 pre-prepares, n(n-1) prepares (the leader sends them too), n(n-1) commits: \
               (n-1)(2n+1) a decision",
    })
}

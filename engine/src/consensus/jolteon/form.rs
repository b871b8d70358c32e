//! What Jolteon is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The flaw of voting without asking the timeout certificate, by number.
pub(super) const WITHOUT_TIMEOUT_CERTIFICATES: u8 = 0;

/// Jolteon, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "jolteon",
    line: "A chain in which two certified blocks in a row decide; timeouts to all carry the highest over.",
    source: "Gelashvili et al., Jolteon and Ditto, arXiv 2106.10362, §4",
    kinds: &[
        ("proposal", Class::Proposal),
        ("vote", Class::Vote),
        ("timeout", Class::ViewChange),
        ("want", Class::Sync),
        ("blocks", Class::Sync),
    ],
    phases: &["vote"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "two_chain_without_timeout_certificates",
        line: "Votes for a proposal after a failed view however old the certificate that it extends: \
               without timeout certificates, two blocks in a row are not enough to decide.",
    }],
    knobs: &[Knob {
        name: "views_per_leader",
        line: "How many views in a row one leader has.",
        default: 1,
        low: 1,
        high: 1_000,
    }],
    form,
};

/// §4: a view is n-1 proposals and n-1 votes to the next leader; the last block is decided by the proposal
/// of the second view after its own.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[..2].fill((config.decisions + 2) * others);
    Some(Form {
        messages,
        // With a quorum of two, the leader's vote and the next leader's certify at once.
        hops: match config.quorum.size {
            1 => Some(0),
            2 => None,
            _ => Some(5),
        },
        rule: "2(n-1) a view, votes for the last included; k decisions take k+2 views; hops to the replicas, \
               the leader whose proposal decides does so one earlier",
    })
}

//! What Simplex is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::notary::rules::{Finality, Rules};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The flaw of finalising a view that one has given up, by number.
pub(super) const FINALIZE_AFTER_NULLIFY: u8 = 0;

/// What tells Simplex from its siblings.
pub(super) static RULES: Rules = Rules {
    finality: Finality::OwnVotes,
    enough: |quorum| quorum.size,
    unfaithful: FINALIZE_AFTER_NULLIFY,
};

/// Simplex, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "simplex",
    line: "Every view ends with a notarised block or nullified, by a quorum; a second vote, which nobody \
           who gave the view up casts, makes the block final.",
    source: "Chan and Pass, Simplex Consensus, TCC 2023 (ePrint 2023/463), as commonware runs it",
    kinds: &[
        ("propose", Class::Proposal),
        ("notarize", Class::Vote),
        ("nullify", Class::ViewChange),
        ("notarization", Class::Certificate),
        ("nullification", Class::Certificate),
        ("status", Class::Sync),
        ("missing", Class::Sync),
        ("finalize", Class::Vote),
        ("finalization", Class::Certificate),
    ],
    phases: &["notarize", "nullify", "finalize"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "finalize_after_nullify",
        line: "A replica that gave a view up votes that its block is final all the same: the promise \
                   that keeps later leaders from skipping the block is gone.",
    }],
    knobs: &[],
    form,
};

/// The proposal is the leader's vote, the others vote to all, all finalise to all, and all pass on both
/// certificates.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let each = config.decisions * others * (others + 1);
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = config.decisions * others;
    messages[1] = config.decisions * others * others;
    messages[3] = each;
    messages[7] = each;
    messages[8] = each;
    Some(Form {
        messages,
        // A quorum of two is reached as soon as a backup has the leader's vote.
        hops: match (config.quorum.size, others) {
            (1, _) => Some(0),
            (2, 1) => None,
            (2, _) => Some(2),
            _ => Some(3),
        },
        rule: "n-1 proposals (the leader's votes), (n-1)² other votes, n(n-1) votes to finalise: 2n(n-1) \
               a decision; and n(n-1) of each of the two certificates, which everybody passes on",
    })
}

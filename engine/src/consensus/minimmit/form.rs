//! What Minimmit is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::notary::rules::{Finality, Rules};
use crate::trace::consensus::Class;

/// The flaw of giving up a view after voting in it, by number.
pub(super) const NULLIFY_AFTER_VOTE: u8 = 0;

/// What tells Minimmit from its siblings.
pub(super) static RULES: Rules = Rules {
    finality: Finality::SameVotes,
    enough: |quorum| 2 * quorum.faults + 1,
    unfaithful: NULLIFY_AFTER_VOTE,
};

/// Minimmit, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "minimmit",
    line: "One round of votes: 2f+1 of them open the next view, n-f make the block final.",
    source: "Chou, Lewis-Pye and O'Grady, Minimmit: Fast Finality with Even Faster Blocks, arXiv 2508.10862",
    kinds: &[
        ("propose", Class::Proposal),
        ("notarize", Class::Vote),
        ("nullify", Class::ViewChange),
        ("notarization", Class::Certificate),
        ("nullification", Class::Certificate),
        ("status", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &["notarize", "nullify"],
    divisor: 5,
    is_certain: true,
    quorum: |nodes, faults| nodes - faults,
    flaws: &[Flaw {
        name: "nullify_after_vote",
        line: "A replica gives a view up when its timer fires, though it has voted in it: its vote may \
                   have made the block final already.",
    }],
    knobs: &[],
    form,
};

/// The proposal is the leader's vote, the others vote to all, and all pass on the notarisation.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = config.decisions * others;
    messages[1] = config.decisions * others * others;
    messages[3] = config.decisions * others * (others + 1);
    Some(Form {
        messages,
        // Of two nodes, the other one has both votes as soon as it has the proposal.
        hops: match others {
            0 => Some(0),
            1 => None,
            _ => Some(2),
        },
        rule: "n-1 proposals (the leader's votes) and (n-1)² other votes: n(n-1) a decision; and n(n-1) \
               notarisations, which everybody passes on",
    })
}

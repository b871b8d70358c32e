//! What HotStuff-2 is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The flaw of voting in spite of a lock, by number.
pub(super) const LOCK_CHECK_DROPPED: u8 = 0;

/// HotStuff-2, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "hotstuff2",
    line: "HotStuff in two rounds of votes: a leader waits for the bound on delays only after a failed view.",
    source: "Malkhi and Nayak, HotStuff-2: Optimal Two-Phase Responsive BFT, ePrint 2023/397",
    kinds: &[
        ("new_view", Class::ViewChange),
        ("propose", Class::Proposal),
        ("vote", Class::Vote),
        ("prepare", Class::Certificate),
        ("vote2", Class::Vote),
        ("commit", Class::Certificate),
        ("timeout", Class::ViewChange),
        ("want", Class::Sync),
        ("blocks", Class::Sync),
    ],
    phases: &["vote", "vote2"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "lock_check_dropped",
        line: "Votes for whatever a leader proposes, however old the certificate that it extends: \
               a block that one replica has decided can lose to another branch.",
    }],
    knobs: &[],
    form,
};

/// §3: a proposal, votes, C(B), second votes, C(C(B)), each n-1 messages.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[1..=5].fill(config.decisions * others);
    Some(Form {
        messages,
        hops: match config.quorum.nodes {
            1 => Some(0),
            2 => None,
            _ => Some(5),
        },
        rule: "5(n-1) a decision, and no new-views while views succeed; hops to the replicas, the leader \
               itself decides one earlier",
    })
}

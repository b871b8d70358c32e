//! What chained HotStuff is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The flaw of voting in spite of a lock, by number.
pub(super) const LOCK_CHECK_DROPPED: u8 = 0;
/// The flaw of deciding by two blocks in a row, by number.
pub(super) const TWO_CHAIN: u8 = 1;

/// Chained HotStuff, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "chained_hotstuff",
    line: "HotStuff in a pipeline: every vote counts for a chain of blocks, three certified in a row decide.",
    source: "Yin et al., HotStuff: BFT Consensus with Linearity and Responsiveness, PODC 2019, Algorithm 3",
    kinds: &[
        ("generic", Class::Proposal),
        ("vote", Class::Vote),
        ("new_view", Class::ViewChange),
        ("want", Class::Sync),
        ("blocks", Class::Sync),
    ],
    phases: &["generic"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[
        Flaw {
            name: "lock_check_dropped",
            line: "Votes for whatever a leader proposes, as if safeNode did not ask for the lock: \
                   a block that one replica has decided can lose to another branch.",
        },
        Flaw {
            name: "two_chain_without_timeout_certificates",
            line: "Decides by two certified blocks in a row, with the locks of three: \
                   a replica can decide before anybody is locked.",
        },
    ],
    knobs: &[Knob {
        name: "views_per_leader",
        line: "How many views in a row one leader has; less than 4 would need live leaders in a row.",
        default: 4,
        low: 4,
        high: 1_000,
    }],
    form,
};

/// Algorithm 3: a view is n-1 proposals and n-1 votes to the next leader; the last block is decided by the
/// proposal of the third view after its own.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[..2].fill((config.decisions + 3) * others);
    Some(Form {
        messages,
        hops: match config.quorum.size {
            1 => Some(0),
            2 => None,
            _ => Some(7),
        },
        rule: "2(n-1) a view, votes for the last included; k decisions take k+3 views; hops to the replicas, \
               the leader whose proposal decides does so one earlier",
    })
}

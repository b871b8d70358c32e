//! What basic HotStuff is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The flaw of voting in spite of a lock, by number.
pub(super) const LOCK_CHECK_DROPPED: u8 = 0;

/// Basic HotStuff, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "hotstuff",
    line: "A leader takes each block through three rounds of votes to itself; linear also when it fails.",
    source: "Yin et al., HotStuff: BFT Consensus with Linearity and Responsiveness, PODC 2019, Algorithm 2",
    kinds: &[
        ("new_view", Class::ViewChange),
        ("prepare", Class::Proposal),
        ("prepare_vote", Class::Vote),
        ("pre_commit", Class::Certificate),
        ("pre_commit_vote", Class::Vote),
        ("commit", Class::Certificate),
        ("commit_vote", Class::Vote),
        ("decide", Class::Certificate),
        ("timeout", Class::ViewChange),
        ("want", Class::Sync),
        ("blocks", Class::Sync),
    ],
    phases: &["prepare", "pre_commit", "commit"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "lock_check_dropped",
        line: "Votes for whatever a leader proposes, as if safeNode did not ask for the lock: \
               a block that one replica has decided can lose to another branch.",
    }],
    knobs: &[],
    form,
};

/// Algorithm 2: every phase is n-1 messages from the leader and n-1 votes to it.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let decisions = config.decisions;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = decisions.saturating_sub(1) * others;
    messages[1..=7].fill(decisions * others);
    Some(Form {
        messages,
        hops: match config.quorum.nodes {
            1 => Some(0),
            2 => None,
            _ => Some(7),
        },
        rule: "7(n-1) a decision, and n-1 new-views before each but the first; hops to the replicas, the \
               leader itself decides one earlier",
    })
}

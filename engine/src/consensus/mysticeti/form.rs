//! What Mysticeti is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::dag::ledger::EVERY_BLOCK;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of certificates, by number.
pub(super) const CERTIFY: u8 = 0;

/// The flaw of deciding without an anchor, by number.
pub(super) const SKIP_WITHOUT_BLAMES: u8 = 0;

/// The knob of leaders in a round, by number.
pub(super) const LEADERS: usize = 0;
/// The knob that makes every vertex a decision, by number.
pub(super) const BLOCKS: usize = 1;

/// Mysticeti, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "mysticeti",
    line: "Everybody sends a block to all in every round; blocks that name blocks are the votes, and a leader's \
           is committed three rounds on.",
    source: "Babel et al., Mysticeti: Reaching the Latency Limits with Uncertified DAGs, NDSS 2025",
    kinds: &[
        ("block", Class::Proposal),
        ("want", Class::Sync),
        ("status", Class::Sync),
        ("given", Class::Sync),
    ],
    phases: &["certify"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "skip_without_blames",
        line: "A leader whose block f+1 blocks of the next round do not name is skipped at once: too few \
               to keep it from being certified.",
    }],
    knobs: &[
        Knob {
            name: "leaders",
            line: "How many leaders a round has.",
            default: 1,
            low: 1,
            high: 16,
        },
        EVERY_BLOCK,
    ],
    form,
};

/// How many leaders a round has.
pub(super) fn leaders(config: &Config) -> u32 {
    let leaders = config.knobs[LEADERS].clamp(1, u64::from(config.quorum.nodes.max(1)));
    u32::try_from(leaders).unwrap_or(1)
}

/// Rounds until the last leader that is to be decided, and two more, of a block of each to all.
fn form(config: &Config) -> Option<Form> {
    if config.knobs[BLOCKS] != 0 {
        return None;
    }
    let others = u64::from(config.quorum.nodes) - 1;
    let rounds = config.decisions.div_ceil(u64::from(leaders(config))) + 2;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = rounds * others * (others + 1);
    Some(Form {
        messages,
        hops: Some(if others == 0 { 0 } else { 3 }),
        rule: "n(n-1) blocks a round; a decision is a committed leader's block, so many a round as it has \
               leaders, and the last takes two more rounds",
    })
}

//! What Gasper is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::primitives::Micros;
use crate::trace::consensus::Class;

/// The phase that certificates name: links to a checkpoint.
pub(super) const LINK: u8 = 0;

/// The flaw of taking what is justified for final, by number.
pub(super) const JUSTIFIED_IS_FINAL: u8 = 0;

/// The knob of slots in an epoch, by number.
pub(super) const SLOTS: usize = 0;
/// The knob of the proposer's boost, by number.
pub(super) const BOOST: usize = 1;

/// Gasper, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "gasper",
    line: "Slots and epochs: the heaviest branch of votes is the head, two thirds twice make it final.",
    source: "Buterin and others, Combining GHOST and Casper, arXiv 2003.03052",
    kinds: &[
        ("block", Class::Proposal),
        ("attestation", Class::Vote),
        ("request", Class::Sync),
        ("branch", Class::Sync),
        ("ask_head", Class::Sync),
        ("head", Class::Sync),
        ("key", Class::Collusion),
    ],
    phases: &["link"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "justified_is_final",
        line: "A checkpoint is taken for final as soon as it is justified: one round of votes, and no \
               second that says that enough have seen it.",
    }],
    knobs: &[
        Knob {
            name: "slots_per_epoch",
            line: "Every validator attests once in so many slots (Ethereum: 32).",
            default: 32,
            low: 2,
            high: 64,
        },
        Knob {
            name: "proposer_boost_percent",
            line: "A block in time weighs so much of a committee more until its slot ends (Ethereum: 40).",
            default: 40,
            low: 0,
            high: 100,
        },
    ],
    form,
};

/// How long a slot lasts: a third for the block, one for the votes, one in which Ethereum aggregates them.
pub(super) fn slot_length(config: &Config) -> Micros {
    Micros(config.bound.0.saturating_mul(3).max(3))
}

/// Slots in an epoch.
pub(super) fn slots_per_epoch(config: &Config) -> u64 {
    config.knobs[SLOTS].max(1)
}

/// The epoch at whose beginning all is decided, without faults: two after the first checkpoint, from the
/// second on, that is on or above the last block (`process_justification_and_finalization` begins with
/// epoch 2).
pub(super) fn end(config: &Config) -> u64 {
    config.decisions.div_ceil(slots_per_epoch(config)).max(2) + 2
}

/// A block in every slot but the start's, one vote of everybody in every epoch. Only where a quorum votes
/// before an epoch's last slot: later votes are on the chain an epoch later.
fn form(config: &Config) -> Option<Form> {
    let nodes = u64::from(config.quorum.nodes);
    let (others, slots) = (nodes - 1, slots_per_epoch(config));
    let in_time = (0..nodes).filter(|place| place * slots / nodes < slots - 1);
    if (in_time.count() as u64) < u64::from(config.quorum.size) {
        return None;
    }
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = (end(config) * slots_per_epoch(config) - 1) * others;
    messages[1] = end(config) * (others + 1) * others;
    Some(Form {
        messages,
        // Finality comes with a slot, not with a message.
        hops: None,
        rule: "n-1 blocks a slot, n(n-1) attestations an epoch, until two epochs after the checkpoint \
               that is on or above the last block",
    })
}

//! What Streamlet is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of votes, by number.
pub(super) const VOTE: u8 = 0;

/// The knob of passing messages on, by number.
pub(super) const ECHO: usize = 0;

/// The flaw of deciding by three blocks whatever their epochs, by number.
pub(super) const EPOCHS_APART: u8 = 0;

/// Streamlet, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "streamlet",
    line: "Every epoch a leader extends a longest notarised chain and all vote; the middle of three \
           notarised blocks of consecutive epochs is final.",
    source: "Chan and Shi, Streamlet: Textbook Streamlined Blockchains, AFT 2020 (ePrint 2020/088)",
    kinds: &[
        ("propose", Class::Proposal),
        ("vote", Class::Vote),
        ("echo", Class::Certificate),
        ("status", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &["vote"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "epochs_apart",
        line: "Three notarised blocks in a chain are enough, whatever their epochs: what happened in the \
               epochs between is forgotten.",
    }],
    knobs: &[Knob {
        name: "echo",
        line: "Whether everybody passes every message on once, as the paper has it.",
        default: 0,
        low: 0,
        high: 1,
    }],
    form,
};

/// A proposal and n votes an epoch; the last block is final when the next epoch's is notarised.
fn form(config: &Config) -> Option<Form> {
    if config.knobs[ECHO] != 0 {
        return None;
    }
    let others = u64::from(config.quorum.nodes) - 1;
    let epochs = config.decisions + 1;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = epochs * others;
    messages[1] = epochs * others * (others + 1);
    Some(Form {
        messages,
        // A quorum of two is there as soon as the leader's vote is.
        hops: match config.quorum.size {
            1 => Some(0),
            2 => None,
            _ => Some(2),
        },
        rule: "n-1 proposals and n(n-1) votes an epoch, and one epoch more than decisions; hops are those \
               of the epoch that makes a block final, the rest is waiting for the clock",
    })
}

//! What Narwhal and Bullshark are, as data, and what they cost without faults.

use crate::consensus::config::Config;
use crate::consensus::dag::ledger::EVERY_BLOCK;
use crate::consensus::descriptor::{Descriptor, Flaw, Form};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of votes for a header, by number.
pub(super) const CERTIFY: u8 = 0;
/// The phase of vertices that name an anchor, by number.
pub(super) const NAME: u8 = 1;

/// The flaw of committing an anchor that one vertex names, by number.
pub(super) const ONE_LINK: u8 = 0;

/// The knob that makes every vertex a decision, by number.
pub(super) const BLOCKS: usize = 0;

/// Narwhal and Bullshark, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "bullshark",
    line: "Everybody has a block certified in every round; every second round a leader's is committed when \
           enough blocks of the next round name it.",
    source: "Spiegelman et al., Bullshark: DAG BFT Protocols Made Practical, CCS 2022, over Narwhal, EuroSys 2022",
    kinds: &[
        ("header", Class::Proposal),
        ("vote", Class::Vote),
        ("certificate", Class::Certificate),
        ("want", Class::Sync),
        ("status", Class::Sync),
        ("given", Class::Sync),
    ],
    phases: &["certify", "name"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "one_link",
        line: "An anchor is committed as soon as one vertex of the next round names it: a later anchor \
               need not have it in its past.",
    }],
    knobs: &[EVERY_BLOCK],
    form,
};

/// Every round each node's header to all, the others' votes to it, its certificate to all.
fn form(config: &Config) -> Option<Form> {
    if config.knobs[BLOCKS] != 0 {
        return None;
    }
    let others = u64::from(config.quorum.nodes) - 1;
    let each = (2 * config.decisions + 1) * others * (others + 1);
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[..3].fill(each);
    Some(Form {
        messages,
        // Of two nodes, one's own certificate in the next round is enough.
        hops: Some(match others {
            0 => 0,
            1 => 5,
            _ => 6,
        }),
        rule: "3n(n-1) a round: headers, votes to their authors, certificates; a decision is an anchor, one \
               every second round, and the last takes one more round",
    })
}

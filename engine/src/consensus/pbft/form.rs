//! What PBFT is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of prepares, by number.
pub(super) const PREPARE: u8 = 0;
/// The phase of commits, by number.
pub(super) const COMMIT: u8 = 1;
/// The phase of checkpoints, by number.
pub(super) const CHECKPOINT: u8 = 2;

/// The flaw of a view change that forgets what was prepared, by number.
pub(super) const WITHOUT_CERTIFICATES: u8 = 0;

/// The knob of the checkpoint interval, by number.
pub(super) const CHECKPOINT_EVERY: usize = 0;
/// The knob of how many heights are agreed on at once, by number.
pub(super) const AT_ONCE: usize = 1;

/// PBFT, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "pbft",
    line: "A primary orders, all confirm twice to all; a view change carries over what was prepared.",
    source: "Castro and Liskov, Practical Byzantine Fault Tolerance, OSDI 1999",
    kinds: &[
        ("pre_prepare", Class::Proposal),
        ("prepare", Class::Vote),
        ("commit", Class::Vote),
        ("checkpoint", Class::Checkpoint),
        ("view_change", Class::ViewChange),
        ("new_view", Class::ViewChange),
        ("status", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &["prepare", "commit", "checkpoint"],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "view_change_without_certificates",
        line: "A view change says which height comes next, but not what was prepared: \
               a block that one replica has executed can be lost (as in BlockEmulator's).",
    }],
    knobs: &[
        Knob {
            name: "checkpoint_every",
            line: "Every so many heights all say how far their state goes (the paper's K).",
            default: 128,
            low: 1,
            high: 10_000,
        },
        Knob {
            name: "at_once",
            line: "How many heights the primary lets be agreed on at once.",
            default: 1,
            low: 1,
            high: 128,
        },
    ],
    form,
};

/// §4.2: pre-prepares to the backups, prepares of the backups to all, commits of all to all; every
/// so many heights checkpoints of all to all.
fn form(config: &Config) -> Option<Form> {
    let others = u64::from(config.quorum.nodes) - 1;
    let nodes = others + 1;
    let decisions = config.decisions;
    let checkpoints = decisions / config.knobs[CHECKPOINT_EVERY];
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    messages[0] = decisions * others;
    messages[1] = decisions * others * others;
    messages[2] = decisions * nodes * others;
    messages[3] = checkpoints * nodes * others;
    Some(Form {
        messages,
        // A quorum of two is prepared as soon as a backup has the pre-prepare, the primary a hop later.
        hops: match config.quorum.size {
            1 => Some(0),
            2 => None,
            _ => Some(3),
        },
        rule: "n-1 pre-prepares, (n-1)² prepares (the primary sends none), n(n-1) commits: 2n(n-1) a \
               decision; n(n-1) checkpoints every so many heights",
    })
}

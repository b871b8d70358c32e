//! What Zyzzyva is, as data, and what it costs without faults.

use crate::consensus::config::Config;
use crate::consensus::descriptor::{Descriptor, Flaw, Form, Knob};
use crate::consensus::quorum::Quorum;
use crate::trace::consensus::Class;

/// The phase of spec-responses, by number: n of them complete a request, q of them are a commit certificate.
pub(super) const RESPONSE: u8 = 0;
/// The phase of local-commits, by number.
pub(super) const LOCAL_COMMIT: u8 = 1;
/// The first phase of checkpoints, by number: as good as a commit certificate.
pub(super) const CHECKPOINT: u8 = 2;
/// The second phase of checkpoints, by number: final.
pub(super) const STABLE: u8 = 3;
/// The phase of view-confirms, by number.
pub(super) const CONFIRM: u8 = 4;
/// The phase of hating a primary, by number.
pub(super) const HATE: u8 = 5;

/// The flaw of a view change that looks at heights first and at views not at all, by number.
pub(super) const SEQUENCE_FIRST: u8 = 0;

/// The knob of the checkpoint interval, by number.
pub(super) const CHECKPOINT_EVERY: usize = 0;
/// The knob of a client's patience, by number.
pub(super) const PATIENCE: usize = 1;

/// Zyzzyva, described.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "zyzzyva",
    line: "Replicas execute what the primary orders at once and answer; the client sees whether all agree, \
           and makes a quorum commit if they do not.",
    source: "Kotla, Alvisi, Dahlin, Clement and Wong, Zyzzyva, SOSP 2007; view change repaired after \
             Abraham, Gueta, Malkhi and Martin, arXiv 1801.10022",
    kinds: &[
        ("request", Class::Client),
        ("order_req", Class::Proposal),
        ("spec_response", Class::Client),
        ("commit", Class::Client),
        ("local_commit", Class::Client),
        ("confirm_req", Class::Sync),
        ("checkpoint", Class::Checkpoint),
        ("checkpoint_stable", Class::Checkpoint),
        ("hate_the_primary", Class::ViewChange),
        ("misbehaviour", Class::ViewChange),
        ("view_change", Class::ViewChange),
        ("new_view", Class::ViewChange),
        ("view_confirm", Class::ViewChange),
        ("fill_hole", Class::Sync),
        ("fill", Class::Sync),
        ("opening", Class::Sync),
        ("missing", Class::Sync),
    ],
    phases: &[
        "spec_response",
        "local_commit",
        "checkpoint",
        "checkpoint_stable",
        "view_confirm",
        "hate_the_primary",
    ],
    divisor: 3,
    is_certain: true,
    quorum: |nodes, faults| Quorum::right(nodes, faults).size,
    flaws: &[Flaw {
        name: "view_change_by_sequence_first",
        line: "A view change prefers a commit certificate to f+1 equal order-requests whatever their views, \
               as published: what a client has completed can be rolled back (arXiv 1712.01367).",
    }],
    knobs: &[
        Knob {
            name: "checkpoint_every",
            line: "Every so many heights all say how far their histories go (the paper's CP_INTERVAL).",
            default: 128,
            low: 1,
            high: 10_000,
        },
        Knob {
            name: "patience_percent",
            line: "A client with a quorum of equal answers waits for the others for so much of the timeout; \
                   at 0 it never does.",
            default: 25,
            low: 0,
            high: 100,
        },
    ],
    form,
};

/// §3.2: a request, order-reqs to the backups, answers of all; with a client that does not wait for all
/// of them, its commit to all and their local-commits. The client is one of the nodes: what it sends to
/// itself is not here.
fn form(config: &Config) -> Option<Form> {
    let nodes = u64::from(config.quorum.nodes);
    let others = nodes - 1;
    let decisions = config.decisions;
    if decisions >= config.knobs[CHECKPOINT_EVERY] {
        // The run ends with the last answer, amid the last checkpoint.
        return None;
    }
    let is_slow = config.knobs[PATIENCE] == 0 && config.quorum.size < config.quorum.nodes;
    let mut messages = vec![0; DESCRIPTOR.kinds.len()];
    // Every n-th request is that of the primary's own client.
    messages[0] = decisions - decisions / nodes;
    messages[1] = decisions * others;
    messages[2] = decisions * others;
    if is_slow {
        messages[3] = decisions * others;
        messages[4] = decisions * others;
    }
    Some(Form {
        messages,
        hops: match config.quorum.nodes {
            // The client's own replica is the only backup, and answers without delay.
            1 | 2 => None,
            // A quorum of two is there before the last backup has answered.
            3 if is_slow => None,
            _ if is_slow => Some(5),
            _ => Some(3),
        },
        rule: "a request, n-1 order-reqs, n answers: 2n from and to clients, of which one answer to oneself; \
               clients that wait for no more than a quorum send n commits and get n local-commits; hops go \
               from the request to its completion",
    })
}

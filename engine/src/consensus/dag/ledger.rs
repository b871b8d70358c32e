//! The total order: the pasts of anchors, one after the other.

use super::graph::Dag;
use super::vertex::Parent;
use crate::consensus::certificate::Certificate;
use crate::consensus::descriptor::Knob;
use crate::consensus::protocol::Out;

/// The knob that makes every vertex a decision.
pub const EVERY_BLOCK: Knob = Knob {
    name: "every_block",
    line: "0: a decision is a committed leader's block. 1: it is every block in the order that those give.",
    default: 0,
    low: 0,
    high: 1,
};

/// What is decided.
#[derive(Clone, Debug)]
pub struct Ledger {
    has_every_block: bool,
    decided: u64,
    anchor_round: u64,
}

impl Ledger {
    /// An empty one.
    pub fn new(has_every_block: bool) -> Self {
        Self {
            has_every_block,
            decided: 0,
            anchor_round: 0,
        }
    }

    /// The last decided height.
    pub fn decided(&self) -> u64 {
        self.decided
    }

    /// The round of the last anchor.
    pub fn anchor_round(&self) -> u64 {
        self.anchor_round
    }

    /// Decides an anchor; the certificate is its own.
    pub fn commit<M>(
        &mut self,
        dag: &mut Dag,
        anchor: Parent,
        mut proof: Certificate,
        out: &mut Out<M>,
    ) {
        out.certified(&proof);
        for place in dag.take_past(anchor) {
            if self.has_every_block || place == anchor {
                self.decided += 1;
                proof.height = self.decided;
                out.decided(self.decided, place.id, proof.clone());
            }
        }
        self.anchor_round = anchor.round;
        dag.forget(anchor.round);
    }
}

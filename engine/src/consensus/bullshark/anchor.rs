//! Which anchors are committed (Bullshark, partially synchronous version: Algorithm 3).

use super::form::{NAME, ONE_LINK};
use super::message::BullsharkMessage;
use super::replica::Bullshark;
use crate::consensus::certificate::Certificate;
use crate::consensus::dag::{Parent, Vertex};
use crate::consensus::leader;
use crate::consensus::protocol::Out;
use crate::primitives::NodeIndex;
use std::collections::BTreeSet;

impl Bullshark {
    /// Who leads an even round.
    pub(super) fn leader_of(&self, round: u64) -> NodeIndex {
        leader::in_turn((round / 2).saturating_sub(1), self.config.quorum.nodes)
    }

    /// The anchor of an even round, if it is here.
    pub(super) fn anchor(&self, round: u64) -> Option<Parent> {
        let sealed = self.dag.of(round, self.leader_of(round))?;
        Some(sealed.vertex.place())
    }

    /// How many vertices of the next round commit an anchor.
    fn enough(&self) -> u32 {
        let quorum = self.config.quorum;
        match self.config.flaw {
            Some(ONE_LINK) => 1,
            _ => quorum.nodes + 1 - quorum.size.min(quorum.nodes),
        }
    }

    /// Counts whether a new vertex of an odd round names the anchor before it, and commits when enough do.
    pub(super) fn count_link(&mut self, vertex: &Vertex, out: &mut Out<BullsharkMessage>) {
        let round = vertex.round();
        if round < 3 || round.is_multiple_of(2) || round - 1 <= self.ledger.anchor_round() {
            return;
        }
        let leader = self.leader_of(round - 1);
        let links = self.links.entry(round - 1).or_default();
        if vertex.parent_at(round - 1, leader).is_none() {
            links.others.add(vertex.author());
            return;
        }
        links.named.add(vertex.author());
        if links.named.count() >= self.enough()
            && let Some(anchor) = self.anchor(round - 1)
        {
            self.commit(anchor, out);
        }
    }

    /// Commits an anchor and, before it, every earlier one in its past that is not committed yet.
    fn commit(&mut self, anchor: Parent, out: &mut Out<BullsharkMessage>) {
        let mut anchors = vec![anchor];
        let mut last = anchor;
        let mut round = anchor.round;
        while round > self.ledger.anchor_round() + 2 {
            round -= 2;
            if let Some(earlier) = self.anchor(round)
                && self.dag.reaches(last, &BTreeSet::from([earlier]))
            {
                anchors.push(earlier);
                last = earlier;
            }
        }
        for earlier in anchors.into_iter().rev() {
            // What shows the decision is the links to the anchor that is committed itself.
            let links = self
                .links
                .get(&earlier.round)
                .or(self.links.get(&anchor.round));
            let proof = Certificate {
                view: earlier.round,
                phase: NAME,
                height: 0,
                block: earlier.id,
                signers: links.map(|links| links.named.clone()).unwrap_or_default(),
            };
            self.ledger.commit(&mut self.dag, earlier, proof, out);
        }
        self.links.retain(|round, _| *round > anchor.round);
    }

    /// Whether this round has what the next one is to build on: an even one its anchor, an odd one enough
    /// links to the anchor before, or a quorum without.
    pub(super) fn is_settled(&self, round: u64) -> bool {
        if round == 0 || self.dag.count(round) == self.config.quorum.nodes {
            return true;
        }
        if round.is_multiple_of(2) {
            return self.anchor(round).is_some();
        }
        round == 1
            || round - 1 <= self.ledger.anchor_round()
            || self.links.get(&(round - 1)).is_some_and(|links| {
                links.named.count() >= self.enough()
                    || links.others.count() >= self.config.quorum.size
            })
    }
}

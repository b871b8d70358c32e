//! Narwhal: headers, votes, certificates (EuroSys 2022, §3).

use super::form::CERTIFY;
use super::message::BullsharkMessage;
use super::replica::{Bullshark, FETCH};
use crate::consensus::certificate::Certificate;
use crate::consensus::dag::fetch::WANTED_MAX;
use crate::consensus::dag::graph::Inserted;
use crate::consensus::dag::{Parent, Sealed, Vertex};
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;
use std::sync::Arc;

/// Headers of rounds further ahead than this are not kept.
const ROUNDS_AHEAD: u64 = 64;
/// Votes for headers are remembered for so many rounds.
const ROUNDS_BEHIND: u64 = 256;

const fn slot(round: u64) -> Slot {
    Slot {
        view: round,
        height: round,
        phase: CERTIFY,
    }
}

impl Bullshark {
    /// A header: kept, the first of its author and round, until its parents are here.
    pub(super) fn on_header(
        &mut self,
        from: NodeIndex,
        header: &Arc<Vertex>,
        out: &mut Out<BullsharkMessage>,
    ) {
        let quorum = self.config.quorum;
        let place = header.place();
        let newest = self.dag.full();
        if place.author != from
            || !header.is_well_made(quorum.nodes, quorum.size)
            || place.round > newest + ROUNDS_AHEAD
            || place.round + ROUNDS_BEHIND <= newest
        {
            return;
        }
        let key = (place.round, place.author);
        match self.headers.get(&key) {
            Some(first) if first.block.id != place.id => {
                return out.evidence(from, Offence::Equivocation);
            }
            // Sent again: the vote was lost.
            Some(_) => {}
            None => {
                self.headers.insert(key, Arc::clone(header));
            }
        }
        self.unvoted.insert(key);
        self.vote(key, out);
    }

    /// Votes for a header whose parents are all certified here, and no other header of its place.
    fn vote(&mut self, key: (u64, NodeIndex), out: &mut Out<BullsharkMessage>) {
        let Some(header) = self.headers.get(&key).cloned() else {
            return;
        };
        if !self.unvoted.contains(&key) {
            return;
        }
        if !header.parents.iter().all(|parent| self.dag.has(parent)) {
            return self.fetch_soon(out);
        }
        self.unvoted.remove(&key);
        if header.author() == self.me {
            self.on_vote(self.me, header.place(), out);
        } else {
            out.send(header.author(), BullsharkMessage::Vote(header.place()));
        }
    }

    /// A vote for this node's header: a quorum certifies it.
    pub(super) fn on_vote(
        &mut self,
        from: NodeIndex,
        place: Parent,
        out: &mut Out<BullsharkMessage>,
    ) {
        let Some(mine) = self.mine.clone() else {
            return;
        };
        if mine.place() != place || self.certified.is_some() {
            return;
        }
        let quorum = self.config.quorum.size;
        let at = slot(place.round);
        let count = self.votes.add(at, place.id, from);
        out.counted(at, place.id, from, count, quorum);
        if count.is_new && count.have >= quorum {
            let proof = Arc::new(self.votes.certificate(at, place.id));
            let sealed = Arc::new(Sealed {
                vertex: mine,
                proof: Some(proof),
            });
            self.certified = Some(Arc::clone(&sealed));
            out.broadcast(BullsharkMessage::Certificate(Arc::clone(&sealed)));
            self.take(&sealed, out);
            self.advance(out);
        }
    }

    fn is_certified(&self, sealed: &Sealed) -> bool {
        let names = |proof: &Certificate| {
            proof.phase == CERTIFY
                && proof.block == sealed.vertex.block.id
                && proof.view == sealed.vertex.round()
                && proof.signers.count() >= self.config.quorum.size
        };
        sealed.proof.as_ref().is_some_and(|proof| names(proof))
    }

    /// Takes a certified vertex into the graph, or to wait for its parents.
    pub(super) fn take(&mut self, sealed: &Sealed, out: &mut Out<BullsharkMessage>) {
        let quorum = self.config.quorum;
        if !self.is_certified(sealed) || !sealed.vertex.is_well_made(quorum.nodes, quorum.size) {
            return;
        }
        match self.dag.insert(sealed.clone()) {
            Inserted::Known => {}
            Inserted::Waits => self.fetch_soon(out),
            Inserted::Added(added) => {
                for sealed in &added {
                    self.count_link(&sealed.vertex, out);
                }
                self.vote_for_waiting(out);
            }
        }
    }

    /// Headers that waited for parents may have them now. Old ones are forgotten.
    fn vote_for_waiting(&mut self, out: &mut Out<BullsharkMessage>) {
        let newest = self.dag.full();
        let oldest = ((newest + 1).saturating_sub(ROUNDS_BEHIND), NodeIndex(0));
        if self
            .headers
            .first_key_value()
            .is_some_and(|(key, _)| *key < oldest)
        {
            self.headers = self.headers.split_off(&oldest);
            self.unvoted = self.unvoted.split_off(&oldest);
        }
        let waiting = self.unvoted.range((newest, NodeIndex(0))..);
        let waiting: Vec<_> = waiting.copied().collect();
        for key in waiting {
            self.vote(key, out);
        }
    }

    pub(super) fn fetch_soon(&mut self, out: &mut Out<BullsharkMessage>) {
        if !std::mem::replace(&mut self.is_fetching, true) {
            // What is missing is most often on its way.
            out.set_timer(FETCH, 0, self.config.bound);
        }
    }

    /// Asks for vertices that are missing: first who named them, then others in turn.
    pub(super) fn fetch(&mut self, out: &mut Out<BullsharkMessage>) {
        let mut missing = self.dag.missing();
        let newest = self.dag.full();
        for key in self.unvoted.range((newest, NodeIndex(0))..) {
            let Some(header) = self.headers.get(key) else {
                continue;
            };
            let parents = header.parents.iter();
            for parent in parents.filter(|parent| !self.dag.has(parent)) {
                missing.insert(*parent, header.author());
            }
        }
        let Some(namer) = missing.first_key_value().map(|(_, namer)| *namer) else {
            self.is_fetching = false;
            self.fetches = 0;
            return;
        };
        let nodes = self.config.quorum.nodes;
        let mut whom = NodeIndex((namer.0 + self.fetches) % nodes);
        if whom == self.me {
            whom = NodeIndex((whom.0 + 1) % nodes);
        }
        self.fetches = (self.fetches + 1) % nodes;
        let places = missing.into_keys().take(WANTED_MAX).collect();
        out.send(whom, BullsharkMessage::Want(places));
        out.set_timer(FETCH, 0, self.config.bound);
    }
}

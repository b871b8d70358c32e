//! Fetching: who lacks something says how far it is, who has it sends it.

use super::message::{Missing, NotaryMessage, Whom};
use super::replica::Notary;
use crate::consensus::block::Block;
use crate::consensus::protocol::Out;
use crate::primitives::NodeIndex;
use std::sync::Arc;

/// About so many blocks in one answer.
const BLOCKS_MAX: usize = 64;
/// Views of which one answer has certificates.
const VIEWS_MAX: usize = 256;

impl Notary {
    /// The first view above the floor of which this replica lacks the certificate, or the block.
    fn lacks_from(&self) -> u64 {
        let floor = self.chain.floor();
        let is_complete = |view: &u64| {
            self.views.get(view).is_some_and(|known| {
                known.is_over() && known.notarised.iter().all(|p| self.chain.has(p.block))
            })
        };
        (floor + 1..self.view)
            .find(|view| !is_complete(view))
            .unwrap_or(self.view.max(floor + 1))
    }

    /// Whether there is a view before the present one of which something is missing.
    pub(super) fn has_gap(&self) -> bool {
        self.lacks_from() < self.view
    }

    /// Says how far this replica is.
    pub(super) fn ask(&self, whom: Whom, out: &mut Out<NotaryMessage>) {
        let status = NotaryMessage::Status {
            from: self.lacks_from(),
            decided: self.chain.decided(),
        };
        match whom {
            Whom::All => out.broadcast(status),
            Whom::One(node) if node != self.me => out.send(node, status),
            Whom::One(_) => {}
        }
    }

    /// Asks for what this view cannot go on without; the retry timer asks again.
    pub(super) fn ask_once(&mut self, whom: Whom, out: &mut Out<NotaryMessage>) {
        let Some(view) = self.view_mut(self.view) else {
            return;
        };
        if !std::mem::replace(&mut view.has_asked, true) {
            self.ask(whom, out);
        }
    }

    pub(super) fn on_status(
        &self,
        from: NodeIndex,
        lacks: u64,
        decided: u64,
        out: &mut Out<NotaryMessage>,
    ) {
        let runs = self.chain.runs_above(decided, BLOCKS_MAX);
        let known = self
            .views
            .range(lacks..)
            .filter(|(_, known)| known.is_over());
        let certificates: Vec<_> = known
            .take(VIEWS_MAX)
            .flat_map(|(_, known)| known.notarised.iter().chain(&known.nullified).cloned())
            .collect();
        let blocks: Vec<Block> = certificates
            .iter()
            .filter_map(|proof| self.chain.get(proof.block).copied())
            .collect();
        if !(runs.is_empty() && certificates.is_empty()) {
            let missing = Missing {
                decided: runs,
                blocks,
                certificates,
            };
            out.send(from, NotaryMessage::Missing(Arc::new(missing)));
        }
    }

    /// Takes what is proven: runs of blocks that end in a final one, then certificates and the blocks
    /// that they name.
    pub(super) fn on_missing(
        &mut self,
        from: NodeIndex,
        missing: &Missing,
        out: &mut Out<NotaryMessage>,
    ) {
        let before = self.chain.decided();
        let mut count = 0;
        for (blocks, proof) in &missing.decided {
            let is_run = blocks.windows(2).all(|two| two[1].parent == two[0].id);
            let ends = blocks.last().is_some_and(|last| last.id == proof.block);
            if is_run && ends && self.is_final(proof) {
                count += blocks.len();
                blocks.iter().for_each(|block| self.chain.insert(*block));
                self.finalise(proof, false, Whom::One(from), out);
            }
        }
        for block in &missing.blocks {
            let names = |proof: &&crate::consensus::certificate::Certificate| {
                proof.block == block.id && proof.view == block.view
            };
            if missing.certificates.iter().any(|proof| names(&proof)) {
                self.chain.insert(*block);
            }
        }
        for proof in &missing.certificates {
            self.on_certificate(proof, false, out);
        }
        self.finalise_ahead(Whom::One(from), out);
        if count >= BLOCKS_MAX && self.chain.decided() > before {
            self.ask(Whom::One(from), out);
        }
    }
}

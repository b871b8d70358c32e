//! Making up for what was lost: blocks are fetched, and with them the votes that they bring.

use super::message::{GasperMessage, Sealed};
use super::replica::Gasper;
use crate::consensus::block::BlockId;
use crate::consensus::protocol::Out;
use crate::primitives::{Micros, NodeIndex};
use std::sync::Arc;

/// Most blocks in one answer.
const BLOCKS_MAX: u32 = 64;

impl Gasper {
    pub(super) fn receive(
        &mut self,
        now: Micros,
        from: NodeIndex,
        message: &GasperMessage,
        out: &mut Out<GasperMessage>,
    ) {
        match message {
            GasperMessage::Block(sealed) => self.on_block(now, from, sealed, out),
            GasperMessage::Attestation(vote) => self.hear_vote(from, *vote, out),
            GasperMessage::Request { block, count } => {
                let count = (*count).clamp(1, BLOCKS_MAX) as usize;
                let blocks: Vec<Sealed> =
                    self.tree.branch(*block, 0).take(count).cloned().collect();
                if !blocks.is_empty() {
                    out.send(from, GasperMessage::Branch(Arc::new(blocks)));
                }
            }
            GasperMessage::Branch(blocks) => {
                // All of them wait for the same one, if it is missing: it is asked for once.
                let mut missing = None;
                for sealed in blocks.iter().rev() {
                    let below = self.hear_block(sealed.clone(), false, out);
                    missing = missing.or(below);
                }
                if let Some(missing) = missing.filter(|block| !self.tree.has(*block)) {
                    self.fetch(from, missing, out);
                }
            }
            GasperMessage::Key => self.on_key(from, out),
            GasperMessage::AskHead => {
                if let Some((height, block)) = self.forged() {
                    return out.send(from, GasperMessage::Head { height, block });
                }
                let block = self.find_head();
                let height = self.tree.height(block);
                if height > 0 {
                    out.send(from, GasperMessage::Head { height, block });
                }
                // What is final may have become so on a branch that lost since.
                if self.tree.has(self.proof) && !self.tree.is_ancestor(self.proof, block) {
                    let (height, block) = (self.tree.height(self.proof), self.proof);
                    out.send(from, GasperMessage::Head { height, block });
                }
            }
            GasperMessage::Head { block, .. } => {
                if !self.tree.has(*block) {
                    self.fetch(from, *block, out);
                }
            }
        }
    }

    /// Asks for a block and its ancestors.
    pub(super) fn fetch(&self, from: NodeIndex, block: BlockId, out: &mut Out<GasperMessage>) {
        if from != self.me {
            let count = BLOCKS_MAX;
            out.send(from, GasperMessage::Request { block, count });
        }
    }

    /// A slot has begun. If nothing has become of the last epoch, asks another node in every slot.
    pub(super) fn look_around(&mut self, out: &mut Out<GasperMessage>) {
        let is_behind =
            self.newest + self.slots.max(4) < self.slot || self.finalized.epoch + 4 < self.epoch();
        let nodes = self.config.quorum.nodes;
        if is_behind && nodes > 1 {
            self.asked_in += 1;
            let step = (self.asked_in % u64::from(nodes - 1)) as u32 + 1;
            let peer = NodeIndex((self.me.0 + step) % nodes);
            out.send(peer, GasperMessage::AskHead);
        }
    }
}

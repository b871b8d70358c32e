//! How blocks get about: told, announced, asked for.

use super::message::NakamotoMessage;
use super::replica::Nakamoto;
use crate::consensus::block::{Block, BlockId};
use crate::consensus::protocol::Out;
use crate::consensus::tree::Added;
use crate::primitives::NodeIndex;
use crate::sim::Action;
use std::sync::Arc;

/// Most blocks in one answer.
const BLOCKS_MAX: u32 = 64;
/// So many are asked for at first when something is missing.
const BLOCKS_FIRST: u32 = 8;
/// Most blocks asked for that are remembered.
const REQUESTED_MAX: usize = 1_024;

impl Nakamoto {
    pub(super) fn receive(
        &mut self,
        from: NodeIndex,
        message: &NakamotoMessage,
        out: &mut Out<NakamotoMessage>,
    ) {
        match message {
            NakamotoMessage::Block(block) => self.on_blocks(from, &[*block], out),
            NakamotoMessage::Branch(blocks) => self.on_blocks(from, blocks, out),
            NakamotoMessage::Inventory { block, .. } => {
                if !self.tree.has(*block) {
                    self.request(from, *block, 1, out);
                }
            }
            NakamotoMessage::Request { block, count } => self.on_request(from, *block, *count, out),
            NakamotoMessage::AskHead => {
                let (height, block) = (self.height(), self.head);
                if height > 0 {
                    out.send(from, NakamotoMessage::Inventory { height, block });
                }
            }
        }
    }

    /// Tells a block to its peers, or announces it.
    pub(super) fn tell(
        &self,
        block: &Block,
        except: Option<NodeIndex>,
        out: &mut Out<NakamotoMessage>,
    ) {
        let message = if self.rules.announces {
            NakamotoMessage::Inventory {
                height: block.height,
                block: block.id,
            }
        } else {
            NakamotoMessage::Block(*block)
        };
        self.tell_peers(message, except, out);
    }

    pub(super) fn tell_peers(
        &self,
        message: NakamotoMessage,
        except: Option<NodeIndex>,
        out: &mut Out<NakamotoMessage>,
    ) {
        if self.peers.is_empty() {
            return out.broadcast(message);
        }
        let to = self.peers.iter().copied();
        let to = to.filter(|peer| Some(*peer) != except).collect();
        out.actions.push(Action::Multicast { to, message });
    }

    /// Somebody else, at random.
    pub(super) fn draw_peer(&mut self) -> Option<NodeIndex> {
        if !self.peers.is_empty() {
            let place = self.stream.below(self.peers.len() as u64) as usize;
            return self.peers.get(place).copied();
        }
        let others = self.config.quorum.nodes - 1;
        let drawn = self.stream.below(others.into()) as u32;
        (others > 0).then(|| NodeIndex(drawn + u32::from(drawn >= self.me.0)))
    }

    fn request(
        &mut self,
        from: NodeIndex,
        block: BlockId,
        count: u32,
        out: &mut Out<NakamotoMessage>,
    ) {
        if self.requested.insert(block) {
            out.send(from, NakamotoMessage::Request { block, count });
        }
        if self.requested.len() > REQUESTED_MAX {
            self.requested.pop_first();
        }
    }

    fn on_request(
        &mut self,
        from: NodeIndex,
        block: BlockId,
        count: u32,
        out: &mut Out<NakamotoMessage>,
    ) {
        let count = count.clamp(1, BLOCKS_MAX) as usize;
        let blocks: Vec<Block> = self.tree.branch(block, 0).take(count).copied().collect();
        match blocks.as_slice() {
            [] => {}
            [block] => out.send(from, NakamotoMessage::Block(*block)),
            _ => out.send(from, NakamotoMessage::Branch(Arc::new(blocks))),
        }
    }

    /// Blocks, the highest first: takes them in, passes them on, asks for what is missing.
    fn on_blocks(&mut self, from: NodeIndex, blocks: &[Block], out: &mut Out<NakamotoMessage>) {
        let mut missing = None;
        for block in blocks.iter().rev() {
            // A block names its miner by number: one that is nobody's is no block.
            if block.proposer.0 >= self.config.quorum.nodes {
                continue;
            }
            self.requested.remove(&block.id);
            match self.tree.add(*block) {
                Added::Linked(linked) => {
                    for block in linked {
                        if !self.peers.is_empty() {
                            self.tell(&block, Some(from), out);
                        }
                        self.heard(block, out);
                    }
                }
                Added::Missing(id) => missing = Some(id),
                Added::Nothing => {}
            }
        }
        if let Some(id) = missing {
            let count = if blocks.len() > 1 {
                BLOCKS_MAX
            } else {
                BLOCKS_FIRST
            };
            self.requested.remove(&id);
            self.request(from, id, count, out);
        }
    }
}

//! Blocks that extend each other, and the branch that is decided.

use super::message::{Link, Segment};
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::primitives::hash::BuildMix;
use smallvec::SmallVec;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Decided blocks kept for those who missed them.
const HISTORY_MAX: usize = 4_096;

/// Most links; more are not taken. Undecided ones are at most a few for each view.
const LINKS_MAX: usize = 1 << 16;

/// Most blocks in one answer, but for the few more until one that has its own proof.
pub const BLOCKS_MAX: usize = 64;

/// Blocks with their parents' certificates, above the oldest decided one that is kept.
#[derive(Clone, Default, Debug)]
pub struct Tree {
    /// Looked up and never gone through, so that no run depends on the table's order.
    links: HashMap<BlockId, Link, BuildMix>,
    /// Of those the ones that stand where nothing is decided yet, by height: what a decision must look at.
    open: BTreeMap<u64, SmallVec<[BlockId; 2]>>,
    /// The last decided blocks in order, each with the certificate that proves it: its own or a descendant's.
    decided: VecDeque<(BlockId, Certificate)>,
    /// Of the last one.
    height: u64,
    last: BlockId,
}

impl Tree {
    /// The height decided last; 0 for none.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// A block that is there.
    pub fn get(&self, block: BlockId) -> Option<&Link> {
        self.links.get(&block)
    }

    /// Whether a block is there; what the first one extends always is.
    pub fn has(&self, block: BlockId) -> bool {
        block == BlockId::NONE || self.links.contains_key(&block)
    }

    /// Takes a link whose parent is there. Whether the block is there now.
    pub fn insert(&mut self, link: &Link) -> bool {
        let block = &link.block;
        if self.links.contains_key(&block.id) {
            return true;
        }
        let parent = self.links.get(&block.parent);
        let parent_height = match parent {
            Some(parent) => parent.block.height,
            None if block.parent == BlockId::NONE => 0,
            None => return false,
        };
        // What stands where something else is decided is of no use to anybody.
        if block.height != parent_height + 1
            || block.height <= self.height
            || self.links.len() >= LINKS_MAX
        {
            return false;
        }
        self.links.insert(block.id, link.clone());
        self.open.entry(block.height).or_default().push(block.id);
        true
    }

    /// Whether a block is another one or has it among its ancestors.
    pub fn extends(&self, block: BlockId, ancestor: BlockId) -> bool {
        let height = match self.links.get(&ancestor) {
            Some(link) => link.block.height,
            None => return ancestor == BlockId::NONE,
        };
        let mut at = block;
        while let Some(link) = self.links.get(&at)
            && link.block.height > height
        {
            at = link.block.parent;
        }
        at == ancestor
    }

    /// The blocks after the last decided one up to a block, in order; `None` if it does not extend the
    /// decided ones, or something between is missing.
    fn path(&self, to: BlockId) -> Option<Vec<BlockId>> {
        let mut path = Vec::new();
        let mut at = to;
        while at != self.last {
            let link = self.links.get(&at)?;
            if link.block.height <= self.height {
                return None;
            }
            path.push(at);
            at = link.block.parent;
        }
        path.reverse();
        Some(path)
    }

    /// Decides a certified block with all its ancestors, up to a height. `proof` is the certificate that
    /// shows that it may: of this block, or of the last of a chain that it begins. Whether any was.
    pub fn decide<M>(
        &mut self,
        certificate: &Certificate,
        proof: &Certificate,
        height_max: u64,
        out: &mut Out<M>,
    ) -> bool {
        let before = self.height;
        for id in self.path(certificate.block).unwrap_or_default() {
            if self.height >= height_max {
                break;
            }
            self.height += 1;
            self.last = id;
            self.decided.push_back((id, proof.clone()));
            out.decided(self.height, id, certificate.clone());
        }
        if self.height > before {
            self.forget();
        }
        self.height > before
    }

    fn decided_at(&self, height: u64) -> Option<&(BlockId, Certificate)> {
        let from_last = self.height.checked_sub(height)?;
        let place = self.decided.len().checked_sub(from_last as usize + 1)?;
        self.decided.get(place)
    }

    /// Drops what can no longer be decided, and the oldest that is.
    fn forget(&mut self) {
        let later = self.open.split_off(&(self.height + 1));
        for (height, blocks) in std::mem::replace(&mut self.open, later) {
            let decided = self.decided_at(height).map(|(id, _)| *id);
            for rival in blocks.iter().filter(|id| decided != Some(**id)) {
                self.links.remove(rival);
            }
        }
        while self.decided.len() > HISTORY_MAX {
            if let Some((id, _)) = self.decided.pop_front() {
                self.links.remove(&id);
            }
        }
    }

    /// What somebody who has decided no more than a height lacks, up to a block: the decided blocks first,
    /// at most so many that the answer stays small. `high` is the certificate of the highest block.
    pub fn segment(&self, above: u64, tip: BlockId, high: &Certificate) -> Option<Segment> {
        let mut links = Vec::new();
        let oldest = self.height + 1 - self.decided.len() as u64;
        let known = above.saturating_add(1).saturating_sub(oldest);
        let known = known.min(self.decided.len() as u64);
        let lacked = self.decided.range(known as usize..);
        for (height, (id, proof)) in (oldest + known..).zip(lacked) {
            links.push(self.links.get(id)?.clone());
            if links.len() >= BLOCKS_MAX && proof.height == height {
                let proofs = vec![proof.clone()];
                return Some(Segment { links, proofs });
            }
        }
        let mut proofs = Vec::new();
        let mut ends = vec![tip];
        if let Some((_, proof)) = self.decided.back() {
            proofs.push(proof.clone());
            ends.insert(0, proof.block);
        }
        for end in ends {
            let undecided = self.path(end).unwrap_or_default();
            let undecided = undecided.iter().filter_map(|id| self.links.get(id));
            for link in undecided.filter(|link| link.block.height > above) {
                if !links.contains(link) {
                    links.push(link.clone());
                }
            }
        }
        proofs.push(high.clone());
        (!links.is_empty()).then_some(Segment { links, proofs })
    }

    /// The certificate so many links before another one: what somebody holds who missed the newest.
    pub fn earlier(&self, certificate: &Certificate, steps: usize) -> Certificate {
        let mut earlier = certificate;
        for _ in 0..steps {
            if let Some(link) = self.links.get(&earlier.block) {
                earlier = &link.justify;
            }
        }
        earlier.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::{Block, Payload};
    use crate::primitives::NodeIndex;

    fn link(parent: &Certificate, view: u64) -> Link {
        let payload = Payload::default();
        let height = parent.height + 1;
        Link {
            block: Block::new(parent.block, height, view, NodeIndex(0), payload),
            justify: parent.clone(),
        }
    }

    fn certify(link: &Link) -> Certificate {
        Certificate {
            view: link.block.view,
            height: link.block.height,
            block: link.block.id,
            ..Certificate::genesis()
        }
    }

    #[test]
    fn ancestors_are_decided_with_a_block_and_rival_branches_go() {
        let first = link(&Certificate::genesis(), 1);
        let second = link(&certify(&first), 2);
        let rival = link(&certify(&first), 3);
        let third = link(&certify(&second), 4);
        let mut tree = Tree::default();
        assert!(!tree.insert(&second));
        for link in [&first, &second, &rival, &third] {
            assert!(tree.insert(link));
        }
        assert!(tree.extends(third.block.id, first.block.id));
        assert!(!tree.extends(third.block.id, rival.block.id));
        assert!(tree.extends(rival.block.id, BlockId::NONE));
        let mut out: Out<()> = Out::new(false);
        assert!(tree.decide(&certify(&third), &certify(&third), 2, &mut out));
        assert_eq!((tree.height(), out.actions.len()), (2, 2));
        assert!(!tree.has(rival.block.id) && tree.has(third.block.id));
        let high = certify(&third);
        let segment = tree.segment(1, third.block.id, &high).unwrap();
        assert_eq!(segment.links, [second, third]);
        assert_eq!(segment.proofs, [high.clone(), high]);
        // Another block for a height that is decided is not taken, nor what extends it.
        assert!(!tree.insert(&rival));
        assert!(!tree.decide(&certify(&rival), &certify(&rival), 9, &mut out));
    }
}

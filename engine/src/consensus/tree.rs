//! A tree of blocks: what protocols with a fork choice keep.
//!
//! Blocks come in any order. One whose parent is missing waits for it, and the tree says what to fetch.
//! Everything that waits is bounded, and everything below a height may be forgotten: the tree is then
//! rooted there, and what does not descend from its root is refused.

use super::block::{Block, BlockId};
use crate::primitives::hash::BuildMix;
use smallvec::SmallVec;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Most blocks that wait for their parents.
const WAITING_MAX: usize = 4_096;

/// Blocks of any kind that have a place in a tree.
pub trait Node: Clone {
    /// The block.
    fn block(&self) -> &Block;
}

impl Node for Block {
    fn block(&self) -> &Block {
        self
    }
}

/// A tree of blocks.
#[derive(Clone, Debug)]
pub struct Tree<N> {
    /// By name; all descend from the root, which is itself not among them if it is the start. Looked up and
    /// never gone through, so that no run depends on the table's order.
    nodes: HashMap<BlockId, Entry<N>, BuildMix>,
    /// The children of a root that is not among them.
    first: Children,
    /// Those without children; few, since branches that lose are short. None before the first block.
    leaves: Vec<BlockId>,
    root: (BlockId, u64),
    /// The way from the root, which is not in it, to the highest block, of several to the one that came first:
    /// where a block is on it, so are its ancestors.
    trunk: VecDeque<BlockId>,
    /// By name: those whose parents are missing.
    waiting: BTreeMap<BlockId, N>,
}

/// In the order in which they came.
type Children = SmallVec<[BlockId; 2]>;

/// A block in the tree.
#[derive(Clone, Debug)]
struct Entry<N> {
    node: N,
    children: Children,
}

/// What adding a block came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Added<N> {
    /// It is in the tree, and so are those that waited for it: parents before children.
    Linked(Vec<N>),
    /// It waits: this block is missing.
    Missing(BlockId),
    /// It was there before, or has no place in this tree.
    Nothing,
}

impl<N> Default for Tree<N> {
    fn default() -> Self {
        Self {
            nodes: HashMap::default(),
            first: Children::new(),
            leaves: Vec::new(),
            root: (BlockId::NONE, 0),
            trunk: VecDeque::new(),
            waiting: BTreeMap::new(),
        }
    }
}

impl<N: Node> Tree<N> {
    /// Adds a block.
    pub fn add(&mut self, node: N) -> Added<N> {
        let block = *node.block();
        if self.has(block.id) || block.height <= self.root.1 {
            return Added::Nothing;
        }
        if !self.has(block.parent) {
            let missing = self.missing(block.parent);
            if self.waiting.len() >= WAITING_MAX {
                self.waiting.pop_first();
            }
            self.waiting.insert(block.id, node);
            return Added::Missing(missing);
        }
        if self.height(block.parent) + 1 != block.height {
            return Added::Nothing;
        }
        let mut linked = vec![node];
        let mut next = 0;
        while let Some(node) = linked.get(next).cloned() {
            let (id, parent, height) = (node.block().id, node.block().parent, node.block().height);
            self.waiting.remove(&id);
            match self.nodes.get_mut(&parent) {
                Some(parent) => parent.children.push(id),
                None => self.first.push(id),
            }
            let children = Children::new();
            self.nodes.insert(id, Entry { node, children });
            self.lengthen(id, height);
            match self.leaves.iter().position(|leaf| *leaf == parent) {
                Some(place) => self.leaves[place] = id,
                None => self.leaves.push(id),
            }
            let follow = self.waiting.values().filter(|waiting| {
                waiting.block().parent == id && waiting.block().height == height + 1
            });
            linked.extend(follow.cloned());
            next += 1;
        }
        Added::Linked(linked)
    }

    /// A block is new; if it is the highest, the trunk leads to it from now on.
    fn lengthen(&mut self, mut id: BlockId, height: u64) {
        let long = (height - self.root.1) as usize;
        if long <= self.trunk.len() {
            return;
        }
        self.trunk.resize(long, BlockId::NONE);
        for place in (0..long).rev() {
            if std::mem::replace(&mut self.trunk[place], id) == id {
                break;
            }
            id = self.parent(id);
        }
    }

    /// The block of the trunk at a height, the root included.
    fn on_trunk(&self, height: u64) -> Option<BlockId> {
        match height.checked_sub(self.root.1 + 1) {
            None => Some(self.root.0),
            Some(place) => self.trunk.get(usize::try_from(place).ok()?).copied(),
        }
    }

    /// The nearest ancestor of what waits that is not here.
    fn missing(&self, mut id: BlockId) -> BlockId {
        // Whoever lies could let blocks wait for each other in a ring.
        for _ in 0..=self.waiting.len() {
            match self.waiting.get(&id) {
                Some(node) => id = node.block().parent,
                None => break,
            }
        }
        id
    }

    /// Whether a block is in the tree, its root included.
    pub fn has(&self, id: BlockId) -> bool {
        id == self.root.0 || self.nodes.contains_key(&id)
    }

    /// A block of the tree.
    pub fn get(&self, id: BlockId) -> Option<&N> {
        self.nodes.get(&id).map(|entry| &entry.node)
    }

    /// The root and its height: the start, until something is forgotten.
    pub fn root(&self) -> (BlockId, u64) {
        self.root
    }

    /// A block's height; the root's for what is not in the tree.
    pub fn height(&self, id: BlockId) -> u64 {
        self.get(id).map_or(self.root.1, |node| node.block().height)
    }

    /// A block's parent; the root is its own.
    pub fn parent(&self, id: BlockId) -> BlockId {
        if id == self.root.0 {
            return id;
        }
        self.get(id).map_or(self.root.0, |node| node.block().parent)
    }

    /// A block's children, in the order in which they came.
    pub fn children(&self, id: BlockId) -> &[BlockId] {
        match self.nodes.get(&id) {
            Some(entry) => &entry.children,
            None if id == self.root.0 => &self.first,
            None => &[],
        }
    }

    /// The block that all others lead to, if there is but one branch.
    pub fn only_leaf(&self) -> Option<BlockId> {
        match self.leaves[..] {
            [leaf] => Some(leaf),
            _ => None,
        }
    }

    /// The ancestor of a block at a height, itself if it is there already.
    pub fn ancestor(&self, mut id: BlockId, height: u64) -> BlockId {
        let height = height.max(self.root.1);
        let mut at = self.height(id);
        while at > height {
            if self.on_trunk(at) == Some(id) {
                return self.on_trunk(height).unwrap_or(id);
            }
            id = self.parent(id);
            at -= 1;
        }
        id
    }

    /// Whether one block is an ancestor of another, or the same.
    pub fn is_ancestor(&self, ancestor: BlockId, id: BlockId) -> bool {
        self.has(ancestor) && self.ancestor(id, self.height(ancestor)) == ancestor
    }

    /// The last block that two have in common.
    pub fn common(&self, a: BlockId, b: BlockId) -> BlockId {
        let height = self.height(a).min(self.height(b));
        let (mut a, mut b) = (self.ancestor(a, height), self.ancestor(b, height));
        while a != b {
            (a, b) = (self.parent(a), self.parent(b));
        }
        a
    }

    /// A block and its ancestors above a height, the highest first.
    pub fn branch(&self, id: BlockId, above: u64) -> impl Iterator<Item = &N> {
        let first = self.get(id);
        std::iter::successors(first, |node| self.get(node.block().parent))
            .take_while(move |node| node.block().height > above)
    }

    /// How many blocks it has besides the start.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// Makes a block the root: forgets what does not descend from it. `forget` hears of each, in no order.
    pub fn root_at(&mut self, id: BlockId, mut forget: impl FnMut(&N)) {
        if id == self.root.0 || !self.has(id) {
            return;
        }
        let height = self.height(id);
        if self.on_trunk(height) == Some(id) {
            self.trunk.drain(..(height - self.root.1) as usize);
        } else {
            self.trunk.clear();
        }
        let mut kept = HashMap::default();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if let Some(entry) = self.nodes.remove(&next) {
                open.extend(&entry.children);
                kept.insert(next, entry);
            }
        }
        let gone = self.nodes.values().map(|entry| &entry.node);
        gone.for_each(&mut forget);
        (self.nodes, self.root) = (kept, (id, height));
        self.first.clear();
        let is_leaf = |leaf: &BlockId| *leaf != id && self.nodes.contains_key(leaf);
        self.leaves.retain(is_leaf);
        self.waiting.retain(|_, node| node.block().height > height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::Payload;
    use crate::primitives::NodeIndex;
    use proptest::prelude::*;

    fn on(parent: &Block, tag: u64) -> Block {
        let payload = Payload {
            tag,
            ..Payload::default()
        };
        Block::new(parent.id, parent.height + 1, 0, NodeIndex(0), payload)
    }

    #[test]
    fn blocks_come_in_any_order_and_say_what_is_missing() {
        let mut tree = Tree::default();
        let a = Block::new(BlockId::NONE, 1, 0, NodeIndex(0), Payload::default());
        let (b, rival) = (on(&a, 1), on(&a, 2));
        let c = on(&b, 1);
        assert_eq!(tree.add(c), Added::Missing(b.id));
        assert_eq!(tree.add(b), Added::Missing(a.id));
        // What waits for what waits asks for what is at the bottom of it.
        assert_eq!(tree.add(on(&c, 7)), Added::Missing(a.id));
        let Added::Linked(linked) = tree.add(a) else {
            panic!("not linked");
        };
        assert_eq!(linked, [a, b, c, on(&c, 7)]);
        assert_eq!(tree.add(a), Added::Nothing);
        assert_eq!(tree.only_leaf(), Some(on(&c, 7).id));
        assert_eq!(tree.add(rival), Added::Linked(vec![rival]));
        assert_eq!(tree.children(a.id), [b.id, rival.id]);
        assert_eq!(tree.only_leaf(), None);
        assert_eq!(tree.common(c.id, rival.id), a.id);
        assert_eq!(tree.ancestor(c.id, 1), a.id);
        assert!(tree.is_ancestor(a.id, c.id) && !tree.is_ancestor(rival.id, c.id));
        let branch: Vec<u64> = tree.branch(c.id, 1).map(|block| block.height).collect();
        assert_eq!(branch, [3, 2]);
        // A height that does not follow its parent's has no place.
        let wrong = Block {
            height: 9,
            ..on(&a, 3)
        };
        assert_eq!(tree.add(wrong), Added::Nothing);
        let mut gone = Vec::new();
        tree.root_at(b.id, |block| gone.push(block.id));
        gone.sort_unstable();
        let mut expected = [a.id, rival.id];
        expected.sort_unstable();
        assert_eq!(gone, expected);
        assert_eq!(tree.root(), (b.id, 2));
        assert_eq!(tree.only_leaf(), Some(on(&c, 7).id));
        assert_eq!(tree.common(c.id, b.id), b.id);
        assert_eq!(tree.add(on(&a, 4)), Added::Nothing);
    }

    #[test]
    fn what_waits_is_bounded_and_may_wait_in_a_ring() {
        let mut tree = Tree::default();
        let mut ring = [1_u64, 2].map(|id| Block {
            id: BlockId(id),
            ..Block::new(BlockId(3 - id), 5, 0, NodeIndex(0), Payload::default())
        });
        ring.iter_mut()
            .for_each(|block| block.parent = BlockId(3 - block.id.0));
        assert_eq!(tree.add(ring[0]), Added::Missing(BlockId(2)));
        assert!(matches!(tree.add(ring[1]), Added::Missing(_)));
        for id in 10..10 + 2 * WAITING_MAX as u64 {
            let orphan = Block::new(BlockId(7), 9, id, NodeIndex(0), Payload::default());
            assert_eq!(tree.add(orphan), Added::Missing(BlockId(7)));
        }
        assert_eq!(tree.waiting.len(), WAITING_MAX);
    }

    proptest! {
        #[test]
        fn the_trunk_finds_what_going_from_parent_to_parent_finds(
            steps in prop::collection::vec((0u8..12, 0usize..30, 0usize..30), 1..150),
        ) {
            let mut tree = Tree::default();
            let mut blocks: Vec<Block> = Vec::new();
            for (tag, (how, one, other)) in steps.into_iter().enumerate() {
                // Most go on where the last one is, some anywhere among the last ones; now and then all is
                // rooted higher up.
                let back = |far: usize| blocks.len().checked_sub(far + 1).map(|at| blocks[at]);
                let parent = if how < 8 { back(0) } else { back(one) };
                match (how, back(other)) {
                    (11, Some(root)) => tree.root_at(root.id, |_| {}),
                    _ => {
                        let (id, height) = parent.map_or((BlockId::NONE, 0), |at| (at.id, at.height));
                        let payload = Payload { tag: tag as u64, ..Payload::default() };
                        let block = Block::new(id, height + 1, 0, NodeIndex(0), payload);
                        if matches!(tree.add(block), Added::Linked(_)) {
                            blocks.push(block);
                        }
                    }
                }
                let (root, bottom) = tree.root();
                for block in blocks.iter().rev().take(12).filter(|block| tree.has(block.id)) {
                    let mut id = block.id;
                    for height in (bottom..=block.height).rev() {
                        prop_assert_eq!(tree.ancestor(block.id, height), id);
                        id = tree.parent(id);
                    }
                    prop_assert_eq!(tree.ancestor(block.id, 0), root);
                    let below = tree.children(block.id);
                    prop_assert!(below.iter().all(|child| tree.parent(*child) == block.id));
                }
            }
        }
    }
}

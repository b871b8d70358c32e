//! A binary tree of hashes, and the hashing of those of its nodes that changed.

use super::compress::{Compressor, WIDTH};

/// A hash inside the tree.
pub(super) type Node = [u8; 32];

/// Which nodes of a level changed: one bit a node, the last word padded with zeros.
#[derive(Clone, Default, Debug)]
pub(super) struct Touched(Vec<u64>);

impl Touched {
    /// None of `nodes` nodes.
    pub(super) fn clear(&mut self, nodes: usize) {
        self.0.clear();
        self.0.resize(nodes.div_ceil(64), 0);
    }

    /// All of `nodes` nodes.
    pub(super) fn fill(&mut self, nodes: usize) {
        self.0.clear();
        self.0.resize(nodes.div_ceil(64), u64::MAX);
        if let (Some(last), rest @ 1..) = (self.0.last_mut(), nodes % 64) {
            *last = (1 << rest) - 1;
        }
    }

    pub(super) fn mark(&mut self, node: u32) {
        self.0[node as usize / 64] |= 1 << (node % 64);
    }

    /// The changed nodes in order.
    pub(super) fn nodes(&self) -> Nodes<'_> {
        Nodes {
            words: &self.0,
            next: 0,
            left: 0,
        }
    }

    /// Turns the changed nodes of a level into the changed nodes of the level above.
    fn ascend(&mut self) {
        let words = self.0.len().div_ceil(2);
        for index in 0..words {
            let low = halve(self.0[2 * index]);
            let high = self.0.get(2 * index + 1).map_or(0, |word| halve(*word));
            self.0[index] = low | high << 32;
        }
        self.0.truncate(words);
    }
}

/// One bit for every pair of bits: whether either is set.
const fn halve(word: u64) -> u64 {
    let mut x = (word | word >> 1) & 0x5555_5555_5555_5555;
    x = (x | x >> 1) & 0x3333_3333_3333_3333;
    x = (x | x >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | x >> 4) & 0x00ff_00ff_00ff_00ff;
    x = (x | x >> 8) & 0x0000_ffff_0000_ffff;
    (x | x >> 16) & 0x0000_0000_ffff_ffff
}

/// The changed nodes of a level, in order.
pub(super) struct Nodes<'a> {
    words: &'a [u64],
    next: usize,
    left: u64,
}

impl Iterator for Nodes<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            self.left = *self.words.get(self.next)?;
            self.next += 1;
        }
        let node = (self.next as u32 - 1) * 64 + self.left.trailing_zeros();
        self.left &= self.left - 1;
        Some(node)
    }
}

/// Levels of nodes: `[l]` has the 2^l nodes of level l, the last level are the leaves.
#[derive(Clone, Debug)]
pub(super) struct Levels(Vec<Vec<Node>>);

impl Levels {
    /// Levels over 2^depth leaves.
    pub(super) fn new(depth: u32) -> Self {
        Self((0..=depth).map(|level| vec![[0; 32]; 1 << level]).collect())
    }

    pub(super) fn depth(&self) -> u32 {
        self.0.len() as u32 - 1
    }

    pub(super) fn top(&self) -> &Node {
        &self.0[0][0]
    }

    pub(super) fn leaves_mut(&mut self) -> &mut [Node] {
        let depth = self.0.len() - 1;
        &mut self.0[depth]
    }

    /// The siblings of the nodes from a leaf to below the top.
    pub(super) fn siblings(&self, leaf: u32) -> impl Iterator<Item = Node> {
        let above = self.0[1..].iter().rev().enumerate();
        above.map(move |(climbed, nodes)| nodes[(leaf >> climbed ^ 1) as usize])
    }

    /// Hashes what is above the leaves that changed, level by level.
    pub(super) fn climb(&mut self, touched: &mut Touched, compressor: &Compressor) {
        for level in (1..self.0.len()).rev() {
            touched.ascend();
            let (above, below) = self.0.split_at_mut(level);
            hash_parents(
                below[0].as_flattened(),
                &mut above[level - 1],
                touched.nodes(),
                compressor,
            );
        }
    }
}

/// Hashes these nodes, a vector's width at a time.
fn hash_parents(
    children: &[u8],
    nodes: &mut [Node],
    mut changed: Nodes<'_>,
    compressor: &Compressor,
) {
    let (pairs, _) = children.as_chunks::<64>();
    let Some(unused) = pairs.first() else { return };
    loop {
        let mut at = [0; WIDTH];
        let mut inputs = [unused; WIDTH];
        let mut count = 0;
        for node in changed.by_ref().take(WIDTH) {
            at[count] = node;
            inputs[count] = &pairs[node as usize];
            count += 1;
        }
        let mut hashes = [[0; 32]; WIDTH];
        compressor.parents(&inputs[..count], &mut hashes);
        for (node, hash) in at[..count].iter().zip(hashes) {
            nodes[*node as usize] = hash;
        }
        if count < WIDTH {
            return;
        }
    }
}

//! The tree: buckets below, hashed levels above, one root.

use super::bucket::{Buckets, bucket_of};
use super::compress::{Compressor, WIDTH};
use super::leaf::Leaves;
use super::level::{Marks, Node, Touched, rehash};
use super::proof::Proof;
use crate::primitives::Digest;
use crate::state::{Key, Word};
use blake3::hazmat::{Mode, merge_subtrees_non_root};

/// The most entries a bucket holds on average. Fewer mean more levels, more mean longer leaves; 1, 2 and
/// 4 measured alike on an update of a fifth of the slots, and 2 keeps half as many nodes as 1.
const LOAD: u32 = 2;

/// Buckets that are looked at together before they are worked on: a state of many thousand slots does not
/// fit the caches, and waiting for memory at one bucket after the other took longer than hashing.
const TOGETHER: usize = 16;

/// Says what a root is, and pins how it is made.
const ROOT_DOMAIN: &[u8] = b"interleave state root 1";

/// The Merkle commitment to a state; see the folder's documentation for its shape.
#[derive(Clone, Debug)]
pub struct Commitment {
    buckets: Buckets,
    /// `levels[l]` has the 2^l nodes of level l; the last level are the leaves.
    levels: Vec<Vec<Node>>,
    /// Kept between updates for its memory.
    touched: Touched,
}

impl Default for Commitment {
    fn default() -> Self {
        let mut commitment = Self {
            buckets: Buckets::new(),
            levels: Vec::new(),
            touched: Touched::default(),
        };
        commitment.rebuild(0, 1);
        commitment
    }
}

/// The depth at which this many entries are kept.
const fn depth_for(live: u32) -> u32 {
    let buckets = live.div_ceil(LOAD);
    if buckets <= 1 {
        0
    } else {
        (buckets - 1).ilog2() + 1
    }
}

/// The parent of two nodes: one compression.
pub(super) fn parent(left: &Node, right: &Node) -> Node {
    merge_subtrees_non_root(left, right, Mode::Hash)
}

/// The root over the topmost node of a tree of this depth.
pub(super) fn seal(depth: u32, top: &Node) -> Digest {
    let mut input = [0u8; ROOT_DOMAIN.len() + 1 + 32];
    input[..ROOT_DOMAIN.len()].copy_from_slice(ROOT_DOMAIN);
    input[ROOT_DOMAIN.len()] = depth as u8;
    input[ROOT_DOMAIN.len() + 1..].copy_from_slice(top);
    Digest::of(&input)
}

impl Commitment {
    /// The root of the state.
    pub fn root(&self) -> Digest {
        seal(self.buckets.depth(), &self.levels[0][0])
    }

    /// How many slots are not zero.
    pub fn len(&self) -> usize {
        self.buckets.live() as usize
    }

    /// Whether every slot is zero.
    pub fn is_empty(&self) -> bool {
        self.buckets.live() == 0
    }

    /// Takes over what was written, on one thread. A key that occurs twice ends with its last value.
    pub fn update(&mut self, written: &[(Key, Word)]) {
        self.update_on(written, 1);
    }

    /// Takes over what was written, on at most so many of the current pool's threads. The number of
    /// threads changes nothing but the time.
    ///
    /// # Panics
    /// Past 2^30 slots that are not zero.
    pub fn update_on(&mut self, written: &[(Key, Word)], threads: usize) {
        // A long list into a small tree would make long buckets: spread first, for as many as may come.
        let may_live = (self.buckets.live() as usize).saturating_add(written.len());
        let roomy = depth_for(may_live.min(super::bucket::LIVE_MAX as usize) as u32);
        let respread = roomy > self.buckets.depth() + 1;
        if respread {
            self.buckets.respread(roomy);
        }
        self.touched.clear(1 << self.buckets.depth());
        let depth = self.buckets.depth();
        for together in written.chunks(TOGETHER) {
            for (key, _) in together {
                self.buckets.look(bucket_of(key, depth));
            }
            for (key, word) in together {
                let bucket = self.buckets.set(*key, *word);
                self.touched.mark(bucket);
            }
        }
        let depth = depth_for(self.buckets.live());
        if respread || depth != self.buckets.depth() {
            self.rebuild(depth, threads);
        } else {
            self.rehash(threads);
        }
    }

    /// The proof of what the slot holds, or that it holds nothing.
    pub fn prove(&self, key: &Key) -> Proof {
        let depth = self.buckets.depth();
        let bucket = bucket_of(key, depth);
        let siblings = (1..=depth)
            .rev()
            .map(|level| {
                let node = bucket >> (depth - level);
                Digest(self.levels[level as usize][(node ^ 1) as usize])
            })
            .collect();
        Proof {
            entries: self.buckets.of(bucket).collect(),
            siblings,
        }
    }

    fn rebuild(&mut self, depth: u32, threads: usize) {
        if depth != self.buckets.depth() {
            self.buckets.respread(depth);
        }
        self.levels.resize_with(depth as usize + 1, Vec::new);
        for (level, nodes) in self.levels.iter_mut().enumerate() {
            nodes.resize(1 << level, [0; 32]);
        }
        self.touched.fill(1 << depth);
        self.rehash(threads);
    }

    /// Hashes the touched buckets, then their ancestors, level by level.
    fn rehash(&mut self, threads: usize) {
        let Self {
            buckets,
            levels,
            touched,
        } = self;
        if let Some(leaves) = levels.last_mut() {
            rehash(leaves, touched, threads, |nodes, first, marks| {
                hash_leaves(buckets, nodes, first, marks);
            });
        }
        for level in (1..levels.len()).rev() {
            touched.ascend();
            let (above, below) = levels.split_at_mut(level);
            let (nodes, children) = (&mut above[level - 1], below[0].as_flattened());
            rehash(nodes, touched, threads, |nodes, first, marks| {
                hash_parents(children, nodes, first, marks);
            });
        }
    }
}

fn hash_leaves(buckets: &Buckets, nodes: &mut [Node], first: usize, mut marks: Marks<'_>) {
    let mut leaves = Leaves::new();
    let mut entries = Vec::with_capacity(32);
    let mut together = Vec::with_capacity(TOGETHER);
    loop {
        together.clear();
        together.extend(marks.by_ref().take(TOGETHER));
        for node in &together {
            buckets.look((first + node) as u32);
        }
        for node in &together {
            entries.clear();
            entries.extend(buckets.of((first + node) as u32));
            leaves.push(*node, &entries, nodes);
        }
        if together.len() < TOGETHER {
            break;
        }
    }
    leaves.finish(nodes);
}

fn hash_parents(children: &[u8], nodes: &mut [Node], first: usize, mut marks: Marks<'_>) {
    let compressor = Compressor::new();
    let (pairs, _) = children.as_chunks::<64>();
    let Some(unused) = pairs.first() else { return };
    loop {
        let mut at = [0; WIDTH];
        let mut inputs = [unused; WIDTH];
        let mut count = 0;
        for node in marks.by_ref().take(WIDTH) {
            at[count] = node;
            inputs[count] = &pairs[first + node];
            count += 1;
        }
        let mut hashes = [[0; 32]; WIDTH];
        compressor.parents(&inputs[..count], &mut hashes);
        for (node, hash) in at[..count].iter().zip(hashes) {
            nodes[*node] = hash;
        }
        if count < WIDTH {
            return;
        }
    }
}

//! The tree: stripes of buckets below, what is above them, one root.

use super::bucket::bucket_of;
use super::compress::Compressor;
use super::level::{Levels, Node, Touched};
use super::proof::Proof;
use super::stripe::{Dealt, Stripe};
use crate::primitives::Digest;
use crate::state::{Key, Word};
use blake3::hazmat::{Mode, merge_subtrees_non_root};

/// The most entries a bucket holds on average. More mean fewer levels and longer leaves: where a block
/// writes a fifth of the slots, a write costs 4.3, 3.9, 3.8 and 4.0 compressions with 1, 2, 4 and 8 in each,
/// and where it writes all, 2.0, 1.4, 1.1 and 0.9 (entries fall into buckets as by Poisson's law).
const LOAD: u32 = 4;

/// Most slots that are not zero.
const LIVE_MAX: u32 = 1 << 30;

/// Levels of a stripe at most: with this many its buckets and nodes are some hundred kilobytes.
const STRIPE_DEPTH: u32 = 10;

/// Fewer writes than this are taken in on the calling thread: forking would cost more than it saves.
#[cfg(feature = "threads")]
const PARALLEL_FROM: usize = 1024;

/// Says what a root is, and pins how it is made.
const ROOT_DOMAIN: &[u8] = b"interleave state root 2";

/// The Merkle commitment to a state; see the folder's documentation for its shape.
#[derive(Clone, Debug)]
pub struct Commitment {
    depth: u32,
    /// Of as many buckets each.
    stripes: Vec<Stripe>,
    /// What is above them: its leaves are the stripes' tops.
    above: Levels,
    /// The writes in hand, by stripes; kept for its memory.
    dealt: Vec<Dealt>,
}

impl Default for Commitment {
    fn default() -> Self {
        let mut commitment = Self {
            depth: 0,
            stripes: vec![Stripe::new(0)],
            above: Levels::new(0),
            dealt: Vec::new(),
        };
        commitment.take_in(&[], 1);
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
        seal(self.depth, self.above.top())
    }

    /// How many slots are not zero.
    pub fn len(&self) -> usize {
        self.live() as usize
    }

    /// Whether every slot is zero.
    pub fn is_empty(&self) -> bool {
        self.live() == 0
    }

    fn live(&self) -> u32 {
        let live = self.stripes.iter().map(|stripe| stripe.buckets.live());
        live.fold(0, u32::saturating_add)
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
        let may_live = (self.live() as usize).saturating_add(written.len());
        let roomy = depth_for(may_live.min(LIVE_MAX as usize) as u32);
        if roomy > self.depth + 1 {
            let mut entries = self.spread(roomy);
            entries.extend_from_slice(written);
            self.take_in(&entries, threads);
        } else {
            self.take_in(written, threads);
        }
        let live = self.live();
        assert!(live <= LIVE_MAX, "more slots than a commitment may hold");
        let depth = depth_for(live);
        if depth != self.depth {
            let entries = self.spread(depth);
            self.take_in(&entries, threads);
        }
    }

    /// The proof of what the slot holds, or that it holds nothing.
    pub fn prove(&self, key: &Key) -> Proof {
        let (stripe, at) = self.place(key);
        let of = &self.stripes[stripe as usize];
        let siblings = of.levels.siblings(at).chain(self.above.siblings(stripe));
        Proof {
            entries: of.buckets.of(at).collect(),
            siblings: siblings.map(Digest).collect(),
        }
    }

    /// Which stripe a key is in, and in which of its buckets.
    fn place(&self, key: &Key) -> (u32, u32) {
        let bucket = bucket_of(key, self.depth);
        let within = self.depth - self.above.depth();
        (bucket >> within, bucket & ((1 << within) - 1))
    }

    /// Begins anew with 2^depth empty buckets; says what all held before.
    fn spread(&mut self, depth: u32) -> Vec<(Key, Word)> {
        let entries = self.stripes.iter().flat_map(|stripe| stripe.buckets.all());
        let entries = entries.collect();
        let within = depth.min(STRIPE_DEPTH);
        self.depth = depth;
        self.above = Levels::new(depth - within);
        self.stripes.clear();
        self.stripes
            .resize_with(1 << (depth - within), || Stripe::new(within));
        entries
    }

    /// Makes these writes and hashes what they change.
    fn take_in(&mut self, written: &[(Key, Word)], threads: usize) {
        let ends = self.deal(written);
        let dealt = &self.dealt;
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let ranges = begins
            .zip(&ends)
            .map(|(begin, end)| begin as usize..*end as usize);
        let mut work: Vec<_> = self.stripes.iter_mut().zip(ranges).collect();
        for_each(&mut work, (written.len(), threads), |(stripe, range)| {
            stripe.update(written, &dealt[range.clone()]);
        });
        let mut touched = Touched::default();
        touched.clear(self.stripes.len());
        let nodes = self.above.leaves_mut().iter_mut();
        for ((index, node), stripe) in (0..).zip(nodes).zip(&self.stripes) {
            if node != stripe.top() {
                *node = *stripe.top();
                touched.mark(index);
            }
        }
        self.above.climb(&mut touched, &Compressor::new());
    }

    /// Puts the writes to one stripe together, in order; where those of each stripe end.
    fn deal(&mut self, written: &[(Key, Word)]) -> Vec<u32> {
        let mut ends = vec![0; self.stripes.len()];
        for (key, _) in written {
            ends[self.place(key).0 as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            // Where the stripe's begin, until they are dealt.
            sum += std::mem::replace(end, sum);
        }
        self.dealt.resize(written.len(), Dealt::default());
        for (index, (key, _)) in (0..).zip(written) {
            let (stripe, bucket) = self.place(key);
            let end = &mut ends[stripe as usize];
            self.dealt[*end as usize] = Dealt { bucket, index };
            *end += 1;
        }
        ends
    }
}

/// Does this with each piece of work, which are for so many writes together, on at most so many threads.
fn for_each<T: Send>(
    work: &mut [T],
    (writes, threads): (usize, usize),
    each: impl Fn(&mut T) + Sync,
) {
    #[cfg(feature = "threads")]
    if threads > 1 && writes >= PARALLEL_FROM {
        use rayon::prelude::*;
        // Four pieces a thread, so that an uneven one does not keep the others waiting.
        let size = work.len().div_ceil(threads * 4);
        let pieces = work.par_chunks_mut(size);
        pieces.for_each(|piece| piece.iter_mut().for_each(&each));
        return;
    }
    let _ = (writes, threads);
    work.iter_mut().for_each(each);
}

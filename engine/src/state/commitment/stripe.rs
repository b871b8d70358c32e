//! Some buckets in a row with the tree above them, small enough for the caches next to a core: what one
//! thread works on from the writes to the top.

use super::bucket::Buckets;
use super::compress::Compressor;
use super::leaf::Leaves;
use super::level::{Levels, Node, Touched};
use crate::state::{Key, Word};

/// Buckets that are looked at together before they are worked on: waiting for memory at one bucket after
/// the other takes longer than hashing.
const TOGETHER: usize = 16;

/// A write, and the bucket of its stripe that it goes to.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Dealt {
    pub(super) bucket: u32,
    /// Which of the writes.
    pub(super) index: u32,
}

/// 2^depth buckets with the tree above them.
#[derive(Clone, Debug)]
pub(super) struct Stripe {
    pub(super) buckets: Buckets,
    pub(super) levels: Levels,
    /// The buckets whose leaves are not yet what they hold: all of a new stripe, none after an update.
    touched: Touched,
}

impl Stripe {
    pub(super) fn new(depth: u32) -> Self {
        let mut touched = Touched::default();
        touched.fill(1 << depth);
        Self {
            buckets: Buckets::new(1 << depth),
            levels: Levels::new(depth),
            touched,
        }
    }

    pub(super) fn top(&self) -> &Node {
        self.levels.top()
    }

    /// Makes those of the writes that go to this stripe, in order, and hashes what they change.
    pub(super) fn update(&mut self, written: &[(Key, Word)], dealt: &[Dealt]) {
        let Self {
            buckets,
            levels,
            touched,
        } = self;
        for together in dealt.chunks(TOGETHER) {
            together.iter().for_each(|dealt| buckets.look(dealt.bucket));
            for dealt in together {
                let (key, word) = &written[dealt.index as usize];
                buckets.set(dealt.bucket, key, word);
                touched.mark(dealt.bucket);
            }
        }
        if touched.nodes().next().is_none() {
            return;
        }
        let compressor = Compressor::new();
        let out = levels.leaves_mut();
        let mut leaves = Leaves::new(&compressor, buckets);
        touched.nodes().for_each(|bucket| leaves.push(bucket, out));
        leaves.finish(out);
        levels.climb(touched, &compressor);
        touched.clear(1 << levels.depth());
    }
}

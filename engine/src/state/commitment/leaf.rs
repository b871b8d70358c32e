//! Leaves: the hash of a bucket's entries.
//!
//! A leaf is the chaining value, not as a root, of the BLAKE3 hash of the entries (48 bytes each: key,
//! then value) filled up with zeros to whole 64-byte blocks; an empty bucket's leaf is all zeros. The
//! filling is not ambiguous, because no entry's value is zero.

use super::bucket::{BLOCK_BYTES, Block, Buckets, ENTRY_BYTES, Place, blocks_of};
use super::compress::{Compressor, WIDTH};
use super::level::Node;
use crate::state::{Key, Word};
use blake3::hazmat::HasherExt;

/// The leaf of an empty bucket.
const EMPTY: Node = [0; 32];

/// Blocks of the longest leaves that are hashed side by side: ten entries, more than which at most three
/// buckets in a thousand have.
const BLOCKS_MAX: usize = 8;

/// The leaf of one bucket with these entries, in key order.
pub(super) fn leaf(entries: &[(Key, Word)]) -> Node {
    if entries.is_empty() {
        return EMPTY;
    }
    let mut hasher = blake3::Hasher::new();
    for (key, word) in entries {
        hasher.update(&key.to_bytes()).update(&word.to_bytes());
    }
    let over = entries.len() * ENTRY_BYTES % BLOCK_BYTES;
    if over > 0 {
        hasher.update(&[0; BLOCK_BYTES][over..]);
    }
    hasher.finalize_non_root()
}

/// Leaves of the same length that wait until a vector's width of them is together.
#[derive(Clone, Copy, Default)]
struct Batch {
    /// Where the bucket's blocks begin.
    blocks: [u32; WIDTH],
    leaves: [u32; WIDTH],
    len: usize,
}

/// Hashes leaves as they come.
pub(super) struct Leaves<'a> {
    compressor: &'a Compressor,
    buckets: &'a Buckets,
    /// By their blocks, less one.
    batches: [Batch; BLOCKS_MAX],
}

impl<'a> Leaves<'a> {
    pub(super) fn new(compressor: &'a Compressor, buckets: &'a Buckets) -> Self {
        Self {
            compressor,
            buckets,
            batches: Default::default(),
        }
    }

    /// Puts a bucket's leaf into `out`, now or by [`Leaves::finish`] at the latest.
    pub(super) fn push(&mut self, bucket: u32, out: &mut [Node]) {
        let Place { at, entries } = self.buckets.place(bucket);
        let blocks = blocks_of(entries) as usize;
        if blocks == 0 {
            out[bucket as usize] = EMPTY;
            return;
        }
        let Some(batch) = self.batches.get_mut(blocks - 1) else {
            let bytes = self.buckets.blocks()[at as usize..][..blocks].as_flattened();
            out[bucket as usize] = blake3::Hasher::new().update(bytes).finalize_non_root();
            return;
        };
        (batch.blocks[batch.len], batch.leaves[batch.len]) = (at, bucket);
        batch.len += 1;
        if batch.len == WIDTH {
            self.flush(blocks, out);
        }
    }

    /// Hashes what still waits.
    pub(super) fn finish(mut self, out: &mut [Node]) {
        (1..=BLOCKS_MAX).for_each(|blocks| self.flush(blocks, out));
    }

    fn flush(&mut self, blocks: usize, out: &mut [Node]) {
        let batch = &mut self.batches[blocks - 1];
        let from = &batch.blocks[..batch.len];
        let mut hashes = [EMPTY; WIDTH];
        let hash = (self.compressor, self.buckets.blocks());
        match blocks {
            1 => hash_at::<64>(hash, from, &mut hashes),
            2 => hash_at::<128>(hash, from, &mut hashes),
            3 => hash_at::<192>(hash, from, &mut hashes),
            4 => hash_at::<256>(hash, from, &mut hashes),
            5 => hash_at::<320>(hash, from, &mut hashes),
            6 => hash_at::<384>(hash, from, &mut hashes),
            7 => hash_at::<448>(hash, from, &mut hashes),
            _ => hash_at::<512>(hash, from, &mut hashes),
        }
        for (leaf, hash) in batch.leaves[..batch.len].iter().zip(hashes) {
            out[*leaf as usize] = hash;
        }
        batch.len = 0;
    }
}

/// The leaves of `BYTES` that begin at these blocks.
fn hash_at<const BYTES: usize>(
    (compressor, blocks): (&Compressor, &[Block]),
    from: &[u32],
    hashes: &mut [Node; WIDTH],
) {
    let Some(first) = from.first() else { return };
    let input = |at: u32| {
        let (inputs, _) = blocks[at as usize..].as_flattened().as_chunks::<BYTES>();
        &inputs[0]
    };
    let mut inputs = [input(*first); WIDTH];
    for (place, at) in inputs.iter_mut().zip(from) {
        *place = input(*at);
    }
    compressor.chunks(&inputs[..from.len()], hashes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Address;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Buckets of any length, grown and shrunk, against ordered maps; hashed side by side and alone.
        #[test]
        fn buckets_hold_what_was_set_and_leaves_are_its_hash(
            writes in prop::collection::vec((0u32..20, 0u64..40, 0u128..3), 0..1_500),
        ) {
            let mut buckets = Buckets::new(20);
            let mut model = vec![BTreeMap::new(); 20];
            for (bucket, number, value) in writes {
                // Most go to the first few, which become long.
                let bucket = bucket * bucket / 20;
                let key = Key::of(Address::contract(number as u32 % 3), 1, Address(number as u32));
                let word = Word::pair(value, value);
                buckets.set(bucket, &key, &word);
                match word.is_zero() {
                    true => model[bucket as usize].remove(&key),
                    false => model[bucket as usize].insert(key, word),
                };
            }
            let compressor = Compressor::new();
            let mut leaves = Leaves::new(&compressor, &buckets);
            let mut out = [[1; 32]; 20];
            (0..20).for_each(|bucket| leaves.push(bucket, &mut out));
            leaves.finish(&mut out);
            let mut live = 0;
            for (bucket, entries) in model.into_iter().enumerate() {
                let entries: Vec<_> = entries.into_iter().collect();
                let held: Vec<_> = buckets.of(bucket as u32).collect();
                prop_assert_eq!(&held, &entries);
                prop_assert_eq!(out[bucket], leaf(&entries));
                live += entries.len();
            }
            prop_assert_eq!(buckets.live() as usize, live);
        }
    }
}

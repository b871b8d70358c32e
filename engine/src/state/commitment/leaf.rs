//! Leaves: the hash of a bucket's entries.
//!
//! A leaf is the chaining value, not as a root, of the BLAKE3 hash of the entries (48 bytes each: key,
//! then value) filled up with zeros to whole 64-byte blocks; an empty bucket's leaf is all zeros. The
//! filling is not ambiguous, because no entry's value is zero.

use super::compress::{Compressor, WIDTH};
use super::level::Node;
use crate::state::{Key, Word};
use blake3::hazmat::HasherExt;

/// Bytes that an entry adds to its leaf's input.
const ENTRY_BYTES: usize = 48;

/// The leaf of an empty bucket.
const EMPTY: Node = [0; 32];

fn put(input: &mut [u8], index: usize, key: Key, word: Word) {
    let at = index * ENTRY_BYTES;
    input[at..at + 16].copy_from_slice(&key.to_bytes());
    input[at + 16..at + ENTRY_BYTES].copy_from_slice(&word.to_bytes());
}

/// The leaf of one bucket with these entries, in key order.
pub(super) fn leaf(entries: &[(Key, Word)]) -> Node {
    if entries.is_empty() {
        return EMPTY;
    }
    let mut hasher = blake3::Hasher::new();
    for (key, word) in entries {
        hasher.update(&key.to_bytes()).update(&word.to_bytes());
    }
    let over = entries.len() * ENTRY_BYTES % 64;
    if over > 0 {
        hasher.update(&[0; 64][over..]);
    }
    hasher.finalize_non_root()
}

/// Leaves waiting until a vector's width of the same length is together.
struct Batch<const BYTES: usize> {
    inputs: [[u8; BYTES]; WIDTH],
    nodes: [u32; WIDTH],
    len: usize,
}

impl<const BYTES: usize> Batch<BYTES> {
    const fn new() -> Self {
        Self {
            inputs: [[0; BYTES]; WIDTH],
            nodes: [0; WIDTH],
            len: 0,
        }
    }

    fn push(
        &mut self,
        node: usize,
        entries: &[(Key, Word)],
        compressor: &Compressor,
        out: &mut [Node],
    ) {
        let input = &mut self.inputs[self.len];
        for (index, (key, word)) in entries.iter().enumerate() {
            put(input, index, *key, *word);
        }
        input[entries.len() * ENTRY_BYTES..].fill(0);
        self.nodes[self.len] = node as u32;
        self.len += 1;
        if self.len == WIDTH {
            self.flush(compressor, out);
        }
    }

    fn flush(&mut self, compressor: &Compressor, out: &mut [Node]) {
        let mut hashes = [[0; 32]; WIDTH];
        let chunks: [&[u8; BYTES]; WIDTH] = std::array::from_fn(|index| &self.inputs[index]);
        compressor.chunks(&chunks[..self.len], &mut hashes);
        for (node, hash) in self.nodes[..self.len].iter().zip(hashes) {
            out[*node as usize] = hash;
        }
        self.len = 0;
    }
}

/// Hashes leaves as they come: buckets of up to eight entries in batches, longer ones at once.
pub(super) struct Leaves {
    compressor: Compressor,
    one: Batch<64>,
    two: Batch<128>,
    four: Batch<192>,
    five: Batch<256>,
    six: Batch<320>,
    eight: Batch<384>,
}

impl Leaves {
    pub(super) fn new() -> Self {
        Self {
            compressor: Compressor::new(),
            one: Batch::new(),
            two: Batch::new(),
            four: Batch::new(),
            five: Batch::new(),
            six: Batch::new(),
            eight: Batch::new(),
        }
    }

    /// Puts the leaf of these entries at `out[node]`, now or by [`Leaves::finish`] at the latest.
    pub(super) fn push(&mut self, node: usize, entries: &[(Key, Word)], out: &mut [Node]) {
        let compressor = &self.compressor;
        match entries.len() {
            0 => out[node] = EMPTY,
            1 => self.one.push(node, entries, compressor, out),
            2 => self.two.push(node, entries, compressor, out),
            3 | 4 => self.four.push(node, entries, compressor, out),
            5 => self.five.push(node, entries, compressor, out),
            6 => self.six.push(node, entries, compressor, out),
            7 | 8 => self.eight.push(node, entries, compressor, out),
            _ => out[node] = leaf(entries),
        }
    }

    /// Hashes what still waits.
    pub(super) fn finish(mut self, out: &mut [Node]) {
        self.one.flush(&self.compressor, out);
        self.two.flush(&self.compressor, out);
        self.four.flush(&self.compressor, out);
        self.five.flush(&self.compressor, out);
        self.six.flush(&self.compressor, out);
        self.eight.flush(&self.compressor, out);
    }
}

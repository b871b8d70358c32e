//! BLAKE3 compressions many at a time, as wide as the processor's vectors.
//!
//! A single compression waits for itself: eight side by side (AVX2; four with Wasm's simd128) take
//! hardly longer than one. `blake3::platform` is what the crate's own tree hashing uses; it is not part
//! of its documented interface, so the tests here compare every width with the documented one.

use super::level::Node;
use blake3::IncrementCounter;
use blake3::platform::Platform;

/// Hashes done side by side: as wide as the widest vectors that BLAKE3 knows (AVX-512).
pub(super) const WIDTH: usize = 16;

/// BLAKE3's initial value (that of SHA-256; BLAKE3 paper, section 2.2).
const INITIAL: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 2;
const PARENT: u8 = 4;

/// Hashes nodes of one level, a vector's width at a time.
pub(super) struct Compressor(Platform);

impl Compressor {
    pub(super) fn new() -> Self {
        Self(Platform::detect())
    }

    /// The parents of pairs of neighbouring nodes: one compression each. At most [`WIDTH`] pairs.
    pub(super) fn parents(&self, pairs: &[&[u8; 64]], out: &mut [Node; WIDTH]) {
        self.0.hash_many(
            pairs,
            &INITIAL,
            0,
            IncrementCounter::No,
            PARENT,
            0,
            0,
            out.as_flattened_mut(),
        );
    }

    /// The chaining values of single chunks of `BYTES` (a multiple of 64, at most 1,024), not as roots.
    pub(super) fn chunks<const BYTES: usize>(
        &self,
        chunks: &[&[u8; BYTES]],
        out: &mut [Node; WIDTH],
    ) {
        self.0.hash_many(
            chunks,
            &INITIAL,
            0,
            IncrementCounter::No,
            0,
            CHUNK_START,
            CHUNK_END,
            out.as_flattened_mut(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blake3::hazmat::{HasherExt, Mode, merge_subtrees_non_root};

    fn bytes<const N: usize>(count: usize) -> Vec<[u8; N]> {
        (0..count)
            .map(|item| std::array::from_fn(|i| (item * 31 + i * 7) as u8))
            .collect()
    }

    #[test]
    fn parents_are_those_of_the_documented_interface() {
        for count in 1..=WIDTH {
            let pairs = bytes::<64>(count);
            let mut out = [[0; 32]; WIDTH];
            Compressor::new().parents(&pairs.iter().collect::<Vec<_>>(), &mut out);
            for (pair, node) in pairs.iter().zip(out) {
                let (left, right) = pair.split_at(32);
                let expected = merge_subtrees_non_root(
                    left.try_into().unwrap(),
                    right.try_into().unwrap(),
                    Mode::Hash,
                );
                assert_eq!(node, expected);
            }
        }
    }

    fn check_chunks<const N: usize>() {
        for count in 1..=WIDTH {
            let chunks = bytes::<N>(count);
            let mut out = [[0; 32]; WIDTH];
            Compressor::new().chunks(&chunks.iter().collect::<Vec<_>>(), &mut out);
            for (chunk, node) in chunks.iter().zip(out) {
                let expected = blake3::Hasher::new().update(chunk).finalize_non_root();
                assert_eq!(node, expected);
            }
        }
    }

    #[test]
    fn chunks_are_those_of_the_documented_interface() {
        check_chunks::<64>();
        check_chunks::<128>();
        check_chunks::<192>();
        check_chunks::<512>();
    }
}

//! One level of the tree, and the hashing of those of its nodes that changed.

/// A hash inside the tree.
pub(super) type Node = [u8; 32];

/// Fewer nodes than this are hashed on the calling thread: forking would cost more than it saves.
#[cfg(feature = "threads")]
const PARALLEL_FROM: u32 = 1024;

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

    /// Turns the changed nodes of a level into the changed nodes of the level above.
    pub(super) fn ascend(&mut self) {
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

/// Calls `work` with pieces of a level: the piece's nodes, the index of its first node, and the nodes
/// of the piece that changed. On at most `threads` threads, and only on more than one when it pays.
pub(super) fn rehash(
    nodes: &mut [Node],
    touched: &Touched,
    threads: usize,
    work: impl Fn(&mut [Node], usize, Marks<'_>) + Sync,
) {
    #[cfg(feature = "threads")]
    {
        use rayon::prelude::*;
        let changed: u32 = touched.0.iter().map(|word| word.count_ones()).sum();
        if threads > 1 && changed >= PARALLEL_FROM {
            // Four pieces a thread, so that an uneven one does not keep the others waiting.
            let words = touched.0.len().div_ceil(threads * 4);
            nodes
                .par_chunks_mut(words * 64)
                .zip(touched.0.par_chunks(words))
                .enumerate()
                .for_each(|(piece, (nodes, changed))| {
                    work(nodes, piece * words * 64, Marks::new(changed));
                });
            return;
        }
    }
    let _ = threads;
    work(nodes, 0, Marks::new(&touched.0));
}

/// The changed nodes of a piece, counted from the piece's first.
pub(super) struct Marks<'a> {
    words: &'a [u64],
    next: usize,
    left: u64,
}

impl<'a> Marks<'a> {
    const fn new(words: &'a [u64]) -> Self {
        Self {
            words,
            next: 0,
            left: 0,
        }
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = *self.words.get(self.next)?;
            self.next += 1;
        }
        let node = (self.next - 1) * 64 + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(node)
    }
}

//! The entries of some buckets, as their hashes read them.
//!
//! ```text
//!   places   0: 2 from block 0       blocks   0 ▏key word key w│ord ········▕ 1
//!            1: none                          2 ▏key word ·····│▕
//!            2: 1 from block 2
//! ```
//!
//! A bucket lies in one piece, so that it is found by two loads, and is ready to be hashed: 48 bytes an
//! entry in key order, filled up with zeros to whole blocks.

use crate::state::{Key, Word};

/// Bytes of an entry: key, then value.
pub(super) const ENTRY_BYTES: usize = 48;
const KEY_BYTES: usize = 16;

/// What BLAKE3 compresses at once.
pub(super) const BLOCK_BYTES: usize = 64;
pub(super) type Block = [u8; BLOCK_BYTES];

/// Blocks that so many entries fill.
pub(super) const fn blocks_of(entries: u32) -> u32 {
    (entries * ENTRY_BYTES as u32).div_ceil(BLOCK_BYTES as u32)
}

/// The bucket of a key among 2^depth.
pub(super) fn bucket_of(key: &Key, depth: u32) -> u32 {
    // Two shifts, because shifting 64 bits by 64 is not defined and depth may be 0.
    (key.spread() >> 1 >> (63 - depth)) as u32
}

/// Where a bucket's entries are.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Place {
    /// The first of its blocks.
    pub(super) at: u32,
    pub(super) entries: u32,
}

/// Some buckets.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    places: Vec<Place>,
    blocks: Vec<Block>,
    /// By how many they are: where blocks lie in a row that nobody uses.
    free: Vec<Vec<u32>>,
    live: u32,
}

type Entry = [u8; ENTRY_BYTES];

fn pack(key: &Key, word: &Word) -> Entry {
    let mut entry = [0; ENTRY_BYTES];
    entry[..KEY_BYTES].copy_from_slice(&key.to_bytes());
    entry[KEY_BYTES..].copy_from_slice(&word.to_bytes());
    entry
}

fn unpack(entry: &Entry) -> (Key, Word) {
    let (chunks, _) = entry.as_chunks::<KEY_BYTES>();
    let key = Key::from_bytes(chunks[0]);
    let word = Word::pair(
        u128::from_le_bytes(chunks[1]),
        u128::from_le_bytes(chunks[2]),
    );
    (key, word)
}

/// An entry's key, to be told from others. As a number: comparing bytes is a call in Wasm.
fn identity(entry: &Entry) -> u128 {
    let (chunks, _) = entry.as_chunks::<KEY_BYTES>();
    u128::from_ne_bytes(chunks[0])
}

impl Buckets {
    /// So many empty ones.
    pub(super) fn new(count: usize) -> Self {
        Self {
            places: vec![Place::default(); count],
            blocks: Vec::new(),
            free: Vec::new(),
            live: 0,
        }
    }

    /// How many entries there are.
    pub(super) const fn live(&self) -> u32 {
        self.live
    }

    pub(super) fn place(&self, bucket: u32) -> Place {
        self.places[bucket as usize]
    }

    /// All blocks, of which each bucket has some in a row.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The bucket's entries in key order.
    pub(super) fn of(&self, bucket: u32) -> impl Iterator<Item = (Key, Word)> {
        let Place { at, entries } = self.place(bucket);
        let (of_all, _) = self.blocks[at as usize..].as_flattened().as_chunks();
        of_all[..entries as usize].iter().map(unpack)
    }

    /// All entries.
    pub(super) fn all(&self) -> impl Iterator<Item = (Key, Word)> {
        (0..self.places.len() as u32).flat_map(|bucket| self.of(bucket))
    }

    /// Loads a bucket's first block: such loads do not wait for one another, as those of
    /// [`Buckets::set`] do.
    pub(super) fn look(&self, bucket: u32) {
        let block = self.blocks.get(self.place(bucket).at as usize);
        std::hint::black_box(block.map(|block| block[0]));
    }

    /// Sets a slot, whose bucket this is.
    pub(super) fn set(&mut self, bucket: u32, key: &Key, word: &Word) {
        let entries = self.entries(self.place(bucket));
        let new = pack(key, word);
        let is_it = |entry: &Entry| identity(entry) == identity(&new);
        match entries.iter().position(is_it) {
            Some(index) if word.is_zero() => self.remove(bucket, index),
            Some(index) => entries[index] = new,
            None if word.is_zero() => {}
            None => {
                let is_before = |entry: &Entry| entry[..KEY_BYTES] < new[..KEY_BYTES];
                let index = entries.partition_point(is_before);
                self.insert(bucket, index, new);
            }
        }
    }

    fn entries(&mut self, Place { at, entries }: Place) -> &mut [Entry] {
        let all = self.blocks[at as usize..].as_flattened_mut();
        let (of_all, _) = all.as_chunks_mut();
        &mut of_all[..entries as usize]
    }

    fn insert(&mut self, bucket: u32, index: usize, entry: Entry) {
        let entries = self.place(bucket).entries + 1;
        let place = self.resize(bucket, entries);
        let all = self.entries(place);
        all.copy_within(index..all.len() - 1, index + 1);
        all[index] = entry;
        self.live += 1;
    }

    fn remove(&mut self, bucket: u32, index: usize) {
        let place = self.place(bucket);
        let all = self.entries(place);
        all.copy_within(index + 1.., index);
        all[place.entries as usize - 1].fill(0);
        self.resize(bucket, place.entries - 1);
        self.live -= 1;
    }

    /// Gives a bucket room for so many entries: one more or one less.
    fn resize(&mut self, bucket: u32, entries: u32) -> Place {
        let before = self.place(bucket);
        let (had, needs) = (blocks_of(before.entries), blocks_of(entries));
        let mut at = before.at;
        if had != needs {
            at = self.take(needs);
            let from = before.at as usize..(before.at + had.min(needs)) as usize;
            self.blocks.copy_within(from, at as usize);
            if had > 0 {
                self.give_back(before.at, had);
            }
        }
        let place = Place { at, entries };
        self.places[bucket as usize] = place;
        place
    }

    /// So many blocks in a row, all zeros.
    fn take(&mut self, blocks: u32) -> u32 {
        if let Some(at) = self.free.get_mut(blocks as usize).and_then(Vec::pop) {
            self.blocks[at as usize..(at + blocks) as usize].fill([0; BLOCK_BYTES]);
            return at;
        }
        let at = self.blocks.len();
        self.blocks.resize(at + blocks as usize, [0; BLOCK_BYTES]);
        at as u32
    }

    fn give_back(&mut self, at: u32, blocks: u32) {
        if self.free.len() <= blocks as usize {
            self.free.resize_with(blocks as usize + 1, Vec::new);
        }
        self.free[blocks as usize].push(at);
    }
}

//! The entries of all buckets in one array, linked in key order.

use crate::state::{Key, Word};

/// The end of a list.
const NONE: u32 = u32::MAX;

/// Most slots that are not zero.
pub(super) const LIVE_MAX: u32 = 1 << 30;

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    word: Word,
    next: u32,
}

/// All buckets: 2^depth lists through one array.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    depth: u32,
    heads: Vec<u32>,
    entries: Vec<Entry>,
    /// First of the entries that are no longer used.
    free: u32,
    live: u32,
}

/// The bucket of a key among 2^depth.
pub(super) fn bucket_of(key: &Key, depth: u32) -> u32 {
    // Two shifts, because shifting 64 bits by 64 is not defined and depth may be 0.
    (key.spread() >> 1 >> (63 - depth)) as u32
}

impl Buckets {
    pub(super) fn new() -> Self {
        Self {
            depth: 0,
            heads: vec![NONE],
            entries: Vec::new(),
            free: NONE,
            live: 0,
        }
    }

    pub(super) const fn depth(&self) -> u32 {
        self.depth
    }

    pub(super) const fn live(&self) -> u32 {
        self.live
    }

    /// The bucket's entries in key order.
    pub(super) fn of(&self, bucket: u32) -> impl Iterator<Item = (Key, Word)> {
        let mut at = self.heads[bucket as usize];
        std::iter::from_fn(move || {
            let entry = self.entries.get(at as usize)?;
            at = entry.next;
            Some((entry.key, entry.word))
        })
    }

    /// Looks at a bucket's first entry, from end to end: such loads do not wait for one another, as those
    /// of [`Buckets::set`] and [`Buckets::of`] do.
    pub(super) fn look(&self, bucket: u32) {
        let head = self.heads[bucket as usize];
        let entry = self.entries.get(head as usize);
        std::hint::black_box(entry.map(|entry| (entry.key.field, entry.next)));
    }

    /// Sets a slot and says in which bucket.
    pub(super) fn set(&mut self, key: Key, word: Word) -> u32 {
        let bucket = bucket_of(&key, self.depth);
        let mut before = NONE;
        let mut at = self.heads[bucket as usize];
        while at != NONE && self.entries[at as usize].key < key {
            before = at;
            at = self.entries[at as usize].next;
        }
        let found = at != NONE && self.entries[at as usize].key == key;
        match (found, word.is_zero()) {
            (true, false) => self.entries[at as usize].word = word,
            (true, true) => {
                let next = std::mem::replace(&mut self.entries[at as usize].next, self.free);
                self.free = at;
                self.link(bucket, before, next);
                self.live -= 1;
            }
            (false, false) => {
                let index = self.take_place(Entry {
                    key,
                    word,
                    next: at,
                });
                self.link(bucket, before, index);
                self.live += 1;
            }
            (false, true) => {}
        }
        bucket
    }

    fn link(&mut self, bucket: u32, before: u32, next: u32) {
        match before {
            NONE => self.heads[bucket as usize] = next,
            before => self.entries[before as usize].next = next,
        }
    }

    fn take_place(&mut self, entry: Entry) -> u32 {
        if self.free == NONE {
            assert!(
                self.live < LIVE_MAX,
                "more slots than a commitment may hold"
            );
            self.entries.push(entry);
            return (self.entries.len() - 1) as u32;
        }
        let index = self.free;
        self.free = std::mem::replace(&mut self.entries[index as usize], entry).next;
        index
    }

    /// Spreads the entries over 2^depth buckets, neighbours in a bucket side by side in memory.
    pub(super) fn respread(&mut self, depth: u32) {
        let mut placed: Vec<(u32, Key, Word)> = Vec::with_capacity(self.live as usize);
        for bucket in 0..self.heads.len() as u32 {
            placed.extend(self.of(bucket).map(|(k, w)| (bucket_of(&k, depth), k, w)));
        }
        placed.sort_unstable_by_key(|(bucket, key, _)| (*bucket, *key));
        self.depth = depth;
        self.free = NONE;
        self.heads.clear();
        self.heads.resize(1 << depth, NONE);
        self.entries.clear();
        for (index, (bucket, key, word)) in placed.iter().enumerate() {
            let follows = placed.get(index + 1).is_some_and(|next| next.0 == *bucket);
            if self.heads[*bucket as usize] == NONE {
                self.heads[*bucket as usize] = index as u32;
            }
            self.entries.push(Entry {
                key: *key,
                word: *word,
                next: if follows { index as u32 + 1 } else { NONE },
            });
        }
    }
}

//! Proofs that a slot holds a value, or none.

use super::bucket::bucket_of;
use super::leaf::leaf;
use super::tree::{parent, seal};
use crate::primitives::Digest;
use crate::state::{Key, Word};
use serde::{Deserialize, Serialize};

/// Most entries of a bucket that a verifier reads. Buckets hold at most four on average, so chance
/// alone never fills one this far (less than one in 10^100).
pub const ENTRIES_MAX: usize = 128;

/// Most levels that a verifier climbs.
pub const DEPTH_MAX: usize = 30;

/// What a verifier needs beside the root: the whole bucket of the key, and the path's siblings.
///
/// The bucket shows both presence and absence: an entry that is not in it is nowhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proof {
    /// The bucket's entries in key order.
    pub entries: Vec<(Key, Word)>,
    /// The siblings from the leaf's to the one below the topmost node.
    pub siblings: Vec<Digest>,
}

impl Proof {
    /// Whether this shows that, under this root, the slot holds `word`; `None`, like zero, is a slot
    /// that holds nothing. Bounded work for any input: a stranger's proof is safe to check.
    pub fn verify(&self, root: &Digest, key: &Key, word: Option<Word>) -> bool {
        if self.entries.len() > ENTRIES_MAX || self.siblings.len() > DEPTH_MAX {
            return false;
        }
        let depth = self.siblings.len() as u32;
        let bucket = bucket_of(key, depth);
        let in_order = self.entries.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let belong = self
            .entries
            .iter()
            .all(|(key, word)| bucket_of(key, depth) == bucket && !word.is_zero());
        if !in_order || !belong {
            return false;
        }
        let held = self.entries.iter().find(|(at, _)| at == key).map(|e| e.1);
        if held != word.filter(|word| !word.is_zero()) {
            return false;
        }
        let mut node = leaf(&self.entries);
        for (level, Digest(sibling)) in self.siblings.iter().enumerate() {
            node = if bucket >> level & 1 == 0 {
                parent(&node, sibling)
            } else {
                parent(sibling, &node)
            };
        }
        seal(depth, &node) == *root
    }
}

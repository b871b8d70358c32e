//! A digest that grows with the run: equal digests mean equal runs, event by event.

use crate::primitives::Digest;

/// Bytes that are gathered before they are hashed.
const CHUNK: usize = 4_096;

/// BLAKE3 over every event so far.
#[derive(Clone, Debug)]
pub struct Rolling {
    hasher: blake3::Hasher,
    gathered: Vec<u8>,
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            hasher: blake3::Hasher::new(),
            gathered: Vec::with_capacity(CHUNK + 64),
        }
    }
}

impl Rolling {
    /// Adds an event.
    pub fn fold(&mut self, words: [u64; 4]) {
        for word in words {
            self.gathered.extend_from_slice(&word.to_le_bytes());
        }
        if self.gathered.len() >= CHUNK {
            self.hasher.update(&self.gathered);
            self.gathered.clear();
        }
    }

    /// The digest of every event so far.
    pub fn digest(&self) -> Digest {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.gathered);
        Digest(*hasher.finalize().as_bytes())
    }
}

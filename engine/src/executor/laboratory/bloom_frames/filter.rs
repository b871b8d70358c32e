//! A Bloom filter.

use crate::primitives::hash::mix;

/// Bits of a filter: with four bits a slot, about one in a hundred questions is answered wrongly at four
/// hundred slots.
const BITS: u64 = 4_096;

/// Bits that one slot sets.
const HASHES: u64 = 4;

/// A set of slots that may claim to hold one that it does not hold (Bloom 1970).
#[derive(Clone, Debug)]
pub(super) struct Filter([u64; BITS as usize / 64]);

impl Default for Filter {
    fn default() -> Self {
        Self([0; BITS as usize / 64])
    }
}

fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..HASHES).map(move |number| {
        let bit = mix(hash ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) % BITS;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

impl Filter {
    /// Puts a slot in, by its hash.
    pub(super) fn insert(&mut self, hash: u64) {
        for (word, bit) in places(hash) {
            self.0[word] |= bit;
        }
    }

    /// Whether the slot may be in; never false for one that is.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        places(hash).all(|(word, bit)| self.0[word] & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_little_else() {
        let mut filter = Filter::default();
        let hash = |number: u64| mix(number);
        (0..400).for_each(|number| filter.insert(hash(number)));
        assert!((0..400).all(|number| filter.may_hold(hash(number))));
        let wrong = (400..10_400).filter(|number| filter.may_hold(hash(*number)));
        let wrong = wrong.count();
        assert!((1..400).contains(&wrong), "{wrong} of 10000");
    }
}

//! A set of nodes, one bit each.

use crate::primitives::NodeIndex;
use smallvec::SmallVec;

/// Who has signed. Small and quick up to 128 nodes.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Signers {
    words: SmallVec<[u64; 2]>,
}

impl Clone for Signers {
    /// Copied as they are: states and certificates are full of such sets, word by word they would cost more.
    fn clone(&self) -> Self {
        Self {
            words: SmallVec::from_slice(&self.words),
        }
    }
}

impl Signers {
    /// Adds a node; `false` if it was there.
    pub fn add(&mut self, node: NodeIndex) -> bool {
        let (word, bit) = (node.as_usize() / 64, 1 << (node.0 % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        is_new
    }

    /// Whether a node is there.
    pub fn has(&self, node: NodeIndex) -> bool {
        self.words
            .get(node.as_usize() / 64)
            .is_some_and(|word| word >> (node.0 % 64) & 1 == 1)
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// How many bits it takes up.
    pub fn width(&self) -> u32 {
        self.words.len() as u32 * 64
    }

    /// Them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = NodeIndex> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                // Without the lowest bit; nothing at the end.
                rest &= rest.checked_sub(1)?;
                Some(NodeIndex(at as u32 * 64 + bit))
            })
        })
    }

    /// Those in both.
    pub fn common(&self, other: &Self) -> Self {
        let pairs = self.words.iter().zip(&other.words);
        Self::of_words(pairs.map(|(mine, theirs)| mine & theirs))
    }

    /// Those that are not in the other.
    pub fn without(&self, other: &Self) -> Self {
        let theirs = other.words.iter().copied().chain(std::iter::repeat(0));
        Self::of_words(
            self.words
                .iter()
                .zip(theirs)
                .map(|(mine, theirs)| mine & !theirs),
        )
    }

    /// The same nodes are the same words: none at the end is empty.
    fn of_words(words: impl Iterator<Item = u64>) -> Self {
        let mut words: SmallVec<[u64; 2]> = words.collect();
        while words.last() == Some(&0) {
            words.pop();
        }
        Self { words }
    }
}

impl FromIterator<NodeIndex> for Signers {
    fn from_iter<I: IntoIterator<Item = NodeIndex>>(nodes: I) -> Self {
        let mut signers = Self::default();
        for node in nodes {
            signers.add(node);
        }
        signers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_count_once_and_come_in_order() {
        let mut signers = Signers::default();
        assert!(
            signers.add(NodeIndex(200)) && signers.add(NodeIndex(3)) && !signers.add(NodeIndex(3))
        );
        assert!(
            signers.has(NodeIndex(200))
                && !signers.has(NodeIndex(64))
                && !signers.has(NodeIndex(999))
        );
        assert_eq!(signers.count(), 2);
        assert_eq!(
            signers.iter().map(|node| node.0).collect::<Vec<_>>(),
            [3, 200]
        );
        let other = [NodeIndex(3), NodeIndex(4)].into_iter().collect();
        assert_eq!(
            signers
                .common(&other)
                .iter()
                .map(|n| n.0)
                .collect::<Vec<_>>(),
            [3]
        );
        let rest = signers.without(&other);
        assert_eq!(rest, [NodeIndex(200)].into_iter().collect());
        assert_eq!(rest.without(&signers), Signers::default());
        assert_eq!(signers.common(&rest).without(&other), rest);
        assert_eq!(signers.without(&rest), [NodeIndex(3)].into_iter().collect());
    }
}

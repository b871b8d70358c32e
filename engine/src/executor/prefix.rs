//! The value of a slot after the committed part of its versions, so that a sum of many additions is not
//! made anew for every question about it.

use crate::primitives::TxIndex;
use crate::state::Additive;
use crate::state::overlay::Write;

/// What a transaction did to a slot.
pub(in crate::executor) trait Version<V> {
    /// Whose it is.
    fn tx(&self) -> TxIndex;
    /// What it did.
    fn write(&self) -> &Write<V>;
}

/// What the transaction did to a slot with these versions. Whoever goes through a slot's writers in order hands
/// in where the one before was found, and learns where the next is likely to be; elsewhere it is looked for at
/// `place`.
pub(in crate::executor) fn written<V: Clone, E: Version<V>>(
    versions: &[E],
    tx: TxIndex,
    from: &mut u32,
    place: impl FnOnce() -> usize,
) -> Option<Write<V>> {
    let is_it = |at: usize| versions.get(at).is_some_and(|version| version.tx() == tx);
    let guess = *from as usize;
    let at = if is_it(guess) { guess } else { place() };
    let version = versions.get(at).filter(|_| is_it(at))?;
    *from = at as u32 + 1;
    Some(version.write().clone())
}

/// A slot's value after some of its first versions. They are those of committed transactions: none of them
/// changes any more, and none is put among them.
#[derive(Clone, Debug)]
pub(in crate::executor) struct Prefix<V> {
    count: usize,
    value: V,
}

impl<V: Additive + Clone> Prefix<V> {
    /// The slot before the block.
    pub(in crate::executor) fn new(before: Option<V>) -> Self {
        Self {
            count: 0,
            value: before.unwrap_or_default(),
        }
    }

    /// The first `count` of these versions are known to be committed. Takes each of them in once.
    pub(in crate::executor) fn advance(&mut self, versions: &[impl Version<V>], count: usize) {
        if let Some(next) = versions.get(self.count..count) {
            self.value = after(&self.value, next);
            self.count = count;
        }
    }

    /// The slot's value after the first `count` of these versions; `before` the block it held so much.
    pub(in crate::executor) fn value_after(
        &self,
        versions: &[impl Version<V>],
        count: usize,
        before: impl FnOnce() -> Option<V>,
    ) -> V {
        match versions.get(self.count..count) {
            Some(next) => after(&self.value, next),
            // Somebody asks who is committed himself.
            None => after(&before().unwrap_or_default(), &versions[..count]),
        }
    }
}

/// What a slot holds after these writes.
fn after<V: Additive + Clone>(before: &V, versions: &[impl Version<V>]) -> V {
    let is_set = |version: &_| matches!(Version::write(version), Write::Set(_));
    let first = versions.iter().rposition(is_set).unwrap_or_default();
    let writes = versions[first..].iter().map(Version::write);
    writes.fold(before.clone(), |value, write| write.onto(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Word;
    use proptest::prelude::*;

    impl Version<Word> for Write<Word> {
        fn tx(&self) -> TxIndex {
            TxIndex::default()
        }

        fn write(&self) -> &Write<Word> {
            self
        }
    }

    proptest! {
        #[test]
        fn a_kept_sum_is_the_sum(
            writes in prop::collection::vec((any::<bool>(), 0u128..9), 0..20),
            kept in prop::collection::vec(0usize..20, 0..4),
            count in 0usize..20,
        ) {
            let write = |(is_set, value): &(bool, u128)| match is_set {
                true => Write::Set(Word::from_low(*value)),
                false => Write::Add(Word::from_low(*value)),
            };
            let versions: Vec<_> = writes.iter().map(write).collect();
            let before = Some(Word::from_low(100));
            let mut prefix = Prefix::new(before);
            for kept in kept {
                prefix.advance(&versions, kept);
            }
            let count = count.min(versions.len());
            let expected = versions[..count].iter();
            let expected = expected.fold(Word::from_low(100), |value, write| write.onto(value));
            prop_assert_eq!(prefix.value_after(&versions, count, || before), expected);
        }
    }
}

//! The value of a slot after the committed part of its versions, so that a sum of many additions is not
//! made anew for every question about it.

use super::sorted::{Entry, Part};
use crate::state::Additive;

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
    pub(in crate::executor) fn advance(&mut self, versions: Part<'_, V>, count: usize) {
        if self.count < count {
            self.value = after(&self.value, versions.part(self.count..count));
            self.count = count;
        }
    }

    /// The slot's value after the first `count` of these versions; `before` the block it held so much.
    pub(in crate::executor) fn value_after(
        &self,
        versions: Part<'_, V>,
        count: usize,
        before: impl FnOnce() -> Option<V>,
    ) -> V {
        if self.count <= count {
            return after(&self.value, versions.part(self.count..count));
        }
        // Somebody asks who is committed himself.
        after(&before().unwrap_or_default(), versions.part(0..count))
    }
}

/// What a slot holds after these writes.
fn after<V: Additive + Clone>(before: &V, versions: Part<'_, V>) -> V {
    let first = versions.iter().rposition(Entry::is_set);
    let last = versions
        .part(first.unwrap_or_default()..versions.len())
        .iter();
    last.fold(before.clone(), |value, entry| entry.write().onto(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::sorted::{Sorted, Version};
    use crate::primitives::{Incarnation, TxIndex};
    use crate::state::Word;
    use crate::state::overlay::Write;
    use proptest::prelude::*;

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
            let mut sorted = Sorted::default();
            for (place, written) in writes.iter().enumerate() {
                let by = Version { tx: TxIndex(place as u32), incarnation: Incarnation(0) };
                sorted.put(place, Entry::new(by, write(written)));
            }
            let versions = sorted.all();
            let before = Some(Word::from_low(100));
            let mut prefix = Prefix::new(before);
            for kept in kept {
                prefix.advance(versions, kept.min(versions.len()));
            }
            let count = count.min(versions.len());
            let expected = writes[..count].iter().map(write);
            let expected = expected.fold(Word::from_low(100), |value, write| write.onto(value));
            prop_assert_eq!(prefix.value_after(versions, count, || before), expected);
        }
    }
}

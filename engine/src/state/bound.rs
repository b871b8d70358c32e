//! A question about a slot that is answered with yes or no instead of with its value.

use super::view::Additive;
use crate::primitives::Limit;
use serde::{Deserialize, Serialize};

/// Which half of a value a comparison looks at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub enum Half {
    /// The low half of a word.
    #[default]
    Low,
    /// The high half of a word.
    High,
}

/// A comparison of a slot with a limit: is what stands there, with what the asker itself has added, at
/// least or at most so much?
///
/// Whoever asks learns nothing else of the slot, so that a change which leaves the answer as it was is none
/// for the asker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound<V> {
    /// What the asker has added to the slot so far; comes on top of what it found.
    pub own: V,
    /// Which half is compared.
    pub half: Half,
    /// What it is compared with.
    pub limit: Limit,
}

impl<V: Additive> Bound<V> {
    /// A comparison by somebody who has not touched the slot.
    pub fn new(half: Half, limit: Limit) -> Self {
        Self {
            own: V::default(),
            half,
            limit,
        }
    }

    /// The answer, where this stood before the asker.
    pub fn holds(&self, before: &V) -> bool {
        self.limit.admits(before.plus(&self.own).half(self.half))
    }
}

/// What a view says to a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer<V> {
    /// The answer.
    pub holds: bool,
    /// What stands in the slot before the asker, if the view had to read it: a view that has watched only
    /// the answer does not tell.
    pub found: Option<V>,
}

impl<V> Answer<V> {
    /// The answer and nothing else.
    pub const fn only(holds: bool) -> Self {
        Self { holds, found: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Word;
    use proptest::prelude::*;

    #[test]
    fn the_limit_itself_is_kept_and_one_beyond_is_not() {
        let before = Word::pair(10, 20);
        let holds = |half, limit| Bound::<Word>::new(half, limit).holds(&before);
        assert!(holds(Half::Low, Limit::AtLeast(10)) && !holds(Half::Low, Limit::AtLeast(11)));
        assert!(holds(Half::Low, Limit::AtMost(10)) && !holds(Half::Low, Limit::AtMost(9)));
        assert!(holds(Half::High, Limit::AtLeast(20)) && !holds(Half::High, Limit::AtLeast(21)));
        assert!(holds(Half::High, Limit::AtMost(20)) && !holds(Half::High, Limit::AtMost(19)));
    }

    #[test]
    fn a_sum_below_zero_is_little_and_not_much() {
        let taken = Word::from_low(3u128.wrapping_neg());
        let holds = |limit| Bound::<Word>::new(Half::Low, limit).holds(&taken);
        assert!(!holds(Limit::AtLeast(0)) && holds(Limit::AtMost(0)));
        let enough = Bound {
            own: Word::from_low(5),
            ..Bound::new(Half::Low, Limit::AtLeast(2))
        };
        assert!(enough.holds(&taken));
    }

    proptest! {
        /// Own additions count as they would had the asker read, added and compared.
        #[test]
        fn it_is_what_reading_and_comparing_gives(
            before in any::<[u64; 4]>(), own in any::<[u64; 4]>(), least in any::<u128>()
        ) {
            let (before, own) = (Word::from_limbs(before), Word::from_limbs(own));
            let bound = Bound { own, half: Half::High, limit: Limit::AtLeast(least) };
            let high = before.plus(&own).high() as i128;
            prop_assert_eq!(bound.holds(&before), high >= 0 && high as u128 >= least);
            let bound = Bound { own, half: Half::Low, limit: Limit::AtMost(least) };
            let low = before.plus(&own).low() as i128;
            prop_assert_eq!(bound.holds(&before), low < 0 || low as u128 <= least);
        }
    }
}

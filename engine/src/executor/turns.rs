//! When, in block order, the answer to a question about a slot last turned.

use crate::primitives::Limit;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound, Half};

/// The values that a slot has held, from before the block on, each with what is to be known of it.
///
/// Of each half two lists are kept besides, so that a question takes a binary search: the values that all
/// later ones exceed, and those that all later ones are below.
#[derive(Debug)]
pub(super) struct Turns<V, T> {
    values: Vec<(V, T)>,
    rising: [Vec<(i128, usize)>; 2],
    falling: [Vec<(i128, usize)>; 2],
}

impl<V: Additive + Clone, T: Copy> Turns<V, T> {
    /// The slot before the block.
    pub(super) fn new(before: V, known: T) -> Self {
        let mut new = Self {
            values: Vec::new(),
            rising: Default::default(),
            falling: Default::default(),
        };
        new.push(before, known);
        new
    }

    /// The next transaction in block order writes.
    pub(super) fn write(&mut self, write: &Write<V>, known: T) {
        if let Some((now, _)) = self.values.last() {
            let next = write.onto(now.clone());
            self.push(next, known);
        }
    }

    fn push(&mut self, value: V, known: T) {
        let index = self.values.len();
        for half in [Half::Low, Half::High] {
            let number = value.half(half);
            let rising = &mut self.rising[half as usize];
            while rising.pop_if(|(at, _)| *at >= number).is_some() {}
            rising.push((number, index));
            let falling = &mut self.falling[half as usize];
            while falling.pop_if(|(at, _)| *at <= number).is_some() {}
            falling.push((number, index));
        }
        self.values.push((value, known));
    }

    /// What is known of the write that last turned the answer; `None` if it has been the same from before
    /// the block on.
    pub(super) fn last(&self, bound: &Bound<V>) -> Option<T> {
        let (now, _) = self.values.last()?;
        let holds = bound.holds(now);
        let turned = if bound.own.half(bound.half) == 0 {
            let half = bound.half as usize;
            let (rising, falling) = (&self.rising[half], &self.falling[half]);
            // Of the numbers that answer otherwise, the last one is nowhere but here.
            let list = match (bound.limit, holds) {
                (Limit::AtLeast(_), true) | (Limit::AtMost(_), false) => rising,
                (Limit::AtLeast(_), false) | (Limit::AtMost(_), true) => falling,
            };
            let answers_otherwise = |(number, _): &_| bound.limit.admits(*number) != holds;
            let count = list.partition_point(answers_otherwise);
            list[..count].last().map(|(_, index)| *index)
        } else {
            // Whoever asks a second time; rare.
            let mut values = self.values.iter();
            values.rposition(|(value, _)| bound.holds(value) != holds)
        };
        self.values.get(turned? + 1).map(|(_, known)| *known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Word;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_search_finds_what_looking_at_every_value_finds(
            first in 0u128..12, writes in prop::collection::vec((0u8..4, 0u128..12), 0..30),
            limit in 0u128..12, is_least in any::<bool>(), own in 0u128..3, is_high in any::<bool>(),
        ) {
            let word = |number| match is_high {
                true => Word::pair(7, number),
                false => Word::pair(number, 7),
            };
            let mut turns = Turns::new(word(first), 0);
            let mut values = vec![word(first)];
            for (known, (kind, number)) in (1..).zip(&writes) {
                let write = match kind {
                    0 => Write::Set(word(*number)),
                    1 => Write::Add(Word::pair(number.wrapping_neg(), number.wrapping_neg())),
                    _ => Write::Add(Word::pair(*number, *number)),
                };
                turns.write(&write, known);
                values.push(write.onto(values[values.len() - 1]));
            }
            let bound = Bound {
                own: Word::pair(own, own),
                half: if is_high { Half::High } else { Half::Low },
                limit: if is_least { Limit::AtLeast(limit) } else { Limit::AtMost(limit) },
            };
            let answers: Vec<bool> = values.iter().map(|value| bound.holds(value)).collect();
            let last = answers.windows(2).rposition(|pair| pair[0] != pair[1]);
            prop_assert_eq!(turns.last(&bound), last.map(|index| index + 1));
        }
    }
}

//! Uneven choices: item k of n is taken in proportion to 1 / (k + 1)^s.

use crate::primitives::fixed::Powers;
use crate::primitives::seed::Stream;

/// A Zipf distribution over `0..len`, in whole numbers, the same on every machine.
#[derive(Clone, Debug)]
pub struct Zipf {
    /// Running sums of the weights.
    sums: Vec<u64>,
}

impl Zipf {
    /// `len` items (at most 2^20), exponent in thousandths.
    pub fn new(len: u32, exponent_permille: u32) -> Self {
        let powers = Powers::default();
        let mut sum = 0u64;
        let sums = (1..=len.min(1 << 20))
            .map(|rank| {
                // 2^43 at most, so that 2^20 of them stay below 2^63; at least 1, so that nothing is
                // impossible.
                sum += (powers.pow_neg_permille(rank, exponent_permille) >> 20).max(1);
                sum
            })
            .collect();
        Self { sums }
    }

    /// Draws one item.
    pub fn draw(&self, stream: &mut Stream) -> u32 {
        let at = stream.below(self.sums.last().copied().unwrap_or_default());
        self.sums.partition_point(|sum| *sum <= at) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Seed;

    #[test]
    fn frequencies_follow_the_law() {
        let zipf = Zipf::new(100, 1_000);
        let mut stream = Seed::new(1).stream();
        let mut counts = [0u32; 100];
        for _ in 0..200_000 {
            counts[zipf.draw(&mut stream) as usize] += 1;
        }
        // Item 0 twice as often as item 1, ten times as often as item 9: within 5 %.
        let ratio = |a: usize, b: usize| f64::from(counts[a]) / f64::from(counts[b]);
        assert!((ratio(0, 1) / 2.0 - 1.0).abs() < 0.05, "{}", ratio(0, 1));
        assert!((ratio(0, 9) / 10.0 - 1.0).abs() < 0.05, "{}", ratio(0, 9));
    }

    #[test]
    fn exponent_zero_is_even() {
        let zipf = Zipf::new(10, 0);
        let mut stream = Seed::new(2).stream();
        let mut counts = [0u32; 10];
        for _ in 0..100_000 {
            counts[zipf.draw(&mut stream) as usize] += 1;
        }
        assert!(
            counts.iter().all(|count| (9_500..10_500).contains(count)),
            "{counts:?}"
        );
    }
}

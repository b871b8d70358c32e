//! Unequal choice: a few are used much, most are used little.

use crate::primitives::fixed::pow_neg_permille;
use crate::primitives::seed::Stream;

/// Weights keep this many of their 63 fraction bits, so that a million of them add up in 64 bits.
const WEIGHT_BITS: u32 = 43;

/// Chooses among `0..count` with weights `(index + 1)^-exponent` (Zipf's law).
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Zipf {
    /// Sums of the weights up to and with each index; empty when all weigh the same.
    sums: Vec<u64>,
    count: u32,
}

impl Zipf {
    /// `count` between 1 and 2^20.
    pub(super) fn new(count: u32, exponent_permille: u32) -> Self {
        let mut sums = Vec::new();
        if exponent_permille > 0 {
            sums.reserve_exact(count as usize);
            let mut sum = 0;
            for rank in 1..=count {
                let weight = pow_neg_permille(rank, exponent_permille) >> (63 - WEIGHT_BITS);
                sum += weight.max(1);
                sums.push(sum);
            }
        }
        Self { sums, count }
    }

    pub(super) fn draw(&self, stream: &mut Stream) -> u32 {
        match self.sums.last() {
            None => stream.below(u64::from(self.count)) as u32,
            Some(total) => {
                let at = stream.below(*total);
                self.sums.partition_point(|sum| *sum <= at) as u32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Seed;

    fn share_of_first(count: u32, exponent_permille: u32) -> f64 {
        let zipf = Zipf::new(count, exponent_permille);
        let mut stream = Seed::new(3).stream();
        let draws = 20_000;
        let first = (0..draws)
            .map(|_| zipf.draw(&mut stream))
            .inspect(|index| assert!(*index < count))
            .filter(|index| *index == 0)
            .count();
        first as f64 / f64::from(draws)
    }

    #[test]
    fn the_first_gets_its_share() {
        // 1 / the sum of n^-s for n in 1..=100.
        for (exponent, expected) in [(0, 0.01), (600, 0.0722), (1000, 0.1928), (3000, 0.8319)] {
            let share = share_of_first(100, exponent);
            assert!((share - expected).abs() < 0.01, "{exponent}: {share}");
        }
    }
}

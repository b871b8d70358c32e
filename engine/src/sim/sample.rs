//! Samplers over [`draw`], the only floats of this floor. Results are whole microseconds.

use crate::primitives::Micros;
use crate::primitives::draw::{self, unit};
use crate::primitives::hash::Digest;
use crate::primitives::seed::{Seed, Stream};

/// Rounded to whole microseconds, ties away from zero; what is no number in range becomes 0 or the end.
fn whole(micros: f64) -> Micros {
    // `as` saturates, and makes 0 of what is no number.
    Micros(libm::round(micros) as u64)
}

/// Exponential with this mean.
pub fn exponential(stream: &mut Stream, mean: Micros) -> Micros {
    whole(draw::exponential(stream, mean.0 as f64))
}

/// Pareto with this scale (its least value) and this shape, in thousandths.
pub fn pareto(stream: &mut Stream, scale: Micros, shape_permille: u32) -> Micros {
    let shape = f64::from(shape_permille.max(1)) / 1_000.0;
    whole(scale.0 as f64 * libm::pow(unit(stream), -1.0 / shape))
}

/// A stream of normal draws.
#[derive(Clone, Debug)]
pub struct Normals(draw::Normals);

impl Normals {
    /// Draws from this stream.
    pub fn new(stream: Stream) -> Self {
        Self(draw::Normals::new(stream))
    }

    /// The uniform stream behind the draws.
    pub fn stream(&mut self) -> &mut Stream {
        self.0.stream()
    }

    /// Normal with this mean and standard deviation, cut off at 0.
    pub fn normal(&mut self, mean: Micros, deviation: Micros) -> Micros {
        whole(deviation.0 as f64 * self.0.draw() + mean.0 as f64)
    }

    /// Log-normal with this median; `sigma_ppm` is the deviation of its logarithm, in millionths.
    pub fn log_normal(&mut self, median: Micros, sigma_ppm: u32) -> Micros {
        let sigma = f64::from(sigma_ppm) / 1e6;
        whole(median.0 as f64 * libm::exp(sigma * self.0.draw()))
    }
}

/// A digest over the draws of every law in turn, `draws` in all: the same on every machine and in every
/// browser, or runs differ between them.
pub fn digest(seed: Seed, draws: u64) -> Digest {
    let mut stream = seed.fork("laws").stream();
    let mut normals = Normals::new(seed.fork("normals").stream());
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::with_capacity(DIGEST_BYTES + 8);
    for draw in 0..draws {
        let micros = match draw % 6 {
            0 => Micros(stream.below(1_000_003)),
            1 => exponential(&mut stream, Micros(1_000_000)),
            2 => pareto(&mut stream, Micros(800_000), 1_500),
            3 => normals.normal(Micros(1_000_000), Micros(300_000)),
            4 => normals.log_normal(Micros(1_000_000), 700_000),
            _ => normals.log_normal(Micros(80_000), 22_000),
        };
        bytes.extend_from_slice(&micros.0.to_le_bytes());
        if bytes.len() >= DIGEST_BYTES {
            hasher.update(&bytes);
            bytes.clear();
        }
    }
    hasher.update(&bytes);
    Digest(*hasher.finalize().as_bytes())
}

/// Draws are hashed by so many bytes.
const DIGEST_BYTES: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u64 = 200_000;

    fn mean(mut draw: impl FnMut() -> Micros) -> u64 {
        (0..DRAWS).map(|_| draw().0).sum::<u64>() / DRAWS
    }

    #[test]
    fn means_and_medians_are_those_of_the_laws_within_four_deviations() {
        let mut stream = Seed::new(1).stream();
        // Exponential: deviation of the mean of 200 000 draws is 1e6/447 = 2236.
        let found = mean(|| exponential(&mut stream, Micros(1_000_000)));
        assert!((991_000..=1_009_000).contains(&found), "{found}");
        // Pareto of shape 5 and scale 800 has the mean 1000 and the deviation 258.
        let found = mean(|| pareto(&mut stream, Micros(800_000), 5_000));
        assert!((997_500..=1_002_500).contains(&found), "{found}");
        let mut normals = Normals::new(stream);
        let found = mean(|| normals.normal(Micros(1_000_000), Micros(100_000)));
        assert!((999_000..=1_001_000).contains(&found), "{found}");
        let above = (0..DRAWS)
            .filter(|_| normals.log_normal(Micros(1_000_000), 500_000).0 > 1_000_000)
            .count();
        // Half of them: 100 000 with a deviation of 224.
        assert!((99_100..=100_900).contains(&above), "{above}");
    }

    /// The browser's test draws as often and compares with the same line.
    #[test]
    fn ten_million_draws_are_those_of_every_machine() {
        let golden = include_str!("../../tests/draws.txt");
        let lines = golden.lines().filter(|line| !line.starts_with('#'));
        let mut checked = 0;
        for line in lines {
            let (draws, expected) = line.split_once(' ').expect("draws and a digest");
            let draws = draws.parse().expect("a number");
            assert_eq!(digest(Seed::new(1), draws).to_string(), expected, "{draws}");
            checked += 1;
        }
        assert_eq!(checked, 2);
    }

    #[test]
    fn every_law_takes_the_edges() {
        let mut normals = Normals::new(Seed::new(2).stream());
        assert_eq!(normals.log_normal(Micros(0), 1_000_000), Micros(0));
        assert_eq!(normals.log_normal(Micros(77), 0), Micros(77));
        assert_eq!(exponential(normals.stream(), Micros(0)), Micros(0));
        assert!(pareto(normals.stream(), Micros(1), 0).0 >= 1);
    }
}

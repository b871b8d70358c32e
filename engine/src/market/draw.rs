//! Draws over `libm`.

use crate::primitives::Seed;
use crate::primitives::seed::Stream;

/// A number in (0, 1]: 53 bits of the stream.
pub fn unit(stream: &mut Stream) -> f64 {
    ((stream.next_u64() >> 11) + 1) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Standard normal draws: Box and Muller (1958), both of each pair.
#[derive(Clone, Debug)]
pub struct Normals {
    stream: Stream,
    spare: Option<f64>,
}

impl Normals {
    /// Draws from the stream of this seed.
    pub fn new(seed: &Seed) -> Self {
        Self {
            stream: seed.stream(),
            spare: None,
        }
    }

    /// The next draw.
    pub fn draw(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(unit(&mut self.stream)));
        let angle = std::f64::consts::TAU * unit(&mut self.stream);
        let (sin, cos) = libm::sincos(angle);
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// The uniform stream behind the draws.
    pub fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }
}

/// How many events of a Poisson law with this small mean: by multiplication (Knuth), at most 64.
pub fn poisson(stream: &mut Stream, mean: f64) -> u32 {
    let end = libm::exp(-mean);
    let mut product = unit(stream);
    let mut count = 0;
    while product > end && count < 64 {
        product *= unit(stream);
        count += 1;
    }
    count
}

/// Exponential with this mean.
pub fn exponential(stream: &mut Stream, mean: f64) -> f64 {
    -mean * libm::log(unit(stream))
}

/// The normal law's distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Where the normal law's distribution function is `p`: bisection, to 2^-50 of the range ±9.
pub fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..56 {
        let middle = 0.5 * (low + high);
        if normal_cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

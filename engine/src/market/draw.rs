//! Draws and distribution functions over `libm`.

use crate::primitives::draw::unit;
use crate::primitives::seed::Stream;

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

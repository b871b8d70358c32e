//! Draws that are no whole numbers, over `libm`: the same on every machine.
//!
//! Own samplers, because `rand_distr` differs between native and wasm in a few draws per million: the
//! tails of its ziggurat use the standard library's logarithm. What comes of them is quantised before it
//! leaves those who draw (`sim` and `market`).

use super::seed::Stream;

/// A number in (0, 1]: 53 bits of the stream.
pub fn unit(stream: &mut Stream) -> f64 {
    ((stream.next_u64() >> 11) + 1) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Exponential with this mean.
pub fn exponential(stream: &mut Stream, mean: f64) -> f64 {
    -mean * libm::log(unit(stream))
}

/// A stream of standard normal draws: Box and Muller (1958), both of each pair.
#[derive(Clone, Debug)]
pub struct Normals {
    stream: Stream,
    spare: Option<f64>,
}

impl Normals {
    /// Draws from this stream.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
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

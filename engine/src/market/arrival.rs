//! Arrivals that excite each other (Hawkes, Biometrika 1971), with an exponential kernel.

use crate::primitives::draw::{exponential, unit};
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, Seed};

/// Most arrivals at one go.
const ARRIVALS_MAX: usize = 1_000_000;

/// A source of arrivals. The rate is `base + Σ jump·e^(−decay·age)`; without excitement it is Poisson's.
#[derive(Clone, Debug)]
pub struct Hawkes {
    stream: Stream,
    base: f64,
    jump: f64,
    decay: f64,
    now_s: f64,
    excitement: f64,
}

impl Hawkes {
    /// Base arrivals in a thousand hours; each brings on `branching_permille` thousandths of another (at
    /// most 950), on average after `memory_s` seconds.
    pub fn new(
        seed: &Seed,
        per_thousand_hours: u32,
        branching_permille: u32,
        memory_s: u32,
    ) -> Self {
        let decay = 1.0 / f64::from(memory_s.max(1));
        Self {
            stream: seed.stream(),
            base: f64::from(per_thousand_hours) / 3_600_000.0,
            jump: f64::from(branching_permille.min(950)) / 1e3 * decay,
            decay,
            now_s: 0.0,
            excitement: 0.0,
        }
    }

    /// Arrivals up to a moment, in the order of time: thinning (Ogata, 1981).
    pub fn until(&mut self, end: Micros) -> Vec<Micros> {
        let end_s = end.0 as f64 / 1e6;
        let mut arrivals = Vec::new();
        // The rate only falls between arrivals, so what it is now bounds it.
        while arrivals.len() < ARRIVALS_MAX && self.base + self.excitement > 0.0 {
            let bound = self.base + self.excitement;
            let wait = exponential(&mut self.stream, 1.0 / bound);
            if self.now_s + wait > end_s {
                self.excitement *= libm::exp(-self.decay * (end_s - self.now_s).max(0.0));
                self.now_s = end_s.max(self.now_s);
                break;
            }
            self.now_s += wait;
            self.excitement *= libm::exp(-self.decay * wait);
            if unit(&mut self.stream) * bound <= self.base + self.excitement {
                self.excitement += self.jump;
                arrivals.push(Micros(libm::round(self.now_s * 1e6) as u64));
            }
        }
        arrivals
    }
}

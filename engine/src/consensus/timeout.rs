//! How long to wait before giving a view up.

use crate::primitives::Micros;

/// Doublings beyond this many no longer lengthen a timeout: 2^10, a second becomes a quarter of an hour.
const DOUBLINGS_MAX: u32 = 10;

/// Twice as long after every failure in a row (PBFT §4.4).
pub fn doubled(base: Micros, failures: u32) -> Micros {
    Micros(base.0.saturating_mul(1 << failures.min(DOUBLINGS_MAX)))
}

/// A step longer in every round (Tendermint).
pub fn stepped(base: Micros, step: Micros, round: u64) -> Micros {
    Micros(base.0.saturating_add(step.0.saturating_mul(round)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_grow_and_are_bounded() {
        assert_eq!(doubled(Micros(3), 4), Micros(48));
        assert_eq!(doubled(Micros(1), 99), Micros(1_024));
        assert_eq!(stepped(Micros(10), Micros(5), 3), Micros(25));
    }
}

//! When parallel work stops to pay.

use super::sync::{AtomicU32, Ordering};

/// When it is judged: after so many runs, of which one in so many came to nothing. Soon when it is
/// plainly bad, later when it only adds up.
const JUDGED_AT: [(u64, u64); 2] = [(24, 4), (96, 20)];

/// A lane tells the others what it has done after so many runs, or when one came to nothing.
const TOLD_EVERY: u32 = 16;

/// Runs from which on links of a chain are counted.
const CHAIN_AT: u64 = 24;

/// Versions, registers and scheduling of one run, in gas (about nanoseconds), roughly.
const BOOKKEEPING_GAS: u64 = 500;

/// What lanes have done so far: all of them together, or one since it last told the others.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Tally {
    pub(super) runs: u32,
    /// In units of [`Tally::GRAIN`], so that a block's sum fits.
    pub(super) gas: u32,
    /// Runs that were withdrawn, or met a version that is to change.
    pub(super) wasted: u32,
    /// Runs that read what one of the last few transactions wrote: links of a chain.
    pub(super) chained: u32,
}

impl Tally {
    /// Gas of one unit.
    pub(super) const GRAIN: u64 = 64;

    /// Whether it is time to tell.
    pub(super) fn is_due(&self) -> bool {
        self.wasted > 0 || self.runs >= TOLD_EVERY
    }

    /// True when two runs in three hang on one just before, so that lanes only wait for one another, or
    /// when so many come to nothing that `lanes` lanes together get less done than one that repeats
    /// nothing and keeps no books, with a fifth on top.
    fn is_hopeless(&self, lanes: u32) -> bool {
        let (gas, wasted) = (u64::from(self.gas) * Self::GRAIN, u64::from(self.wasted));
        let runs = u64::from(self.runs).max(wasted).max(1);
        let is_contended = JUDGED_AT
            .iter()
            .any(|(least, one_in)| runs >= *least && wasted * one_in > runs);
        let useful = u128::from(gas) * u128::from(runs - wasted) / u128::from(runs);
        let spent = u128::from(gas + runs * BOOKKEEPING_GAS);
        let is_chain = runs >= CHAIN_AT && u64::from(self.chained) * 3 > runs * 2;
        is_chain || is_contended && useful * u128::from(lanes) * 5 < spent * 6
    }
}

/// The lanes' common tally. Every sum wraps after 2^32 units: then it is judged anew.
#[derive(Default, Debug)]
pub(super) struct Judge {
    is_patient: bool,
    runs: AtomicU32,
    gas: AtomicU32,
    wasted: AtomicU32,
    chained: AtomicU32,
}

impl Judge {
    /// A judge; a patient one never gives up.
    pub(super) fn new(is_patient: bool) -> Self {
        Self {
            is_patient,
            ..Self::default()
        }
    }

    /// Adds what a lane has done since it last told. True if `lanes` lanes had better stop.
    pub(super) fn is_hopeless(&self, own: Tally, lanes: u32) -> bool {
        let add =
            |sum: &AtomicU32, own: u32| sum.fetch_add(own, Ordering::Relaxed).wrapping_add(own);
        let all = Tally {
            runs: add(&self.runs, own.runs),
            gas: add(&self.gas, own.gas),
            wasted: add(&self.wasted, own.wasted),
            chained: add(&self.chained, own.chained),
        };
        !self.is_patient && all.is_hopeless(lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(runs: u32, gas_each: u64, wasted: u32, chained: u32) -> Tally {
        Tally {
            runs,
            gas: (u64::from(runs) * gas_each / Tally::GRAIN) as u32,
            wasted,
            chained,
        }
    }

    #[test]
    fn independent_work_goes_on_and_chains_and_wasted_work_do_not() {
        assert!(!tally(32, 1_000, 0, 0).is_hopeless(2));
        assert!(tally(32, 1_000, 0, 30).is_hopeless(2), "a chain");
        assert!(tally(32, 1_000, 16, 0).is_hopeless(2), "half for nothing");
        assert!(
            !tally(32, 100_000, 9, 0).is_hopeless(2),
            "long runs still gain"
        );
        assert!(!tally(8, 1_000, 8, 8).is_hopeless(2), "too early to say");
        assert!(!tally(128, 1_000, 40, 0).is_hopeless(8), "many lanes gain");
    }
}

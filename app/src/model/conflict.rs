//! Who conflicts with whom: a block by itself, in bins of neighbouring transactions.
//!
//! A cell below the diagonal cannot exist: a transaction only ever suffers from earlier ones.

use crate::model::history::Hop;
use engine::primitives::TxIndex;

/// How often the transactions of one bin made those of another wait or run again.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Matrix {
    /// Bins on a side.
    pub bins: u32,
    /// Transactions in the block.
    pub transactions: u32,
    /// Row by row; the row is the culprit's bin, the column the victim's.
    counts: Vec<u32>,
    /// The highest count.
    pub most: u32,
}

impl Matrix {
    /// Counts links in at most `bins_max` bins a side.
    pub fn new(transactions: u32, bins_max: u32, hops: &[Hop]) -> Self {
        let bins = transactions.min(bins_max);
        let mut matrix = Self {
            bins,
            transactions,
            counts: vec![0; bins as usize * bins as usize],
            most: 0,
        };
        for hop in hops {
            let place = matrix.place(matrix.bin(hop.culprit), matrix.bin(hop.victim));
            if let Some(count) = matrix.counts.get_mut(place) {
                *count += 1;
                matrix.most = matrix.most.max(*count);
            }
        }
        matrix
    }

    /// The bin of a transaction.
    pub fn bin(&self, tx: TxIndex) -> u32 {
        let count = u64::from(self.transactions.max(1));
        (u64::from(tx.0) * u64::from(self.bins) / count) as u32
    }

    /// First transaction of a bin, and the first behind it.
    pub fn range(&self, bin: u32) -> (u32, u32) {
        let first = |bin: u32| {
            let (count, bins) = (u64::from(self.transactions), u64::from(self.bins.max(1)));
            (u64::from(bin) * count).div_ceil(bins) as u32
        };
        (first(bin), first(bin + 1))
    }

    /// How often the culprits of one bin hurt the victims of another.
    pub fn count(&self, culprit: u32, victim: u32) -> u32 {
        self.counts
            .get(self.place(culprit, victim))
            .copied()
            .unwrap_or(0)
    }

    /// How dark a cell is, 0 to 4: none, then by the square root of its share of the highest count, so
    /// that rare conflicts stay visible beside frequent ones.
    pub fn level(&self, culprit: u32, victim: u32) -> u8 {
        match self.count(culprit, victim) {
            0 => 0,
            count => {
                let share = f64::from(count) / f64::from(self.most.max(1));
                (share.sqrt() * 4.0).ceil().clamp(1.0, 4.0) as u8
            }
        }
    }

    const fn place(&self, culprit: u32, victim: u32) -> usize {
        culprit as usize * self.bins as usize + victim as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{fixture, history::History};

    #[test]
    fn every_link_is_counted_above_the_diagonal() {
        let replay = fixture::replay(500, 8, 3);
        let history = History::new(&replay.recording);
        let matrix = Matrix::new(500, 24, history.hops());
        let mut total = 0;
        for culprit in 0..24 {
            for victim in 0..24 {
                let count = matrix.count(culprit, victim);
                assert!(victim >= culprit || count == 0);
                assert_eq!(matrix.level(culprit, victim) == 0, count == 0);
                total += count as usize;
            }
        }
        assert_eq!(total, history.hops().len());
        assert!(total > 0);
    }

    #[test]
    fn bins_and_ranges_agree() {
        for transactions in [1, 7, 24, 25, 10_000] {
            let matrix = Matrix::new(transactions, 24, &[]);
            for tx in 0..transactions {
                let (first, end) = matrix.range(matrix.bin(TxIndex(tx)));
                assert!((first..end).contains(&tx), "{tx} of {transactions}");
            }
        }
        assert_eq!(Matrix::new(0, 24, &[]).count(0, 0), 0);
    }
}

//! Who conflicts with whom: a block by itself, in bins of neighbouring transactions or by what they do.
//!
//! By place, a cell below the diagonal cannot exist: a transaction only ever suffers from earlier ones.
//! Long blocks fill the diagonal alone, since lanes only meet neighbours; there, kinds tell more.

use crate::model::history::Hop;
use engine::primitives::TxIndex;
use engine::session::{TxInfo, TxKind};

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
        level(self.count(culprit, victim), self.most)
    }

    const fn place(&self, culprit: u32, victim: u32) -> usize {
        culprit as usize * self.bins as usize + victim as usize
    }
}

fn level(count: u32, most: u32) -> u8 {
    if count == 0 {
        return 0;
    }
    let share = f64::from(count) / f64::from(most.max(1));
    (share.sqrt() * 4.0).ceil().clamp(1.0, 4.0) as u8
}

/// How often transactions of one kind made those of another wait or run again.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Kinds {
    /// The kinds that take part, in the order of [`TxKind`]: rows did it, columns suffered.
    pub kinds: Vec<TxKind>,
    counts: Vec<u32>,
    most: u32,
}

impl Kinds {
    /// Counts links by kind; transactions that the replay says nothing of are left out.
    pub fn new(transactions: &[TxInfo], hops: &[Hop]) -> Self {
        let kind = |tx: TxIndex| transactions.get(tx.as_usize()).map(|info| info.kind);
        let pairs = || {
            hops.iter()
                .filter_map(|hop| Some((kind(hop.culprit)?, kind(hop.victim)?)))
        };
        let mut kinds: Vec<TxKind> = pairs()
            .flat_map(|(culprit, victim)| [culprit, victim])
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut counts = vec![0; kinds.len() * kinds.len()];
        for (culprit, victim) in pairs() {
            if let (Ok(row), Ok(column)) =
                (kinds.binary_search(&culprit), kinds.binary_search(&victim))
            {
                counts[row * kinds.len() + column] += 1;
            }
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        Self {
            kinds,
            counts,
            most,
        }
    }

    /// How often the kind of a row hurt the kind of a column.
    pub fn count(&self, culprit: usize, victim: usize) -> u32 {
        self.counts
            .get(culprit * self.kinds.len() + victim)
            .copied()
            .unwrap_or(0)
    }

    /// How dark a cell is, 0 to 4, as in [`Matrix::level`].
    pub fn level(&self, culprit: usize, victim: usize) -> u8 {
        level(self.count(culprit, victim), self.most)
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

    #[test]
    fn kinds_count_every_link_once() {
        let replay = fixture::replay(500, 8, 3);
        let history = History::new(&replay.recording);
        let kinds = Kinds::new(&replay.transactions, history.hops());
        assert_eq!(kinds.kinds.len(), 3);
        let cells = (0..3).flat_map(|culprit| (0..3).map(move |victim| (culprit, victim)));
        let total: u32 = cells
            .map(|(culprit, victim)| kinds.count(culprit, victim))
            .sum();
        assert_eq!(total as usize, history.hops().len());
        assert_eq!(Kinds::new(&[], history.hops()), Kinds::default());
    }
}
